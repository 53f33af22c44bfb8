//! Amounts of an answer, each with what it belongs to.

use mc_hipaa::eligibility::{
    Limit, LimitKind, LimitPlace, Network, QualifiedAmount, QualifiedShare, Remaining, Summary, Terms,
};
use mc_vocabulary::{Currency, Money};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::NetworkStatus;

/// A copay that holds under a condition, which the payer states as text or as a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CopayAlternative {
    pub amount: Money,
    /// The payer's text.
    pub conditions: Vec<String>,
    /// What it is due for, e.g. `visit`, `day`, `admission`; null where the payer does not state
    /// it.
    #[serde(default)]
    pub period: Option<String>,
    /// Name of the plan.
    #[serde(default)]
    pub plan: Option<String>,
}

/// A share of the patient that holds under a condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CoinsuranceAlternative {
    /// An exact decimal: 20 for 20 %.
    #[schema(value_type = String, example = "20")]
    pub percent: Decimal,
    /// The payer's text.
    pub conditions: Vec<String>,
    /// Codes of the places of service where it holds.
    pub places_of_service: Vec<String>,
    /// As for a copay.
    pub period: Option<String>,
    /// Name of the plan.
    pub plan: Option<String>,
}

/// The figures of one limit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LimitFigures {
    /// For the whole period; null where there is no limit.
    pub total: Option<Money>,
    /// Year to date.
    pub met: Option<Money>,
    /// What is left of it.
    pub remaining: Option<Money>,
    /// Whether `remaining` is total less year to date, because the payer did not state it.
    pub remaining_is_derived: bool,
    /// The period of the total, e.g. `calendar_year`, `service_year`, `lifetime`.
    pub period: Option<String>,
    /// The payer states an amount that means "no limit".
    pub no_limit: bool,
    /// The payer's figures do not agree with one another; they are shown as stated.
    pub conflicting: bool,
    /// The payer's text.
    pub conditions: Vec<String>,
}

/// What is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LimitOf {
    /// What the patient pays before the plan does.
    Deductible,
    /// What the patient pays at most.
    OutOfPocket,
}

/// The field that shows a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ShownAs {
    /// `deductible` or `out_of_pocket`.
    Patient,
    /// `family_deductible` or `family_out_of_pocket`.
    Family,
}

/// One amount of a limit, as the payer states it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct StatedFigure {
    /// e.g. `calendar_year`, `year_to_date`, `remaining`.
    pub period: Option<String>,
    pub amount: Money,
}

/// One limit: figures that belong together, and what they belong to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct StatedLimit {
    pub of: LimitOf,
    /// Null where another limit answers the question better, or where limits compete.
    pub shown_as: Option<ShownAs>,
    #[serde(flatten)]
    pub figures: LimitFigures,
    /// X12 data element 1207, e.g. `IND`, `FAM`.
    pub level: Option<String>,
    /// X12 data element 1365.
    pub service_types: Vec<String>,
    pub network: NetworkStatus,
    /// Name of the plan.
    pub plan: Option<String>,
    /// X12 data element 1336, e.g. `HM`, `MA`, `MB`.
    pub insurance_type: Option<String>,
    /// Codes of the places of service where it holds.
    pub places_of_service: Vec<String>,
    /// Every amount as stated.
    pub stated: Vec<StatedFigure>,
}

/// A fraction of a cent cannot be charged: it counts as not stated.
pub(super) fn money(amount: Option<Decimal>) -> Option<Money> {
    Money::from_decimal(amount?, Currency::USD).ok()
}

pub(super) fn remaining(left: Option<Remaining>) -> Option<Money> {
    money(left.map(|left| left.amount))
}

/// The period (X12 data element 615) of an amount as a word; an unusual code as it is.
pub(super) fn period(terms: &Terms) -> Option<String> {
    terms.period.as_deref().map(period_name)
}

fn period_name(code: &str) -> String {
    let name = match code {
        "6" => "hour",
        "7" => "day",
        "13" => "24_hours",
        "21" => "years",
        "22" => "service_year",
        "23" => "calendar_year",
        "24" => "year_to_date",
        "25" => "contract",
        "26" => "episode",
        "27" => "visit",
        "28" => "outlier",
        "29" => "remaining",
        "30" => "exceeded",
        "31" => "not_exceeded",
        "32" => "lifetime",
        "33" => "lifetime_remaining",
        "34" => "month",
        "35" => "week",
        "36" => "admission",
        other => other,
    };
    name.to_owned()
}

impl CopayAlternative {
    pub(super) fn of(other: QualifiedAmount) -> Option<Self> {
        Some(Self {
            amount: money(Some(other.amount))?,
            period: period(&other.terms),
            conditions: other.terms.messages,
            plan: other.terms.plan,
        })
    }
}

impl From<QualifiedShare> for CoinsuranceAlternative {
    fn from(other: QualifiedShare) -> Self {
        Self {
            percent: other.percent,
            period: period(&other.terms),
            conditions: other.terms.messages,
            places_of_service: other.terms.places_of_service,
            plan: other.terms.plan,
        }
    }
}

impl LimitFigures {
    /// The figures in the fields of a summary; none where no limit is chosen.
    pub(super) fn shown(summary: &Summary, kind: LimitKind, place: LimitPlace) -> Option<Self> {
        summary.limit(kind, place).map(Self::of)
    }

    fn of(limit: &Limit) -> Self {
        Self {
            total: money(limit.total),
            met: money(limit.met),
            remaining: remaining(limit.remaining),
            remaining_is_derived: limit.remaining.is_some_and(|left| left.derived),
            period: period(&limit.terms),
            no_limit: limit.no_limit,
            conflicting: limit.conflicting,
            conditions: limit.terms.messages.clone(),
        }
    }
}

impl From<Limit> for StatedLimit {
    fn from(limit: Limit) -> Self {
        let stated = limit.figures.iter().filter_map(|figure| {
            Some(StatedFigure {
                period: figure.period.as_deref().map(period_name),
                amount: money(Some(figure.amount))?,
            })
        });
        Self {
            of: match limit.kind {
                LimitKind::Deductible => LimitOf::Deductible,
                LimitKind::OutOfPocket => LimitOf::OutOfPocket,
            },
            shown_as: limit.place.map(|place| match place {
                LimitPlace::Patient => ShownAs::Patient,
                LimitPlace::Family => ShownAs::Family,
            }),
            figures: LimitFigures::of(&limit),
            stated: stated.collect(),
            level: limit.terms.level,
            service_types: limit.terms.service_types,
            network: limit.terms.network.into(),
            plan: limit.terms.plan,
            insurance_type: limit.terms.insurance_type,
            places_of_service: limit.terms.places_of_service,
        }
    }
}

impl From<Network> for NetworkStatus {
    fn from(network: Network) -> Self {
        match network {
            Network::In => Self::InNetwork,
            Network::Out => Self::OutOfNetwork,
            Network::Both => Self::Both,
            Network::Unknown => Self::Unknown,
            Network::NotStated => Self::NotStated,
        }
    }
}
