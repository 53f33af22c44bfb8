//! LS and LE, which bound a loop together (271: 2120C and 2120D, 834: 2700).

use crate::finding::{FindingKind, Place};
use crate::guide::{SegmentUse, ids};
use crate::walk::Placed;

/// The LS whose LE has not come.
#[derive(Debug, Default)]
pub(super) struct Bounds {
    open: Option<OpenBound>,
}

#[derive(Debug, Clone, Copy)]
struct OpenBound {
    loop_id: &'static str,
    /// Number of open loops up to the one that holds the LS.
    depth: usize,
}

impl Bounds {
    /// Whether a segment ends the loop that holds an open LS.
    #[inline]
    pub(super) fn end_before(&self, placed: &Placed) -> bool {
        self.open.is_some_and(|open| placed.kept < open.depth)
    }

    /// Takes an LS or LE, or a segment that ends their loop; reports the one that is missing.
    #[cold]
    pub(super) fn take(&mut self, placed: &Placed, place: &Place, on_missing: impl FnOnce(FindingKind, Place)) {
        let before = self.open.take();
        match placed.of.id {
            ids::LS => {
                self.open = Some(OpenBound {
                    loop_id: placed.within.id,
                    depth: placed.depth,
                });
                report(before, place, on_missing);
            }
            ids::LE if before.is_some() => {}
            ids::LE => {
                let kind = FindingKind::MissingSegment { name: "loop header" };
                on_missing(kind, Place { id: "LS", ..*place });
            }
            _ => report(before, place, on_missing),
        }
    }

    /// Ends the transaction set.
    pub(super) fn finish(&mut self, place: &Place, on_missing: impl FnOnce(FindingKind, Place)) {
        report(self.open.take(), place, on_missing);
    }
}

/// Whether a segment bounds a loop.
#[inline]
pub(super) fn is_bound(of: &SegmentUse) -> bool {
    matches!(of.id, ids::LS | ids::LE)
}

fn report(open: Option<OpenBound>, place: &Place, on_missing: impl FnOnce(FindingKind, Place)) {
    if let Some(OpenBound { loop_id, .. }) = open {
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
