//! Benefit enrollment and maintenance: the 834, version 005010X220A1.
//!
//! A sponsor states who is covered, from when to when. [`Enrollment::steps`] derives the steps that
//! a file requires.
//!
//! ```
//! use mc_hipaa::eligibility::Gender;
//! use mc_hipaa::enrollment::*;
//! use mc_hipaa::parts::{Dated, Demographics, Organization};
//! # use mc_x12::{ControlNumbers, Envelope, Party, Usage};
//! # let day = chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
//! # let born = chrono::NaiveDate::from_ymd_opt(1980, 5, 1).unwrap();
//! # let at = day.and_hms_opt(3, 4, 5).unwrap();
//! # let envelope = Envelope { sender: Party::mutual("SPONSOR"), receiver: Party::mutual("PAYER"), usage: Usage::Test,
//! #   control: ControlNumbers { interchange: 1, group: 1, transaction: 1 }, created_at: at.and_utc() };
//! let person = Person { demographics: Some(Demographics::new(born, Gender::Female)), ..Person::new("DOE", "JO") };
//! let health = Coverage {
//!     dates: vec![Dated::day("348", day)],
//!     ..Coverage::new(Maintenance::Add, "HLT", "GOLD", "FAM")
//! };
//! let subscriber = Member { coverages: vec![health], ..Member::subscriber("S1", Maintenance::Add, person) };
//! let child = Member::dependent("S1", "19", Maintenance::Add, Person::new("DOE", "JIM"));
//! let enrollment = Enrollment {
//!     sponsor: Organization::new("P5", "SPONSOR").with_id("FI", "123456789"),
//!     insurer: Organization::new("IN", "PAYER").with_id("FI", "987654321"),
//!     members: vec![subscriber, child],
//!     ..Enrollment::new(FileAction::Change, "FILE-1", at)
//! };
//! let first = enrollment.steps().next().unwrap();
//! assert_eq!((first.maintenance, first.effective), (Maintenance::Add, Some(day)));
//! let text = enrollment.to_x12(&envelope)?;
//! assert!(text.contains("~INS*Y*18*021**A~REF*0F*S1~NM1*IL*1*DOE*JO~DMG*D8*19800501*F~HD*021**HLT*GOLD*FAM~"));
//!
//! let interchange = mc_x12::Interchange::parse(text.as_bytes())?; // at the payer
//! let transaction = interchange.transactions().next().unwrap();
//! assert_eq!(Enrollment::read(transaction)?.strict()?, enrollment);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod action;
mod coverage;
mod file;
mod maintenance;
mod member;
mod person;
mod reporting;
#[cfg(test)]
pub(crate) mod tests;

pub use action::Step;
pub use coverage::{Card, ChosenProvider, Coverage, OtherCoverage, ProviderChange};
pub use file::{Broker, Enrollment, EnrollmentError};
pub use maintenance::{FileAction, Maintenance};
pub use member::{Member, MemberStatus};
pub use person::{Disability, EmploymentClass, FormerName, Health, Income, Language, Party, Person};
pub use reporting::ReportingCategory;
