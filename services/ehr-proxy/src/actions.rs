//! The actions of ehr-proxy, one file per verb, called by routes.

mod chart;
pub mod get_connection;
pub mod list_consents;
pub mod read_patient_summary;
pub mod record_consent;
pub mod set_connection;
pub mod update_encounter;

pub use chart::{AccessContext, ChartError};
