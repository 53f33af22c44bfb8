//! The level, the weight and the acknowledgement's code of each finding.

use super::{Code, Finding, Level, Rule, Severity, What};
use crate::error::Fault;

impl Finding<'_> {
    /// Whether the transaction is rejected for it.
    pub fn severity(&self) -> Severity {
        self.what.severity()
    }

    /// Its SNIP type.
    pub fn level(&self) -> Level {
        self.what.level()
    }
}

impl What {
    /// Whether the transaction is rejected for it.
    pub fn severity(self) -> Severity {
        match self {
            Self::Unbalanced { rule, .. } if rule.is_warning() => Severity::Warning,
            Self::HierarchyChild
            | Self::OldInterchangeVersion
            | Self::ConventionDiffers { near: true }
            | Self::TrailingSeparator
            | Self::TooManyFindings { .. } => Severity::Warning,
            Self::Situation(situation) => situation.severity(),
            _ => Severity::Error,
        }
    }

    /// Its SNIP type.
    pub fn level(self) -> Level {
        use What as W;
        match self {
            W::UnknownSegment
            | W::UnexpectedSegment
            | W::OutOfOrder
            | W::MissingSegment { .. }
            | W::MissingLoop { .. }
            | W::TooManySegments { .. }
            | W::TooManyLoops { .. }
            | W::MissingElement
            | W::NotUsedElement
            | W::TooManyElements
            | W::TooManyComponents { .. }
            | W::TooManyRepetitions { .. }
            | W::BadCode => Level::Guide,
            W::Unbalanced { .. } => Level::Balance,
            W::BadNpi | W::Situation(_) => Level::Situation,
            W::NotInList(_) => Level::CodeList,
            _ => Level::Syntax,
        }
    }

    /// The code under which an acknowledgement carries it.
    pub fn code(self) -> Code {
        use What as W;
        match self {
            W::Unreadable(fault) => unreadable(fault),
            W::IsaElement { code, .. } => Code::Interchange(code),
            W::OldInterchangeVersion => Code::Interchange("017"),
            W::InterchangeControl => Code::Interchange("001"),
            W::InterchangeCount { .. } => Code::Interchange("021"),
            W::InterchangeDuplicate => Code::Interchange("025"),
            W::InterchangeUnended => Code::Interchange("023"),
            W::OutsideEnvelope => Code::Interchange("022"),
            W::GroupUnsupported => Code::Group("1"),
            W::VersionUnsupported => Code::Group("2"),
            W::GroupUnended => Code::Group("3"),
            W::GroupControl => Code::Group("4"),
            W::GroupCount { .. } => Code::Group("5"),
            W::GroupElement { .. } => Code::Interchange("024"),
            W::GroupControlForm => Code::Group("6"),
            W::GroupDuplicate => Code::Group("19"),
            W::TransactionUnsupported => Code::Transaction("1"),
            W::TransactionUnended => Code::Transaction("2"),
            W::TransactionControl => Code::Transaction("3"),
            W::TransactionCount { .. } => Code::Transaction("4"),
            W::TransactionControlForm => Code::Transaction("7"),
            W::TransactionDuplicate => Code::Transaction("23"),
            W::ConventionDiffers { .. } => Code::Transaction("I6"),
            W::TooManyFindings { .. } => Code::Transaction("5"),
            W::UnknownSegment => Code::Segment("1"),
            W::UnexpectedSegment => Code::Segment("2"),
            W::MissingSegment { .. } | W::MissingLoop { .. } => Code::Segment("3"),
            W::TooManyLoops { .. } => Code::Segment("4"),
            W::TooManySegments { .. } => Code::Segment("5"),
            W::OutOfOrder => Code::Segment("7"),
            W::Unbalanced { rule, .. } => balance(rule),
            W::Situation(situation) => situation.code(),
            W::BadNpi => Code::Claim("A7", "562"),
            _ => Code::Element(self.element()),
        }
    }

    /// Category and status (code sources 507 and 508) under which a 277CA rejects a claim for it.
    pub fn claim_status(self) -> (&'static str, &'static str) {
        match (self, self.code()) {
            (_, Code::Claim(category, status)) => (category, status),
            (Self::Situation(situation), _) => situation.claim_status(),
            // Something is missing, or something is wrong; which, the 999 says.
            (_, Code::Segment("3" | "I6") | Code::Element("1" | "2" | "I9")) => ("A6", "21"),
            _ => ("A7", "21"),
        }
    }

    /// IK403.
    fn element(self) -> &'static str {
        use What as W;
        match self {
            W::MissingElement => "1",
            W::PairedMissing { .. } | W::OneOfMissing { .. } | W::ConditionalMissing { .. } => "2",
            W::TooManyElements => "3",
            W::TooShort { .. } => "4",
            W::TooLong { .. } => "5",
            W::BadCharacter | W::BadNumber | W::TrailingSeparator => "6",
            W::BadDate => "8",
            W::BadTime => "9",
            W::Exclusive { .. } => "10",
            W::TooManyRepetitions { .. } => "12",
            W::TooManyComponents { .. } => "13",
            W::NotUsedElement => "I10",
            _ => "7",
        }
    }
}

fn unreadable(fault: Fault) -> Code {
    match fault {
        Fault::EmptySegment | Fault::OutOfPlace => Code::Segment("1"),
        Fault::NotText { .. } => Code::Element("6"),
        Fault::IsaDelimiters => Code::Interchange("026"),
        Fault::TrailerMissing { .. } => Code::Interchange("023"),
        _ => Code::Interchange("022"),
    }
}

/// Claim status category and code of a 277CA: a 999 does not speak of sums.
fn balance(rule: Rule) -> Code {
    match rule {
        Rule::ClaimCharge | Rule::ClaimLines => Code::Claim("A7", "178"),
        Rule::OtherPayer | Rule::OtherPayerLine => Code::Claim("A7", "672"),
        _ => Code::Claim("A8", "400"),
    }
}

impl Code {
    /// Where an acknowledgement carries it, and what: `IK403 7`.
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
