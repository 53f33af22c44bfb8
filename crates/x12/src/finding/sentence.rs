//! One sentence per finding, for billing staff: what is wrong and what is required. Never a value.

use super::{Finding, FindingKind};
use crate::envelope::count_digits;
use crate::guide;
use std::fmt;

impl fmt::Display for Finding<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use FindingKind as K;
        match self.kind {
            K::MissingSegment { name } => write!(f, "The {name} ({}) is missing.", self.place.id),
            K::MissingLoop { name } => write!(f, "The {name} is missing; it begins with {}.", self.place.id),
            K::TooManySegments { max, name } => {
                write!(
                    f,
                    "The {name} ({}) occurs more than {} here.",
                    self.place.id,
                    times(max)
                )
            }
            K::TooManyLoops { max, name } => write!(f, "The {name} occurs more than {} here.", times(max)),
            K::PairedMissing { with } => write!(
                f,
                "This value is required because element {with} is given: they are a pair."
            ),
            K::OneOfMissing { .. } => f.write_str("At least one of these related values is required."),
            K::Exclusive { with } => write!(
                f,
                "This value must be empty because element {with} is given: they exclude each other."
            ),
            K::ConditionalMissing { because } => write!(f, "A value is required because element {because} is given."),
            K::VersionUnchecked { purpose } => write!(
                f,
                "GS08 names the guide of the {purpose}, which is known, but not checked: only the envelopes are."
            ),
            K::UnknownSegment { meant } => {
                match self.value.filter(|id| is_id(id)) {
                    Some(id) => write!(f, "There is no segment with the id {id}.")?,
                    None => f.write_str("There is no segment with this id.")?,
                }
                is_meant(meant, f)
            }
            K::UnexpectedSegment { meant } => {
                f.write_str("The guide has no place for this segment here.")?;
                is_meant(meant, f)
            }
            K::LoopNotOpened { loop_id, name, opener } => write!(
                f,
                "The segment belongs to the {name} (loop {loop_id}), which begins with {opener}: {opener} is missing \
                 here, or the segment is in the wrong place."
            ),
            K::GroupUnsupported { version } => group_code(version, f),
            K::Situation(situation) => f.write_str(situation.sentence()),
            K::NotInList(list) => write!(f, "The code is not in the list of {}.", list.name()),
            K::Unbalanced { rule, stated, computed } => {
                let difference = stated.checked_sub(computed).unwrap_or_default();
                write!(
                    f,
                    "{}: {stated} stated, {computed} computed, difference {difference}.",
                    rule.sentence()
                )
            }
            K::Unreadable(fault) => {
                let text = fault.to_string();
                let mut letters = text.chars();
                let first = letters.next().map(|c| c.to_ascii_uppercase()).unwrap_or_default();
                write!(f, "{first}{}.", letters.as_str())
            }
            kind => counted(kind, f),
        }
    }
}

fn group_code(version: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut codes: Vec<_> = guide::of_version(version, false)
        .map(|of| of.functional_group)
        .collect();
    codes.sort_unstable();
    codes.dedup();
    write!(
        f,
        "The code is not that of the guide in GS08, which is {}.",
        codes.join(" or ")
    )
}

/// Proposes a segment.
fn is_meant(id: Option<&str>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    id.map_or(Ok(()), |id| write!(f, " Is {id} meant?"))
}

/// Whether a text has the form of a segment id, and so is no value.
fn is_id(text: &str) -> bool {
    let is_letter_or_digit = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    (2..=3).contains(&text.len())
        && text.starts_with(|first: char| first.is_ascii_uppercase())
        && text.bytes().all(is_letter_or_digit)
}

fn times(max: u32) -> String {
    match max {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        n => format!("{n} times"),
    }
}

fn characters(count: u16) -> String {
    match count {
        1 => "1 character".to_owned(),
        n => format!("{n} characters"),
    }
}

fn counted(kind: FindingKind, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    use FindingKind as K;
    let (where_, stated, found, of) = match kind {
        K::InterchangeCount { stated, found } => ("IEA01", stated, found, "group"),
        K::GroupCount { stated, found } => ("GE01", stated, found, "transaction set"),
        K::TransactionCount { stated, found } => ("SE01", stated, found, "segment"),
        K::TooShort { min } => return write!(f, "The value is too short: the minimum is {}.", characters(min)),
        K::TooLong { max } => return write!(f, "The value is too long: the maximum is {}.", characters(max)),
        K::TooManyComponents { max } => return write!(f, "The value has more than {max} components."),
        K::TooManyRepetitions { max } => {
            return write!(f, "The value is repeated more than {}.", times(u32::from(max)));
        }
        K::TooManyFindings { max } => {
            return write!(f, "There are more than {max} findings; the rest are not listed.");
        }
        K::TooManyGroups { max } => {
            return write!(
                f,
                "The interchange has more than {max} groups, the most that IEA01 can count."
            );
        }
        other => return f.write_str(plain(other)),
    };
    let Some(stated) = stated else {
        let max = count_digits(where_.trim_end_matches("01"));
        return write!(f, "{where_} is not a number of 1 to {max} digits; it must be {found}.");
    };
    let were = if found == 1 { "was" } else { "were" };
    write!(f, "{where_} states {}; {found} {were} found.", many(stated, of))
}

/// E.g. `1 segment`, `2 segments`.
fn many(count: u32, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        n => format!("{n} {what}s"),
    }
}

fn plain(kind: FindingKind) -> &'static str {
    use FindingKind as K;
    match kind {
        K::InterchangeControl => "The control numbers of ISA and IEA differ.",
        K::InterchangeDuplicate => "An earlier interchange has the same sender, receiver and control number.",
        K::NoInterchange => "The input holds no interchange.",
        K::InterchangeUnended => "The interchange has no IEA: it is truncated.",
        K::OutsideEnvelope => "The segment is outside a transaction set.",
        K::IsaElement { .. } | K::GroupElement { .. } => form(kind),
        K::VersionUnsupported => "GS08 names a version of the guide that is not supported.",
        K::GroupUnended => "The group has no GE: it is truncated.",
        K::GroupControl => "The control numbers of GS and GE differ.",
        K::GroupEmpty => "The group has no transaction set: it must have at least one.",
        K::GroupControlForm => "The control number in GS06 is not a number of 1 to 9 digits.",
        K::GroupDuplicate => "An earlier group of the interchange has the same control number.",
        K::TransactionUnsupported => "ST01 does not name the transaction set of this group's guide.",
        K::TransactionUnended => "The transaction set has no SE: it is truncated.",
        K::TransactionControl => "The control numbers of ST and SE differ.",
        K::TransactionControlForm => "The control number in ST02 does not have 4 to 9 characters.",
        K::TransactionDuplicate => "An earlier transaction set of the group has the same control number.",
        K::ConventionDiffers { near: false } => "ST03 names another guide than GS08.",
        K::ConventionDiffers { near: true } => "ST03 and GS08 name different corrections of the same guide.",
        K::OldInterchangeVersion => "ISA12 is 00401; interchanges of 005010 state 00501.",
        K::OutOfOrder => "The segment is out of sequence: the guide has it elsewhere in this loop.",
        K::TrailingSeparator => "The segment ends with an empty element.",
        K::MissingElement => "A required value is missing.",
        K::TooManyElements => "The guide has no element at this position; it must be empty.",
        K::NotUsedElement => "The guide does not use this element; it must be empty.",
        K::RepetitionUndeclared => {
            "ISA11 is a letter, a digit (U is a habit of 004010) or blank, so no repetition separator is declared; ^ is \
             assumed."
        }
        K::RepetitionIsComponent => {
            "ISA11 and ISA16 declare the same separator: repetitions and components cannot be distinguished."
        }
        K::SpaceBeforeTerminator => {
            "White space stands before the segment terminator; it is left out here and elsewhere."
        }
        K::LowerCaseId => "Segment ids must be in upper case.",
        K::LineEndInSegment => "Line ends stand inside segments, as in a file that is wrapped into lines.",
        K::BadCharacter => "The value holds a character outside the X12 character set, or bytes that are not UTF-8.",
        K::ControlCharacter => "The value holds a control character.",
        K::NationalCharacter => {
            "The value holds accented letters: sender and receiver must have agreed on them. Further ones are not listed."
        }
        K::ComponentSeparatorInText => {
            "The text holds the component separator of ISA16, which must not occur in data; it is kept as text."
        }
        K::RepetitionSeparatorInText => {
            "The text holds the repetition separator of ISA11, but the element does not repeat; it is kept as text."
        }
        K::BinaryLength => "The data are not as long as this length states.",
        K::BadNumber => "The value is not a number in the required format.",
        K::BadDate => "The value is not a date in the required format.",
        K::EarlyDate => "The date is before 1800.",
        K::PeriodReversed => "The period ends before it begins.",
        K::BadTime => "The value is not a time in the required format.",
        K::BadCode => "The code is not one of those that the guide allows here.",
        K::HierarchyNumber => "HL01 must count from 1 without a gap.",
        K::HierarchyParent => "HL02 must be the number (HL01) of the enclosing level.",
        K::HierarchyChild => "HL04 of the enclosing level states that it has no child levels.",
        K::BadNpi => "The NPI is not valid: its check digit is wrong.",
        _ => "The value is not allowed here.",
    }
}

/// What an element of ISA or GS must hold.
fn form(kind: FindingKind) -> &'static str {
    use FindingKind as K;
    match kind {
        K::IsaElement { element: 6 | 8, .. } => {
            "The value is not an id: 1 to 15 printable characters and no delimiter."
        }
        K::IsaElement { element: 9, .. } => "The value is not a date in the format YYMMDD.",
        K::IsaElement { element: 10, .. } => "The value is not a time in the format HHMM.",
        K::IsaElement { element: 13, .. } => "The value is not a number of nine digits.",
        K::GroupElement { element: 2 | 3 } => "The value is not a code of 2 to 15 characters.",
        K::GroupElement { element: 4 } => "The value is not a date in the format CCYYMMDD.",
        K::GroupElement { element: 5 } => "The value is not a time in the format HHMM, HHMMSS or HHMMSSDD.",
        _ => "The code is not one of those that are allowed here.",
    }
}
