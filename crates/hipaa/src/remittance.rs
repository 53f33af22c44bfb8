//! Remittance advice: the 835, version 005010X221A1.
//!
//! A payer builds a [`Remittance`] with a [`RemittanceBuilder`], which computes the payment; a
//! provider reads one and checks [`Remittance::balance`] before posting it.
//!
//! ```
//! use mc_hipaa::parts::{Address, Contact, Name, Procedure};
//! use mc_hipaa::remittance::*;
//! # use mc_x12::{ControlNumbers, Envelope, Party, Usage};
//! # let day = chrono::NaiveDate::from_ymd_opt(2026, 1, 2).unwrap();
//! # let envelope = Envelope { sender: Party::mutual("PAYER"), receiver: Party::mutual("CLINIC"), usage: Usage::Test,
//! #   control: ControlNumbers { interchange: 1, group: 1, transaction: 1 },
//! #   created_at: day.and_hms_opt(3, 4, 5).unwrap().and_utc() };
//! let payer = Payer::new(
//!     "PAYER",
//!     Address::new("1 MAIN ST", "BOSTON", "MA", "02110"),
//!     Contact::new("BL", "HELP DESK").number("TE", "8005550100"),
//! );
//! let line = ServicePayment::new(Procedure::new("HC", "99213"), 120, 70)
//!     .adjusted("CO", "45", 25)
//!     .adjusted("PR", "3", 25);
//! let claim = ClaimPayment {
//!     patient_responsibility: Some(25.into()),
//!     filing: "12".into(),
//!     names: vec![Name::person("QC", "DOE", "JO").with_id("MI", "M1")],
//!     lines: vec![line],
//!     ..ClaimPayment::new("CLAIM-1", "P-77", 120, 70)
//! };
//! let payment = Payment::new("CHK", day, "0001234", "1512345678");
//! let remittance = RemittanceBuilder::new(payment, payer, Payee::provider("CLINIC", "1234567893"))
//!     .claim(claim)
//!     .provider_adjustment(ProviderAdjustment::new("1234567893", day, "WO", 20))
//!     .build()?;
//! assert_eq!(remittance.payment.amount, Some(50.into()));
//! assert!(remittance.balance().is_empty());
//! let text = remittance.to_x12(&envelope)?;
//!
//! let interchange = mc_x12::Interchange::parse(text.as_bytes())?; // at the provider
//! for transaction in interchange.transactions() {
//!     let seen = Remittance::read(transaction)?.strict()?;
//!     assert!(seen.balance().is_empty());
//!     assert_eq!(seen.claims().next().unwrap().lines[0].paid, Some(70.into()));
//!     assert_eq!(seen, remittance);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod balance;
mod builder;
mod claim;
mod party;
mod payment;
mod provider;
mod service;
#[cfg(test)]
pub(crate) mod tests;

use chrono::NaiveDate;
use serde::Serialize;

pub use builder::{RemittanceBuilder, RemittanceError};
pub use claim::ClaimPayment;
pub use party::{Delivery, Payee, Payer};
pub use payment::{Account, Direction, Payment};
pub use provider::{GroupSummary, ProviderAdjustment};
pub use service::{Remark, ServicePayment};

use crate::parts::{Dated, Read, Reference, ViewError, When, all, each, find, inner, need, text_of, write_all};
use mc_x12::tree::Node;
use mc_x12::{Builder, Envelope, Line, Transaction, TransactionKind, TransactionSet, WriteError};

/// The kind that is written.
const KIND: TransactionKind = TransactionKind {
    functional_id: "HP",
    id: "835",
    version: "005010X221A1",
};

/// One transaction set 835: one payment and its claims.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Remittance {
    pub payment: Payment,
    /// CUR02, where it is not US dollars.
    pub currency: String,
    /// REF EV: the receiver of the file, where it is not the payee.
    pub receiver_id: String,
    /// REF F2: the version of the payer's system.
    pub version_id: String,
    /// DTM 405.
    pub produced_on: Option<NaiveDate>,
    pub payer: Payer,
    pub payee: Payee,
    pub groups: Vec<ClaimGroup>,
    /// PLB.
    pub adjustments: Vec<ProviderAdjustment>,
}

/// Claims under one LX (loop 2000).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ClaimGroup {
    /// LX01.
    pub number: String,
    pub summary: Option<GroupSummary>,
    pub claims: Vec<ClaimPayment>,
}

/// A reversal and the corrected claim, where the remittance has it.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Correction<'r> {
    pub reversal: &'r ClaimPayment,
    pub replacement: Option<&'r ClaimPayment>,
}

impl Remittance {
    /// The claims of all groups, in order.
    pub fn claims(&self) -> impl Iterator<Item = &ClaimPayment> {
        self.groups.iter().flat_map(|group| &group.claims)
    }

    /// Each reversal with the first later claim under the same CLP01 that is not a reversal.
    pub fn corrections(&self) -> Vec<Correction<'_>> {
        let claims: Vec<_> = self.claims().collect();
        let replacement = |at: usize, reversal: &ClaimPayment| {
            let mut later = claims.iter().skip(at + 1).copied();
            later.find(|c| !c.is_reversal() && c.control_number == reversal.control_number)
        };
        let reversals = claims.iter().enumerate().filter(|(_, claim)| claim.is_reversal());
        reversals
            .map(|(at, reversal)| Correction {
                reversal,
                replacement: replacement(at, reversal),
            })
            .collect()
    }

    /// Reads one transaction set by its guide. What cannot be read is listed, and the rest is read.
    ///
    /// # Errors
    /// [`ViewError`] for another transaction set.
    pub fn read(transaction: &Transaction<'_>) -> Result<Read<Self>, ViewError> {
        Read::of(transaction, "835", Self::from_node)
    }

    /// Reads the loops of a transaction set.
    pub fn from_node(node: &Node<'_>) -> Self {
        let reference = |code| {
            all(node, "REF")
                .find(|at| at.is(1, code))
                .map(|at| at.text(2))
                .unwrap_or_default()
        };
        let mut dates = all(node, "DTM").map(Dated::from_dtm);
        Self {
            payment: Payment::read(node),
            currency: text_of(node, "CUR", 2),
            receiver_id: reference("EV"),
            version_id: reference("F2"),
            produced_on: dates.find_map(|date| date.when.first_day()),
            payer: Payer::read(inner(node, "1000A")),
            payee: Payee::read(inner(node, "1000B")),
            groups: each(node, "2000", ClaimGroup::from_node),
            adjustments: provider::read_adjustments(node),
        }
    }

    /// Writes the interchange.
    ///
    /// # Errors
    /// [`RemittanceError`]: what does not balance is not written, nor a field that does not fit.
    pub fn to_x12(&self, envelope: &Envelope) -> Result<String, RemittanceError> {
        envelope.enclose(self)
    }

    fn write_segments(&self, out: &mut Builder) -> Result<(), WriteError> {
        for line in self.payment.lines()? {
            out.push(line)?;
        }
        if !self.currency.is_empty() {
            out.push(Line::new("CUR").code("PR").required(&self.currency, 3))?;
        }
        let references = [("EV", &self.receiver_id), ("F2", &self.version_id)];
        let stated = references.into_iter().filter(|(_, value)| !value.is_empty());
        let stated: Vec<_> = stated.map(|(code, value)| Reference::new(code, value)).collect();
        write_all(out, &stated)?;
        if let Some(day) = self.produced_on {
            let qualifier = "405".to_owned();
            let when = When::Day(day);
            out.push(Dated { qualifier, when }.dtm())?;
        }
        self.payer.write(out)?;
        self.payee.write(out)?;
        self.groups.iter().try_for_each(|group| group.write(out))?;
        provider::write_adjustments(out, &self.adjustments)
    }
}

impl TransactionSet for Remittance {
    type Error = RemittanceError;

    fn kind(&self) -> TransactionKind {
        KIND
    }

    fn write(&self, out: &mut Builder) -> Result<(), RemittanceError> {
        self.must_balance()?;
        Ok(self.write_segments(out)?)
    }
}

impl ClaimGroup {
    pub(crate) fn from_node(node: &Node<'_>) -> Self {
        let summary = find(node, "TS3").map(|ts3| GroupSummary::read(ts3, find(node, "TS2")));
        Self {
            number: need(node, "LX").text(1),
            summary,
            claims: each(node, "2100", ClaimPayment::from_node),
        }
    }

    fn write(&self, out: &mut Builder) -> Result<(), WriteError> {
        out.push(Line::new("LX").required(&self.number, 6))?;
        if let Some(summary) = &self.summary {
            summary.write(out)?;
        }
        self.claims.iter().try_for_each(|claim| claim.write(out))
    }
}
