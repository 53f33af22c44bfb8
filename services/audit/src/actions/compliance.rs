//! Compliance: detection, alerts, inventory, roster, measured policies, reconciliation.

pub mod detect;
pub mod get_alert;
pub mod inventory;
pub mod learn_all_thresholds;
pub mod learn_thresholds;
pub mod list_alerts;
pub mod list_networks;
pub mod list_tallies;
pub mod list_thresholds;
pub mod measure_controls;
pub mod raise_alarms;
pub mod reconcile_open_tallies;
pub mod reconcile_tally;
pub mod set_member;
pub mod set_networks;
pub mod update_alert;
