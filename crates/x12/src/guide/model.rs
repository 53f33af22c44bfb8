//! What a compiled guide is made of. Everything is `'static`: the tables in `guides/` are compiled into the program.

use super::lists::List;

/// The rules of one transaction set in one version of its implementation guide, e.g. the 835 of 005010X221A1.
#[derive(Debug, PartialEq, Eq)]
pub struct Guide {
    /// ST01, e.g. `835`. A claim acknowledgement (277CA) is a `277`.
    pub transaction: &'static str,
    /// ST03 and GS08, e.g. `005010X221A1`.
    pub version: &'static str,
    /// Versions so close to this one that its rules serve for them: the guide before its errata, or later errata.
    pub near: &'static [&'static str],
    /// GS01, e.g. `HP`.
    pub functional_group: &'static str,
    /// Our few words for it, e.g. `remittance advice`.
    pub name: &'static str,
    /// ST … SE.
    pub root: &'static Loop,
}

/// A group of segments that repeats as one.
#[derive(Debug, PartialEq, Eq)]
pub struct Loop {
    /// The guide's own id, e.g. `2010AA`; empty for the root, which holds the whole transaction.
    pub id: &'static str,
    /// Our few words for it, e.g. `billing provider`.
    pub name: &'static str,
    /// Whether it must occur within the loop around it.
    pub usage: Usage,
    /// How often it may occur there; [`u32::MAX`]: no limit.
    pub max: u32,
    /// Its parts in order. The first is the segment that opens it, in the root ST.
    pub parts: &'static [Part],
    /// For each segment id, sorted, the indexes of the parts that such a segment can be or open.
    ///
    /// Parts that a key tells from their neighbours stand before the one part that has none.
    pub dispatch: &'static [(Id, &'static [u16])],
    /// For the segment that is n-th by its id 0, or one more than its row in `dispatch`: found without a search.
    pub rows: [u8; 128],
    /// The indexes of the parts that must occur, rising.
    pub required: &'static [u16],
}

/// A segment or a loop within a loop.
#[derive(Debug, PartialEq, Eq)]
pub struct Part {
    /// Rising within the loop. Parts of equal position may come in any order.
    pub position: u16,
    /// What stands there.
    pub what: What,
}

/// What a [`Part`] is.
#[derive(Debug, PartialEq, Eq)]
pub enum What {
    /// One use of a segment.
    Segment(&'static SegmentUse),
    /// A loop.
    Loop(&'static Loop),
}

/// One use of a segment: the same `REF` means other things, with other rules, in other places.
#[derive(Debug, PartialEq, Eq)]
pub struct SegmentUse {
    /// The segment's id.
    pub id: Id,
    /// Our few words for this use, e.g. `prior authorization number`.
    pub name: &'static str,
    /// Whether it must occur within its loop.
    pub usage: Usage,
    /// How often it may occur within its loop; [`u32::MAX`]: no limit.
    pub max: u32,
    /// Its elements, as many as the base standard gives the segment; element 1 is at index 0.
    pub elements: &'static [ElementUse],
    /// What tells this use from other uses of the same segment in the same place.
    pub key: Option<Key>,
    /// The base standard's rules between its elements.
    pub rules: &'static [Rule],
    /// The last element that must be there, from 1; 0: none must.
    pub last_required: u8,
}

/// The value that tells one use of a segment from the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// The element, from 1.
    pub element: u8,
    /// 0: the element itself or, of a composite, its first component; otherwise the component, from 2.
    pub component: u8,
    /// The values of this use.
    pub codes: Choice,
}

/// One element of a segment, or one component of a composite.
#[derive(Debug, PartialEq, Eq)]
pub struct ElementUse {
    /// Whether it must be there.
    pub usage: Usage,
    /// How often it may repeat; 1: it does not.
    pub repeat: u16,
    /// What it holds.
    pub content: Content,
}

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
    /// Least length in characters. Signs, decimal points and exponents of numbers do not count.
    pub min: u16,
    /// Greatest length.
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
    /// One of a list that somebody else keeps.
    List(List),
}

/// A closed list of codes. It is used as the sorted slice of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    pub(super) texts: &'static [&'static str],
    /// The same as numbers, see [`Packed`].
    pub(super) packed: &'static [u64],
}

impl std::ops::Deref for Choice {
    type Target = [&'static str];

    fn deref(&self) -> &Self::Target {
        self.texts
    }
}

impl Choice {
    /// The codes, sorted.
    pub fn texts(self) -> &'static [&'static str] {
        self.texts
    }

    /// Whether a value is one of the codes.
    #[inline]
    pub(crate) fn has(&self, value: Packed<'_>) -> bool {
        match value.number {
            0 => self.has_long(value.text),
            number if self.packed.len() <= 12 => self.packed.contains(&number),
            number => self.packed.binary_search(&number).is_ok(),
        }
    }

    #[cold]
    fn has_long(&self, value: &[u8]) -> bool {
        self.texts.iter().any(|code| code.as_bytes() == value)
    }
}

/// Codes as numbers, see [`Packed`]. Those of more than seven bytes are never looked up by theirs.
pub(super) const fn packed<const N: usize>(codes: &[&str; N]) -> [u64; N] {
    let mut numbers = [0; N];
    let mut n = 0;
    while n < N {
        let code = codes[n].as_bytes();
        let mut at = 0;
        while at < 7 {
            let byte = if at < code.len() { code[at] } else { 0 };
            numbers[n] = numbers[n] << 8 | byte as u64;
            at += 1;
        }
        numbers[n] = numbers[n] << 8 | code.len() as u64;
        n += 1;
    }
    numbers
}

/// A value to be looked for among codes. Up to seven bytes are one number: the bytes, then how many they are; it orders them as text does.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Packed<'a> {
    text: &'a [u8],
    /// 0: too long, or empty.
    number: u64,
}

impl<'a> Packed<'a> {
    /// The first bytes of `around`, which what follows them makes quicker to read.
    #[inline]
    pub(crate) fn first_of(around: &'a [u8], length: usize) -> Self {
        let text = around.get(..length).unwrap_or_default();
        let number = match length {
            1..=7 => {
                let bytes = match around.first_chunk() {
                    Some(eight) => u64::from_be_bytes(*eight),
                    None => shifted(text),
                };
                bytes & u64::MAX << (64 - 8 * length) | length as u64
            }
            _ => 0,
        };
        Self { text, number }
    }

    /// All of a text.
    #[inline]
    pub(crate) fn of(text: &'a [u8]) -> Self {
        Self::first_of(text, text.len())
    }
}

/// Up to seven bytes, the first one highest.
fn shifted(text: &[u8]) -> u64 {
    if text.is_empty() {
        return 0;
    }
    let joined = text.iter().fold(0, |all, byte| all << 8 | u64::from(*byte));
    joined << (64 - 8 * text.len())
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
    /// R: a number that writes its own decimal point.
    Decimal,
    /// N0: a whole number.
    Integer,
    /// N2: a whole number whose last two digits are hundredths.
    Cents,
    /// B: bytes.
    Binary,
}

/// Whether something must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Usage {
    /// It must.
    Required,
    /// It must where the guide's situation holds, and may otherwise.
    Situational,
    /// It must not.
    NotUsed,
}

/// A rule of the base standard between elements of a segment (X12.6, "relational conditions"); elements from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// P: if any of them is present, all are.
    Paired(&'static [u8]),
    /// R: at least one of them is present.
    AtLeastOne(&'static [u8]),
    /// E: at most one of them is present.
    Exclusive(&'static [u8]),
    /// C: if the first is present, all the others are.
    Conditional(&'static [u8]),
    /// L: if the first is present, at least one of the others is.
    ListConditional(&'static [u8]),
}

/// A segment's id of two or three characters: as one number, so that ids are compared and matched at once. It orders them as text does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(u32);

impl Id {
    /// What no segment is called, and no guide uses.
    const NONE: Self = Self::of_three(*b"???");

    /// The id of that text. Text that no segment can be called by (empty, longer than three bytes, with a space at its end) is the id `???`, which no
    /// guide uses.
    pub const fn new(text: &str) -> Self {
        Self::of_bytes(text.as_bytes())
    }

    /// As [`Id::new`].
    #[inline]
    pub(crate) const fn of_bytes(text: &[u8]) -> Self {
        match text {
            [_, b' '] | [_, _, b' '] => Self::NONE,
            [a] => Self::of_three([*a, b' ', b' ']),
            [a, b] => Self::of_three([*a, *b, b' ']),
            [a, b, c] => Self::of_three([*a, *b, *c]),
            _ => Self::NONE,
        }
    }

    /// Padded with spaces.
    const fn of_three([a, b, c]: [u8; 3]) -> Self {
        Self(u32::from_be_bytes([0, a, b, c]))
    }

    pub(super) const fn number(self) -> u32 {
        self.0
    }

    /// As text; `?` where no guide knows it.
    pub fn as_str(self) -> &'static str {
        self.known().unwrap_or("?")
    }
}

impl std::fmt::Debug for Id {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::fmt::Display for Id {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Loop {
    /// The parts that a segment of this id can be or open, in the order in which to try them.
    pub fn candidates(&self, id: Id) -> impl Iterator<Item = &'static Part> + use<> {
        let parts = self.parts;
        let found = self.dispatch.binary_search_by_key(&id, |(known, _)| *known);
        let indexes = found
            .ok()
            .and_then(|at| self.dispatch.get(at))
            .map_or(&[][..], |(_, indexes)| *indexes);
        indexes.iter().filter_map(move |index| parts.get(usize::from(*index)))
    }

    /// As [`Loop::candidates`], as indexes, for the segment that is n-th by its id.
    #[inline]
    pub(crate) fn indexes_of(&self, nth: u8) -> &'static [u16] {
        let row = usize::from(self.rows[usize::from(nth) % self.rows.len()]);
        // Row 0 is none.
        self.dispatch
            .get(row.wrapping_sub(1))
            .map_or(&[], |(_, indexes)| *indexes)
    }

    /// The segment that opens the loop; of the root, ST.
    pub fn opening(&self) -> Option<&'static SegmentUse> {
        self.parts.first().and_then(|part| match part.what {
            What::Segment(segment) => Some(segment),
            What::Loop(_) => None,
        })
    }
}

impl What {
    /// Whether it must be there.
    pub fn usage(&self) -> Usage {
        match self {
            Self::Segment(segment) => segment.usage,
            Self::Loop(inner) => inner.usage,
        }
    }

    /// How often it may be there; [`u32::MAX`]: no limit.
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
    fn a_choice_has_its_codes_and_no_others() {
        for guide in crate::guide::all() {
            for (_, indexes) in guide.root.dispatch {
                let parts = indexes.iter().map(|index| &guide.root.parts[usize::from(*index)]);
                let uses = parts.filter_map(|part| part.what.opening());
                for element in uses.flat_map(|segment| segment.elements) {
                    let Content::Simple(Simple {
                        codes: Codes::OneOf(codes),
                        ..
                    }) = element.content
                    else {
                        continue;
                    };
                    assert!(codes.is_sorted() && codes.packed.is_sorted());
                    for code in codes.iter() {
                        let around = format!("{code}*AND WHAT FOLLOWS");
                        assert!(codes.has(Packed::of(code.as_bytes())), "{code}");
                        assert!(codes.has(Packed::first_of(around.as_bytes(), code.len())), "{code}");
                        assert!(!codes.has(Packed::of(format!("{code}\0").as_bytes())), "{code}");
                    }
                    assert!(!codes.has(Packed::of(b"")));
                }
            }
        }
    }

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

    #[test]
    fn ids_are_padded_and_sort_as_text_does() {
        assert_eq!(Id::new("N1").as_str(), "N1");
        assert_eq!(format!("{} {:?}", Id::new("NM1"), Id::new("HL")), "NM1 HL");
        assert!(Id::new("N1") < Id::new("N10") && Id::new("N10") < Id::new("NM1"));
    }

    #[test]
    fn text_that_cannot_be_an_id_is_none_that_a_guide_uses() {
        assert_eq!(Id::new(""), Id::new("LONG"));
        assert_ne!(Id::new("N1 "), Id::new("N1"));
        assert_eq!(Id::new("é!").as_str(), "?", "what is not known is not told");
    }
}
