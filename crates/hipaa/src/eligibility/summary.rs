//! Summary of a 271 for one service: is it covered, and what does the patient pay?

use rust_decimal::Decimal;

use super::view::{View, WHOLE, family_level, is_accumulator, own_level, share_level};
use super::{Network, PatientLoop, Response};

/// What a summary is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Query<'q> {
    /// Service type code (data element 1365), `30` for the plan as a whole.
    pub service_type: &'q str,
    /// The network of the visit: its benefits first, then [`Network::Both`], then
    /// [`Network::NotStated`]; benefits of the opposite network are never used.
    pub network: Network,
}

/// Coverage of the requested service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Active,
    Inactive,
    /// EB01 I: the service is not covered.
    NotCovered,
    /// The payer stated no status. Amounts alone do not make a coverage active.
    NotStated,
}

/// The remainder of a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Remaining {
    /// US dollars.
    pub amount: Decimal,
    /// Computed as total less year to date, because the payer did not state it.
    pub derived: bool,
}

/// An amount with a condition that the payer states as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QualifiedAmount {
    pub amount: Decimal,
    pub messages: Vec<String>,
}

/// The result of rules 1 to 6 for one service type. Amounts are US dollars, exact; `None` is "not
/// stated", zero is zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    pub status: Status,
    /// EB05 of the coverage.
    pub plan: Option<String>,
    /// EB04 of the coverage.
    pub insurance_type: Option<String>,
    pub copay: Option<Decimal>,
    /// Other copays of the same service and network, e.g. for specialists next to primary care.
    pub copay_alternatives: Vec<QualifiedAmount>,
    /// The patient's share; 20 is 20 %.
    pub coinsurance_percent: Option<Decimal>,
    pub deductible_total: Option<Decimal>,
    /// Year to date.
    pub deductible_met: Option<Decimal>,
    pub deductible_remaining: Option<Remaining>,
    pub family_deductible_total: Option<Decimal>,
    pub family_deductible_remaining: Option<Remaining>,
    pub out_of_pocket_total: Option<Decimal>,
    /// Year to date.
    pub out_of_pocket_met: Option<Decimal>,
    pub out_of_pocket_remaining: Option<Remaining>,
    /// EB12 of the benefit with the copay, else with the coinsurance, else with the deductible.
    pub network: Network,
    /// EB08 was above 1 and was read as a percentage.
    pub percent_above_one: bool,
}

impl Response {
    /// In-network summary for a service type.
    pub fn summary(&self, service_type: &str) -> Summary {
        self.summary_for(Query {
            service_type,
            network: Network::In,
        })
    }

    /// Summary for a service type and a network.
    pub fn summary_for(&self, query: Query<'_>) -> Summary {
        let dependent = self.benefits.iter().any(|b| b.patient == PatientLoop::Dependent);
        let patient = if dependent {
            PatientLoop::Dependent
        } else {
            PatientLoop::Subscriber
        };
        let view = View {
            benefits: self.benefits.iter().filter(|b| b.patient == patient).collect(),
            query,
        };
        let coverage = view.coverage();
        let copay = view.best(
            |b| b.info == "B" && b.amount.is_some() && !is_accumulator(b),
            share_level,
        );
        let coinsurance = view.best(|b| b.info == "A" && b.percent.is_some(), share_level);
        let deductible = view.total("C", &WHOLE, own_level);
        let shares = coinsurance.and_then(|b| b.percent);
        let above_one = shares.is_some_and(|p| p > Decimal::ONE);
        let out_of_pocket = |total: &[&str], left: &str| {
            (
                view.total("G", total, own_level).and_then(|b| b.amount),
                view.remaining("G", total, left, own_level),
            )
        };
        let (annual, lifetime) = (out_of_pocket(&WHOLE, "29"), out_of_pocket(&["32"], "33"));
        let (oop_total, oop_left) = if annual == (None, None) { lifetime } else { annual };
        Summary {
            status: view.status(),
            plan: coverage.and_then(|b| b.plan.clone()).or_else(|| view.any_plan()),
            insurance_type: coverage.and_then(|b| b.insurance_type.clone()),
            copay: copay.and_then(|b| b.amount),
            copay_alternatives: copay.map(|b| view.alternatives(b)).unwrap_or_default(),
            coinsurance_percent: shares.map(|p| {
                if above_one {
                    p
                } else {
                    (p * Decimal::ONE_HUNDRED).normalize()
                }
            }),
            deductible_total: deductible.and_then(|b| b.amount),
            deductible_met: view.met("C", own_level),
            deductible_remaining: view.remaining("C", &WHOLE, "29", own_level),
            family_deductible_total: view.total("C", &WHOLE, family_level).and_then(|b| b.amount),
            family_deductible_remaining: view.remaining("C", &WHOLE, "29", family_level),
            out_of_pocket_total: oop_total,
            out_of_pocket_met: view.met("G", own_level),
            out_of_pocket_remaining: oop_left,
            network: copay
                .or(coinsurance)
                .or(deductible)
                .map_or(Network::NotStated, |b| b.network),
            percent_above_one: above_one,
        }
    }
}

#[cfg(test)]
mod tests;
