//! eligibility as its callers meet it: the real app, its own database and corner of the broker, and a payer that speaks CAQH CORE.

mod access;
mod app;
mod coverages;
mod failures;
mod leaks;
mod outages;
mod payer;
mod verify;
