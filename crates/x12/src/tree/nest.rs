//! For tests alone: a transaction as loops, from a short table of which segment opens which loop.

use super::{Node, Placed};
use crate::envelope::Transaction;
use crate::guide::{Id, Loop, SegmentUse, Usage};
use crate::segment::Segment;

/// A loop, the loop around it, the segment that opens it, and the codes of the element that tells it apart.
#[derive(Clone, Copy)]
pub(crate) struct Opening {
    pub(crate) of: &'static Loop,
    parent: &'static str,
    segment: &'static str,
    element: usize,
    codes: &'static [&'static str],
}

fn any(id: &str) -> &'static SegmentUse {
    Box::leak(Box::new(SegmentUse {
        id: Id::new(id),
        name: "any",
        usage: Usage::Situational,
        max: u32::MAX,
        elements: &[],
        key: None,
        rules: &[],
    }))
}

static ROOT: Loop = plain("");

pub(crate) const fn plain(id: &'static str) -> Loop {
    Loop {
        id,
        name: "",
        usage: Usage::Situational,
        max: u32::MAX,
        parts: &[],
        dispatch: &[],
    }
}

/// Opened by any segment with this id.
pub(crate) const fn opening(of: &'static Loop, parent: &'static str, segment: &'static str) -> Opening {
    told(of, parent, segment, 0, &[])
}

/// Opened by a segment with this id and one of these codes.
pub(crate) const fn told(
    of: &'static Loop,
    parent: &'static str,
    segment: &'static str,
    element: usize,
    codes: &'static [&'static str],
) -> Opening {
    Opening {
        of,
        parent,
        segment,
        element,
        codes,
    }
}

impl Opening {
    fn fits(&self, parent: &str, segment: &Segment<'_>) -> bool {
        self.parent == parent
            && self.segment == segment.id()
            && (self.codes.is_empty() || self.codes.contains(&segment.element(self.element)))
    }
}

/// Nests by the table; segments in `closing` belong to the transaction as a whole.
pub(crate) fn nest<'a>(transaction: &Transaction<'a>, table: &[Opening], closing: &[&str]) -> Node<'a> {
    let mut open = vec![node(&ROOT)];
    for segment in &transaction.segments {
        if closing.contains(&segment.id()) {
            close(&mut open, 1);
        } else if let Some((depth, opening)) = find(&open, table, segment) {
            close(&mut open, depth + 1);
            open.push(node(opening.of));
        }
        let placed = Placed {
            segment: *segment,
            of: any(segment.id()),
        };
        open.last_mut().unwrap().segments.push(placed);
    }
    close(&mut open, 1);
    open.pop().unwrap()
}

fn node<'a>(of: &'static Loop) -> Node<'a> {
    Node {
        of,
        segments: Vec::new(),
        loops: Vec::new(),
    }
}

fn find<'t>(open: &[Node<'_>], table: &'t [Opening], segment: &Segment<'_>) -> Option<(usize, &'t Opening)> {
    open.iter()
        .enumerate()
        .rev()
        .find_map(|(depth, node)| Some((depth, table.iter().find(|o| o.fits(node.id(), segment))?)))
}

fn close(open: &mut Vec<Node<'_>>, depth: usize) {
    while open.len() > depth {
        let done = open.pop().unwrap();
        open.last_mut().unwrap().loops.push(done);
    }
}
