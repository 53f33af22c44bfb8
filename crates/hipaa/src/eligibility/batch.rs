//! 270 and 271 in batches and about dependents: several patients in one transaction set.

mod inquiry;
mod patients;
mod person;
mod person_write;
mod response;
#[cfg(test)]
pub(crate) mod tests;

pub(crate) use patients::Patients;

pub use inquiry::{InquiryBatch, InquiryPatient, InquiryReceiver, InquirySource, Question};
pub use person::InquiryPerson;
pub use response::ResponseBatch;

use chrono::NaiveDateTime;

use crate::parts::moment_text;
use mc_x12::Line;

/// BHT.
fn beginning(purpose: &str, reference: &str, at: Option<NaiveDateTime>) -> Line {
    let (day, time) = at.map(moment_text).unwrap_or_default();
    Line::new("BHT")
        .code("0022")
        .required(purpose, 2)
        .data(reference, 50)
        .required(&day, 8)
        .required(&time, 8)
}
