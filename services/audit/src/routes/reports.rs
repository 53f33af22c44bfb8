//! Routes of reports, disclosures, and the access log of one patient.

pub mod disclosures;
pub mod patients;
mod report_view;
pub mod requests;
