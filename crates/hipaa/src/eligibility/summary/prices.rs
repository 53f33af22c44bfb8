//! Copay and coinsurance: the price of a visit.

use std::collections::HashSet;

use rust_decimal::Decimal;

use super::identity::Identity;
use super::level::price_level;
use super::lines::Line;
use crate::eligibility::Benefit;

/// A chosen line with the others of the same service and network.
pub(super) struct Price<'l, 'r> {
    /// `None` where nothing is stated, or where lines of the same rank differ.
    pub(super) chosen: Option<&'l Line<'r>>,
    /// A line of the best rank could not be read.
    is_unknown: bool,
    pub(super) others: Vec<&'l Line<'r>>,
    /// The indexes of the benefits shown, with repetitions of the same line.
    pub(super) used: Vec<usize>,
}

/// Lower is better: service, own plan, kind of period, network, period, level, conditions.
type Rank = (u8, bool, u8, u8, u8, u8, bool);

/// The copay. Where lines of the same rank differ, the first is chosen if it has a condition in the
/// payer's words, which stands beside it.
pub(super) fn copay<'l, 'r>(lines: &'l [Line<'r>]) -> Price<'l, 'r> {
    let mut price = choose(lines, |benefit| stated(benefit, "B", benefit.amount));
    let first = price.others.first();
    if price.chosen.is_none() && !price.is_unknown && first.is_some_and(|line| !line.benefit.messages.is_empty()) {
        price.chosen = Some(price.others.remove(0));
    }
    price
}

/// The coinsurance.
pub(super) fn coinsurance<'l, 'r>(lines: &'l [Line<'r>]) -> Price<'l, 'r> {
    choose(lines, |benefit| stated(benefit, "A", benefit.percent))
}

/// The figure that a line states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Stated {
    Known(Decimal),
    /// It could not be read.
    Unread,
}

/// The figure of a line of this kind (EB01).
fn stated(benefit: &Benefit, info: &str, figure: Option<Decimal>) -> Option<Stated> {
    let unread = benefit.has_unread_figure.then_some(Stated::Unread);
    figure.map(Stated::Known).or(unread).filter(|_| benefit.info == info)
}

fn choose<'l, 'r>(lines: &'l [Line<'r>], value: fn(&Benefit) -> Option<Stated>) -> Price<'l, 'r> {
    let is_price = |line: &&Line<'_>| line.applies && !is_accumulator(line.benefit);
    let stated = lines.iter().filter(is_price);
    let candidates: Vec<_> = stated
        .filter_map(|line| Some((rank(line)?, value(line.benefit)?, line)))
        .collect();
    let Some(best) = candidates.iter().map(|(rank, ..)| *rank).min() else {
        return Price {
            chosen: None,
            is_unknown: false,
            others: Vec::new(),
            used: Vec::new(),
        };
    };
    let mut tied = candidates.iter().filter(|(rank, ..)| *rank == best);
    let is_unknown = tied.clone().any(|(_, value, _)| *value == Stated::Unread);
    let first = tied.next().map(|(_, value, line)| (*value, *line));
    let chosen = first.filter(|(value, _)| !is_unknown && tied.all(|(_, other, _)| other == value));
    // Of the same service, and of the same network unless it is a price for something else.
    let beside = |rank: &Rank| rank.0 == best.0 && (rank.3 == best.3 || rank.2 != best.2);
    let known = candidates.into_iter().filter(|(_, value, _)| *value != Stated::Unread);
    let mut beside: Vec<_> = known.filter(|(rank, ..)| beside(rank)).collect();
    beside.sort_by_key(|(rank, ..)| *rank != best);
    let used = beside.iter().map(|(_, _, line)| line.index).collect();
    let key = |value: Stated, line: &Line<'r>| (Identity::of(line), line.period(), value);
    let mut seen: HashSet<_> = chosen.iter().map(|(value, line)| key(*value, line)).collect();
    let others = beside
        .into_iter()
        .filter(|(_, value, line)| seen.insert(key(*value, line)));
    Price {
        chosen: chosen.map(|(_, line)| line),
        is_unknown,
        others: others.map(|(_, _, line)| line).collect(),
        used,
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
