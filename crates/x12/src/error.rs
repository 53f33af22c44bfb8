//! Faults of an interchange, without its content: every data value may be PHI.

use std::fmt;

/// A place in the interchange, without its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Place {
    /// Segment number, ISA = 1; 0 where no segment was reached.
    pub segment: u32,
    /// Byte offset from the start of the input.
    pub offset: u64,
    /// Segment id where it is a known one, else `?`: an unknown id may be misplaced data.
    pub id: &'static str,
}

impl Place {
    /// The start of the input.
    pub(crate) const START: Self = Self {
        segment: 0,
        offset: 0,
        id: "?",
    };
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "segment {} ({}) at byte {}", self.segment, self.id, self.offset)
    }
}

/// Faults of envelopes (X12.5 control structures).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    #[error("the interchange is larger than {limit} bytes")]
    TooLarge { limit: u64 },
    #[error("the interchange has more than {limit} segments")]
    TooManySegments { limit: u32 },
    #[error("a loop that is read as a whole is larger than {limit} bytes")]
    UnitTooLarge { limit: usize },
    #[error("a segment is longer than {limit} bytes")]
    SegmentTooLong { limit: usize },
    #[error("the interchange does not start with ISA")]
    NotAnInterchange,
    #[error("the ISA segment does not have its fixed 106 characters")]
    IsaLayout,
    /// Elements of the ISA are padded with spaces to a fixed length.
    #[error("ISA{element:02} has {found} characters, {required} are required")]
    IsaElementLength { element: u8, found: usize, required: usize },
    #[error("line ends stand inside the ISA segment: the file is wrapped into lines")]
    IsaWrapped,
    #[error("the ISA is written in lower case: segment ids must be in upper case")]
    IsaLowerCase,
    #[error("{delimiter} is a letter, a digit or a space")]
    IsaDelimiterInvalid { delimiter: IsaDelimiter },
    #[error("{delimiter} is also {other}")]
    IsaDelimiterTwice {
        delimiter: IsaDelimiter,
        other: IsaDelimiter,
    },
    #[error("ISA{element:02} holds the segment terminator, or a character that is not ASCII")]
    IsaCharacter { element: u8 },
    #[error("a segment is empty")]
    EmptySegment,
    #[error("a segment is not allowed at this place of the envelope")]
    OutOfPlace,
    #[error("the {header} has no {trailer}")]
    TrailerMissing {
        header: &'static str,
        trailer: &'static str,
    },
    #[error("the control numbers of {header} and {trailer} differ")]
    ControlNumber {
        header: &'static str,
        trailer: &'static str,
    },
    #[error("the count in {trailer} is wrong: {found} were found")]
    Count { trailer: &'static str, found: u32 },
    #[error("the group has no transaction set")]
    EmptyGroup,
    #[error("text follows the IEA segment")]
    TrailingText,
}

/// A delimiter that the ISA defines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IsaDelimiter {
    Element,
    Repetition,
    Component,
    Terminator,
}

impl fmt::Display for IsaDelimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Element => "the element separator",
            Self::Repetition => "the repetition separator (ISA11)",
            Self::Component => "the component separator (ISA16)",
            Self::Terminator => "the segment terminator",
        })
    }
}

/// An interchange that cannot be read: fault and place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{fault}, {place}")]
pub struct ReadError {
    /// The fault.
    pub fault: Fault,
    /// Its place.
    pub place: Place,
}

impl ReadError {
    pub(crate) const fn new(fault: Fault, place: Place) -> Self {
        Self { fault, place }
    }
}

/// A value that cannot be written. Names the field by segment and element, never the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    #[error("{segment}{element:02} holds a delimiter, which X12 cannot escape")]
    Delimiter { segment: &'static str, element: usize },
    #[error("{segment}{element:02} holds a character outside the X12 character set")]
    Character { segment: &'static str, element: usize },
    #[error("{segment}{element:02} is longer than {max} characters")]
    TooLong {
        segment: &'static str,
        element: usize,
        max: usize,
    },
    #[error("{segment}{element:02} is required and empty")]
    Missing { segment: &'static str, element: usize },
    #[error("{segment}{element:02} does not have the format that the guide requires")]
    Form { segment: &'static str, element: usize },
    #[error("{segment} is an envelope segment, which only the envelope writes")]
    Envelope { segment: &'static str },
    #[error("the delimiters are not four different characters outside letters, digits and space")]
    Delimiters,
}
