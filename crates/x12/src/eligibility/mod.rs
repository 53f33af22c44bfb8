//! Eligibility: the 270 inquiry and the 271 response, version 005010X279A1.

mod aaa;
mod answer;
mod benefit;
mod benefit_write;
mod inquiry;
mod inquiry_read;
mod response;
mod response_read;
mod summary;
mod view;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};

pub use aaa::{Level, Rejection, RejectionClass};
pub use answer::ResponseBuilder;
pub use benefit::{Benefit, BenefitDetail, DatePeriod, Network, PatientLoop, Procedure, RelatedEntity};
pub use inquiry::{Inquiry, Organization, Provider, Subscriber};
pub use response::{Person, Response};
pub use summary::{QualifiedAmount, Query, Remaining, Status, Summary};

pub use crate::parts::{Delivery, Trace};

use crate::envelope::{Interchange, Transaction};
use crate::error::{Place, ReadError};

/// The version that we write. On input the base guide `005010X279` is taken as well.
pub const VERSION: &str = "005010X279A1";

/// DMG03 (data element 1068).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gender {
    Female,
    Male,
    Unknown,
}

impl Gender {
    /// `F`, `M` or `U`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Female => "F",
            Self::Male => "M",
            Self::Unknown => "U",
        }
    }

    /// From the code; none for anything else.
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "F" => Some(Self::Female),
            "M" => Some(Self::Male),
            "U" => Some(Self::Unknown),
            _ => None,
        }
    }
}

/// Why a 270 or 271 could not be read. Free of data values.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EligibilityError {
    /// The envelope is broken.
    #[error(transparent)]
    Envelope(#[from] ReadError),
    /// Real time carries exactly one transaction set.
    #[error("{count} transaction sets where one was expected")]
    NotOneTransaction { count: usize },
    /// Another transaction set came, e.g. a 999 in place of a 271.
    #[error("a {found} came where a {expected} was expected")]
    WrongTransaction {
        expected: &'static str,
        found: &'static str,
    },
    /// GS08/ST03 is not 005010X279 or 005010X279A1.
    #[error("the version of the guide is not supported")]
    UnsupportedVersion,
    /// A TA1 refused the interchange that we sent; the note code is data element I18.
    #[error("the interchange was refused by a TA1 with note {note}")]
    InterchangeRefused { note: String },
    /// Something that the guide requires is absent.
    #[error("{what} is missing")]
    Missing { what: &'static str },
    /// A value has the wrong form.
    #[error("element {element} has a wrong form, {place}")]
    BadElement { place: Place, element: usize },
    /// A 271 with neither EB nor AAA says nothing; that is not the same as "inactive".
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
    Ok(transaction)
}

/// CCYYMMDD.
fn date(text: &str) -> Option<NaiveDate> {
    if text.len() != 8 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    NaiveDate::parse_from_str(text, "%Y%m%d").ok()
}

/// CCYYMMDD with HHMM, HHMMSS or HHMMSSDD; hundredths are dropped.
fn date_time(day: &str, time: &str) -> Option<DateTime<Utc>> {
    if !time.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let part = |from: usize| time.get(from..from + 2).and_then(|t| t.parse::<u32>().ok());
    let seconds = if time.len() > 4 { part(4)? } else { 0 };
    let time = NaiveTime::from_hms_opt(part(0)?, part(2)?, seconds)?;
    Some(NaiveDateTime::new(date(day)?, time).and_utc())
}
