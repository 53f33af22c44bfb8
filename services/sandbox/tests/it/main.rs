//! The sandbox as adapters meet it: the real app on a port of its own, with its own database.

mod app;
mod ehr_charts;
mod ehr_tokens;
mod faults;
mod payer;
mod stripe;
mod webhooks;
