//! The fixed layout of the ISA, and what is wrong with one that differs.

use super::{Delimiters, USUAL_REPETITION, may_delimit};
use crate::error::{Fault, IsaDelimiter};

/// Length of the ISA segment with its terminator.
pub(crate) const ISA_LENGTH: usize = 106;
/// Bytes in which an ISA is read and explained: its length, line ends that wrap it, and white
/// space before its terminator.
pub(crate) const ISA_WINDOW: usize = ISA_LENGTH + 16;

/// Lengths of ISA01 to ISA15.
const LENGTHS: [usize; 15] = [2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1];
/// Offsets of the element separator inside the ISA.
const SEPARATORS: [usize; 16] = [3, 6, 17, 20, 31, 34, 50, 53, 69, 76, 81, 83, 89, 99, 101, 103];
/// Offsets of ISA11 and ISA16.
const REPETITION: usize = 82;
const COMPONENT: usize = 104;

/// The delimiters, and the length of the ISA with its terminator and white space before it.
pub(crate) fn read_isa(input: &[u8]) -> Result<(Delimiters, usize), Fault> {
    try_isa(input).ok_or_else(|| fault(input))
}

/// As [`read_isa`], without the search for what is wrong.
pub(crate) fn try_isa(input: &[u8]) -> Option<(Delimiters, usize)> {
    let isa = input.get(..ISA_LENGTH - 1)?;
    let end = terminator_at(input)?;
    let (element, component, terminator) = (isa[3], isa[COMPONENT], input[end]);
    let separators = isa.iter().enumerate().filter(|(_, byte)| **byte == element);
    let is_laid_out = isa.starts_with(b"ISA") && isa.is_ascii() && separators.map(|(at, _)| at).eq(SEPARATORS);
    if !is_laid_out || isa.contains(&terminator) {
        return None;
    }
    let declared = Some(isa[REPETITION]).filter(|byte| !is_undeclared(*byte));
    let is_free = ![element, component, terminator].contains(&USUAL_REPETITION);
    let repetition = declared.or(Some(USUAL_REPETITION).filter(|_| is_free));
    let all = [Some(element), Some(component), Some(terminator), repetition];
    let delimiters = Delimiters {
        element,
        repetition,
        component,
        terminator,
        is_repetition_assumed: declared.is_none() && repetition.is_some(),
    };
    all.into_iter()
        .flatten()
        .all(may_delimit)
        .then_some((delimiters, end + 1))
}

/// The offset of the terminator: of the first character after ISA16 that is no space. A tab or line
/// end is the terminator only where a segment follows it, not another delimiter.
fn terminator_at(input: &[u8]) -> Option<usize> {
    let (isa, rest) = input[..input.len().min(ISA_WINDOW)].split_at_checked(ISA_LENGTH - 1)?;
    let first = rest.iter().position(|byte| *byte != b' ')?;
    let next = rest
        .iter()
        .position(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n'));
    let ends = |at: &usize| may_delimit(rest[*at]) && !isa.contains(&rest[*at]);
    Some(isa.len() + next.filter(ends).unwrap_or(first))
}

/// Whether a character in ISA11 declares no repetition separator.
fn is_undeclared(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b' '
}

/// The first thing that differs from an ISA.
#[cold]
fn fault(input: &[u8]) -> Fault {
    if !input.starts_with(b"ISA") {
        let id = input.get(..3).filter(|id| id.eq_ignore_ascii_case(b"ISA"));
        return id.map_or(Fault::NotAnInterchange, |_| Fault::IsaLowerCase);
    }
    let start = &input[..input.len().min(ISA_WINDOW)];
    let is_line_end = |byte: &u8| matches!(byte, b'\r' | b'\n');
    let joined: Vec<u8> = start.iter().copied().filter(|byte| !is_line_end(byte)).collect();
    if start.iter().take(ISA_LENGTH - 1).any(is_line_end) && try_isa(&joined).is_some() {
        return Fault::IsaWrapped;
    }
    let Some(separator) = start.get(3).copied().filter(|byte| may_delimit(*byte)) else {
        return Fault::IsaLayout;
    };
    delimiter_fault(start, separator)
        .or_else(|| character_fault(start, separator))
        .unwrap_or_else(|| length_fault(start, separator))
}

/// What is wrong with a delimiter, where the element separators have their places.
fn delimiter_fault(start: &[u8], separator: u8) -> Option<Fault> {
    let isa = start.get(..ISA_LENGTH - 1)?;
    let others = (0..isa.len()).filter(|at| isa[*at] == separator && !SEPARATORS.contains(at));
    let only_delimiters = others.into_iter().all(|at| matches!(at, REPETITION | COMPONENT));
    if !SEPARATORS.into_iter().all(|at| isa[at] == separator) || !only_delimiters {
        return None;
    }
    let element = (separator, IsaDelimiter::Element);
    let repetition = (isa[REPETITION], IsaDelimiter::Repetition);
    let component = (isa[COMPONENT], IsaDelimiter::Component);
    let terminator = (start[terminator_at(start)?], IsaDelimiter::Terminator);
    let twice = [
        (repetition, element),
        (component, element),
        (terminator, element),
        (terminator, repetition),
        (terminator, component),
    ];
    if let Some(((_, delimiter), (_, other))) = twice.into_iter().find(|(one, other)| one.0 == other.0) {
        return Some(Fault::IsaDelimiterTwice { delimiter, other });
    }
    let is_declared = !is_undeclared(repetition.0);
    let invalid = [
        Some(repetition).filter(|_| is_declared),
        Some(component),
        Some(terminator),
    ];
    let (_, delimiter) = invalid.into_iter().flatten().find(|(byte, _)| !may_delimit(*byte))?;
    Some(Fault::IsaDelimiterInvalid { delimiter })
}

/// The first element with a character that cannot be in an ISA.
fn character_fault(start: &[u8], separator: u8) -> Option<Fault> {
    let is_laid_out = |isa: &[u8]| SEPARATORS.into_iter().all(|at| isa[at] == separator);
    let terminator = terminator_at(start).map(|at| start[at]);
    let terminator = terminator.filter(|_| is_laid_out(start));
    let is_wrong = |byte: &u8| !byte.is_ascii() || Some(*byte) == terminator;
    let mut elements = (0..=16).zip(start.split(|byte| *byte == separator));
    let (element, _) = elements.find(|(n, text)| *n < 16 && text.iter().any(is_wrong))?;
    Some(Fault::IsaCharacter { element })
}

/// The first element that does not have its length.
fn length_fault(start: &[u8], separator: u8) -> Fault {
    let elements: Vec<_> = start.split(|byte| *byte == separator).map(<[u8]>::len).collect();
    // The last one may be cut, or go on with the next segment.
    let whole = elements.split_last().map_or(&[][..], |(_, whole)| whole);
    if whole.len() < SEPARATORS.len() {
        return Fault::IsaLayout;
    }
    let lengths = (1..).zip(whole.iter().skip(1).zip(LENGTHS));
    let wrong = lengths.into_iter().find(|(_, (found, required))| *found != required);
    wrong.map_or(Fault::IsaLayout, |(element, (found, required))| {
        Fault::IsaElementLength {
            element,
            found: *found,
            required,
        }
    })
}
