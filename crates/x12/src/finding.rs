//! Findings: what is wrong, where, with an acknowledgement code and a sentence for billing staff.

mod code;
mod element;
mod json;
mod remedy;
mod sentence;

pub use crate::balance::Rule;
use crate::guide::List;
use rust_decimal::Decimal;
use std::fmt;

/// WEDI SNIP types 1 to 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Syntax: envelopes, counts, characters, element formats.
    Syntax = 1,
    /// The guide's structure: loops, segments, elements, codes.
    Guide = 2,
    /// Amounts that must agree.
    Balance = 3,
    /// Dependencies between values.
    Situation = 4,
    /// External code lists.
    CodeList = 5,
}

/// The severity of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Nothing is rejected.
    Warning,
    /// The transaction set is rejected.
    Error,
}

/// The code with which an acknowledgement carries a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Code {
    /// TA105.
    Interchange(&'static str),
    /// AK905.
    Group(&'static str),
    /// IK502.
    Transaction(&'static str),
    /// IK304.
    Segment(&'static str),
    /// IK403.
    Element(&'static str),
    /// STC01 of a 277CA: category and status. A 999 has no code for it.
    Claim(&'static str, &'static str),
}

/// The kind of finding, with counts and names of the guide; never a value of the input, except the
/// amounts of a sum that does not agree.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum FindingKind {
    Unreadable(crate::error::Fault),
    IsaElement {
        element: u8,
        code: &'static str,
    },
    /// ISA12 00401 around 005010 groups.
    OldInterchangeVersion,
    /// ISA11 is a letter, a digit or blank in an interchange of 00501; `^` is assumed to repeat.
    RepetitionUndeclared,
    /// ISA11 and ISA16 declare the same separator.
    RepetitionIsComponent,
    /// White space before the terminator; it is left out. Reported once.
    SpaceBeforeTerminator,
    /// Segment ids in lower case. Reported once for a transaction set, or for the envelopes.
    LowerCaseId,
    /// Line ends inside segments, as of a file that is wrapped at a column. Reported as
    /// [`FindingKind::LowerCaseId`] is.
    LineEndInSegment,
    InterchangeCount {
        stated: Option<u32>,
        found: u32,
    },
    InterchangeControl,
    InterchangeDuplicate,
    InterchangeUnended,
    /// The input is empty, or holds only white space.
    NoInterchange,
    /// More groups than IEA01 can count. Reported once for the interchange.
    TooManyGroups {
        max: u32,
    },
    OutsideEnvelope,
    GroupUnsupported {
        /// The version of the guide that GS08 names.
        version: &'static str,
    },
    VersionUnsupported,
    /// The guide is known, but has no open description.
    VersionUnchecked {
        /// What it is for.
        purpose: &'static str,
    },
    GroupUnended,
    GroupControl,
    GroupCount {
        stated: Option<u32>,
        found: u32,
    },
    /// A group without a transaction set. AK905 5, the only code about their number: GE01 counts at
    /// least one.
    GroupEmpty,
    /// GS02, GS03, GS04, GS05 or GS07.
    GroupElement {
        element: u8,
    },
    GroupControlForm,
    GroupDuplicate,
    TransactionUnsupported,
    TransactionUnended,
    TransactionControl,
    TransactionCount {
        stated: Option<u32>,
        found: u32,
    },
    TransactionControlForm,
    TransactionDuplicate,
    ConventionDiffers {
        /// Both name versions of the same guide.
        near: bool,
    },
    UnknownSegment {
        /// A segment with a place here whose id is one edit away.
        meant: Option<&'static str>,
    },
    UnexpectedSegment {
        /// As of an unknown segment, where the guide has the id nowhere.
        meant: Option<&'static str>,
    },
    /// The segment has a place only in a loop that could open here.
    LoopNotOpened {
        /// The loop, or the outermost one around it that is not open.
        loop_id: &'static str,
        name: &'static str,
        /// The segment that begins the loop.
        opener: &'static str,
    },
    OutOfOrder,
    MissingSegment {
        name: &'static str,
    },
    MissingLoop {
        name: &'static str,
    },
    TooManySegments {
        max: u32,
        name: &'static str,
    },
    TooManyLoops {
        max: u32,
        name: &'static str,
    },
    TrailingSeparator,
    MissingElement,
    TooManyElements,
    TooManyComponents {
        max: u16,
    },
    TooManyRepetitions {
        max: u16,
    },
    NotUsedElement,
    TooShort {
        min: u16,
    },
    TooLong {
        max: u16,
    },
    /// A character outside the X12 character set, or bytes that are not UTF-8.
    BadCharacter,
    ControlCharacter,
    /// Accented letters, which need an agreement. Reported once for a transaction set.
    NationalCharacter,
    /// The component separator in an element without components.
    ComponentSeparatorInText,
    /// The repetition separator in an element that does not repeat.
    RepetitionSeparatorInText,
    BadNumber,
    /// Binary data are not as long as the element before them states; they are read up to the next
    /// terminator.
    BinaryLength,
    BadDate,
    /// A date before 1800.
    EarlyDate,
    /// A period (RD8) of two dates, the last before the first.
    PeriodReversed,
    BadTime,
    BadCode,
    PairedMissing {
        with: u8,
    },
    OneOfMissing {
        from: u8,
    },
    Exclusive {
        with: u8,
    },
    ConditionalMissing {
        because: u8,
    },
    HierarchyNumber,
    HierarchyParent,
    HierarchyChild,
    BadNpi,
    Situation(crate::check::Situation),
    NotInList(List),
    Unbalanced {
        rule: Rule,
        stated: Decimal,
        computed: Decimal,
    },
    TooManyFindings {
        max: u32,
    },
}

/// The place of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    /// Segment number in the input, the first ISA = 1; 0 is the end of the input.
    pub segment: u32,
    /// Byte offset of the segment.
    pub offset: u64,
    /// Segment number in the transaction set, ST = 1; 0 outside.
    pub position: u32,
    /// The id of the segment, or of the one that is missing.
    pub id: &'static str,
    /// The guide's loop; empty outside loops.
    pub loop_id: &'static str,
    /// The element, where the finding concerns one.
    pub element: Option<ElementPlace>,
}

/// An element, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct ElementPlace {
    pub element: u8,
    /// 0: the whole element.
    pub component: u8,
    /// 1 where the element does not repeat.
    pub repetition: u16,
    /// Data element number; 0 where it is a composite.
    pub number: u16,
}

/// One error or warning. `value` is the offending value: it may be PHI and is in neither `Debug`
/// nor `Display`, except for the amounts of a sum that does not agree and an unknown segment id of
/// two or three capital letters and digits, which are in both.
#[derive(Clone, Copy, PartialEq)]
pub struct Finding<'a> {
    pub kind: FindingKind,
    pub place: Place,
    /// The offending value.
    pub value: Option<&'a str>,
}

impl fmt::Debug for Finding<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Finding({:?} {} at {})", self.kind.code(), self, self.place)
    }
}

impl fmt::Display for Place {
    /// `segment 12 (NM1 in 2010AA) element 9`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.segment == 0 {
            return f.write_str("the end of the input");
        }
        write!(f, "segment {} ({}", self.segment, self.id)?;
        if !self.loop_id.is_empty() {
            write!(f, " in {}", self.loop_id)?;
        }
        f.write_str(")")?;
        let Some(at) = self.element else { return Ok(()) };
        write!(f, " element {}", at.element)?;
        if at.component > 0 {
            write!(f, ", component {}", at.component)?;
        }
        if at.repetition > 1 {
            write!(f, ", repetition {}", at.repetition)?;
        }
        Ok(())
    }
}
