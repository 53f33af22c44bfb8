//! One plain sentence for each finding: what is wrong and what would be right, in the words of a billing office. Never a value.

use super::{Finding, What};
use std::fmt;

impl fmt::Display for Finding<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use What as W;
        match self.what {
            W::MissingSegment { name } => write!(f, "The {name} ({}) is missing.", self.place.id),
            W::MissingLoop { name } => write!(f, "The {name} is missing; it begins with {}.", self.place.id),
            W::TooManySegments { max, name } => {
                write!(f, "The {name} ({}) comes more than {} here.", self.place.id, times(max))
            }
            W::TooManyLoops { max, name } => write!(f, "The {name} comes more than {} here.", times(max)),
            W::PairedMissing { with } => write!(
                f,
                "This value must be given because element {with} is; they go together."
            ),
            W::OneOfMissing { .. } => {
                f.write_str("At least one of the values that belong together here must be given.")
            }
            W::Exclusive { with } => write!(
                f,
                "This value must not be given because element {with} is; only one of them may be."
            ),
            W::ConditionalMissing { because } => write!(
                f,
                "A value is missing that is needed because element {because} is given."
            ),
            W::Situation(situation) => f.write_str(situation.sentence()),
            W::NotInList(list) => write!(f, "The code is not in the list of {}.", list.name()),
            W::Unbalanced { rule, stated, computed } => {
                let difference = stated.checked_sub(computed).unwrap_or_default();
                write!(
                    f,
                    "{}: {stated} is stated, {computed} follows from the rest, the difference is {difference}.",
                    rule.sentence()
                )
            }
            W::Unreadable(fault) => {
                let text = fault.to_string();
                let mut letters = text.chars();
                let first = letters.next().map(|c| c.to_ascii_uppercase()).unwrap_or_default();
                write!(f, "{first}{}.", letters.as_str())
            }
            what => counted(what, f),
        }
    }
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

fn counted(what: What, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    use What as W;
    let (where_, stated, found, of) = match what {
        W::InterchangeCount { stated, found } => ("IEA01", stated, found, "groups"),
        W::GroupCount { stated, found } => ("GE01", stated, found, "transaction sets"),
        W::TransactionCount { stated, found } => ("SE01", stated, found, "segments"),
        W::TooShort { min } => return write!(f, "The value is too short: {} or more are needed.", characters(min)),
        W::TooLong { max } => return write!(f, "The value is too long: at most {} may be given.", characters(max)),
        W::TooManyComponents { max } => return write!(f, "The value has more than {max} components."),
        W::TooManyRepetitions { max } => {
            return write!(f, "The value is repeated more than {}.", times(u32::from(max)));
        }
        W::TooManyFindings { max } => {
            return write!(f, "There are more findings than are listed: {max} at most are.");
        }
        W::IsaElement { element, .. } => {
            let wanted = match element {
                9 => "a date of the form YYMMDD",
                10 => "a time of the form HHMM",
                13 => "a number of nine digits",
                _ => "one of the values that are allowed there",
            };
            return write!(f, "ISA{element:02} is not {wanted}.");
        }
        W::GroupElement { element } => {
            let wanted = match element {
                2 | 3 => "a code of 2 to 15 characters",
                4 => "a date of the form CCYYMMDD",
                5 => "a time of the form HHMM, HHMMSS or HHMMSSDD",
                _ => "X",
            };
            return write!(f, "GS{element:02} is not {wanted}.");
        }
        other => return f.write_str(plain(other)),
    };
    match stated {
        Some(stated) => write!(f, "{where_} states {stated} as the number of {of}; it is {found}."),
        None => write!(f, "{where_} is no number; that of the {of} is {found}."),
    }
}

fn plain(what: What) -> &'static str {
    use What as W;
    match what {
        W::InterchangeControl => "The control numbers of ISA and IEA differ.",
        W::InterchangeDuplicate => "An interchange with this sender, receiver and control number came before.",
        W::InterchangeUnended => "The interchange has no IEA: it was cut off.",
        W::OutsideEnvelope => "The segment stands outside a transaction set.",
        W::GroupUnsupported => "GS01 does not name the kind of transaction of the guide in GS08.",
        W::VersionUnsupported => "GS08 names a version of the guide that is not supported.",
        W::GroupUnended => "The group has no GE: it was cut off.",
        W::GroupControl => "The control numbers of GS and GE differ.",
        W::GroupControlForm => "The control number in GS06 is not a number of 1 to 9 digits.",
        W::GroupDuplicate => "A group with this control number came before in the interchange.",
        W::TransactionUnsupported => "ST01 does not name the transaction set of this group's guide.",
        W::TransactionUnended => "The transaction set has no SE: it was cut off.",
        W::TransactionControl => "The control numbers of ST and SE differ.",
        W::TransactionControlForm => "The control number in ST02 does not have 4 to 9 characters.",
        W::TransactionDuplicate => "A transaction set with this control number came before in the group.",
        W::ConventionDiffers { near: false } => "ST03 names another guide than GS08.",
        W::ConventionDiffers { near: true } => "ST03 and GS08 name different corrections of the same guide.",
        W::OldInterchangeVersion => "ISA12 says 00401; interchanges of 005010 say 00501.",
        W::UnknownSegment => "There is no segment with this id.",
        W::UnexpectedSegment => "The guide has no place for this segment here.",
        W::OutOfOrder => "The segment comes too late: the guide wants it earlier.",
        W::TrailingSeparator => "The segment ends with an empty element.",
        W::MissingElement => "A value that must be given is missing.",
        W::TooManyElements => "The guide uses no element at this place; it must be empty.",
        W::NotUsedElement => "The guide does not use this element; it must be empty.",
        W::BadCharacter => "The value holds a character outside the X12 character set.",
        W::BadNumber => "The value is not a number of the form that is asked for.",
        W::BadDate => "The value is not a date of the form that is asked for.",
        W::BadTime => "The value is not a time of the form that is asked for.",
        W::BadCode => "The code is not one of those that the guide allows here.",
        W::HierarchyNumber => "HL01 must count from 1 without a gap.",
        W::HierarchyParent => "HL02 must name the level around this one.",
        W::HierarchyChild => "HL04 of the level around this one says that nothing stands inside it.",
        W::BadNpi => "The NPI is not valid: its check digit does not fit.",
        _ => "The value is not allowed here.",
    }
}
