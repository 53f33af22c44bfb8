//! Level, severity and acknowledgement code of each finding.

use super::{Code, Finding, FindingKind, Level, Rule, Severity};
use crate::acknowledgement::rejects_interchange;
use crate::error::{Fault, IsaDelimiter};

impl Finding<'_> {
    /// Error or warning.
    pub fn severity(&self) -> Severity {
        self.kind.severity()
    }

    /// Its SNIP type.
    pub fn level(&self) -> Level {
        self.kind.level()
    }

    /// The note of the TA1 (TA105) that carries it; `None` where the 999 does. A segment that is
    /// wrong outside transaction sets is an error of the interchange's structure.
    pub fn interchange_note(&self) -> Option<&'static str> {
        match self.kind.code() {
            Code::Interchange(note) => Some(note),
            Code::Segment(_) | Code::Element(_) if self.place.position == 0 => Some("022"),
            _ => None,
        }
    }

    /// Whether the file is cut, or an envelope is damaged or contradicts itself: what is inside is
    /// not accepted, whatever it holds. A version without a guide is no damage.
    pub fn is_envelope_damage(&self) -> bool {
        let unsupported = matches!(
            self.kind,
            FindingKind::VersionUnsupported | FindingKind::VersionUnchecked { .. }
        );
        match (self.kind.code(), self.interchange_note()) {
            _ if self.severity() == Severity::Warning || unsupported => false,
            // A TA1 that notes an error (TA104 E) still accepts what is inside.
            (_, Some(note)) => rejects_interchange(note),
            (Code::Group(_) | Code::Transaction(_), _) => true,
            _ => matches!(self.kind, FindingKind::Unreadable(_) | FindingKind::BinaryLength),
        }
    }
}

impl FindingKind {
    /// Error or warning.
    pub fn severity(self) -> Severity {
        match self {
            Self::Unbalanced { rule, .. } if rule.is_warning() => Severity::Warning,
            Self::HierarchyChild
            | Self::OldInterchangeVersion
            | Self::RepetitionUndeclared
            | Self::RepetitionIsComponent
            | Self::SpaceBeforeTerminator
            | Self::NationalCharacter
            | Self::ComponentSeparatorInText
            | Self::RepetitionSeparatorInText
            | Self::PeriodReversed
            | Self::EarlyDate
            | Self::ConventionDiffers { near: true }
            | Self::TrailingSeparator
            | Self::TooManyFindings { .. } => Severity::Warning,
            Self::Situation(situation) => situation.severity(),
            _ => Severity::Error,
        }
    }

    /// Its SNIP type.
    pub fn level(self) -> Level {
        use FindingKind as K;
        match self {
            K::UnknownSegment { .. }
            | K::UnexpectedSegment { .. }
            | K::LoopNotOpened { .. }
            | K::OutOfOrder
            | K::MissingSegment { .. }
            | K::MissingLoop { .. }
            | K::TooManySegments { .. }
            | K::TooManyLoops { .. }
            | K::MissingElement
            | K::NotUsedElement
            | K::TooManyElements
            | K::TooManyComponents { .. }
            | K::TooManyRepetitions { .. }
            | K::BadCode => Level::Guide,
            K::Unbalanced { .. } => Level::Balance,
            K::BadNpi | K::Situation(_) => Level::Situation,
            K::NotInList(_) => Level::CodeList,
            _ => Level::Syntax,
        }
    }

    /// The code with which an acknowledgement carries it.
    pub fn code(self) -> Code {
        use FindingKind as K;
        match self {
            K::Unreadable(fault) => unreadable(fault),
            K::IsaElement { code, .. } => Code::Interchange(code),
            K::OldInterchangeVersion => Code::Interchange("017"),
            K::RepetitionUndeclared | K::RepetitionIsComponent => Code::Interchange("032"),
            K::InterchangeControl => Code::Interchange("001"),
            K::InterchangeCount { .. } | K::TooManyGroups { .. } => Code::Interchange("021"),
            K::InterchangeDuplicate => Code::Interchange("025"),
            K::InterchangeUnended => Code::Interchange("023"),
            K::OutsideEnvelope | K::NoInterchange => Code::Interchange("022"),
            K::GroupUnsupported { .. } => Code::Group("1"),
            K::VersionUnsupported | K::VersionUnchecked { .. } => Code::Group("2"),
            K::GroupUnended => Code::Group("3"),
            K::GroupControl => Code::Group("4"),
            K::GroupCount { .. } | K::GroupEmpty => Code::Group("5"),
            K::GroupElement { .. } => Code::Interchange("024"),
            K::GroupControlForm => Code::Group("6"),
            K::GroupDuplicate => Code::Group("19"),
            K::TransactionUnsupported => Code::Transaction("1"),
            K::TransactionUnended => Code::Transaction("2"),
            K::TransactionControl => Code::Transaction("3"),
            K::TransactionCount { .. } => Code::Transaction("4"),
            K::TransactionControlForm => Code::Transaction("7"),
            K::TransactionDuplicate => Code::Transaction("23"),
            K::ConventionDiffers { .. } => Code::Transaction("I6"),
            K::TooManyFindings { .. } => Code::Transaction("5"),
            K::UnknownSegment { .. } | K::LowerCaseId => Code::Segment("1"),
            K::SpaceBeforeTerminator => Code::Interchange("004"),
            K::LineEndInSegment => Code::Segment("8"),
            K::UnexpectedSegment { .. } | K::LoopNotOpened { .. } => Code::Segment("2"),
            K::MissingSegment { .. } | K::MissingLoop { .. } => Code::Segment("3"),
            K::TooManyLoops { .. } => Code::Segment("4"),
            K::TooManySegments { .. } => Code::Segment("5"),
            K::OutOfOrder => Code::Segment("7"),
            K::Unbalanced { rule, .. } => balance(rule),
            K::Situation(situation) => situation.code(),
            K::BadNpi => Code::Claim("A7", "562"),
            _ => Code::Element(self.element()),
        }
    }

    /// Category and status (code sources 507 and 508) with which a 277CA rejects a claim.
    pub fn claim_status(self) -> (&'static str, &'static str) {
        match (self, self.code()) {
            (_, Code::Claim(category, status)) => (category, status),
            (Self::Situation(situation), _) => situation.claim_status(),
            // Missing or invalid information; the 999 has the details.
            (_, Code::Segment("3" | "I6") | Code::Element("1" | "2" | "I9")) => ("A6", "21"),
            _ => ("A7", "21"),
        }
    }

    /// IK403.
    fn element(self) -> &'static str {
        use FindingKind as K;
        match self {
            K::MissingElement => "1",
            K::PairedMissing { .. } | K::OneOfMissing { .. } | K::ConditionalMissing { .. } => "2",
            K::TooManyElements => "3",
            K::TooShort { .. } => "4",
            K::TooLong { .. } => "5",
            K::BadCharacter
            | K::ControlCharacter
            | K::NationalCharacter
            | K::ComponentSeparatorInText
            | K::RepetitionSeparatorInText
            | K::BadNumber
            | K::TrailingSeparator => "6",
            K::BadDate | K::EarlyDate | K::PeriodReversed => "8",
            K::BadTime => "9",
            K::Exclusive { .. } => "10",
            K::TooManyRepetitions { .. } => "12",
            K::TooManyComponents { .. } => "13",
            K::NotUsedElement => "I10",
            _ => "7",
        }
    }
}

fn unreadable(fault: Fault) -> Code {
    match fault {
        Fault::EmptySegment | Fault::OutOfPlace => Code::Segment("1"),
        Fault::IsaDelimiterInvalid { delimiter } | Fault::IsaDelimiterTwice { delimiter, .. } => {
            Code::Interchange(match delimiter {
                IsaDelimiter::Element => "026",
                IsaDelimiter::Repetition => "032",
                IsaDelimiter::Component => "027",
                IsaDelimiter::Terminator => "004",
            })
        }
        Fault::TrailerMissing { .. } => Code::Interchange("023"),
        _ => Code::Interchange("022"),
    }
}

/// Claim status category and code of a 277CA; a 999 has no code for sums.
fn balance(rule: Rule) -> Code {
    match rule {
        Rule::ClaimCharge | Rule::ClaimLines => Code::Claim("A7", "178"),
        Rule::OtherPayer | Rule::OtherPayerLine => Code::Claim("A7", "672"),
        _ => Code::Claim("A8", "400"),
    }
}

impl Code {
    /// The element of the acknowledgement and the code: `IK403 7`.
    pub fn place_and_value(self) -> (&'static str, String) {
        match self {
            Self::Interchange(code) => ("TA105", code.to_owned()),
            Self::Group(code) => ("AK905", code.to_owned()),
            Self::Transaction(code) => ("IK502", code.to_owned()),
            Self::Segment(code) => ("IK304", code.to_owned()),
            Self::Element(code) => ("IK403", code.to_owned()),
            Self::Claim(category, status) => ("STC01", format!("{category}:{status}")),
        }
    }
}
