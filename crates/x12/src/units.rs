//! Reads transaction sets of any size unit by unit, in memory that does not grow with them.
//!
//! A unit is a loop with the loops inside it, without those that are units of their own: a claim,
//! the subscriber above it, a member. Typed values are read from units.

mod envelopes;
mod records;

use crate::error::{Fault, Place, ReadError};
use crate::finding::{Finding, FindingKind};
use crate::guide::{self, Guide};
use crate::reader::{Limits, StreamError, StreamReader};
use crate::segment::Segment;
use crate::tree::{Node, Placer, TreeError};
use envelopes::Envelopes;
use records::Records;
use std::collections::VecDeque;
use std::io::Read;

/// Maximum bytes of a unit: far above a claim with every repetition that its guide allows.
const MAX_BYTES: usize = 16 << 20;
/// Why a part of a source was not read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UnitError {
    /// The source failed, or is not X12 at this place. What follows is read where it can be.
    #[error(transparent)]
    Stream(#[from] StreamError),
    /// A transaction set has no known guide. It is left out.
    #[error("{error}, {place}")]
    Tree { error: TreeError, place: Place },
    /// Parts that could not be read and belong to no value: a level without a claim that can be
    /// read, for example. The first one is shown.
    #[error("{}: {} It belongs to no value that was read.", .0[0].place, .0[0])]
    Lost(Vec<Finding<'static>>),
}

impl From<ReadError> for UnitError {
    fn from(error: ReadError) -> Self {
        Self::Stream(error.into())
    }
}

/// One loop of a transaction set.
#[derive(Debug)]
pub struct Unit<'u> {
    /// The guide of its transaction set.
    pub guide: &'static Guide,
    /// ST02.
    pub control: &'u str,
    /// The loop. The root (with an empty id) holds the segments before the first other unit, and
    /// again those after the last one.
    pub node: Node<'u>,
    /// What could not be read in it.
    pub unread: Vec<Finding<'static>>,
    /// Whether it is the first unit of its transaction set.
    pub is_first: bool,
}

/// The transaction set that is being read.
#[derive(Debug)]
struct OpenSet {
    guide: &'static Guide,
    control: String,
    placer: Placer,
}

/// Returns the units of every transaction set of a source.
///
/// Envelopes are checked as [`Interchange::parse`](crate::Interchange::parse) does; a control
/// number or count that disagrees is an error after the units before it. A unit whose end was not
/// seen is not returned.
#[derive(Debug)]
pub struct UnitReader<R> {
    reader: StreamReader<R>,
    /// Whether a loop with this id is a unit of its own.
    is_unit: fn(&str) -> bool,
    envelopes: Envelopes,
    set: Option<OpenSet>,
    /// The unit that is being read, or is complete.
    unit: Records,
    /// The one after it.
    next: Records,
    complete: bool,
    /// The unit is the last one of its transaction set.
    set_ended: bool,
    errors: VecDeque<UnitError>,
    /// Something was read.
    started: bool,
    ended: bool,
}

impl<R: Read> UnitReader<R> {
    /// Reads `source` from its current position. It need not be buffered.
    pub fn new(source: R, is_unit: fn(&str) -> bool) -> Self {
        let nothing = Node::empty().of;
        Self {
            reader: StreamReader::new(source, Limits::FILE),
            is_unit,
            envelopes: Envelopes::default(),
            set: None,
            unit: Records::new(nothing, 1),
            next: Records::new(nothing, 1),
            complete: false,
            set_ended: false,
            errors: VecDeque::new(),
            started: false,
            ended: false,
        }
    }

    /// The next unit; `None` at the end. After an error the reader continues where it can.
    ///
    /// # Errors
    /// [`UnitError`].
    pub fn next_unit(&mut self) -> Option<Result<Unit<'_>, UnitError>> {
        if std::mem::take(&mut self.complete) {
            std::mem::swap(&mut self.unit, &mut self.next);
        }
        if std::mem::take(&mut self.set_ended) {
            self.set = None;
        }
        while !self.complete {
            if let Some(error) = self.errors.pop_front() {
                return Some(Err(error));
            }
            if self.ended {
                return None;
            }
            self.advance();
        }
        let set = self.set.as_ref()?;
        Some(Ok(Unit {
            guide: set.guide,
            control: &set.control,
            unread: std::mem::take(&mut self.unit.unread),
            node: self.unit.node(),
            is_first: self.unit.is_first,
        }))
    }

    /// Reads one segment.
    fn advance(&mut self) {
        let next = self.reader.next_segment();
        self.started |= next.is_some();
        let segment = match next {
            Some(Ok(segment)) => segment,
            Some(Err(error)) => return self.unreadable(error),
            None => return self.end(),
        };
        let id = segment.id();
        match id {
            "ISA" => self.envelopes.isa(&segment),
            "GS" => self.envelopes.gs(&segment),
            "ST" => self.envelopes.st(&segment),
            "SE" => self.envelopes.se(&segment),
            "GE" => self.envelopes.ge(&segment),
            "IEA" => self.envelopes.iea(&segment),
            _ => {
                if self.envelopes.content(&segment)
                    && let Some(set) = &mut self.set
                {
                    let units = (&mut self.unit, &mut self.next);
                    match take(set, &segment, units, self.is_unit) {
                        Taken::Inside => {}
                        Taken::Complete => self.complete = true,
                        Taken::TooLarge => {
                            let limit = MAX_BYTES;
                            let fault = Fault::UnitTooLarge { limit };
                            self.errors.push_back(ReadError::new(fault, segment.place()).into());
                            self.set = None;
                        }
                    }
                }
                self.take_errors();
                return;
            }
        }
        if id == "SE" {
            if let Some(set) = &mut self.set {
                set.placer.finish();
                self.unit.add_unread(set.placer.take_unread());
                (self.complete, self.set_ended) = (true, true);
            }
        } else {
            // A transaction set without its trailer.
            self.set = None;
        }
        if id == "ST" {
            match begin(&segment, self.envelopes.version()) {
                Ok(set) => {
                    self.unit.begin(set.guide.root, 1, true);
                    self.set = Some(set);
                }
                Err(error) => self.errors.push_back(error),
            }
        }
        self.take_errors();
    }

    /// Something that is no segment. An empty segment costs nothing else.
    #[cold]
    fn unreadable(&mut self, error: StreamError) {
        match (&error, &mut self.set) {
            (StreamError::Read(error), Some(set)) if error.fault == Fault::EmptySegment => {
                set.placer.empty_segment(error.place);
            }
            _ => {
                self.ended = matches!(error, StreamError::Source(_));
                self.errors.push_back(error.into());
                self.set = None;
            }
        }
    }

    /// The end of the source.
    #[cold]
    fn end(&mut self) {
        self.ended = true;
        self.set = None;
        self.envelopes.end();
        if !self.started {
            let error = ReadError::new(Fault::NotAnInterchange, Place::START);
            self.errors.push_back(error.into());
        }
        self.take_errors();
    }

    fn take_errors(&mut self) {
        if !self.envelopes.errors.is_empty() {
            self.errors.extend(self.envelopes.errors.drain(..).map(UnitError::from));
        }
    }
}

/// The transaction set that an ST begins.
fn begin(st: &Segment<'_>, group_version: &str) -> Result<OpenSet, UnitError> {
    let stated = st.element(3);
    let version = if stated.is_empty() { group_version } else { stated };
    let guide = guide::find_for(st.element(1), version, None, true);
    let guide = guide.ok_or_else(|| UnitError::Tree {
        error: TreeError::of_version(version),
        place: st.place(),
    })?;
    Ok(OpenSet {
        guide,
        control: st.element(2).to_owned(),
        placer: Placer::new(guide),
    })
}

enum Taken {
    Inside,
    Complete,
    TooLarge,
}

/// Adds a segment to the current unit, or completes that and begins the next one.
fn take(
    set: &mut OpenSet,
    segment: &Segment<'_>,
    (unit, next): (&mut Records, &mut Records),
    is_unit: fn(&str) -> bool,
) -> Taken {
    let placement = set.placer.place(segment, None);
    let (found, offsets) = (set.placer.take_unread(), set.placer.offsets());
    let begins = placement
        .opened
        .filter(|of| is_unit(of.id))
        .map(|of| (of, placement.depth));
    // After a unit the loops around it may go on, as the root does with its last segments.
    let goes_on = placement.kept < unit.base;
    let begins = begins.or_else(|| {
        let of = set.placer.loop_at(placement.kept).filter(|_| goes_on)?;
        Some((of, placement.kept))
    });
    let Some((of, base)) = begins else {
        unit.add_unread(found);
        if placement.depth < unit.base {
            // It belongs to a loop around the unit, whose value has been returned.
            unit.add_unread([set.placer.out_of_order(segment)]);
        }
        unit.push(segment, placement, offsets);
        return if unit.segments.size() > MAX_BYTES {
            Taken::TooLarge
        } else {
            Taken::Inside
        };
    };
    // What is missing was missing in the unit before.
    let is_missing = |finding: &Finding<'_>| {
        matches!(
            finding.kind,
            FindingKind::MissingSegment { .. } | FindingKind::MissingLoop { .. }
        )
    };
    let (before, here): (Vec<_>, Vec<_>) = found.into_iter().partition(is_missing);
    unit.add_unread(before);
    next.begin(of, base, false);
    next.add_unread(here);
    next.push(segment, placement, offsets);
    Taken::Complete
}
