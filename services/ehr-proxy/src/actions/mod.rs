//! What ehr-proxy does: one file a verb, called by the doors.

mod chart;
pub mod list_consents;
pub mod read_patient_summary;
pub mod record_consent;
pub mod set_connection;
pub mod show_connection;
pub mod tell_breaker_change;
pub mod update_encounter;

pub use chart::{ChartError, Opening, admit_reader, admit_writer};
