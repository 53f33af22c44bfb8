//! Health care claims: the 837, professional (005010X222A1), institutional (005010X223A2) and
//! dental (005010X224A2).
//!
//! A [`ClaimBatch`] is one transaction set: billing providers, their subscribers, patients and
//! claims. [`ClaimBatch::claims`] returns each claim with its provider, subscriber and patient, and
//! [`Claim::balance`] the sums that do not agree.
//!
//! ```
//! use mc_hipaa::claim::*;
//! use mc_hipaa::eligibility::Gender;
//! use mc_hipaa::parts::{Address, Contact, Demographics, Name, Procedure};
//! # use mc_x12::{ControlNumbers, Envelope, Party as Partner, Usage};
//! # let day = chrono::NaiveDate::from_ymd_opt(2026, 1, 2).unwrap();
//! # let born = chrono::NaiveDate::from_ymd_opt(1980, 5, 1).unwrap();
//! # let at = day.and_hms_opt(3, 4, 5).unwrap();
//! # let envelope = Envelope { sender: Partner::mutual("CLINIC"), receiver: Partner::mutual("PAYER"), usage: Usage::Test,
//! #   control: ControlNumbers { interchange: 1, group: 1, transaction: 1 }, created_at: at.and_utc() };
//! let visit = ServiceLine::professional(Procedure::new("HC", "99213"), 120, 1, ["1"], day);
//! let test = ServiceLine::professional(Procedure::new("HC", "85025"), 30, 1, ["1", "2"], day);
//! let claim = Claim {
//!     codes: vec![HealthCode::principal("J020"), HealthCode::diagnosis("R509")],
//!     ..Claim::new("CLAIM-1", "11", Kind::Professional, vec![visit, test])
//! };
//! let subscriber = Subscriber {
//!     coverage: Coverage::primary(true, "CI"),
//!     person: Person {
//!         address: Some(Address::new("1 ELM ST", "BOSTON", "MA", "021100001")),
//!         demographics: Some(Demographics::new(born, Gender::Female)),
//!         ..Person::new(Name::person("IL", "DOE", "JO").with_id("MI", "M1"))
//!     },
//!     payer: Party::payer("PAYER", "99999"),
//!     claims: vec![claim],
//!     ..Subscriber::default()
//! };
//! let clinic = Address::new("1 MAIN ST", "BOSTON", "MA", "021100002");
//! let billing = BillingProvider {
//!     subscribers: vec![subscriber],
//!     ..BillingProvider::new("CLINIC", "1234567893", "123456789", clinic)
//! };
//! let batch = ClaimBatch {
//!     submitter: Submitter::new("CLINIC", "S1", Contact::new("IC", "HELP DESK").number("TE", "8005550100")),
//!     receiver: Name::organization("40", "PAYER").with_id("46", "99999"),
//!     providers: vec![billing],
//!     ..ClaimBatch::new(Kind::Professional, "BATCH-1", at)
//! };
//! let seen = batch.claims().next().unwrap();
//! assert_eq!(seen.claim.charge, Some(150.into()));
//! assert_eq!(seen.billing.npi(), Some("1234567893"));
//! assert_eq!(seen.claim.diagnoses_of(&seen.claim.lines[1]).len(), 2);
//! let text = batch.to_x12(&envelope)?;
//! assert!(text.contains("~CLM*CLAIM-1*150***11:B:1*Y*A*Y*Y~HI*ABK:J020*ABF:R509~LX*1~"));
//!
//! let interchange = mc_x12::Interchange::parse(text.as_bytes())?; // at the payer
//! let transaction = interchange.transactions().next().unwrap();
//! assert_eq!(ClaimBatch::read(transaction)?.strict()?, batch);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod balance;
mod batch;
mod codes;
mod dental;
mod detail;
mod equipment;
mod form;
mod information;
mod line;
mod other_payer;
mod party;
mod provider;
mod service;
mod subscriber;
#[cfg(test)]
pub(crate) mod tests;

pub use batch::{ClaimBatch, ClaimError, Kind, MAX_CLAIMS, PlacedClaim, Submitter};
pub use codes::HealthCode;
pub(crate) use codes::{read as health_codes, read_segment as health_codes_of, write_together as write_health_codes};
pub use dental::{Orthodontics, Tooth, ToothStatus};
pub use detail::{Admission, AmbulanceTransport, Attachment, Conditions, Contract, FixedText, Note, Repricing};
pub use equipment::{EquipmentCertification, EquipmentService, Measurement, PurchasedService, SpinalManipulation};
pub use form::{FormAnswer, SupportingForm};
pub use information::{Claim, RelatedCauses};
pub use line::{Drug, LineAdjudication, ServiceLine};
pub use other_payer::OtherPayer;
pub use party::{Party, Person};
pub(crate) use provider::check_npi;
pub use provider::{BillingProvider, Provider};
pub use service::{DentalService, InstitutionalService, ProfessionalService, Service};
pub use subscriber::{Coverage, Patient, PatientState, Subscriber};
