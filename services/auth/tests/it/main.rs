//! auth as its callers meet it: the real app on a port of its own, with its own database and corner of the broker.

mod access;
mod app;
mod failures;
mod machines;
mod sign_in;
