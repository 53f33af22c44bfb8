//! The types of a compiled guide. Everything is `'static`: the tables in `guides/` are compiled
//! into the program.

use super::choice::Choice;
use super::id::Id;
use super::lists::List;
use super::marks::Marks;

/// The rules of one transaction set in one version of its implementation guide, e.g. the 835 of
/// 005010X221A1.
#[derive(Debug, PartialEq, Eq)]
pub struct Guide {
    /// ST01, e.g. `835`. A claim acknowledgement (277CA) is a `277`.
    pub transaction: &'static str,
    /// ST03 and GS08, e.g. `005010X221A1`.
    pub version: &'static str,
    /// Versions close enough for the same rules: the guide before its errata, or later errata.
    pub near: &'static [&'static str],
    /// GS01, e.g. `HP`.
    pub functional_group: &'static str,
    /// A short description, e.g. `remittance advice`.
    pub name: &'static str,
    /// ST … SE.
    pub root: &'static Loop,
}

/// A group of segments that repeats as one.
#[derive(Debug, PartialEq, Eq)]
pub struct Loop {
    /// The guide's own id, e.g. `2010AA`; empty for the root, which holds the whole transaction.
    pub id: &'static str,
    /// A short description, e.g. `billing provider`.
    pub name: &'static str,
    /// Whether it must occur within the enclosing loop.
    pub usage: Usage,
    /// Maximum occurrences there; [`u32::MAX`] is no limit.
    pub max: u32,
    /// Its parts in order. The first is the segment that opens it, in the root ST.
    pub parts: &'static [Part],
    /// For each segment id, sorted, the indexes of the parts that such a segment can be or open.
    ///
    /// Parts with a key precede the one part without a key.
    pub dispatch: &'static [(Id, &'static [u16])],
    /// For the segment with each index 0, or its row in `dispatch` plus 1.
    pub rows: [u8; 128],
    /// The indexes of the required parts, ascending.
    pub required: &'static [u16],
}

/// A segment or a loop within a loop.
#[derive(Debug, PartialEq, Eq)]
pub struct Part {
    /// Ascending within the loop. Parts with the same position may occur in any order.
    pub position: u16,
    /// The segment or loop.
    pub kind: PartKind,
}

/// What a [`Part`] is.
#[derive(Debug, PartialEq, Eq)]
pub enum PartKind {
    /// One use of a segment.
    Segment(&'static SegmentUse),
    /// A loop.
    Loop(&'static Loop),
}

/// One use of a segment: the same `REF` has different meanings and rules in different places.
#[derive(Debug, PartialEq, Eq)]
pub struct SegmentUse {
    /// The segment's id.
    pub id: Id,
    /// A short description of this use, e.g. `prior authorization number`.
    pub name: &'static str,
    /// Whether it must occur within its loop.
    pub usage: Usage,
    /// Maximum occurrences within its loop; [`u32::MAX`] is no limit.
    pub max: u32,
    /// Its elements, as many as the base standard defines for the segment; element 1 is at index 0.
    pub elements: &'static [ElementUse],
    /// Distinguishes this use from other uses of the same segment in the same place.
    pub key: Option<Key>,
    /// The base standard's rules between its elements.
    pub rules: &'static [Rule],
    /// The last required element, from 1; 0 where none is required.
    pub last_required: u8,
    /// What a tolerant reading looks at.
    pub(crate) marks: Marks,
}

/// The value that distinguishes one use of a segment from the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// The element, from 1.
    pub element: u8,
    /// 0: the element itself or, of a composite, its first component; otherwise the component, from
    /// 2.
    pub component: u8,
    /// The values of this use.
    pub codes: Choice,
}

/// One element of a segment, or one component of a composite.
#[derive(Debug, PartialEq, Eq)]
pub struct ElementUse {
    /// Whether it is required.
    pub usage: Usage,
    /// Maximum number of repetitions; 1 where it does not repeat.
    pub repeat: u16,
    /// What it holds.
    pub content: Content,
    /// It is simple, does not repeat, is used, and neither an external list nor another element
    /// decides about its value: the check of most values ends there.
    pub(crate) is_direct: bool,
}

impl ElementUse {
    pub(crate) const fn new(usage: Usage, repeat: u16, content: Content) -> Self {
        let is_simple = match &content {
            Content::Simple(simple) => simple.number != QUALIFIED_DATE && !matches!(simple.codes, Codes::List(_)),
            Content::Composite(_) => false,
        };
        let is_direct = is_simple && repeat <= 1 && !matches!(usage, Usage::NotUsed);
        Self {
            usage,
            repeat,
            content,
            is_direct,
        }
    }
}

/// The data element whose format the preceding element (1250) determines.
pub(crate) const QUALIFIED_DATE: u16 = 1251;

/// What an element holds.
#[derive(Debug, PartialEq, Eq)]
pub enum Content {
    /// One value.
    Simple(Simple),
    /// Components. Empty where the guide does not use the composite.
    Composite(&'static [ElementUse]),
}

/// A simple element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Simple {
    /// The data element's number in the dictionary, e.g. 98; IK403 reports it.
    pub number: u16,
    /// The kind of value.
    pub kind: Kind,
    /// Minimum length in characters. Signs, decimal points and exponents of numbers do not count.
    pub min: u16,
    /// Maximum length.
    pub max: u16,
    /// Which values it may have.
    pub codes: Codes,
}

/// The values that an element may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Codes {
    /// Any of its kind and length.
    Any,
    /// One of these.
    OneOf(Choice),
    /// One of an external list.
    List(List),
}

/// The base standard's kinds of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// AN: text.
    Text,
    /// ID: a code.
    Code,
    /// DT: CCYYMMDD, or YYMMDD in the ISA.
    Date,
    /// TM: HHMM, HHMMSS or HHMMSSDD.
    Time,
    /// R: a number with an explicit decimal point.
    Decimal,
    /// N0: a whole number.
    Integer,
    /// N2: a whole number whose last two digits are hundredths.
    Cents,
    /// B: bytes.
    Binary,
}

/// Whether something is required.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Usage {
    /// Required.
    Required,
    /// Required in the situation that the guide describes.
    Situational,
    /// Must be empty.
    NotUsed,
}

/// A rule of the base standard between elements of a segment (X12.6, "relational conditions").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// P: if any of them is present, all are.
    Paired(Elements),
    /// R: at least one of them is present.
    AtLeastOne(Elements),
    /// E: at most one of them is present.
    Exclusive(Elements),
    /// C: if the first is present, all the others are.
    Conditional(Elements),
    /// L: if the first is present, at least one of the others is.
    ListConditional(Elements),
}

/// Elements of a segment, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Elements {
    /// In the order of the rule.
    pub all: &'static [u8],
    /// Bit n for each element n but the first.
    pub(crate) rest: u64,
    /// The bit of the first.
    pub(crate) first: u64,
}

impl Elements {
    pub(crate) const fn new(all: &'static [u8]) -> Self {
        let (mut rest, mut n) = (0, 1);
        while n < all.len() {
            rest |= 1 << all[n];
            n += 1;
        }
        let first = if all.is_empty() { 0 } else { 1 << all[0] };
        Self { all, rest, first }
    }

    /// Bit n for each element n.
    pub(crate) const fn bits(self) -> u64 {
        self.first | self.rest
    }
}

impl Loop {
    /// The parts that a segment with this id can be or open, in the order in which they are tried.
    pub fn candidates(&self, id: Id) -> impl Iterator<Item = &'static Part> + use<> {
        let parts = self.parts;
        let found = self.dispatch.binary_search_by_key(&id, |(known, _)| *known);
        let indexes = found
            .ok()
            .and_then(|at| self.dispatch.get(at))
            .map_or(&[][..], |(_, indexes)| *indexes);
        indexes.iter().filter_map(move |index| parts.get(usize::from(*index)))
    }

    /// As [`Loop::candidates`], as indexes, by the index of the segment.
    #[inline]
    pub(crate) fn indexes_of(&self, nth: u8) -> &'static [u16] {
        let row = usize::from(self.rows[usize::from(nth) % self.rows.len()]);
        // 0 is no row.
        self.dispatch
            .get(row.wrapping_sub(1))
            .map_or(&[], |(_, indexes)| *indexes)
    }

    /// The segment that opens the loop; of the root, ST.
    pub fn opening(&self) -> Option<&'static SegmentUse> {
        self.parts.first().and_then(|part| match part.kind {
            PartKind::Segment(segment) => Some(segment),
            PartKind::Loop(_) => None,
        })
    }
}

impl PartKind {
    /// Whether it is required.
    pub fn usage(&self) -> Usage {
        match self {
            Self::Segment(segment) => segment.usage,
            Self::Loop(inner) => inner.usage,
        }
    }

    /// Maximum occurrences; [`u32::MAX`] is no limit.
    pub fn max(&self) -> u32 {
        match self {
            Self::Segment(segment) => segment.max,
            Self::Loop(inner) => inner.max,
        }
    }

    /// The segment itself, or the segment that opens the loop.
    pub fn opening(&self) -> Option<&'static SegmentUse> {
        match self {
            Self::Segment(segment) => Some(segment),
            Self::Loop(inner) => inner.opening(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_loop_finds_its_parts_without_a_search() {
        for guide in crate::guide::all() {
            for (nth, id) in (0..).zip(crate::guide::segments()) {
                let by_search: Vec<_> = guide.root.candidates(Id::new(id)).collect();
                let at_once = guide.root.indexes_of(nth).iter();
                let at_once: Vec<_> = at_once.map(|at| &guide.root.parts[usize::from(*at)]).collect();
                assert_eq!(by_search, at_once, "{id}");
            }
        }
    }
}
