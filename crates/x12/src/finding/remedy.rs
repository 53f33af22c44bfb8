//! How to mend a finding: the element as a biller looks it up, and one clause.

use super::{Code, FindingKind, Place};
use crate::error::Fault;
use crate::guide;

impl Place {
    /// The element with the name of the base standard, e.g. `CLM05-2 Facility Code Qualifier`.
    /// `None` where the finding concerns no element, or one that the segment does not have.
    pub fn element_name(&self) -> Option<String> {
        let at = self.element?;
        let name = guide::element_name(self.id, at.element, at.component)?;
        let component = match at.component {
            0 => String::new(),
            n => format!("-{n}"),
        };
        Some(format!("{}{:02}{component} {name}", self.id, at.element))
    }
}

impl FindingKind {
    /// One clause on how to mend it.
    pub fn remedy(self) -> &'static str {
        use FindingKind as K;
        match self {
            K::Unreadable(fault) => unreadable(fault),
            K::UnknownSegment { .. } => "Correct the id, or remove the segment.",
            K::UnexpectedSegment { .. } => "Remove the segment, or move it to the loop that has a place for it.",
            K::LoopNotOpened { .. } => "Add the segment that begins the loop, or move this one into such a loop.",
            K::OutOfOrder => "Move the segment to its place in the loop.",
            K::MissingSegment { .. } | K::MissingLoop { .. } => "Add it in its place.",
            K::TooManySegments { .. } | K::TooManyLoops { .. } | K::TooManyRepetitions { .. } => {
                "Remove those beyond the limit."
            }
            K::TrailingSeparator => "Remove the separator before the segment terminator.",
            K::MissingElement | K::PairedMissing { .. } | K::OneOfMissing { .. } | K::ConditionalMissing { .. } => {
                "Add the value."
            }
            K::TooManyElements | K::TooManyComponents { .. } | K::NotUsedElement | K::Exclusive { .. } => {
                "Remove the value."
            }
            K::TooShort { .. } => "Write the value in full, with its leading zeros.",
            K::TooLong { .. } => "Shorten the value.",
            K::BadCharacter | K::ControlCharacter => "Replace the character with one that X12 allows.",
            K::NationalCharacter => "Agree on these letters with the receiver, or write plain ones.",
            K::ComponentSeparatorInText => "Remove it from the text, or declare another separator in ISA16.",
            K::RepetitionSeparatorInText => "Remove it from the text, or declare another separator in ISA11.",
            K::BadNumber => "Write digits, with a point before decimals and no separators or units.",
            K::BinaryLength => "Write the number of bytes of the data.",
            K::PeriodReversed => "Write the first day before the last.",
            K::EarlyDate => "Write the century of the date in full.",
            K::BadDate => "Write CCYYMMDD; a range (RD8) is CCYYMMDD-CCYYMMDD.",
            K::BadTime => "Write HHMM, HHMMSS or HHMMSSDD.",
            K::BadCode | K::NotInList(_) => "Replace the code.",
            K::BadNpi => "Compare the number with the provider's entry in the NPI registry (NPPES).",
            K::Unbalanced { .. } => "Correct the amount that is wrong, or add the part that is missing.",
            K::Situation(_) => situation(self.code()),
            kind => envelope(kind),
        }
    }
}

fn unreadable(fault: Fault) -> &'static str {
    match fault {
        Fault::EmptySegment => "Remove the second terminator.",
        Fault::IsaLowerCase => "Write segment ids in capital letters.",
        Fault::IsaDelimiterInvalid { .. } | Fault::IsaDelimiterTwice { .. } => {
            "Choose four different characters that are no letters, digits or spaces."
        }
        Fault::IsaCharacter { .. } => "Replace the character, or choose another terminator.",
        _ => "Have the file written and sent again as a whole.",
    }
}

fn situation(code: Code) -> &'static str {
    match code {
        Code::Segment("3" | "I6") | Code::Element("1" | "2" | "I9") | Code::Claim("A6", _) => {
            "Add what is missing, or correct what requires it."
        }
        _ => "Correct the value, or what contradicts it.",
    }
}

fn envelope(kind: FindingKind) -> &'static str {
    use FindingKind as K;
    match kind {
        K::OldInterchangeVersion => "Send 00501 in ISA12.",
        K::RepetitionUndeclared | K::RepetitionIsComponent => "Send ^ in ISA11.",
        K::IsaElement { element: 6 | 8, .. } => {
            "Send the id that the partners agreed on; a character that it holds cannot be a delimiter."
        }
        K::IsaElement { element: 9, .. } => "Write YYMMDD.",
        K::IsaElement { element: 10, .. } => "Write HHMM.",
        K::IsaElement { element: 13, .. } => "Write nine digits, with leading zeros.",
        K::GroupElement { element: 2 | 3 } => "Write 2 to 15 characters.",
        K::GroupElement { element: 4 } => "Write CCYYMMDD.",
        K::GroupElement { element: 5 } => "Write HHMM, HHMMSS or HHMMSSDD.",
        K::IsaElement { .. } | K::GroupElement { .. } => "Replace the code.",
        K::GroupControlForm => "Write 1 to 9 digits.",
        K::TransactionControlForm => "Write 4 to 9 characters.",
        K::NoInterchange => "Send the file again.",
        K::TooManyGroups { .. } => "Send the groups in several interchanges.",
        K::SpaceBeforeTerminator => "Write the terminator directly after the last value.",
        K::GroupEmpty => "Remove the group, or send its transaction sets.",
        K::LowerCaseId => "Write segment ids in capital letters.",
        K::LineEndInSegment => "Write the file without wrapping its lines.",
        K::InterchangeCount { .. } | K::GroupCount { .. } | K::TransactionCount { .. } => {
            "Correct the count, or send the file again where a part is missing."
        }
        K::InterchangeControl => "Send the number of ISA13 in IEA02.",
        K::GroupControl => "Send the number of GS06 in GE02.",
        K::TransactionControl => "Send the number of ST02 in SE02.",
        K::InterchangeDuplicate | K::GroupDuplicate | K::TransactionDuplicate => {
            "Do not send it twice; give each its own control number."
        }
        K::InterchangeUnended | K::GroupUnended | K::TransactionUnended => "Send the file again as a whole.",
        K::OutsideEnvelope => "Move the segment into a transaction set, or remove it.",
        K::GroupUnsupported { .. } => "Replace the code, or correct the version in GS08.",
        K::VersionUnsupported | K::VersionUnchecked { .. } | K::TransactionUnsupported => {
            "Compare ST01, GS01 and GS08 with the guide of the transaction."
        }
        K::ConventionDiffers { .. } => "Send the same guide in ST03 and GS08.",
        K::HierarchyNumber | K::HierarchyParent | K::HierarchyChild => "Number the levels (HL) again.",
        K::TooManyFindings { .. } => "Mend those that are listed, then check again.",
        _ => "Correct the value.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::ElementPlace;

    #[test]
    fn an_element_is_named_with_its_place_in_the_segment() {
        let place = |id, element, component| Place {
            id,
            element: Some(ElementPlace {
                element,
                component,
                repetition: 1,
                number: 0,
            }),
            ..Place::default()
        };
        let named = |id, element, component| place(id, element, component).element_name();
        assert_eq!(named("CLM", 5, 2).as_deref(), Some("CLM05-2 Facility Code Qualifier"));
        assert_eq!(named("N4", 2, 0).as_deref(), Some("N402 State or Province Code"));
        assert_eq!((named("?", 1, 0), named("N4", 40, 0)), (None, None));
        assert_eq!(Place::default().element_name(), None);
    }

    #[test]
    fn each_kind_has_a_clause_that_ends() {
        for situation in crate::check::Situation::ALL {
            assert!(FindingKind::Situation(*situation).remedy().ends_with('.'));
        }
        for kind in [
            FindingKind::BadCode,
            FindingKind::InterchangeControl,
            FindingKind::BadNpi,
        ] {
            assert!(kind.remedy().ends_with('.'));
        }
    }
}
