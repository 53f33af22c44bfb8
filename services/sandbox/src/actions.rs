//! What the sandbox does: one file per verb.

pub mod authorize;
pub mod change_intent;
pub mod deliver_webhooks;
pub mod issue_token;
pub mod meet_fault;
pub mod provision;
mod random;
pub mod read_chart;
pub mod read_stripe;
pub mod switch_fault;
pub mod update_encounter;
