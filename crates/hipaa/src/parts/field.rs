//! Reads elements of the segments of a loop, with errors that name the element.

use chrono::{NaiveDate, NaiveDateTime};
use rust_decimal::Decimal;

use super::{Part, date, decimal};
use mc_x12::tree::{self, Node, TreeError};
use mc_x12::{Place, Segment, Transaction};

/// Why a loop cannot be read as a typed value. Names the field, never its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ViewError {
    /// The transaction set has no known guide.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// It is another transaction set (ST01), or another kind by its version.
    #[error("the transaction set is not a {expected}")]
    WrongTransaction { expected: &'static str },
    /// A required segment is missing. The loop is empty for the transaction as a whole.
    #[error("segment {segment} is missing in loop {loop_id:?}")]
    SegmentMissing {
        loop_id: &'static str,
        segment: &'static str,
    },
    /// A required loop is missing.
    #[error("loop {loop_id} is missing")]
    LoopMissing { loop_id: &'static str },
    /// A required element is empty.
    #[error("{segment}{element:02} of loop {loop_id:?} is missing, {place}")]
    ElementMissing {
        loop_id: &'static str,
        segment: &'static str,
        element: usize,
        place: Place,
    },
    /// A number is unreadable.
    #[error("{segment}{element:02} of loop {loop_id:?} has an invalid format, {place}")]
    Form {
        loop_id: &'static str,
        segment: &'static str,
        element: usize,
        place: Place,
    },
}

/// A segment of a known loop.
#[derive(Clone, Copy)]
pub(crate) struct At<'n, 'a> {
    loop_id: &'static str,
    id: &'static str,
    segment: &'n Segment<'a>,
}

impl<'n, 'a> At<'n, 'a> {
    /// A segment in the given loop.
    pub(crate) fn new(loop_id: &'static str, id: &'static str, segment: &'n Segment<'a>) -> Self {
        Self { loop_id, id, segment }
    }
}

impl At<'_, '_> {
    /// Element `n`; empty where it is absent.
    pub(crate) fn text(&self, n: usize) -> String {
        self.segment.element(n).to_owned()
    }

    /// Component `c` of element `n`; empty where it is absent.
    pub(crate) fn component(&self, n: usize, c: usize) -> String {
        self.segment.component(n, c).to_owned()
    }

    /// The components of element `n`; empty where the element is.
    pub(crate) fn components(&self, n: usize) -> Vec<String> {
        if self.is_empty(n) {
            return Vec::new();
        }
        self.segment.components(n).map(str::to_owned).collect()
    }

    /// The repetitions of element `n`; empty where the element is.
    pub(crate) fn repetitions(&self, n: usize) -> Vec<String> {
        self.segment.repetitions(n).map(str::to_owned).collect()
    }

    /// The components of each repetition of element `n`; empty where the element is.
    pub(crate) fn composites(&self, n: usize) -> Vec<Vec<String>> {
        // The separator is the character after the first component.
        let first = self.segment.component(n, 1);
        let separator = self.segment.element(n).chars().nth(first.chars().count());
        let split = |text: &str| match separator {
            Some(separator) => text.split(separator).map(str::to_owned).collect(),
            None => vec![text.to_owned()],
        };
        self.segment.repetitions(n).map(split).collect()
    }

    pub(crate) fn is_empty(&self, n: usize) -> bool {
        self.segment.element(n).is_empty()
    }

    pub(crate) fn is(&self, n: usize, code: &str) -> bool {
        self.segment.element(n) == code
    }

    /// `Y` and `N`; `None` for anything else.
    pub(crate) fn yes_no(&self, n: usize) -> Option<bool> {
        match self.segment.element(n) {
            "Y" => Some(true),
            "N" => Some(false),
            _ => None,
        }
    }

    /// CCYYMMDD; `None` for anything else.
    pub(crate) fn day(&self, n: usize) -> Option<NaiveDate> {
        date::date(self.segment.element(n))
    }

    /// CCYYMMDD in element `n` and the time in the next one; `None` for anything else.
    pub(crate) fn moment(&self, n: usize) -> Option<NaiveDateTime> {
        date::moment(self.segment.element(n), self.segment.element(n + 1))
    }

    /// Element `n` as a number; `None` where it is empty.
    pub(crate) fn number(&self, n: usize) -> Result<Option<Decimal>, ViewError> {
        self.parsed(n, self.segment.element(n))
    }

    /// Component `c` of element `n` as a number; `None` where it is empty.
    pub(crate) fn component_number(&self, n: usize, c: usize) -> Result<Option<Decimal>, ViewError> {
        self.parsed(n, self.segment.component(n, c))
    }

    fn parsed(&self, n: usize, text: &str) -> Result<Option<Decimal>, ViewError> {
        if text.is_empty() {
            return Ok(None);
        }
        decimal::parse(text).map(Some).ok_or_else(|| self.form(n))
    }

    /// Element `n` as a required number.
    pub(crate) fn required_number(&self, n: usize) -> Result<Decimal, ViewError> {
        self.number(n)?.ok_or_else(|| self.missing(n))
    }

    pub(crate) fn missing(&self, element: usize) -> ViewError {
        ViewError::ElementMissing {
            loop_id: self.loop_id,
            segment: self.id,
            element,
            place: self.segment.place(),
        }
    }

    pub(crate) fn form(&self, element: usize) -> ViewError {
        ViewError::Form {
            loop_id: self.loop_id,
            segment: self.id,
            element,
            place: self.segment.place(),
        }
    }
}

/// The loops of a transaction set of this kind.
pub(crate) fn loops<'a>(transaction: &Transaction<'a>, expected: &'static str) -> Result<Node<'a>, ViewError> {
    if transaction.id != expected {
        return Err(ViewError::WrongTransaction { expected });
    }
    Ok(tree::read(transaction)?)
}

/// The segments of a loop with this id.
pub(crate) fn all<'n, 'a>(node: &'n Node<'a>, id: &'static str) -> impl Iterator<Item = At<'n, 'a>> {
    let loop_id = node.id();
    node.segments(id).map(move |segment| At { loop_id, id, segment })
}

/// The first segment of a loop with this id.
pub(crate) fn find<'n, 'a>(node: &'n Node<'a>, id: &'static str) -> Option<At<'n, 'a>> {
    all(node, id).next()
}

/// As [`find`], for a required segment.
pub(crate) fn need<'n, 'a>(node: &'n Node<'a>, id: &'static str) -> Result<At<'n, 'a>, ViewError> {
    let segment = id;
    find(node, id).ok_or(ViewError::SegmentMissing {
        loop_id: node.id(),
        segment,
    })
}

/// The loop inside with this id, for a required loop.
pub(crate) fn inner<'n, 'a>(node: &'n Node<'a>, loop_id: &'static str) -> Result<&'n Node<'a>, ViewError> {
    node.child(loop_id).ok_or(ViewError::LoopMissing { loop_id })
}

/// Reads every loop inside with this id.
pub(crate) fn each<'n, 'a, T>(
    node: &'n Node<'a>,
    loop_id: &str,
    read: impl Fn(&'n Node<'a>) -> Result<T, ViewError>,
) -> Result<Vec<T>, ViewError> {
    node.children(loop_id).map(read).collect()
}

/// Element `n` of the first segment with this id; empty where it is absent.
pub(crate) fn text_of(node: &Node<'_>, id: &'static str, n: usize) -> String {
    find(node, id).map(|at| at.text(n)).unwrap_or_default()
}

/// Reads all segments of one kind.
pub(crate) fn list<T: Part>(node: &Node<'_>) -> Result<Vec<T>, ViewError> {
    all(node, T::ID).map(T::read).collect()
}

/// Reads the first segment of one kind, for a required segment.
pub(crate) fn one<T: Part>(node: &Node<'_>) -> Result<T, ViewError> {
    T::read(need(node, T::ID)?)
}

/// Reads the first segment of one kind.
pub(crate) fn first<T: Part>(node: &Node<'_>) -> Result<Option<T>, ViewError> {
    find(node, T::ID).map(T::read).transpose()
}
