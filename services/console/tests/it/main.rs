//! console as the others meet it: the real app with its own database and corner of the broker, and stand-ins for the services.
#![expect(clippy::unwrap_used, reason = "a panic here is a failed test")]

mod access;
mod app;
mod breakers;
mod failures;
mod health;
mod policies;
