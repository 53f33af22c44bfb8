//! Eligibility: the 270 inquiry and the 271 response, version 005010X279A1.
//!
//! In real time one inquiry has one response: [`Inquiry`], [`ResponseBuilder`], [`Response`] and
//! its [`Summary`]. In batches, and about dependents, a transaction set holds several patients:
//! [`InquiryBatch`], [`ResponseBatch`], [`Response::read_all`].
//!
//! ```
//! use mc_hipaa::eligibility::*;
//! use mc_hipaa::parts::{Demographics, Name, Trace};
//! # use mc_x12::{ControlNumbers, Envelope, Party, Usage};
//! # let day = chrono::NaiveDate::from_ymd_opt(2026, 1, 2).unwrap();
//! # let at = day.and_hms_opt(3, 4, 5).unwrap();
//! # let envelope = Envelope { sender: Party::mutual("CLINIC"), receiver: Party::mutual("PAYER"), usage: Usage::Test,
//! #   control: ControlNumbers { interchange: 1, group: 1, transaction: 1 }, created_at: at.and_utc() };
//! let mother = InquiryPerson::new(Name::person("IL", "DOE", "JO").with_id("MI", "M1"));
//! let born = Demographics::new(day, Gender::Male);
//! let child = InquiryPerson::dependent(Name::person("03", "DOE", "JIM"), born, "19");
//! let inquiry = InquiryBatch::new("R1", at).with_patients(
//!     Name::organization("PR", "PAYER").with_id("PI", "99999"),
//!     Name::organization("1P", "CLINIC").with_id("XX", "1234567893"),
//!     vec![
//!         InquiryPatient::subscriber(mother.clone(), Trace::new("T1", "9CLINIC001"), ["30"]),
//!         InquiryPatient::subscriber(mother, Trace::new("T2", "9CLINIC001"), ["98"]).of_dependent(child),
//!     ],
//! );
//! let text = inquiry.to_x12(&envelope)?; // the 270
//! assert!(text.contains("~HL*4*3*23*0~TRN*1*T2*9CLINIC001~NM1*03*1*DOE*JIM~DMG*D8*20260102*M~INS*N*19~EQ*98~"));
//!
//! let interchange = mc_x12::Interchange::parse(text.as_bytes())?; // at the payer
//! let seen = InquiryBatch::read(interchange.transactions().next().unwrap())?.strict()?;
//! assert_eq!(seen, inquiry);
//! let mut answers = ResponseBatch::answering(&seen, at).unwrap();
//! for response in &mut answers.responses {
//!     response.benefits.push(Benefit::new("1").services(["30"]));
//! }
//! answers.responses[1].benefits[0].patient = PatientLoop::Dependent;
//! let text = answers.to_x12(&envelope)?; // the 271
//!
//! let interchange = mc_x12::Interchange::parse(text.as_bytes())?; // back at the clinic
//! let answers = Response::read_all(interchange.transactions().next().unwrap())?;
//! assert_eq!(answers[1].trace_numbers().next(), Some("T2"));
//! assert_eq!(answers[1].summary("98").status, Status::Active);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod aaa;
mod answer;
pub(crate) mod batch;
mod benefit;
mod benefit_read;
mod benefit_write;
mod inquiry;
mod inquiry_read;
mod response;
mod response_read;
mod summary;

pub use aaa::{Level, Rejection, RejectionClass};
pub use answer::ResponseBuilder;
pub(crate) use batch::Patients;
pub use batch::{InquiryBatch, InquiryPatient, InquiryPerson, InquiryReceiver, InquirySource, Question, ResponseBatch};
pub use benefit::{Benefit, BenefitDetail, DatePeriod, Network, PatientLoop, RelatedEntity};
pub use inquiry::{Inquiry, Organization, Provider, Subscriber};
pub use response::{MilitaryService, Person, Response};
pub use summary::{
    Figure, Limit, LimitKind, LimitPlace, QualifiedAmount, QualifiedShare, Query, Remaining, Status, Summary, Terms,
};

pub use crate::parts::{Delivery, Gender, Procedure, Trace};

use mc_x12::{Finding, Interchange, Place, ReadError, Transaction};

/// The version that is written. The base guide `005010X279` is read as well.
pub const VERSION: &str = "005010X279A1";

/// Why a 270 or 271 cannot be read. Holds no data values.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EligibilityError {
    /// An envelope is invalid.
    #[error(transparent)]
    Envelope(#[from] ReadError),
    /// A real-time interchange has exactly one transaction set.
    #[error(
        "expected one transaction set, found {count}: `InquiryBatch::read` or `Response::read_all` reads each of several, \
             `stream::benefits` a file of 271s"
    )]
    NotOneTransaction { count: usize },
    /// A real-time transaction is about exactly one patient.
    #[error(
        "expected one patient, found {count}: `InquiryBatch::read` or `Response::read_all` reads several, \
             `stream::benefits` a file of 271s"
    )]
    NotOnePatient { count: usize },
    /// Another transaction set was received, e.g. a 999 instead of a 271.
    #[error("expected a {expected}, received a {found}")]
    WrongTransaction {
        expected: &'static str,
        found: &'static str,
    },
    /// GS08/ST03 is not 005010X279 or 005010X279A1.
    #[error("the version of the guide is not supported")]
    UnsupportedVersion,
    /// A TA1 rejected our interchange; the note code is data element I18.
    #[error("the interchange was refused by a TA1 with note {note}")]
    InterchangeRefused { note: String },
    /// A part that the guide requires is missing.
    #[error("{what} is missing")]
    Missing { what: &'static str },
    /// A part of the response could not be read ([`Response::strict`]): the first one.
    #[error("{}: {}", .0.place, .0)]
    Unread(Finding<'static>),
    /// A value has an invalid format.
    #[error("element {element} has an invalid format, {place}")]
    BadElement { place: Place, element: usize },
    /// A 271 with neither EB nor AAA has no answer, which is not the same as "inactive".
    #[error("the answer has neither benefits nor rejections")]
    Malformed,
}

/// The one transaction set of a real-time interchange, checked for kind and version.
fn single_transaction<'i, 'a>(
    interchange: &'i Interchange<'a>,
    expected: &'static str,
) -> Result<&'i Transaction<'a>, EligibilityError> {
    let mut transactions = interchange.transactions();
    let (Some(transaction), None) = (transactions.next(), transactions.next()) else {
        if let Some(ta1) = interchange.acknowledgements.iter().find(|ta1| ta1.element(4) == "R") {
            let note = ta1.element(5).chars().filter(char::is_ascii_digit).take(3).collect();
            return Err(EligibilityError::InterchangeRefused { note });
        }
        return Err(EligibilityError::NotOneTransaction {
            count: interchange.transactions().count(),
        });
    };
    supported(transaction, expected)?;
    Ok(transaction)
}

/// Checks kind and version.
fn supported(transaction: &Transaction<'_>, expected: &'static str) -> Result<(), EligibilityError> {
    if transaction.id != expected {
        let known = [
            "270", "271", "276", "277", "278", "820", "834", "835", "837", "999", "997",
        ];
        let found = known
            .into_iter()
            .find(|k| *k == transaction.id)
            .unwrap_or("transaction of unknown kind");
        return Err(EligibilityError::WrongTransaction { expected, found });
    }
    if !matches!(transaction.version, VERSION | "005010X279") {
        return Err(EligibilityError::UnsupportedVersion);
    }
    Ok(())
}
