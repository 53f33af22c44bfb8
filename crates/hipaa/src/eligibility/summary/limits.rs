//! Deductibles and out-of-pocket limits: lines of one identity are one limit.

use std::collections::HashMap;

use rust_decimal::Decimal;

use super::Network;
use super::choice::{Candidate, choose};
use super::identity::Identity;
use super::level::Who;
use super::lines::Line;
use super::terms::{Figure, Limit, LimitKind, LimitPlace, Remaining};

/// What an amount of a limit counts, by EB06.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Total,
    Met,
    Remaining,
    /// Exceeded, not exceeded.
    Other,
}

/// The span of a limit: amounts of different spans are of different limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Span<'r> {
    /// A year, or what the payer counts as one: also an episode (26).
    Year,
    Lifetime,
    /// Per visit, day, admission, ...: no total of a year.
    Other(&'r str),
}

pub(super) fn meaning(period: Option<&str>) -> (Span<'_>, Role) {
    match period {
        None | Some("21" | "22" | "23" | "25" | "26") => (Span::Year, Role::Total),
        Some("24") => (Span::Year, Role::Met),
        Some("29") => (Span::Year, Role::Remaining),
        Some("30" | "31") => (Span::Year, Role::Other),
        Some("32") => (Span::Lifetime, Role::Total),
        Some("33") => (Span::Lifetime, Role::Remaining),
        Some(other) => (Span::Other(other), Role::Total),
    }
}

fn kind(line: &Line<'_>) -> Option<LimitKind> {
    match line.benefit.info.as_str() {
        "C" => Some(LimitKind::Deductible),
        "G" => Some(LimitKind::OutOfPocket),
        _ => None,
    }
}

/// The figures of the fields of a summary.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Figures {
    pub(super) total: Option<Decimal>,
    pub(super) met: Option<Decimal>,
    pub(super) remaining: Option<Remaining>,
}

/// The lines of one limit.
struct Group<'l, 'r> {
    kind: LimitKind,
    span: Span<'r>,
    members: Vec<&'l Line<'r>>,
}

/// The lines of each limit, in the payer's order. Lines of one identity with totals of several
/// periods are limits of their own: whose the sums to date and the remainders are is not known.
fn groups<'l, 'r>(lines: &'l [Line<'r>]) -> Vec<Group<'l, 'r>> {
    let (mut known, mut of_identity) = (HashMap::new(), Vec::<Group<'l, 'r>>::new());
    for line in lines.iter().filter(|line| !line.is_withheld) {
        let is_stated = line.benefit.amount.is_some() || line.benefit.has_unread_figure;
        let Some(kind) = kind(line).filter(|_| is_stated) else {
            continue;
        };
        let (span, _) = meaning(line.period());
        let at = *known
            .entry((kind, span, Identity::of(line)))
            .or_insert(of_identity.len());
        match of_identity.get_mut(at) {
            Some(group) => group.members.push(line),
            None => of_identity.push(Group {
                kind,
                span,
                members: vec![line],
            }),
        }
    }
    let mut all: Vec<_> = of_identity.into_iter().flat_map(Group::by_period).collect();
    all.sort_by_key(|group| group.members.first().map(|line| line.index));
    all
}

impl Group<'_, '_> {
    fn by_period(self) -> Vec<Self> {
        let mut periods = self.members.iter().map(|line| line.period());
        let mut totals = periods.clone().filter(|period| meaning(*period).1 == Role::Total);
        let first = totals.next();
        // An episode is no year to date.
        let is_mixed = first == Some(Some("26")) && periods.any(|period| period == Some("24"));
        if !is_mixed && totals.all(|period| Some(period) == first) {
            return vec![self];
        }
        let (mut known, mut apart) = (HashMap::new(), Vec::<Self>::new());
        for line in self.members {
            let at = *known.entry(line.period()).or_insert(apart.len());
            match apart.get_mut(at) {
                Some(group) => group.members.push(line),
                None => apart.push(Self {
                    members: vec![line],
                    ..self
                }),
            }
        }
        apart
    }
}

/// The limits, with those chosen.
pub(super) struct Limits<'l, 'r> {
    pub(super) all: Vec<Limit>,
    /// The first line of each, in the same order.
    first: Vec<&'l Line<'r>>,
    /// The indexes of the benefits in `all`.
    pub(super) used: Vec<usize>,
}

impl<'l, 'r> Limits<'l, 'r> {
    pub(super) fn of(lines: &'l [Line<'r>], who: Who) -> Self {
        let groups = groups(lines);
        let used = groups.iter().flat_map(|group| &group.members).map(|line| line.index);
        let used = used.collect();
        let candidates: Vec<_> = groups
            .iter()
            .map(|group| Candidate::of(group.kind, group.span, &group.members, who))
            .collect();
        let mut all: Vec<_> = groups
            .iter()
            .map(|group| limit(group.kind, group.span, &group.members))
            .collect();
        for kind in [LimitKind::Deductible, LimitKind::OutOfPocket] {
            for place in [LimitPlace::Patient, LimitPlace::Family] {
                let chosen = choose(&candidates, &all, kind, place);
                if let Some(limit) = chosen.and_then(|at| all.get_mut(at)) {
                    limit.place = Some(place);
                }
            }
        }
        let first = groups.iter().filter_map(|group| group.members.first().copied());
        let first = first.collect();
        Self { all, first, used }
    }

    /// The first line of each limit that was chosen.
    pub(super) fn shown(&self) -> impl Iterator<Item = &'l Line<'r>> {
        let all = self.all.iter().zip(&self.first);
        all.filter(|(limit, _)| limit.place.is_some()).map(|(_, line)| *line)
    }

    fn chosen(&self, kind: LimitKind, place: LimitPlace) -> Option<&Limit> {
        let mut of_kind = self.all.iter().filter(|limit| limit.kind == kind);
        of_kind.find(|limit| limit.place == Some(place))
    }

    pub(super) fn figures(&self, kind: LimitKind, place: LimitPlace) -> Figures {
        self.chosen(kind, place).map(Figures::of).unwrap_or_default()
    }

    pub(super) fn network(&self, kind: LimitKind, place: LimitPlace) -> Option<Network> {
        self.chosen(kind, place).map(|limit| limit.terms.network)
    }
}

impl Figures {
    pub(super) fn of(limit: &Limit) -> Self {
        Self {
            total: limit.total,
            met: limit.met,
            remaining: limit.remaining,
        }
    }
}

/// One limit from its lines.
fn limit(kind: LimitKind, span: Span<'_>, members: &[&Line<'_>]) -> Limit {
    let figure = |line: &&Line<'_>| {
        let (amount, period) = (line.benefit.amount?, line.benefit.period.clone());
        let benefit = line.index;
        Some(Figure {
            period,
            amount,
            benefit,
        })
    };
    let figures: Vec<Figure> = members.iter().filter_map(figure).collect();
    let of_role = |role: Role| {
        let of_role = figures.iter().filter(move |f| meaning(f.period.as_deref()).1 == role);
        of_role.map(|figure| figure.amount)
    };
    let is_unknown = |role: Role| {
        let mut of_role = members.iter().filter(|line| meaning(line.period()).1 == role);
        of_role.any(|line| line.benefit.amount.is_none())
    };
    let amounts = |role: Role| Amounts::of(of_role(role), is_unknown(role));
    let (totals, met, left) = (amounts(Role::Total), amounts(Role::Met), amounts(Role::Remaining));
    let no_limit = totals.no_limit || (totals.single.is_none() && !totals.differ && left.no_limit);
    let derived = || {
        let (total, met) = (totals.single?, met.single?);
        let can = !left.is_stated() && !total.is_sign_negative() && !met.is_sign_negative();
        let amount = total.checked_sub(met).filter(|_| can)?.max(Decimal::ZERO);
        Some(Remaining { amount, derived: true })
    };
    let stated = left.single.map(|amount| Remaining { amount, derived: false });
    let named = |f: &&Figure| meaning(f.period.as_deref()).1 == Role::Total;
    let period = figures.iter().find(named).and_then(|figure| figure.period.clone());
    let mut terms = members.first().map_or_else(super::terms::none, |line| line.terms());
    terms.period = period;
    terms.benefits = figures.iter().map(|figure| figure.benefit).collect();
    Limit {
        kind,
        lifetime: span == Span::Lifetime,
        place: None,
        terms,
        total: totals.single,
        met: met.single,
        remaining: if no_limit { None } else { stated.or_else(derived) },
        no_limit,
        conflicting: !no_limit && do_not_agree(&totals, &met, &left),
        figures,
    }
}

/// The amounts stated for one figure.
#[derive(Default)]
struct Amounts {
    /// The amount, where all lines state the same; never one that means "no limit".
    single: Option<Decimal>,
    differ: bool,
    no_limit: bool,
    /// One of them could not be read.
    is_unknown: bool,
}

impl Amounts {
    fn of(stated: impl Iterator<Item = Decimal>, is_unknown: bool) -> Self {
        let mut found = Self {
            is_unknown,
            ..Self::default()
        };
        for amount in stated {
            if means_no_limit(amount) {
                found.no_limit = true;
            } else {
                found.differ |= found.single.is_some_and(|known| known != amount);
                found.single = Some(amount);
            }
        }
        found.differ |= found.no_limit && found.single.is_some();
        if found.differ || is_unknown {
            (found.single, found.no_limit) = (None, false);
        }
        found
    }

    fn is_stated(&self) -> bool {
        self.single.is_some() || self.differ || self.no_limit || self.is_unknown
    }
}

fn do_not_agree(totals: &Amounts, met: &Amounts, left: &Amounts) -> bool {
    let differ = totals.differ || met.differ || left.differ;
    let (Some(total), Some(left)) = (totals.single, left.single) else {
        return differ;
    };
    let other = |met| total.checked_sub(met) != Some(left);
    differ || left > total || met.single.is_some_and(other)
}

/// Five or more nines and nothing else: payers write such an amount where there is no limit.
fn means_no_limit(amount: Decimal) -> bool {
    let text = amount.normalize().to_string();
    let nines = text.chars().filter(|c| *c == '9').count();
    let whole = text.split('.').next().unwrap_or_default();
    whole.len() >= 5 && nines == text.chars().filter(|c| *c != '.').count()
}
