//! LS and LE, which bound a loop together (271: 2120C and 2120D, 834: 2700).

use crate::finding::{FindingKind, Place};
use crate::guide::{Guide, Loop, Part, PartKind, SegmentUse, ids};
use crate::walk::{MissingPart, Placed};

/// The bounds of the current loop.
#[derive(Debug, Default)]
pub(super) struct Bounds {
    /// Whether the guide has LS and LE.
    are_used: bool,
    open: Option<OpenBound>,
}

/// An LS whose LE has not come, or a loop that began without LS.
#[derive(Debug, Clone, Copy)]
struct OpenBound {
    loop_id: &'static str,
    /// Number of open loops up to the one that holds the LS.
    depth: usize,
    has_header: bool,
    /// Whether a loop that it bounds has come.
    has_loop: bool,
}

impl Bounds {
    pub(super) fn of(guide: Option<&'static Guide>) -> Self {
        Self {
            are_used: guide.is_some_and(|guide| matches!(guide.transaction, "271" | "834")),
            open: None,
        }
    }

    /// Whether a segment is LS or LE, ends the loop that holds them, or opens the loop that they
    /// bound.
    #[inline]
    pub(super) fn concern(&self, placed: &Placed) -> bool {
        self.are_used
            && (is_bound(placed.of)
                || self.open.is_some_and(|open| placed.kept < open.depth)
                || placed.opened && is_bounded(placed.within))
    }

    /// Takes such a segment; `around` is the loop around the one that it opens. Reports a missing
    /// LE, and an LE alone; returns the LS that is missing before a loop, or the loop that is
    /// missing between LS and LE.
    #[cold]
    pub(super) fn take(
        &mut self,
        placed: &Placed,
        around: Option<&'static Loop>,
        place: &Place,
        on_missing: impl FnOnce(FindingKind, Place),
    ) -> Option<MissingPart> {
        let before = self.open.take();
        match placed.of.id {
            ids::LS => {
                self.open = Some(OpenBound {
                    loop_id: placed.within.id,
                    depth: placed.depth,
                    has_header: true,
                    // One out of sequence follows its loop.
                    has_loop: placed.is_out_of_sequence,
                });
                report(before, place, on_missing);
            }
            ids::LE if before.is_some() => {
                let is_empty = before.is_some_and(|open| !open.has_loop);
                return is_empty.then(|| missing_loop(placed))?;
            }
            ids::LE => {
                let kind = FindingKind::MissingSegment { name: "loop header" };
                on_missing(kind, Place { id: "LS", ..*place });
            }
            _ => {
                self.open = before.filter(|open| placed.kept >= open.depth);
                if let Some(open) = &mut self.open {
                    open.has_loop |= placed.opened && is_bounded(placed.within);
                }
                report(before.filter(|_| self.open.is_none()), place, on_missing);
                let is_alone = placed.opened && is_bounded(placed.within) && !placed.is_out_of_sequence;
                return around
                    .filter(|_| is_alone && self.open.is_none())
                    .and_then(|around| self.begin_alone(around, placed));
            }
        }
        None
    }

    /// Begins a loop without LS.
    fn begin_alone(&mut self, around: &'static Loop, placed: &Placed) -> Option<MissingPart> {
        let depth = placed.depth - 1;
        self.open = Some(OpenBound {
            loop_id: around.id,
            depth,
            has_header: false,
            has_loop: true,
        });
        around.candidates(ids::LS).next().map(|part| MissingPart {
            within: around,
            part,
            depth,
        })
    }

    /// Ends the transaction set.
    pub(super) fn finish(&mut self, place: &Place, on_missing: impl FnOnce(FindingKind, Place)) {
        report(self.open.take(), place, on_missing);
    }
}

/// The first of the loops that this LE bounds.
fn missing_loop(le: &Placed) -> Option<MissingPart> {
    let is_bounded = |part: &&Part| matches!(part.kind, PartKind::Loop(of) if is_bounded(of));
    Some(MissingPart {
        within: le.within,
        part: le.within.parts.iter().find(is_bounded)?,
        depth: le.depth,
    })
}

fn is_bound(of: &SegmentUse) -> bool {
    matches!(of.id, ids::LS | ids::LE)
}

fn is_bounded(of: &Loop) -> bool {
    matches!(of.id, "2120C" | "2120D" | "2700")
}

fn report(open: Option<OpenBound>, place: &Place, on_missing: impl FnOnce(FindingKind, Place)) {
    if let Some(OpenBound { loop_id, .. }) = open.filter(|open| open.has_header) {
        let kind = FindingKind::MissingSegment { name: "loop trailer" };
        on_missing(
            kind,
            Place {
                id: "LE",
                loop_id,
                ..*place
            },
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guide;

    /// The loops between an LS and an LE.
    fn bounded(within: &'static Loop, found: &mut Vec<&'static str>) {
        let has_header = within.candidates(ids::LS).next().is_some();
        for part in within.parts {
            if let PartKind::Loop(of) = part.kind {
                if has_header && is_bounded(of) {
                    found.push(of.id);
                }
                bounded(of, found);
            }
        }
    }

    #[test]
    fn the_guides_bound_these_loops() {
        for guide in guide::all() {
            let mut found = Vec::new();
            bounded(guide.root, &mut found);
            let expected: &[&str] = match guide.transaction {
                "271" => &["2120C", "2120D"],
                "834" => &["2700"],
                _ => &[],
            };
            assert_eq!(found, expected, "{}", guide.name);
            assert_eq!(Bounds::of(Some(guide)).are_used, !expected.is_empty());
        }
    }
}
