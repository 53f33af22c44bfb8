//! The situational rules, with severity, codes and sentence.

use crate::finding::{Code, Severity};

/// A situational rule that is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Situation {
    /// 837: the subscriber is the patient (SBR02 18), and a patient loop follows.
    PatientAndSubscriber,
    /// 837: the subscriber is the patient, and birth date and gender (DMG) are missing.
    PatientUnknown,
    /// 837: a claim is at the level of the subscriber, who is not stated to be the patient (SBR02
    /// 18).
    PatientNotStated,
    /// 837: a replacement or void (CLM05-3 7 or 8) without the payer's claim number (REF F8).
    PayerClaimNumber,
    /// 837: two claims of the transaction set have the same CLM01.
    ClaimTwice,
    /// 837: more claims than the guide recommends for one transaction set.
    TooManyClaims,
    /// 837: LX01 does not number the lines from 1.
    LineNumber,
    /// 837P, 837D: a line points to a diagnosis that the claim does not have.
    Pointer,
    /// 837: a diagnosis code is written with a dot.
    DiagnosisDot,
    /// 837P, 837D: an automobile accident without its state (CLM11-4).
    AccidentState,
    /// 837P, 837D: an accident without its date (DTP 439).
    AccidentDate,
    /// 837: two payers of a claim have the same place in the order of payers (SBR01).
    ResponsibilityTwice,
    /// 837: another payer adjusted the claim or a line, and its payment (AMT D) is missing.
    OtherPayerPaid,
    /// 837: a line was adjudicated by a payer (SVD01) that is not one of the claim's other payers
    /// (2330B NM109).
    PayerUnknown,
    /// 837: the billing provider's ZIP code does not have nine digits.
    ZipCode,
    /// 837: the billing provider's street is a post office box.
    PostOfficeBox,
    /// 270: the subscriber is the patient, and no service is requested.
    NoServiceRequested,
    /// 270: the patient has neither a member id nor a name with a birth date.
    PatientUnidentified,
    /// 271: neither a benefit (EB) nor a rejection (AAA) for the patient.
    NothingAnswered,
    /// 271: a level was rejected and contains another level.
    RejectedAndContinued,
    /// 271: a benefit that requires an amount or a percentage (EB01 A, B, C, G, J, Y) has neither.
    BenefitAmount,
    /// 271: a percentage (EB08) above 100; .2 means 20 percent.
    BenefitPercent,
    /// 834: a subscriber follows one of their dependents.
    SubscriberAfterDependent,
    /// 834: a file of all members has a dependent without the subscriber.
    DependentAlone,
    /// 834: INS01 and INS02 disagree on whether the member is the subscriber.
    Relationship,
    /// 834: a termination (INS03 or HD03 024) without its date.
    TerminationDate,
    /// 834: INS03 030 belongs to a file of all members (BGN08 4 or RX), every other to a file of
    /// changes (BGN08 2).
    Maintenance,
    /// 835: the payment (BPR02) is negative.
    NegativePayment,
    /// 835: a payment is stated (BPR02) and not made (BPR04 NON).
    PaymentNotMade,
    /// 835: a reversal (CLP02 22) whose amounts are not negated.
    Reversal,
}

impl Situation {
    pub(crate) fn severity(self) -> Severity {
        match self {
            Self::ClaimTwice
            | Self::TooManyClaims
            | Self::ZipCode
            | Self::PostOfficeBox
            | Self::PatientUnidentified
            | Self::RejectedAndContinued
            | Self::BenefitAmount
            | Self::BenefitPercent
            | Self::DependentAlone
            | Self::Maintenance => Severity::Warning,
            _ => Severity::Error,
        }
    }

    pub(crate) fn code(self) -> Code {
        match self {
            Self::PatientAndSubscriber => Code::Segment("I9"),
            Self::PatientUnknown
            | Self::PayerClaimNumber
            | Self::AccidentDate
            | Self::OtherPayerPaid
            | Self::NoServiceRequested
            | Self::NothingAnswered
            | Self::TerminationDate => Code::Segment("I6"),
            Self::TooManyClaims => Code::Segment("4"),
            Self::SubscriberAfterDependent | Self::DependentAlone => Code::Segment("7"),
            Self::RejectedAndContinued => Code::Segment("I4"),
            Self::PatientNotStated | Self::AccidentState | Self::PatientUnidentified | Self::BenefitAmount => {
                Code::Element("I9")
            }
            Self::ClaimTwice
            | Self::LineNumber
            | Self::Pointer
            | Self::DiagnosisDot
            | Self::ResponsibilityTwice
            | Self::PayerUnknown
            | Self::ZipCode
            | Self::PostOfficeBox
            | Self::BenefitPercent
            | Self::Relationship
            | Self::Maintenance
            | Self::NegativePayment
            | Self::PaymentNotMade
            | Self::Reversal => Code::Element("I12"),
        }
    }

    /// Category and status (code sources 507 and 508) with which a 277CA rejects a claim.
    pub(crate) fn claim_status(self) -> (&'static str, &'static str) {
        match self {
            Self::PatientUnknown => ("A6", "158"),
            Self::PayerClaimNumber => ("A6", "464"),
            Self::Pointer => ("A7", "477"),
            Self::DiagnosisDot => ("A7", "255"),
            Self::OtherPayerPaid => ("A6", "672"),
            Self::ZipCode => ("A7", "500"),
            Self::PostOfficeBox => ("A7", "503"),
            Self::PatientNotStated | Self::AccidentState | Self::AccidentDate => ("A6", "21"),
            _ => ("A7", "21"),
        }
    }

    pub(crate) fn sentence(self) -> &'static str {
        match self {
            Self::PatientAndSubscriber => {
                "The subscriber is stated to be the patient (SBR02 18), but a patient loop follows."
            }
            Self::PatientUnknown => "The subscriber is the patient, so the birth date and gender (DMG) must be given.",
            Self::PatientNotStated => {
                "The claim is about the subscriber, so SBR02 must be 18; a claim for another patient belongs below \
                 that patient."
            }
            Self::PayerClaimNumber => {
                "A claim that replaces or voids another must give the payer's claim number (REF*F8)."
            }
            Self::ClaimTwice => {
                "Another claim of this transaction set has the same number: responses to them cannot be \
                 distinguished."
            }
            Self::TooManyClaims => "The transaction set has more than 5000 claims; many payers refuse more.",
            Self::LineNumber => "Service lines must be numbered from 1 without a gap.",
            Self::Pointer => "The line points to a diagnosis that the claim does not have.",
            Self::DiagnosisDot => "Diagnosis codes are written without a dot.",
            Self::AccidentState => "For an automobile accident the state in which it happened must be given.",
            Self::AccidentDate => "For an accident its date (DTP*439) must be given.",
            Self::ResponsibilityTwice => "Another payer of the claim already has this place in the order of payers.",
            Self::OtherPayerPaid => {
                "Another payer has adjudicated the claim, so its payment (AMT*D) is required, even if it is zero."
            }
            Self::PayerUnknown => "The payer that adjudicated the line is not one of the claim's other payers.",
            Self::ZipCode => "The billing provider's ZIP code must have nine digits.",
            Self::PostOfficeBox => {
                "The billing provider's address must be a street; a post office box belongs in the pay-to address."
            }
            Self::NoServiceRequested => {
                "The subscriber is the patient, so at least one service must be requested (EQ)."
            }
            Self::PatientUnidentified => {
                "Without a member id, the name and birth date are required to identify the patient."
            }
            Self::NothingAnswered => "The response has neither a benefit nor a rejection for the patient.",
            Self::RejectedAndContinued => "An enclosing level was rejected, so it must not contain further levels.",
            Self::BenefitAmount => "The benefit requires an amount or a percentage, and neither is given.",
            Self::BenefitPercent => "The percentage is more than 100: .2 means 20 percent.",
            Self::SubscriberAfterDependent => "A subscriber must precede their dependents.",
            Self::DependentAlone => {
                "The file holds all members, but the subscriber of this dependent does not precede it."
            }
            Self::Relationship => "The subscriber indicator (INS01) and the relationship (INS02) disagree.",
            Self::TerminationDate => "A termination requires its date (DTP*357, or DTP*349 of the coverage).",
            Self::Maintenance => {
                "Maintenance type 030 is for a file of all members, every other for a file of changes."
            }
            Self::NegativePayment => "A payment cannot be negative: a balance owed is carried forward (PLB FB).",
            Self::PaymentNotMade => "An amount is stated, but no payment is made (BPR04 NON).",
            Self::Reversal => "A reversal must repeat the amounts of the claim with the opposite sign.",
        }
    }
}
