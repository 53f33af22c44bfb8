//! Amounts with what they belong to.

use rust_decimal::Decimal;
use serde::Serialize;

use super::Network;

/// What an amount belongs to, from its lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Terms {
    /// EB06 (data element 615), e.g. `27` visit, `36` admission; of a limit, that of its total.
    pub period: Option<String>,
    /// EB02: `IND`, `FAM`, ...
    pub level: Option<String>,
    /// EB03.
    pub service_types: Vec<String>,
    /// EB12.
    pub network: Network,
    /// EB05, else the plan of the coverage that the line follows, where there is only one.
    pub plan: Option<String>,
    /// EB04, as `plan`.
    pub insurance_type: Option<String>,
    /// EB11: authorization or certification required.
    pub authorization_required: Option<bool>,
    /// MSG, the conditions in the payer's words.
    pub messages: Vec<String>,
    /// III*ZZ: the amount holds at these places of service.
    pub places_of_service: Vec<String>,
    /// The lines: indexes in [`Response::benefits`].
    ///
    /// [`Response::benefits`]: crate::eligibility::Response::benefits
    pub benefits: Vec<usize>,
}

/// An amount that was not chosen, with what it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct QualifiedAmount {
    pub amount: Decimal,
    pub terms: Terms,
}

/// A share of the patient that was not chosen, with what it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct QualifiedShare {
    /// 20 is 20 %.
    pub percent: Decimal,
    /// EB08 was above 1 and was read as a percentage.
    pub above_one: bool,
    pub terms: Terms,
}

/// The remainder of a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Remaining {
    /// US dollars.
    pub amount: Decimal,
    /// Computed as total less year to date, because the payer did not state it.
    pub derived: bool,
}

/// What is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitKind {
    /// EB01 C: what the patient pays before the plan does.
    Deductible,
    /// EB01 G: what the patient pays at most.
    OutOfPocket,
}

/// The fields of the summary that show a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitPlace {
    /// The patient's own limit.
    Patient,
    /// The limit that the patient shares with the family.
    Family,
}

/// One figure of a limit, as stated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Figure {
    /// EB06: `23` calendar year, `24` year to date, `29` remaining, ...
    pub period: Option<String>,
    /// EB07.
    pub amount: Decimal,
    /// The line: index in [`Response::benefits`].
    ///
    /// [`Response::benefits`]: crate::eligibility::Response::benefits
    pub benefit: usize,
}

/// One limit: the lines that agree in everything except the period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Limit {
    pub kind: LimitKind,
    /// For the whole life (EB06 32 and 33), not for a year.
    pub lifetime: bool,
    /// The fields of the summary that show it; `None` where another limit fits the question better,
    /// or where limits that differ compete.
    pub place: Option<LimitPlace>,
    pub terms: Terms,
    /// For the whole period. `None` where it is not stated, where several amounts are stated, and
    /// where there is no limit.
    pub total: Option<Decimal>,
    /// Year to date.
    pub met: Option<Decimal>,
    pub remaining: Option<Remaining>,
    /// The payer writes an amount of nines, e.g. 99999.99, which means that there is no limit. A
    /// remainder is not shown then.
    pub no_limit: bool,
    /// The figures do not agree: several amounts for one figure, a remainder above the total, or
    /// one that differs from total less year to date. They are shown as stated.
    pub conflicting: bool,
    /// Every figure as stated, in the payer's order.
    pub figures: Vec<Figure>,
}

/// Whether an EB08 is a percentage instead of a fraction.
pub(super) fn is_percent(share: Decimal) -> bool {
    share > Decimal::ONE
}

/// An EB08 as a percentage.
pub(super) fn percent(share: Decimal) -> Decimal {
    if is_percent(share) {
        share
    } else {
        // Cannot overflow: at most one in amount.
        share.checked_mul(Decimal::ONE_HUNDRED).unwrap_or(share).normalize()
    }
}

/// No terms.
pub(super) fn none() -> Terms {
    Terms {
        period: None,
        level: None,
        service_types: Vec::new(),
        network: Network::NotStated,
        plan: None,
        insurance_type: None,
        authorization_required: None,
        messages: Vec::new(),
        places_of_service: Vec::new(),
        benefits: Vec::new(),
    }
}
