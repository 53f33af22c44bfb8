#![doc = include_str!("../README.md")]

pub mod health;
pub mod http;
pub mod lifecycle;
pub mod pools;
pub mod process;
pub mod settings;
mod span_file;
pub mod telemetry;

/// Makes aws-lc-rs the one TLS provider of the process. Call it first thing in `main` and in tests that open clients.
pub fn install_crypto() {
    // An error only says that a provider is installed already.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
}
