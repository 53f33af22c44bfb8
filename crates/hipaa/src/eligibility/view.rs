//! Selects the benefits that answer one question about one patient (extraction rules 1 to 6).

use rust_decimal::Decimal;

use super::summary::{QualifiedAmount, Query, Remaining, Status};
use super::{Benefit, Network};

/// EB06 of a limit for a whole period.
pub(super) const WHOLE: [&str; 4] = ["22", "23", "25", "21"];
const YEAR_TO_DATE: &str = "24";

/// Lower is better: service type, network, coverage level, conditions.
type Rank = (u8, u8, u8, u8);

/// The benefits of one patient, ranked for one query.
pub(super) struct View<'r> {
    pub(super) benefits: Vec<&'r Benefit>,
    pub(super) query: Query<'r>,
}

impl<'r> View<'r> {
    /// Exact service type, then none, then 30.
    fn service_rank(&self, benefit: &Benefit) -> Option<u8> {
        let has = |code: &str| benefit.service_types.iter().any(|s| s == code);
        if has(self.query.service_type) {
            Some(0)
        } else if benefit.service_types.is_empty() {
            Some(1)
        } else {
            has("30").then_some(2)
        }
    }

    fn network_rank(&self, benefit: &Benefit) -> Option<u8> {
        match benefit.network {
            network if network == self.query.network => Some(0),
            Network::Both => Some(1),
            Network::NotStated => Some(2),
            _ => None,
        }
    }

    /// `None` where the benefit does not apply. Benefits of single procedures never apply to a
    /// service type.
    fn rank(&self, benefit: &Benefit, level: fn(&Benefit) -> Option<u8>) -> Option<Rank> {
        if benefit.procedure.is_some() {
            return None;
        }
        let conditional = u8::from(!benefit.messages.is_empty() || !benefit.places_of_service.is_empty());
        Some((
            self.service_rank(benefit)?,
            self.network_rank(benefit)?,
            level(benefit)?,
            conditional,
        ))
    }

    /// The first benefit with the best rank, in the payer's order.
    fn ranked(
        &self,
        wanted: impl Fn(&Benefit) -> bool,
        level: fn(&Benefit) -> Option<u8>,
    ) -> Option<(Rank, &'r Benefit)> {
        let candidates = self.benefits.iter().filter(|b| wanted(b));
        candidates
            .filter_map(|b| Some((self.rank(b, level)?, *b)))
            .min_by_key(|(rank, _)| *rank)
    }

    pub(super) fn best(
        &self,
        wanted: impl Fn(&Benefit) -> bool,
        level: fn(&Benefit) -> Option<u8>,
    ) -> Option<&'r Benefit> {
        self.ranked(wanted, level).map(|(_, benefit)| benefit)
    }

    /// The status segments with the best service rank.
    fn status_group(&self) -> Vec<&'r Benefit> {
        let speaks = |b: &Benefit| b.is_active_coverage() || b.is_inactive_coverage() || b.info == "I";
        let of = |rank: u8| {
            let group = self
                .benefits
                .iter()
                .filter(move |b| speaks(b) && self.service_rank(b) == Some(rank));
            // "Not covered" outside the requested network does not apply to the requested one.
            group
                .filter(|b| b.info != "I" || (b.procedure.is_none() && self.network_rank(b).is_some()))
                .copied()
                .collect()
        };
        (0..=2)
            .map(of)
            .find(|group: &Vec<_>| !group.is_empty())
            .unwrap_or_default()
    }

    pub(super) fn status(&self) -> Status {
        let group = self.status_group();
        if group.iter().any(|b| b.is_active_coverage()) {
            Status::Active
        } else if group.iter().any(|b| b.is_inactive_coverage()) {
            Status::Inactive
        } else if group.is_empty() {
            Status::NotStated
        } else {
            Status::NotCovered
        }
    }

    /// The segment that states the coverage, preferably one that names the plan.
    pub(super) fn coverage(&self) -> Option<&'r Benefit> {
        let group = self.status_group();
        let active = group.iter().any(|b| b.is_active_coverage());
        let fitting = group.into_iter().filter(|b| !active || b.is_active_coverage());
        fitting.min_by_key(|b| b.plan.is_none())
    }

    /// The plan of any status segment of the patient: payers often name it only with service type
    /// 30.
    pub(super) fn any_plan(&self) -> Option<String> {
        let status = self
            .benefits
            .iter()
            .filter(|b| b.is_active_coverage() || b.is_inactive_coverage());
        status.into_iter().find_map(|b| b.plan.clone())
    }

    pub(super) fn alternatives(&self, chosen: &Benefit) -> Vec<QualifiedAmount> {
        let place = |b: &Benefit| (self.service_rank(b), self.network_rank(b));
        let same = self.benefits.iter().filter(|b| {
            b.info == "B"
                && b.procedure.is_none()
                && !is_accumulator(b)
                && place(b) == place(chosen)
                && b.amount != chosen.amount
        });
        same.filter_map(|b| {
            Some(QualifiedAmount {
                amount: b.amount?,
                messages: b.messages.clone(),
            })
        })
        .collect()
    }

    pub(super) fn total(&self, info: &str, periods: &[&str], level: fn(&Benefit) -> Option<u8>) -> Option<&'r Benefit> {
        self.best(|b| b.info == info && b.amount.is_some() && is_total(b, periods), level)
    }

    /// Year to date.
    pub(super) fn met(&self, info: &str, level: fn(&Benefit) -> Option<u8>) -> Option<Decimal> {
        self.best(
            |b| b.info == info && b.amount.is_some() && b.period.as_deref() == Some(YEAR_TO_DATE),
            level,
        )?
        .amount
    }

    /// The stated amount, else total less year to date of the very same limit.
    pub(super) fn remaining(
        &self,
        info: &str,
        periods: &[&str],
        left: &str,
        level: fn(&Benefit) -> Option<u8>,
    ) -> Option<Remaining> {
        let period =
            |b: &Benefit, code: &str| b.info == info && b.amount.is_some() && b.period.as_deref() == Some(code);
        let stated = self.ranked(|b| period(b, left), level);
        let met = |total: &Benefit| {
            self.benefits
                .iter()
                .copied()
                .find(|b| period(b, YEAR_TO_DATE) && is_same_limit(b, total))
        };
        let derivable = |b: &Benefit| b.info == info && b.amount.is_some() && is_total(b, periods) && met(b).is_some();
        let derived = if left == "29" {
            self.ranked(derivable, level)
        } else {
            None
        };
        match (stated, derived) {
            // A stated amount takes precedence over a computed one, even with a condition as text.
            (Some((at, benefit)), Some((computed_at, _)))
                if (at.0, at.1, at.2) <= (computed_at.0, computed_at.1, computed_at.2) =>
            {
                benefit.amount.map(|amount| Remaining { amount, derived: false })
            }
            (Some((_, benefit)), None) => benefit.amount.map(|amount| Remaining { amount, derived: false }),
            (_, Some((_, total))) => {
                let amount = total.amount? - met(total)?.amount?;
                Some(Remaining {
                    amount: amount.max(Decimal::ZERO),
                    derived: true,
                })
            }
            (None, None) => None,
        }
    }
}

/// Year to date, remaining and exceeded amounts are not the price of a visit.
pub(super) fn is_accumulator(benefit: &Benefit) -> bool {
    matches!(benefit.period.as_deref(), Some("24" | "29" | "30" | "33"))
}

fn is_total(benefit: &Benefit, periods: &[&str]) -> bool {
    match benefit.period.as_deref() {
        None => periods != ["32"],
        Some(code) => periods.contains(&code),
    }
}

/// Same level, network, services, procedure, insurance and conditions: only then two amounts may be
/// subtracted.
fn is_same_limit(a: &Benefit, b: &Benefit) -> bool {
    a.level == b.level
        && a.network == b.network
        && a.service_types == b.service_types
        && a.procedure == b.procedure
        && a.insurance_type == b.insurance_type
        && a.messages == b.messages
}

/// Rank of limits of the patient.
pub(super) fn own_level(benefit: &Benefit) -> Option<u8> {
    match benefit.level.as_deref() {
        Some("IND") => Some(0),
        None => Some(1),
        Some("EMP") => Some(2),
        Some(_) => None,
    }
}

pub(super) fn family_level(benefit: &Benefit) -> Option<u8> {
    (benefit.level.as_deref() == Some("FAM")).then_some(0)
}

#[expect(clippy::unnecessary_wraps, reason = "one of the level functions, which share a type")]
/// Copay and coinsurance are per visit, so one at family level still is the price.
pub(super) fn share_level(benefit: &Benefit) -> Option<u8> {
    Some(own_level(benefit).unwrap_or(3))
}
