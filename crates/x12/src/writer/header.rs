//! The content of the envelopes.

use crate::delimiters::Delimiters;
use crate::envelope::Transaction;
use crate::error::WriteError;
use crate::guide;
use crate::segment::Segment;
use chrono::{DateTime, Utc};
use serde::Serialize;

/// Sender or receiver (ISA05/06, ISA07/08). It has one id, which is also GS02 or GS03: envelopes in
/// which the two differ are read, but not written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Party {
    /// One of [`Party::QUALIFIERS`]: `ZZ` mutually defined, `01` D-U-N-S, `30` tax id, ...
    pub qualifier: String,
    /// 2 to 15 characters.
    pub id: String,
}

impl TransactionKind {
    /// The kind of a transaction set that was read, in its version. `None` where no guide is known.
    pub fn of(transaction: &Transaction<'_>) -> Option<Self> {
        let beginning = transaction.segments.iter().find(|segment| segment.id() == "BHT");
        let purpose = beginning.map(|bht| bht.element(2));
        let guide = guide::find_for(transaction.id, transaction.version, purpose, true)?;
        let mut versions = std::iter::once(&guide.version).chain(guide.near);
        Some(Self {
            functional_id: guide.functional_group,
            id: guide.transaction,
            version: versions.find(|version| **version == transaction.version)?,
        })
    }
}

impl Party {
    /// The qualifiers that the guides allow (data element I05).
    pub const QUALIFIERS: [&str; 9] = ["01", "14", "20", "27", "28", "29", "30", "33", "ZZ"];

    /// The same party as the receiver of an answer. Where its qualifier is none, an interchange
    /// that repeats it is invalid itself: the id is then mutually defined (`ZZ`).
    #[must_use]
    pub fn answered(&self) -> Self {
        if Self::QUALIFIERS.contains(&self.qualifier.as_str()) {
            return self.clone();
        }
        Self::mutual(self.id.clone())
    }

    /// The party of an ISA whose qualifier is this element; its id is the next one.
    pub(super) fn of(isa: &Segment<'_>, qualifier: usize) -> Self {
        Self {
            qualifier: isa.element(qualifier).to_owned(),
            id: isa.element(qualifier + 1).trim_end().to_owned(),
        }
    }

    /// A mutually defined (`ZZ`) id.
    pub fn mutual(id: impl Into<String>) -> Self {
        Self {
            qualifier: "ZZ".to_owned(),
            id: id.into(),
        }
    }
}

/// The control numbers of the three envelopes; the caller keeps them unique.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ControlNumbers {
    /// ISA13, 0 to 999 999 999.
    pub interchange: u32,
    /// GS06, 1 to 999 999 999.
    pub group: u32,
    /// ST02, written with at least four digits, up to 999 999 999.
    pub transaction: u32,
}

/// ISA15.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Usage {
    /// `P`
    Production,
    /// `T`
    Test,
}

/// The kind of a transaction set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TransactionKind {
    /// GS01, e.g. `HS`.
    pub functional_id: &'static str,
    /// ST01, e.g. `270`.
    pub id: &'static str,
    /// GS08 and ST03, e.g. `005010X279A1`.
    pub version: &'static str,
}

/// The content of the envelopes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    pub sender: Party,
    pub receiver: Party,
    pub control: ControlNumbers,
    /// ISA09/10 and GS04/05, in UTC, to the second.
    pub created_at: DateTime<Utc>,
    pub usage: Usage,
    pub kind: TransactionKind,
}

impl Header {
    /// Delimiters that no id of the envelopes, and none of the other texts, contains.
    pub(crate) fn delimiters(&self, wanted: Delimiters, others: &[&str]) -> Delimiters {
        let (sender, receiver) = (&self.sender, &self.receiver);
        let ids = [&*sender.id, &receiver.id];
        wanted.apart_from(&[&ids, others].concat())
    }

    pub(super) fn check_parties(&self, ids: Ids, delimiters: Delimiters) -> Result<(), WriteError> {
        for (element, party) in [(5, &self.sender), (7, &self.receiver)] {
            if !Party::QUALIFIERS.contains(&party.qualifier.as_str()) {
                let segment = "ISA";
                return Err(WriteError::Form { segment, element });
            }
            ids.check(&party.id, element + 1, delimiters)?;
        }
        Ok(())
    }
}

/// Which ids an ISA may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ids {
    /// Printable ones.
    Valid,
    /// Those of the ISA that a TA1 answers, which are returned as they are, blank or not.
    Received,
}

impl Ids {
    fn check(self, id: &str, element: usize, delimiters: Delimiters) -> Result<(), WriteError> {
        let segment = "ISA";
        let (max, is_valid) = (15, self == Self::Valid);
        if id.chars().any(|c| delimiters.contains(c)) {
            return Err(WriteError::Delimiter { segment, element });
        }
        if !id.is_ascii() || id.chars().any(|c| c.is_ascii_control()) {
            return Err(WriteError::Character { segment, element });
        }
        if id.len() > max {
            return Err(WriteError::TooLong { segment, element, max });
        }
        if is_valid && id.trim().is_empty() {
            return Err(WriteError::Missing { segment, element });
        }
        Ok(())
    }
}
