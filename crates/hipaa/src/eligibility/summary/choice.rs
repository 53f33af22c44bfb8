//! Which limit is shown in the fields of a summary.

use super::level::Who;
use super::limits::{Figures, Role, Span, meaning};
use super::lines::{Holds, Line};
use super::terms::{Limit, LimitKind, LimitPlace};

/// What decides whether a limit is chosen. Ranks: lower is better.
pub(super) struct Candidate {
    kind: LimitKind,
    /// `None` for spans that have no place in a summary.
    is_lifetime: Option<bool>,
    service: u8,
    /// Another payer administers it, network; `None` where it does not apply.
    rank: Option<(bool, u8)>,
    is_conditional: bool,
    is_sure: bool,
    own_level: Option<u8>,
    shared_level: Option<u8>,
}

impl Candidate {
    pub(super) fn of(kind: LimitKind, span: Span<'_>, members: &[&Line<'_>], who: Who) -> Option<Self> {
        let line = members.first()?;
        let has_figure = members.iter().any(|line| meaning(line.period()).1 != Role::Other);
        let network = line.network.filter(|_| line.holds != Holds::No && has_figure);
        Some(Self {
            kind,
            is_lifetime: match span {
                Span::Year => Some(false),
                Span::Lifetime => Some(true),
                Span::Other(_) => None,
            },
            service: line.service,
            rank: network.map(|network| (line.is_delegated(), network)),
            is_conditional: line.is_conditional(),
            is_sure: line.holds == Holds::Yes,
            own_level: who.own_level(line.level()),
            shared_level: who.shared_level(line.level()),
        })
    }

    fn level(&self, place: LimitPlace) -> Option<u8> {
        match place {
            LimitPlace::Patient => self.own_level,
            LimitPlace::Family => self.shared_level,
        }
    }
}

/// The index of the limit for a place; `None` where limits of the same rank have different figures,
/// or where it is not known whether one of them holds.
pub(super) fn choose(
    candidates: &[Option<Candidate>],
    all: &[Limit],
    kind: LimitKind,
    place: LimitPlace,
) -> Option<usize> {
    let of_kind = || {
        let known = candidates.iter().enumerate();
        let known = known.filter_map(|(at, candidate)| Some((at, candidate.as_ref()?)));
        known.filter(|(_, candidate)| candidate.kind == kind && candidate.rank.is_some())
    };
    // A lifetime limit is the last resort, and a deductible has none.
    let in_span = |lifetime: bool| move |(_, candidate): &(usize, &Candidate)| candidate.is_lifetime == Some(lifetime);
    let is_yearly = of_kind().filter(in_span(false)).any(|(_, c)| c.level(place).is_some());
    if !is_yearly && kind == LimitKind::Deductible {
        return None;
    }
    // A service with a limit of its own is not subject to that of the plan at another level.
    let with_level = of_kind()
        .filter(in_span(!is_yearly))
        .filter(|(_, c)| c.own_level.is_some() || c.shared_level.is_some());
    let service = with_level.map(|(_, candidate)| candidate.service).min()?;
    let ranked = of_kind()
        .filter(in_span(!is_yearly))
        .filter(|(_, candidate)| candidate.service == service)
        .filter_map(|(at, c)| Some(((c.rank?, c.level(place)?, c.is_conditional), at)));
    let ranked: Vec<_> = ranked.collect();
    let best = ranked.iter().map(|(rank, _)| *rank).min()?;
    let mut tied = ranked.iter().filter(|(rank, _)| *rank == best).map(|(_, at)| *at);
    let first = tied.clone().next()?;
    let figures = |at: usize| all.get(at).map(|limit| (Figures::of(limit), limit.no_limit));
    let is_sure = |at: usize| {
        candidates
            .get(at)
            .is_some_and(|c| c.as_ref().is_some_and(|c| c.is_sure))
    };
    tied.all(|at| is_sure(at) && figures(at) == figures(first))
        .then_some(first)
}
