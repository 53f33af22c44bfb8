//! One transaction set 834.

use chrono::NaiveDateTime;
use serde::Serialize;

use super::{FileAction, Member};
use crate::parts::{
    Dated, Organization, Part, Quantity, Read, ViewError, all, each, find, inner, list, moment_text, need, one,
    write_all,
};
use mc_x12::tree::Node;
use mc_x12::{Builder, Envelope, Line, Transaction, TransactionKind, TransactionSet, WriteError};

/// The kind that is written.
const KIND: TransactionKind = TransactionKind {
    functional_id: "BE",
    id: "834",
    version: "005010X220A1",
};

/// One transaction set 834: the members of a sponsor.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Enrollment {
    /// BGN01: `00` original, `15` resubmission, `22` for information.
    pub purpose: String,
    /// BGN02.
    pub reference: String,
    /// BGN03 and BGN04, in the time zone `zone`.
    pub created_at: Option<NaiveDateTime>,
    /// BGN05: time zone code, e.g. `ET`.
    pub zone: String,
    /// BGN06: reference of the original file that this one repeats.
    pub original_reference: String,
    /// BGN08; `None` where the code is unknown.
    pub action: Option<FileAction>,
    /// REF 38: master policy number.
    pub policy: String,
    /// `007` effective, ...
    pub dates: Vec<Dated>,
    /// `TO` total, `DT` dependents, `ET` subscribers.
    pub counts: Vec<Quantity>,
    /// Role `P5` (loop 1000A).
    pub sponsor: Organization,
    /// Role `IN` (loop 1000B).
    pub insurer: Organization,
    /// Loop 1000C.
    pub brokers: Vec<Broker>,
    pub members: Vec<Member>,
}

/// A broker or third party administrator (loops 1000C and 1100C).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Broker {
    /// Role `BO` or `TV`.
    pub name: Organization,
    /// ACT01 and ACT06.
    pub accounts: Option<(String, String)>,
}

/// Why an enrollment cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnrollmentError {
    /// Dependents before their subscriber, by index from 0; [`Enrollment::sort`] corrects the
    /// order.
    #[error("{} dependents precede their subscriber", .0.len())]
    Order(Vec<usize>),
    /// A field that does not fit.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl Enrollment {
    /// An original file without members.
    pub fn new(action: FileAction, reference: impl Into<String>, created_at: NaiveDateTime) -> Self {
        Self {
            purpose: "00".to_owned(),
            reference: reference.into(),
            created_at: Some(created_at),
            action: Some(action),
            ..Self::default()
        }
    }

    /// Reads one transaction set by its guide. What cannot be read is listed, and the rest is read.
    ///
    /// # Errors
    /// [`ViewError`] for another transaction set.
    pub fn read(transaction: &Transaction<'_>) -> Result<Read<Self>, ViewError> {
        Read::of(transaction, "834", Self::from_node)
    }

    /// Reads the loops of a transaction set.
    pub fn from_node(node: &Node<'_>) -> Self {
        let bgn = need(node, "BGN");
        let policy = all(node, "REF").find(|at| at.is(1, "38")).map(|at| at.text(2));
        Self {
            purpose: bgn.text(1),
            reference: bgn.text(2),
            created_at: bgn.moment(3),
            zone: bgn.text(5),
            original_reference: bgn.text(6),
            action: bgn.code(8, FileAction::from_code),
            policy: policy.unwrap_or_default(),
            dates: list(node),
            counts: list(node),
            sponsor: one(inner(node, "1000A")),
            insurer: one(inner(node, "1000B")),
            brokers: each(node, "1000C", Broker::read),
            members: each(node, "2000", Member::from_node),
        }
    }

    /// Writes the interchange.
    ///
    /// # Errors
    /// [`EnrollmentError`]: members that are out of order are not written, nor a field that does
    /// not fit.
    pub fn to_x12(&self, envelope: &Envelope) -> Result<String, EnrollmentError> {
        envelope.enclose(self)
    }

    fn write_segments(&self, out: &mut Builder) -> Result<(), WriteError> {
        let (day, time) = self.created_at.map(moment_text).unwrap_or_default();
        out.push(
            Line::new("BGN")
                .required(&self.purpose, 2)
                .required(&self.reference, 50)
                .required(&day, 8)
                .required(&time, 8)
                .data(&self.zone, 2)
                .data(&self.original_reference, 50)
                .skip(1)
                .required(self.action.map_or("", FileAction::code), 2),
        )?;
        if !self.policy.is_empty() {
            out.push(Line::new("REF").code("38").data(&self.policy, 50))?;
        }
        write_all(out, &self.dates)?;
        write_all(out, &self.counts)?;
        out.push(self.sponsor.line()?)?;
        out.push(self.insurer.line()?)?;
        self.brokers.iter().try_for_each(|broker| broker.write(out))?;
        self.members.iter().try_for_each(|member| member.write(out))
    }
}

impl TransactionSet for Enrollment {
    type Error = EnrollmentError;

    fn kind(&self) -> TransactionKind {
        KIND
    }

    fn write(&self, out: &mut Builder) -> Result<(), EnrollmentError> {
        let misplaced = self.misplaced();
        if !misplaced.is_empty() {
            return Err(EnrollmentError::Order(misplaced));
        }
        Ok(self.write_segments(out)?)
    }
}

impl Broker {
    fn read(node: &Node<'_>) -> Self {
        let act = node.child("1100C").and_then(|inner| find(inner, "ACT"));
        Self {
            name: one(node),
            accounts: act.map(|act| (act.text(1), act.text(6))),
        }
    }

    fn write(&self, out: &mut Builder) -> Result<(), WriteError> {
        out.push(self.name.line()?)?;
        let Some((first, second)) = &self.accounts else {
            return Ok(());
        };
        out.push(Line::new("ACT").required(first, 35).skip(4).data(second, 35))
    }
}
