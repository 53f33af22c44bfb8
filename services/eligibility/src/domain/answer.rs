//! What a payer's 271 means for the inquiry.

use super::{Rejection, RejectionClass};
use mc_hipaa::eligibility::{Network, QualifiedAmount, Remaining, Response, Status, Summary};
use mc_vocabulary::{Currency, Money};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// Coverage of the requested service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CoverageStatus {
    /// Covered.
    Active,
    /// The coverage has ended or is suspended.
    Inactive,
    /// The service is not covered.
    NotCovered,
    /// The payer gave no status.
    NotStated,
}

/// For which network the amounts hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NetworkStatus {
    /// Providers of the plan.
    InNetwork,
    /// All others.
    OutOfNetwork,
    /// Both.
    Both,
    /// The payer states that it does not know.
    Unknown,
    /// The payer does not state it; that does not mean in-network.
    NotStated,
}

/// The patient's deductible.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Deductible {
    /// For the whole period.
    pub total: Option<Money>,
    /// What is left of it.
    pub remaining: Option<Money>,
    /// Whether `remaining` is total less year to date, because the payer did not state it.
    pub remaining_is_derived: bool,
}

/// A copay that holds under a condition, which the payer states as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CopayAlternative {
    pub amount: Money,
    /// The payer's text.
    pub conditions: Vec<String>,
}

/// The facts of an answer. None means "not stated"; zero means zero.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// Coverage of the requested service.
    pub status: CoverageStatus,
    /// Name of the plan.
    pub plan: Option<String>,
    /// The patient's fixed share of the visit.
    pub copay: Option<Money>,
    /// Other copays of the same service and network.
    pub copay_alternatives: Vec<CopayAlternative>,
    /// The patient's share, 20 for 20 %.
    pub coinsurance_percent: Option<Decimal>,
    /// The patient's deductible.
    pub deductible: Deductible,
    /// Remaining amount until the plan pays everything.
    pub out_of_pocket_remaining: Option<Money>,
    /// For which network the amounts hold.
    pub network: NetworkStatus,
}

/// A payer's answer: facts, rejections, or facts for one service and a rejection of another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// None where it only rejects.
    pub facts: Option<Facts>,
    /// Every AAA.
    pub rejections: Vec<Rejection>,
}

/// What kind of answer a 271 is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PayerReply {
    /// It answers the inquiry.
    Answered(Answer),
    /// It rejects the inquiry with reasons.
    Rejected(Answer),
    /// Only rejections that a later attempt can cure.
    Busy(Vec<Rejection>),
}

impl PayerReply {
    /// Reads a 271 for one service type.
    pub fn of(response: &Response, service_type: &str) -> Self {
        let rejections: Vec<Rejection> = response.rejections.iter().map(Rejection::from).collect();
        if !response.benefits.is_empty() {
            let facts = Some(response.summary(service_type).into());
            return Self::Answered(Answer { facts, rejections });
        }
        if rejections
            .iter()
            .all(|rejection| rejection.class == RejectionClass::Retry)
        {
            return Self::Busy(rejections);
        }
        Self::Rejected(Answer {
            facts: None,
            rejections,
        })
    }
}

impl From<Summary> for Facts {
    fn from(summary: Summary) -> Self {
        Self {
            status: match summary.status {
                Status::Active => CoverageStatus::Active,
                Status::Inactive => CoverageStatus::Inactive,
                Status::NotCovered => CoverageStatus::NotCovered,
                Status::NotStated => CoverageStatus::NotStated,
            },
            plan: summary.plan,
            copay: money(summary.copay),
            copay_alternatives: summary.copay_alternatives.into_iter().filter_map(alternative).collect(),
            coinsurance_percent: summary.coinsurance_percent,
            deductible: Deductible {
                total: money(summary.deductible_total),
                remaining: remaining(summary.deductible_remaining),
                remaining_is_derived: summary.deductible_remaining.is_some_and(|left| left.derived),
            },
            out_of_pocket_remaining: remaining(summary.out_of_pocket_remaining),
            network: match summary.network {
                Network::In => NetworkStatus::InNetwork,
                Network::Out => NetworkStatus::OutOfNetwork,
                Network::Both => NetworkStatus::Both,
                Network::Unknown => NetworkStatus::Unknown,
                Network::NotStated => NetworkStatus::NotStated,
            },
        }
    }
}

/// A fraction of a cent cannot be charged: it counts as not stated.
fn money(amount: Option<Decimal>) -> Option<Money> {
    Money::from_decimal(amount?, Currency::USD).ok()
}

fn remaining(left: Option<Remaining>) -> Option<Money> {
    money(left.map(|left| left.amount))
}

fn alternative(other: QualifiedAmount) -> Option<CopayAlternative> {
    Some(CopayAlternative {
        amount: money(Some(other.amount))?,
        conditions: other.messages,
    })
}
