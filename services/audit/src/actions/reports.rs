//! Reports, disclosures, and the access log of one patient.

pub mod build_report;
pub mod download_report;
pub mod get_report;
pub mod list_accesses;
pub mod list_reports;
pub mod record_disclosure;
pub mod request_report;
