//! A segment that fits no place where it stands, kept until the next one is known: that may open
//! the loop that it belongs to.

use super::transaction::Next;
use crate::delimiters::Delimiters;
use crate::finding::Place;
use crate::segment::Segment;

/// The segment. It has no `Debug` of its content: it may be PHI.
pub(super) struct Held {
    /// As it is checked, and as it was received.
    bytes: Vec<u8>,
    received: Vec<u8>,
    delimiters: Delimiters,
    /// The number of the segment with its flags.
    number: u64,
    nth: u8,
    place: Place,
}

impl std::fmt::Debug for Held {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Held({})", self.place)
    }
}

impl Held {
    #[cold]
    pub(super) fn of(next: &Next<'_, '_>, nth: u8, place: Place) -> Self {
        Self {
            bytes: next.segment.bytes().to_vec(),
            received: next.received.bytes().to_vec(),
            delimiters: next.segment.delimiters(),
            number: next.segment.tagged_number(),
            nth,
            place,
        }
    }

    /// The segment as it is checked.
    pub(super) fn segment(&self) -> Segment<'_> {
        self.with(&self.bytes)
    }

    /// The segment as it was received.
    pub(super) fn received(&self) -> Segment<'_> {
        self.with(&self.received)
    }

    fn with<'b>(&self, bytes: &'b [u8]) -> Segment<'b> {
        Segment::from_bytes(bytes, self.delimiters, self.number, self.place.offset)
    }

    /// The index of its id.
    pub(super) fn nth(&self) -> u8 {
        self.nth
    }

    /// Its place, without the loop.
    pub(super) fn place(&self) -> Place {
        self.place
    }
}
