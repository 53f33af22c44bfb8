//! The receiver of webhooks.

pub mod webhook;
