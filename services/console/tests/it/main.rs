//! The console over its API: the real service with its own database and broker prefix, and
//! simulated services.
#![expect(clippy::unwrap_used, reason = "a panic here is a failed test")]

mod access;
mod app;
mod breakers;
mod failures;
mod health;
mod pages;
mod policies;
