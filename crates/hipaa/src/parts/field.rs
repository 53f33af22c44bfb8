//! Reads elements of the segments of a loop. Nothing is refused: what is missing or unreadable is
//! empty, and [`Tree::unread`](mc_x12::tree::Tree::unread) lists it.

use chrono::{NaiveDate, NaiveDateTime};
use rust_decimal::Decimal;

use super::{Part, date};
use mc_x12::Segment;
use mc_x12::tree::{Node, Placed};

/// A segment of a loop, which may be missing.
#[derive(Clone, Copy)]
pub(crate) struct At<'n, 'a> {
    segment: Option<&'n Segment<'a>>,
    /// Set for a segment of a loop: its elements are found.
    placed: Option<&'n Placed<'a>>,
}

impl<'n, 'a> At<'n, 'a> {
    /// A segment.
    pub(crate) fn new(segment: &'n Segment<'a>) -> Self {
        Self {
            segment: Some(segment),
            placed: None,
        }
    }

    /// A segment of a loop.
    pub(crate) fn placed(placed: &'n Placed<'a>) -> Self {
        Self {
            segment: Some(&placed.segment),
            placed: Some(placed),
        }
    }
}

impl<'n, 'a> At<'n, 'a> {
    /// The segment's id; empty where it is missing.
    pub(crate) fn id(self) -> &'a str {
        self.segment.map_or("", Segment::id)
    }

    /// The segment's number in the interchange; 0 where it is missing.
    pub(crate) fn number_in_input(self) -> u32 {
        self.segment.map_or(0, Segment::number)
    }

    /// Element `n`; empty where it is absent or not UTF-8.
    pub(crate) fn element(self, n: usize) -> &'a str {
        self.note(n, 0);
        self.whole(n)
    }

    fn whole(self, n: usize) -> &'a str {
        match (self.placed, self.segment) {
            (Some(placed), _) => placed.element(n),
            (None, Some(segment)) => segment.element(n),
            (None, None) => "",
        }
    }

    /// The segment, where some of it is not UTF-8: such an element appears to be empty.
    fn damaged(self) -> Option<&'n Segment<'a>> {
        self.segment.filter(|segment| segment.undecodable().next().is_some())
    }

    fn part(self, n: usize, c: usize) -> &'a str {
        self.note(n, c);
        match (self.placed, self.segment) {
            (Some(placed), _) if c <= 9 => placed.components::<9>(n)[c.saturating_sub(1)],
            (_, Some(segment)) => segment.component(n, c),
            (_, None) => "",
        }
    }

    /// Notes in tests that a view reads this element, or this component of it.
    #[cfg_attr(not(test), expect(clippy::unused_self, reason = "tests note what is read"))]
    fn note(self, n: usize, c: usize) {
        #[cfg(test)]
        if let Some(segment) = self.segment {
            super::coverage::note(segment.number(), n, c);
        }
        #[cfg(not(test))]
        let _ = (n, c);
    }

    /// Element `n`; empty where it is absent. Bytes that are not UTF-8 are decoded as Windows-1252,
    /// and listed.
    pub(crate) fn text(self, n: usize) -> String {
        match self.element(n) {
            "" => self
                .damaged()
                .map_or_else(String::new, |segment| segment.decoded(n).into_owned()),
            text => text.to_owned(),
        }
    }

    /// Component `c` of element `n`; empty where it is absent.
    pub(crate) fn component(self, n: usize, c: usize) -> String {
        self.part(n, c).to_owned()
    }

    /// The first `N` components of element `n`; empty where they are absent.
    pub(crate) fn first_components<const N: usize>(self, n: usize) -> [&'a str; N] {
        (1..=N).for_each(|c| self.note(n, c));
        match (self.placed, self.segment) {
            (Some(placed), _) => placed.components(n),
            (None, Some(segment)) => {
                let mut all = segment.components(n);
                std::array::from_fn(|_| all.next().unwrap_or_default())
            }
            (None, None) => [""; N],
        }
    }

    /// The components of element `n`; empty where the element is.
    pub(crate) fn components(self, n: usize) -> Vec<String> {
        if self.element(n).is_empty() {
            return Vec::new();
        }
        let components = |segment: &Segment<'_>| segment.components(n).map(str::to_owned).collect();
        self.segment.map_or_else(Vec::new, components)
    }

    /// The repetitions of element `n`; empty where the element is.
    pub(crate) fn repetitions(self, n: usize) -> Vec<String> {
        let all = |segment: &Segment<'_>| segment.repetitions(n).map(str::to_owned).collect();
        let present = match self.element(n) {
            "" => self.damaged(),
            _ => self.segment,
        };
        present.map_or_else(Vec::new, all)
    }

    /// The components of each repetition of element `n`; empty where the element is.
    pub(crate) fn composites(self, n: usize) -> Vec<Vec<String>> {
        self.note(n, 0);
        let Some(segment) = self.segment else { return Vec::new() };
        // The separator is the character after the first component.
        let first = segment.component(n, 1);
        let separator = segment.element(n).chars().nth(first.chars().count());
        let split = |text: &str| match separator {
            Some(separator) => text.split(separator).map(str::to_owned).collect(),
            None => vec![text.to_owned()],
        };
        segment.repetitions(n).map(split).collect()
    }

    pub(crate) fn is_empty(self, n: usize) -> bool {
        self.whole(n).is_empty()
    }

    /// Whether element `n` is present, readable or not.
    pub(crate) fn is_stated(self, n: usize) -> bool {
        !self.is_empty(n) || self.damaged().is_some_and(|segment| !segment.decoded(n).is_empty())
    }

    pub(crate) fn is(self, n: usize, code: &str) -> bool {
        self.element(n) == code
    }

    /// Element `n` as one of two codes, for true and for false; `None` for anything else.
    pub(crate) fn either(self, n: usize, yes: &str, no: &str) -> Option<bool> {
        self.code(n, |code| {
            let is_known = code == yes || code == no;
            is_known.then_some(code == yes)
        })
    }

    /// `Y` and `N`; `None` for anything else.
    pub(crate) fn yes_no(self, n: usize) -> Option<bool> {
        self.either(n, "Y", "N")
    }

    /// Element `n` as a code with a meaning; `None` for an unknown one, which
    /// [`Tree::unread`](mc_x12::tree::Tree::unread) lists.
    pub(crate) fn code<T>(self, n: usize, meaning: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        #[cfg(test)]
        if let Some(segment) = self.segment {
            super::coverage::note_code(segment.number(), n);
        }
        meaning(self.element(n))
    }

    /// CCYYMMDD; `None` for anything else.
    pub(crate) fn day(self, n: usize) -> Option<NaiveDate> {
        date::date(self.element(n))
    }

    /// CCYYMMDD in element `n` and the time in the next one; `None` for anything else.
    pub(crate) fn moment(self, n: usize) -> Option<NaiveDateTime> {
        date::moment(self.element(n), self.element(n + 1))
    }

    /// Element `n` as a number; `None` where it is empty or unreadable.
    pub(crate) fn number(self, n: usize) -> Option<Decimal> {
        mc_x12::number(self.element(n))
    }
}

/// The code of true or of false; empty where it is unknown.
pub(crate) fn either(value: Option<bool>, yes: &'static str, no: &'static str) -> &'static str {
    value.map_or("", |value| if value { yes } else { no })
}

/// The segments of a loop with this id.
pub(crate) fn all<'n, 'a>(node: &'n Node<'a>, id: &'static str) -> impl Iterator<Item = At<'n, 'a>> {
    node.placed(id).map(At::placed)
}

/// The first segment of a loop with this id.
pub(crate) fn find<'n, 'a>(node: &'n Node<'a>, id: &'static str) -> Option<At<'n, 'a>> {
    all(node, id).next()
}

/// As [`find`]; an empty segment where it is missing.
pub(crate) fn need<'n, 'a>(node: &'n Node<'a>, id: &'static str) -> At<'n, 'a> {
    find(node, id).unwrap_or(At {
        segment: None,
        placed: None,
    })
}

/// The loop inside with this id; an empty loop where it is missing.
pub(crate) fn inner<'n, 'a>(node: &'n Node<'a>, loop_id: &str) -> &'n Node<'a> {
    node.child(loop_id).unwrap_or_else(|| Node::empty())
}

/// Reads every loop inside with this id.
pub(crate) fn each<'n, 'a, T>(node: &'n Node<'a>, loop_id: &str, read: impl Fn(&'n Node<'a>) -> T) -> Vec<T> {
    node.children(loop_id).map(read).collect()
}

/// Element `n` of the first segment with this id; empty where it is absent.
pub(crate) fn text_of(node: &Node<'_>, id: &'static str, n: usize) -> String {
    need(node, id).text(n)
}

/// Reads all segments of one kind.
pub(crate) fn list<T: Part>(node: &Node<'_>) -> Vec<T> {
    all(node, T::ID).map(T::read).collect()
}

/// Reads the first segment of one kind; an empty one where it is missing.
pub(crate) fn one<T: Part>(node: &Node<'_>) -> T {
    T::read(need(node, T::ID))
}

/// Reads the first segment of one kind.
pub(crate) fn first<T: Part>(node: &Node<'_>) -> Option<T> {
    find(node, T::ID).map(T::read)
}
