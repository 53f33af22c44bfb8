//! Authorization: the request for review and the response (278), version 005010X217.
//!
//! ```
//! use mc_hipaa::authorization::*;
//! use mc_hipaa::claim::HealthCode;
//! use mc_hipaa::parts::{Dated, Name, Procedure, Trace};
//! # use mc_x12::{ControlNumbers, Envelope, Party as Partner, Usage};
//! # let day = chrono::NaiveDate::from_ymd_opt(2026, 1, 2).unwrap();
//! # let at = day.and_hms_opt(3, 4, 5).unwrap();
//! # let envelope = Envelope { sender: Partner::mutual("CLINIC"), receiver: Partner::mutual("PAYER"), usage: Usage::Test,
//! #   control: ControlNumbers { interchange: 1, group: 1, transaction: 1 }, created_at: at.and_utc() };
//! let mut event = Event::new(Trace::new("T1", "9CLINIC001"), Review::services("3", "11"));
//! event.subject.dates = vec![Dated::day("AAH", day)];
//! event.subject.codes = vec![HealthCode::principal("M545")];
//! event.services = vec![Service::new(Item::professional(Procedure::new("HC", "97110"), 12))];
//! let request = AuthorizationRequest::new(
//!     "R1",
//!     at,
//!     Name::organization("X3", "PAYER").with_id("PI", "99999"),
//!     Name::organization("1P", "CLINIC").with_id("XX", "1234567893"),
//!     Member::subscriber("DOE", "JO", "M1"),
//!     event,
//! );
//! let text = request.to_x12(&envelope)?;
//! assert!(text.contains("~HL*4*3*EV*1~TRN*1*T1*9CLINIC001~UM*HS*I*3*11:B~DTP*AAH*D8*20260102~HI*ABK:M545~"));
//! assert!(text.contains("~HL*5*4*SS*0~SV1*HC:97110**UN*12~"));
//!
//! let interchange = mc_x12::Interchange::parse(text.as_bytes())?; // at the payer
//! let seen = AuthorizationRequest::read(interchange.transactions().next().unwrap())?.strict()?;
//! assert_eq!(seen, request);
//! let mut answer = seen.answered(at);
//! answer.events[0].subject.decision = Some(Decision { reasons: vec!["0V".into()], ..Decision::new("A6", "AUTH-1") });
//! let text = answer.to_x12(&envelope)?;
//! assert!(text.contains("~TRN*2*T1*9CLINIC001~UM*HS*I*3*11:B~HCR*A6*AUTH-1*0V~"));
//!
//! let interchange = mc_x12::Interchange::parse(text.as_bytes())?; // back at the clinic
//! let answer = AuthorizationAnswer::read(interchange.transactions().next().unwrap())?.strict()?;
//! assert_eq!(answer.decisions().next().unwrap().outcome(), Outcome::CertifiedInPart);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod answer;
mod event;
mod party;
mod request;
mod review;
mod review_subject;
mod service;
#[cfg(test)]
pub(crate) mod tests;

pub use answer::AuthorizationAnswer;
pub use event::{Event, Facts, FactsKind};
pub use party::{Member, Party, Relationship};
pub use request::AuthorizationRequest;
pub use review::{Decision, Outcome, Rejection, Review};
pub use review_subject::ReviewSubject;
pub use service::{Item, ItemKind, Service};

use crate::parts::Hierarchy;
use mc_x12::{Builder, Transaction, TransactionKind, WriteError};

/// Request and response share their version; BHT02 distinguishes them.
const KIND: TransactionKind = TransactionKind {
    functional_id: "HI",
    id: "278",
    version: "005010X217",
};

/// BHT02 of a response.
const ANSWER: &str = "11";

/// Whether a transaction set is a response, by its BHT02.
fn is_answer(transaction: &Transaction<'_>) -> bool {
    let mut segments = transaction.segments.iter();
    segments
        .find(|segment| segment.id() == "BHT")
        .is_some_and(|bht| bht.element(2) == ANSWER)
}

/// Writes subscriber and dependent; returns the level number of the patient.
fn patient(
    out: &mut Builder,
    numbers: &mut Hierarchy,
    parent: u32,
    subscriber: &Member,
    dependent: Option<&Member>,
    deeper: bool,
) -> Result<u32, WriteError> {
    let level = numbers.open(out, Some(parent), "22", deeper || dependent.is_some())?;
    subscriber.write(out)?;
    let Some(dependent) = dependent else {
        return Ok(level);
    };
    let level = numbers.open(out, Some(level), "23", deeper)?;
    dependent.write(out)?;
    Ok(level)
}
