//! Routes of compliance.

mod alert_view;
pub mod alerts;
pub mod inventory;
mod inventory_body;
mod inventory_view;
pub mod reconciliation;
pub mod roster;
pub mod rules;
