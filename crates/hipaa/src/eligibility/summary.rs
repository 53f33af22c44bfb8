//! Summary of a 271 for one service: is it covered, and what does the patient pay?
//!
//! An amount belongs to everything that its line states (`identity`). The lines that apply to the
//! question are ranked (`lines`, `level`, `medicare`); copay and coinsurance are chosen in
//! `prices`, deductibles and out-of-pocket limits are put together in `limits` and
//! chosen in `choice`, the status is in
//! `status`. Each step is one pass over the lines of the patient.

mod choice;
mod coverage;
mod identity;
mod level;
mod limits;
mod lines;
mod medicare;
mod prices;
mod scope;
mod status;
mod terms;

use rust_decimal::Decimal;
use serde::Serialize;

use super::{Network, Response};
use limits::Limits;
use lines::Line;
use scope::Scope;
use status::Statements;

pub use terms::{Figure, Limit, LimitKind, LimitPlace, QualifiedAmount, QualifiedShare, Remaining, Terms};

/// What a summary is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Query<'q> {
    /// Service type code (data element 1365), `30` for the plan as a whole.
    pub service_type: &'q str,
    /// The network of the visit: its benefits first, then [`Network::Both`], then
    /// [`Network::NotStated`]; benefits of the opposite network are never chosen.
    pub network: Network,
}

/// Coverage of the requested service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Active,
    Inactive,
    /// EB01 I: the service is not covered.
    NotCovered,
    /// The payer stated no status for the service, or refers it elsewhere
    /// ([`Summary::referrals`]). Amounts alone do not make a coverage active.
    NotStated,
}

/// The result for one service type. Amounts are US dollars, exact; `None` is "not stated" or "not
/// known", zero is zero.
///
/// Figures of a limit are shown together only where their lines agree in everything except the
/// period. Where limits that differ compete for one place, none of them is chosen: all are in
/// [`Summary::limits`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Summary {
    pub status: Status,
    /// The benefits ([`Response::benefits`], by index) that keep the plan as a whole from answering
    /// for this service: EB01 `U` contact the entity of loop 2120, `V` cannot process, with an AAA,
    /// `W` other source, `E` exclusion.
    pub referrals: Vec<usize>,
    /// EB05 of the amounts shown, or of the coverage that they follow; without amounts that of the
    /// coverage. `None` where several plans compete.
    pub plan: Option<String>,
    /// EB04, as `plan`.
    pub insurance_type: Option<String>,
    /// Every plan named for the service, in the payer's order.
    pub plans: Vec<String>,
    pub copay: Option<Decimal>,
    /// What the copay belongs to, with its period.
    pub copay_terms: Option<Terms>,
    /// Other copays of the same service and network, e.g. for specialists next to primary care, or
    /// per admission next to per visit.
    pub copay_alternatives: Vec<QualifiedAmount>,
    /// The patient's share; 20 is 20 %.
    pub coinsurance_percent: Option<Decimal>,
    /// What the coinsurance belongs to, with its period.
    pub coinsurance_terms: Option<Terms>,
    /// Other shares of the same service and network.
    pub coinsurance_alternatives: Vec<QualifiedShare>,
    pub deductible_total: Option<Decimal>,
    /// Year to date.
    pub deductible_met: Option<Decimal>,
    pub deductible_remaining: Option<Remaining>,
    pub family_deductible_total: Option<Decimal>,
    /// Year to date.
    pub family_deductible_met: Option<Decimal>,
    pub family_deductible_remaining: Option<Remaining>,
    pub out_of_pocket_total: Option<Decimal>,
    /// Year to date.
    pub out_of_pocket_met: Option<Decimal>,
    pub out_of_pocket_remaining: Option<Remaining>,
    pub family_out_of_pocket_total: Option<Decimal>,
    /// Year to date.
    pub family_out_of_pocket_met: Option<Decimal>,
    pub family_out_of_pocket_remaining: Option<Remaining>,
    /// Every deductible and out-of-pocket limit stated for the service, in the payer's order: those
    /// above, of other levels, of other networks, and those that compete with one another.
    pub limits: Vec<Limit>,
    /// The benefits ([`Response::benefits`], by index) that hold for the service, or may do so, and
    /// have an amount or a share that is shown nowhere above: other networks, single procedures,
    /// limitations.
    pub others: Vec<usize>,
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

    /// Summary for a service type and a network, in time linear in the number of benefits.
    pub fn summary_for(&self, query: Query<'_>) -> Summary {
        let scope = Scope::of(self, query);
        let statements = Statements::of(&scope);
        let lines = lines::read(&scope, &statements);
        let copay = prices::copay(&lines);
        let coinsurance = prices::coinsurance(&lines);
        let limits = Limits::of(&lines, scope.who());
        let shown: Vec<&Line<'_>> = copay
            .chosen
            .into_iter()
            .chain(coinsurance.chosen)
            .chain(limits.shown())
            .collect();
        let names = statements.names(&shown);
        let amounts = copay.used.iter().chain(&limits.used).copied();
        let others = lines::unused(&lines, amounts, coinsurance.used.iter().copied());
        let (deductible, out_of_pocket) = (
            limits.figures(LimitKind::Deductible, LimitPlace::Patient),
            limits.figures(LimitKind::OutOfPocket, LimitPlace::Patient),
        );
        let (family, family_out_of_pocket) = (
            limits.figures(LimitKind::Deductible, LimitPlace::Family),
            limits.figures(LimitKind::OutOfPocket, LimitPlace::Family),
        );
        let share = coinsurance.chosen.and_then(|line| line.benefit.percent);
        let network = copay.chosen.or(coinsurance.chosen).map(|line| line.benefit.network);
        let of_deductible = || limits.network(LimitKind::Deductible, LimitPlace::Patient);
        Summary {
            status: statements.status(),
            plan: names.plan,
            insurance_type: names.insurance_type,
            plans: lines::plans(&scope, &lines),
            copay: copay.chosen.and_then(|line| line.benefit.amount),
            copay_terms: copay.chosen.map(Line::terms),
            copay_alternatives: copay.others.iter().filter_map(|line| line.qualified_amount()).collect(),
            coinsurance_percent: share.map(terms::percent),
            coinsurance_terms: coinsurance.chosen.map(Line::terms),
            coinsurance_alternatives: coinsurance
                .others
                .iter()
                .filter_map(|line| line.qualified_share())
                .collect(),
            deductible_total: deductible.total,
            deductible_met: deductible.met,
            deductible_remaining: deductible.remaining,
            family_deductible_total: family.total,
            family_deductible_met: family.met,
            family_deductible_remaining: family.remaining,
            out_of_pocket_total: out_of_pocket.total,
            out_of_pocket_met: out_of_pocket.met,
            out_of_pocket_remaining: out_of_pocket.remaining,
            family_out_of_pocket_total: family_out_of_pocket.total,
            family_out_of_pocket_met: family_out_of_pocket.met,
            family_out_of_pocket_remaining: family_out_of_pocket.remaining,
            network: network.or_else(of_deductible).unwrap_or(Network::NotStated),
            percent_above_one: share.is_some_and(terms::is_percent),
            referrals: statements.referrals,
            limits: limits.all,
            others,
        }
    }
}

impl Summary {
    /// The limit whose figures are in the fields of the summary.
    pub fn limit(&self, kind: LimitKind, place: LimitPlace) -> Option<&Limit> {
        let mut of_kind = self.limits.iter().filter(|limit| limit.kind == kind);
        of_kind.find(|limit| limit.place == Some(place))
    }
}

#[cfg(test)]
mod property_tests;
#[cfg(test)]
mod tests;
