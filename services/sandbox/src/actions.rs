//! What the sandbox does: one file a verb. Callers are authenticated by the simulated systems' own
//! credentials, so actions take no `RequestContext`.

pub mod authorize;
pub mod change_intent;
pub mod deliver_webhooks;
pub mod issue_token;
pub mod provision;
mod random;
pub mod read_chart;
pub mod read_stripe;
pub mod switch_fault;
pub mod take_fault;
pub mod update_encounter;
