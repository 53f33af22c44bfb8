//! The synthetic patients of test mode, and how the simulated systems behave.

pub mod assertion;
pub mod benefits;
pub mod card;
pub mod charts;
pub mod core_envelope;
pub mod encounter;
pub mod fault;
pub mod fixtures;
pub mod intent;
pub mod intent_form;
pub mod scopes;
pub mod search;
pub mod stripe_error;
