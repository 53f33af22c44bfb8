//! One transaction set as the loops of its guide, for typed values. The reading is tolerant: a
//! segment out of sequence stays in its loop, what the guide has no place for is kept apart, and
//! what cannot be read is listed in [`Tree::unread`]. [`check`](crate::check) reports everything
//! that is wrong.

mod elements;
mod place;
mod readable;
mod unread;

use crate::envelope::Transaction;
use crate::error;
use crate::finding::Finding;
use crate::guide::{self, Id, Loop, SegmentUse, Usage};
use crate::segment::Segment;
pub(crate) use elements::Offsets;
pub(crate) use place::{Placement, Placer};

/// The loops of a transaction set, and what is missing from them.
#[derive(Debug, Clone)]
pub struct Tree<'a> {
    /// The root loop.
    pub root: Node<'a>,
    /// What could not be read, in the order of the input: missing parts, segments without a place
    /// in the guide, and values that are not numbers, dates or text of their data element. Bounded:
    /// a last finding [`TooManyFindings`](crate::finding::FindingKind::TooManyFindings) means that
    /// there are more. Findings carry no values.
    pub unread: Vec<Finding<'static>>,
}

/// A loop and its content.
#[derive(Debug, Clone)]
pub struct Node<'a> {
    /// Its definition in the guide.
    pub of: &'static Loop,
    /// Its own segments, in order.
    pub segments: Vec<Placed<'a>>,
    /// The loops inside it, in order.
    pub loops: Vec<Node<'a>>,
    /// Segments that the guide has no place for, read while this was the innermost open loop. Those
    /// of a loop whose first segment is missing are in none, and are only listed.
    pub unplaced: Vec<Segment<'a>>,
    /// A bit for each id of its segments, which different ids may share.
    ids: u64,
}

/// A segment and its use in the guide.
#[derive(Debug, Clone, Copy)]
pub struct Placed<'a> {
    /// The segment of the input.
    pub segment: Segment<'a>,
    /// Its definition in the guide.
    pub of: &'static SegmentUse,
    /// The whole segment; `None` where it is not UTF-8 or has binary data.
    text: Option<&'a str>,
    offsets: Offsets,
}

/// A segment, and its text where it is UTF-8.
pub(crate) type Received<'a> = (Segment<'a>, Option<&'a str>);

impl<'a> Placed<'a> {
    fn new((segment, text): Received<'a>, of: &'static SegmentUse, offsets: Offsets) -> Self {
        Self {
            segment,
            of,
            text,
            offsets,
        }
    }

    /// As [`Segment::element`], without a search.
    #[inline]
    pub fn element(&self, n: usize) -> &'a str {
        let found = self.text.and_then(|text| self.offsets.element(text, n));
        found.unwrap_or_else(|| self.segment.element(n))
    }

    /// The first `N` components of element `n`; empty where they are absent or not UTF-8.
    #[inline]
    pub fn components<const N: usize>(&self, n: usize) -> [&'a str; N] {
        let mut components = [""; N];
        match self.text.and_then(|text| self.offsets.element(text, n)) {
            Some(mut rest) => {
                let separator = self.segment.delimiters().component_byte();
                for component in &mut components {
                    let end = rest.bytes().position(|byte| byte == separator);
                    *component = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
                    let Some(end) = end else { break };
                    rest = rest.get(end + 1..).unwrap_or_default();
                }
            }
            None => {
                for (component, found) in components.iter_mut().zip(self.segment.components(n)) {
                    *component = found;
                }
            }
        }
        components
    }
}

/// Why a transaction set cannot be read as loops.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TreeError {
    /// No guide has its version, nor a near one.
    #[error("the version of the transaction set (ST03 or GS08) is not known")]
    Version,
    /// The guide of its version is one of another transaction set.
    #[error("ST01 does not name the transaction set of the guide in ST03 or GS08")]
    Transaction,
}

impl TreeError {
    /// Why a version has no guide for a transaction set.
    pub(crate) fn of_version(version: &str) -> Self {
        match guide::of_version(version, true).next() {
            Some(_) => Self::Transaction,
            None => Self::Version,
        }
    }
}

/// Reads a transaction set by the guide of its version or a near version.
///
/// # Errors
/// [`TreeError`] where no guide fits.
pub fn read<'a>(transaction: &Transaction<'a>) -> Result<Tree<'a>, TreeError> {
    let beginning = transaction.segments.first().filter(|segment| segment.id() == "BHT");
    let purpose = beginning.map(|segment| segment.element(2));
    let guide = guide::find_for(transaction.id, transaction.version, purpose, true);
    let guide = guide.ok_or_else(|| TreeError::of_version(transaction.version))?;
    let mut reader = TreeReader::new(guide);
    let mut empty = transaction.empty.iter().peekable();
    for segment in &transaction.segments {
        while let Some(place) = empty.next_if(|place| place.offset < segment.offset()) {
            reader.empty_segment(*place);
        }
        reader.take(*segment);
    }
    Ok(reader.finish())
}

/// Builds the loops of one transaction set segment by segment, between ST and SE.
#[derive(Debug)]
pub struct TreeReader<'a> {
    placer: Placer,
    builder: NodeBuilder<'a>,
    /// The last segment, until the one after it is known.
    last: Option<Segment<'a>>,
}

impl<'a> TreeReader<'a> {
    /// A reader before its first segment.
    pub fn new(guide: &'static guide::Guide) -> Self {
        Self {
            placer: Placer::new(guide),
            builder: NodeBuilder::new(guide.root, 1),
            last: None,
        }
    }

    /// The next segment.
    pub fn take(&mut self, segment: Segment<'a>) {
        self.place_last(Some(segment));
    }

    /// An empty segment, which is left out and listed.
    fn empty_segment(&mut self, at: error::Place) {
        self.place_last(None);
        self.placer.empty_segment(at);
    }

    fn place_last(&mut self, after: Option<Segment<'a>>) {
        if let Some(segment) = std::mem::replace(&mut self.last, after) {
            let placement = self.placer.place(&segment, after.as_ref());
            self.builder
                .add((segment, segment.whole_text()), placement, self.placer.offsets());
        }
    }

    /// Ends the transaction set.
    pub fn finish(mut self) -> Tree<'a> {
        self.place_last(None);
        self.placer.finish();
        Tree {
            root: self.builder.finish(),
            unread: self.placer.take_unread(),
        }
    }
}

/// Builds a loop with the loops inside from segments whose places are known.
#[derive(Debug)]
pub(crate) struct NodeBuilder<'a> {
    /// The depth of the loop in its transaction set; 1 is the root.
    base: usize,
    /// The open loops, the outermost first.
    open: Vec<Node<'a>>,
}

impl<'a> NodeBuilder<'a> {
    /// An empty loop at this depth.
    pub(crate) fn new(of: &'static Loop, base: usize) -> Self {
        Self {
            base,
            open: vec![Node::of(of)],
        }
    }

    /// The segment that opens the loop itself.
    pub(crate) fn begin(&mut self, received: Received<'a>, of: &'static SegmentUse, offsets: Offsets) {
        if let Some(node) = self.open.last_mut() {
            node.push(Placed::new(received, of, offsets));
        }
    }

    /// The next segment.
    pub(crate) fn add(&mut self, received: Received<'a>, placement: Placement, offsets: Offsets) {
        let Placement {
            of,
            kept,
            opened,
            depth,
            is_lost,
        } = placement;
        if is_lost {
            return;
        }
        self.close_to((kept + 1).saturating_sub(self.base));
        if let Some(of) = opened {
            self.open.push(Node::of(of));
        }
        let within = depth.checked_sub(self.base).and_then(|at| self.open.get_mut(at));
        match (of, within) {
            (Some(of), Some(node)) => node.push(Placed::new(received, of, offsets)),
            _ => {
                if let Some(node) = self.open.last_mut() {
                    node.unplaced.push(received.0);
                }
            }
        }
    }

    /// The loop.
    pub(crate) fn finish(mut self) -> Node<'a> {
        self.close_to(1);
        self.open.pop().unwrap_or_else(|| Node::empty().clone())
    }

    fn close_to(&mut self, depth: usize) {
        while self.open.len() > depth.max(1) {
            if let (Some(node), Some(around)) = (self.open.pop(), self.open.last_mut()) {
                around.loops.push(node);
            }
        }
    }
}

impl<'a> Node<'a> {
    fn of(of: &'static Loop) -> Self {
        Self {
            of,
            segments: Vec::new(),
            loops: Vec::new(),
            unplaced: Vec::new(),
            ids: 0,
        }
    }

    fn push(&mut self, placed: Placed<'a>) {
        self.ids |= placed.of.id.bit();
        if self.segments.is_empty() {
            // As many as most loops have.
            self.segments.reserve_exact(8);
        }
        self.segments.push(placed);
    }

    /// A loop without content, in place of a missing one.
    pub fn empty() -> &'static Node<'static> {
        static OF: Loop = Loop {
            id: "",
            name: "",
            usage: Usage::Situational,
            max: 0,
            parts: &[],
            dispatch: &[],
            rows: [0; 128],
            required: &[],
        };
        static EMPTY: Node<'static> = Node {
            of: &OF,
            segments: Vec::new(),
            loops: Vec::new(),
            unplaced: Vec::new(),
            ids: 0,
        };
        &EMPTY
    }

    /// The loop id of the guide; empty for the root.
    #[inline]
    pub fn id(&self) -> &'static str {
        self.of.id
    }

    /// The first segment with this id.
    #[inline]
    pub fn segment(&self, id: &str) -> Option<&Segment<'a>> {
        self.segments(id).next()
    }

    /// Every segment with this id.
    #[inline]
    pub fn segments(&self, id: &str) -> impl Iterator<Item = &Segment<'a>> {
        self.placed(id).map(|placed| &placed.segment)
    }

    /// Every segment with this id, and its use.
    #[inline]
    pub fn placed(&self, id: &str) -> impl Iterator<Item = &Placed<'a>> {
        let id = Id::new(id);
        let own: &[_] = if self.ids & id.bit() == 0 { &[] } else { &self.segments };
        own.iter().filter(move |placed| placed.of.id == id)
    }

    /// The first segment with this id and this code in element 1.
    #[inline]
    pub fn qualified(&self, id: &str, code: &str) -> Option<&Segment<'a>> {
        self.segments(id).find(|segment| segment.element(1) == code)
    }

    /// The first loop inside with this id.
    #[inline]
    pub fn child(&self, loop_id: &str) -> Option<&Node<'a>> {
        self.children(loop_id).next()
    }

    /// Every loop inside with this id.
    #[inline]
    pub fn children(&self, loop_id: &str) -> impl Iterator<Item = &Node<'a>> {
        self.loops.iter().filter(move |node| node.of.id == loop_id)
    }
}
