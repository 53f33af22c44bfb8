//! Claim status: the inquiry (276) and the response (277), version 005010X212.
//!
//! ```
//! use mc_hipaa::parts::{Dated, Name, Reference};
//! use mc_hipaa::status::*;
//! # use mc_x12::{ControlNumbers, Envelope, Party, Usage};
//! # let day = chrono::NaiveDate::from_ymd_opt(2026, 1, 2).unwrap();
//! # let at = day.and_hms_opt(3, 4, 5).unwrap();
//! # let envelope = Envelope { sender: Party::mutual("CLINIC"), receiver: Party::mutual("PAYER"), usage: Usage::Test,
//! #   control: ControlNumbers { interchange: 1, group: 1, transaction: 1 }, created_at: at.and_utc() };
//! let claim = ClaimInquiry {
//!     trace: "T1".into(),
//!     references: vec![Reference::new("EJ", "CLAIM-1")],
//!     charge: Some(150.into()),
//!     dates: vec![Dated::day("472", day)],
//!     ..ClaimInquiry::default()
//! };
//! let subscriber = Person::new(Name::person("IL", "DOE", "JO").with_id("MI", "M1"), None);
//! let provider = Provider {
//!     names: vec![Name::organization("1P", "CLINIC").with_id("XX", "1234567893")],
//!     status: None,
//!     patients: vec![Patient { subscriber, dependent: None, claims: vec![claim] }],
//! };
//! let receiver = Name::organization("41", "CLINIC").with_id("46", "S1");
//! let payer = Name::organization("PR", "PAYER").with_id("PI", "99999");
//! let mut inquiry = StatusInquiry::new("Q1", at);
//! inquiry.sources = vec![Source {
//!     name: payer,
//!     contacts: vec![],
//!     receivers: vec![Receiver { name: receiver, status: None, providers: vec![provider] }],
//! }];
//! let text = inquiry.to_x12(&envelope)?;
//! assert!(text.contains("~HL*4*3*22*0~NM1*IL*1*DOE*JO****MI*M1~TRN*1*T1~REF*EJ*CLAIM-1~AMT*T3*150~DTP*472*D8*20260102~"));
//!
//! let interchange = mc_x12::Interchange::parse(text.as_bytes())?; // at the payer
//! let mut answer = StatusAnswer::new("A1", at);
//! let seen = StatusInquiry::read(interchange.transactions().next().unwrap())?.strict()?;
//! assert_eq!(seen, inquiry);
//! let answered = StatusInformation {
//!     paid: Some(90.into()),
//!     ..StatusInformation::new(Status::new("F1", "65"), day)
//! };
//! assert_eq!(answered.statuses[0].class(), StatusClass::Finalized);
//! answer.sources = seen.answered(|claim| ClaimAnswer {
//!     trace: claim.trace.clone(),
//!     information: vec![answered.clone()],
//!     references: claim.references.clone(),
//!     dates: claim.dates.clone(),
//!     lines: vec![],
//! });
//! let text = answer.to_x12(&envelope)?;
//! assert!(text.contains("~TRN*2*T1~STC*F1:65*20260102***90~REF*EJ*CLAIM-1~DTP*472*D8*20260102~"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod answer;
mod exchange;
mod information;
mod inquiry;
mod levels;
mod service;
#[cfg(test)]
pub(crate) mod tests;

pub use answer::{ClaimAnswer, StatusAnswer};
pub use exchange::Exchange;
pub use information::{Status, StatusClass, StatusInformation};
pub use inquiry::{ClaimInquiry, StatusInquiry};
pub(crate) use levels::ClaimLevel;
pub use levels::{LevelStatus, Patient, Person, Provider, Receiver, Source};
pub use service::Service;
