#![doc = include_str!("../README.md")]

pub mod cached;
pub mod database_watch;
pub mod health;
pub mod http;
pub mod lifecycle;
pub mod pools;
pub mod process;
pub mod settings;
mod span_file;
pub mod telemetry;
pub mod transaction;

/// Installs aws-lc-rs as the TLS provider of the process. Call it first in `main`, and in tests
/// that open connections.
pub fn install_crypto() {
    // An error only means that a provider is already installed.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
}
