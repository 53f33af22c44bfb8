//! Systems that we call.

pub mod webhook;
