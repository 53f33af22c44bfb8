//! The tree against published vectors and a second implementation.
#![expect(clippy::unwrap_used, reason = "tests")]

mod checker;
mod oracle;
mod program;
mod receipts;
mod signing;
mod tampering;
mod vectors;
