//! audit as the others meet it: the real app with its own database and corner of the broker.

mod access;
mod app;
mod failures;
mod log;
mod tampering;
