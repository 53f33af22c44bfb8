//! The service over its API: with its own database and broker prefix.

mod access;
mod health;
