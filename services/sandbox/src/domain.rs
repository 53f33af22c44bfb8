//! Who lives in test mode, and how the outside world behaves towards them. Pure.

pub mod assertion;
pub mod benefits;
pub mod card;
pub mod charts;
pub mod core_envelope;
pub mod encounter;
pub mod fault;
pub mod intent;
pub mod intent_form;
pub mod people;
pub mod scopes;
pub mod search;
pub mod stripe_error;
