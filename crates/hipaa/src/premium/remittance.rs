//! The purpose of the payment: loops 2000A and 2000B.

use rust_decimal::Decimal;
use serde::Serialize;

use crate::parts::{At, Dated, Identifier, Name, Reference, When, all, each, list, need, one, redact_debug, text_of};
use mc_x12::tree::Node;

/// The subject of a remittance (ENT).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct Entity {
    /// ENT01.
    pub number: String,
    /// ENT02: `2L` corporation, `2J` individual, ...
    pub kind: String,
    /// ENT03, ENT04.
    pub id: Option<Identifier>,
}

/// The payment for an organization in total (loop 2000A).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OrganizationRemittance {
    pub entity: Entity,
    /// Adjustments of earlier payments (loop 2200A).
    pub adjustments: Vec<Adjustment>,
    pub premiums: Vec<Premium>,
}

/// The payment for a member (loop 2000B).
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct IndividualRemittance {
    pub entity: Entity,
    /// Role `IL` insured, `EY` employee, `DO` dependent, `QE` policy holder.
    pub people: Vec<Name>,
    /// Adjustments of earlier payments (loop 2200B).
    pub adjustments: Vec<Adjustment>,
    pub premiums: Vec<Premium>,
}

/// An adjustment of the amount (ADX).
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Adjustment {
    /// ADX01: a negative amount reduces the payment.
    pub amount: Option<Decimal>,
    /// ADX02 (data element 426): `52` credit for overpayment, `53` remitted for an earlier one,
    /// `AX` late, ...
    pub reason: String,
}

/// The payment on one account (RMR and subordinate segments).
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Premium {
    /// RMR01: `IK` invoice, `AZ` policy, `1L` group, `CT` contract, ...
    pub qualifier: String,
    /// RMR02.
    pub number: String,
    /// RMR03: `PI` pay the item, `PA` in advance, `PO` on account, `PP` in part.
    pub action: String,
    /// RMR04.
    pub paid: Option<Decimal>,
    /// RMR05.
    pub billed: Option<Decimal>,
    pub references: Vec<Reference>,
    /// `582` coverage period, `AAG`.
    pub dates: Vec<Dated>,
    /// The composition of the total, for an organization.
    pub lines: Vec<SummaryLine>,
    /// Adjustments of this payment (loop 2320): the difference between RMR05 and RMR04.
    pub adjustments: Vec<Adjustment>,
}

/// A line of the total (IT1 and subordinate segments).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SummaryLine {
    /// IT101.
    pub number: String,
    pub charges: Vec<Charge>,
    pub counts: Vec<MemberCount>,
}

/// A fee or an allowance (SAC).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Charge {
    /// SAC02 (data element 1300).
    pub code: String,
    /// SAC05 in dollars; it is written in cents.
    pub amount: Option<Decimal>,
}

/// The number of members paid for (SLN).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MemberCount {
    /// SLN04.
    pub count: Option<Decimal>,
    /// SLN05: `IE` individuals, `10` groups, `PR` pairs.
    pub unit: String,
}

redact_debug!(Entity, IndividualRemittance, Adjustment, Premium);

impl Entity {
    fn read(node: &Node<'_>) -> Self {
        let ent = need(node, "ENT");
        Self {
            number: ent.text(1),
            kind: ent.text(2),
            id: Identifier::read(ent, 3),
        }
    }
}

impl OrganizationRemittance {
    pub(super) fn read(node: &Node<'_>) -> Self {
        Self {
            entity: Entity::read(node),
            adjustments: Adjustment::read_all(node, "2200A"),
            premiums: each(node, "2300A", Premium::read),
        }
    }
}

impl IndividualRemittance {
    pub(super) fn read(node: &Node<'_>) -> Self {
        Self {
            entity: Entity::read(node),
            people: each(node, "2100B", one),
            adjustments: Adjustment::read_all(node, "2200B"),
            premiums: each(node, "2300B", Premium::read),
        }
    }
}

impl Adjustment {
    fn read_all(node: &Node<'_>, loop_id: &str) -> Vec<Self> {
        let read = |inner: &Node<'_>| {
            let adx = need(inner, "ADX");
            Self {
                amount: adx.number(1),
                reason: adx.text(2),
            }
        };
        node.children(loop_id).map(read).collect()
    }
}

impl Premium {
    fn read(node: &Node<'_>) -> Self {
        let rmr = need(node, "RMR");
        let mut adjustments = Adjustment::read_all(node, "2320A");
        adjustments.extend(Adjustment::read_all(node, "2320B"));
        Self {
            qualifier: rmr.text(1),
            number: rmr.text(2),
            action: rmr.text(3),
            paid: rmr.number(4),
            billed: rmr.number(5),
            references: list(node),
            dates: dates(node),
            lines: each(node, "2310A", SummaryLine::read),
            adjustments,
        }
    }
}

impl SummaryLine {
    fn read(node: &Node<'_>) -> Self {
        let charge = |inner: &Node<'_>| {
            let sac = need(inner, "SAC");
            Charge {
                code: sac.text(2),
                amount: sac.number(5).map(cents),
            }
        };
        let count = |inner: &Node<'_>| {
            let sln = need(inner, "SLN");
            MemberCount {
                count: sln.number(4),
                unit: sln.component(5, 1),
            }
        };
        Self {
            number: text_of(node, "IT1", 1),
            charges: each(node, "2312A", charge),
            counts: each(node, "2315A", count),
        }
    }
}

/// A number with two implied decimals (type N2).
fn cents(value: Decimal) -> Decimal {
    (value * Decimal::new(1, 2)).normalize()
}

/// Every DTM: a day, or a period with its format qualifier.
pub(super) fn dates(node: &Node<'_>) -> Vec<Dated> {
    all(node, "DTM").map(date).collect()
}

fn date(dtm: At<'_, '_>) -> Dated {
    if dtm.is_empty(5) {
        return Dated::from_dtm(dtm);
    }
    Dated {
        qualifier: dtm.text(1),
        when: When::read(&dtm.text(5), &dtm.text(6)),
    }
}
