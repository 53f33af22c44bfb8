//! Copay and coinsurance: the price of a visit.

use std::collections::HashSet;

use rust_decimal::Decimal;

use super::identity::Identity;
use super::level::price_level;
use super::lines::{Holds, Line};
use super::status::is_known_info;
use super::terms::percent;
use crate::eligibility::Benefit;

/// A chosen line with the others of the same service and network.
#[derive(Default)]
pub(super) struct Price<'l, 'r> {
    /// `None` where nothing is stated, where lines of the same rank differ, or where it is not
    /// known what one of them states or whether it holds.
    pub(super) chosen: Option<&'l Line<'r>>,
    pub(super) others: Vec<&'l Line<'r>>,
    /// The indexes of the benefits shown, with repetitions of the same line.
    pub(super) used: Vec<usize>,
}

/// Lower is better: service, own plan, kind of period, network, period, level, conditions.
type Rank = (u8, bool, u8, u8, u8, u8, bool);

/// The copay.
pub(super) fn copay<'l, 'r>(lines: &'l [Line<'r>]) -> Price<'l, 'r> {
    choose(lines, |benefit| stated(benefit, "B", benefit.amount))
}

/// The coinsurance.
pub(super) fn coinsurance<'l, 'r>(lines: &'l [Line<'r>]) -> Price<'l, 'r> {
    choose(lines, |benefit| stated(benefit, "A", benefit.percent.map(percent)))
}

/// The figure that a line states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Stated {
    Known(Decimal),
    /// The figure could not be read, or what it is of.
    Unread,
}

/// The figure of a line of this kind (EB01).
fn stated(benefit: &Benefit, info: &str, figure: Option<Decimal>) -> Option<Stated> {
    if benefit.info == info {
        let unread = benefit.has_unread_figure.then_some(Stated::Unread);
        figure.map(Stated::Known).or(unread)
    } else {
        figure.filter(|_| !is_known_info(benefit)).map(|_| Stated::Unread)
    }
}

struct Candidate<'l, 'r> {
    rank: Rank,
    value: Stated,
    line: &'l Line<'r>,
}

impl Candidate<'_, '_> {
    /// The price, where it can be chosen: nobody collects a negative one.
    fn price(&self) -> Option<Decimal> {
        match self.value {
            Stated::Known(price) if self.line.holds == Holds::Yes && !price.is_sign_negative() => Some(price),
            _ => None,
        }
    }
}

fn choose<'l, 'r>(lines: &'l [Line<'r>], value: fn(&Benefit) -> Option<Stated>) -> Price<'l, 'r> {
    let is_price = |line: &&Line<'_>| line.holds != Holds::No && !is_accumulator(line.benefit);
    let candidate = |line: &'l Line<'r>| {
        let (rank, value) = (rank(line)?, value(line.benefit)?);
        Some(Candidate { rank, value, line })
    };
    let candidates: Vec<_> = lines.iter().filter(is_price).filter_map(candidate).collect();
    let Some(best) = candidates.iter().map(|candidate| candidate.rank).min() else {
        return Price::default();
    };
    let mut tied = candidates.iter().filter(|candidate| candidate.rank == best);
    let first = tied.next().filter(|first| first.price().is_some());
    let chosen = first.filter(|first| tied.all(|other| other.price() == first.price()));
    // Of the same service, and of the same network unless it is a price for something else.
    let is_beside = |rank: &Rank| rank.0 == best.0 && (rank.3 == best.3 || rank.2 != best.2);
    let known = candidates.iter().filter(|candidate| candidate.value != Stated::Unread);
    let mut beside: Vec<_> = known.filter(|candidate| is_beside(&candidate.rank)).collect();
    beside.sort_by_key(|candidate| candidate.rank != best);
    let key = |candidate: &Candidate<'_, 'r>| {
        let line = candidate.line;
        (Identity::of(line), line.period(), candidate.value)
    };
    let mut seen: HashSet<_> = chosen.map(key).into_iter().collect();
    let others = beside.iter().filter(|candidate| seen.insert(key(candidate)));
    Price {
        chosen: chosen.map(|candidate| candidate.line),
        others: others.map(|candidate| candidate.line).collect(),
        used: beside.iter().map(|candidate| candidate.line.index).collect(),
    }
}

fn rank(line: &Line<'_>) -> Option<Rank> {
    let (kind, period) = period_rank(line.period());
    Some((
        line.service,
        line.is_delegated(),
        kind,
        line.network?,
        period,
        price_level(line.level()),
        line.is_conditional(),
    ))
}

/// The order of periods (EB06) for the price of a visit: the kind, and the order inside it.
fn period_rank(period: Option<&str>) -> (u8, u8) {
    match period {
        Some("27") => (0, 0),
        None => (0, 1),
        Some("7") => (0, 2),
        Some("23" | "22" | "25") => (1, 0),
        Some(_) => (2, 0),
    }
}

/// Year to date, remaining and exceeded amounts are not the price of a visit.
fn is_accumulator(benefit: &Benefit) -> bool {
    matches!(benefit.period.as_deref(), Some("24" | "29" | "30" | "33"))
}
