//! The situational rules: one row each, with severity, codes and sentence.

use super::row::Row;
use crate::finding::{Code, Severity};

/// Declares the rules. A row: name, severity, code, category and status of a 277CA, sentence.
macro_rules! situations {
    ($($(#[$doc:meta])* $name:ident: $severity:ident $code:ident($($value:literal),+) $category:ident $status:literal
        $sentence:literal,)+) => {
        /// A situational rule that is broken.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Situation {
            $($(#[$doc])* $name,)+
        }

        impl Situation {
            /// Every rule.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            pub(super) fn row(self) -> Row {
                match self {
                    $(Self::$name => Row {
                        severity: Severity::$severity,
                        code: Code::$code($($value),+),
                        status: (stringify!($category), stringify!($status)),
                        sentence: $sentence,
                    },)+
                }
            }
        }
    };
}

// Where rules of claims come from: G notes of the guides that companion guides of payers repeat, P
// the maps of pyx12, M the manuals and edits of Medicare, S the published claim edits of a
// clearinghouse (Stedi), I the guidelines of ICD-10-CM, A the owner of the code or number. A rule
// of S alone, or of doubt, is a warning.
situations! {
    /// 837: the subscriber is the patient (SBR02 18), and a patient loop follows.
    PatientAndSubscriber: Error Segment("I9") A7 21
        "The subscriber is stated to be the patient (SBR02 18), but a patient loop follows.",
    /// 837: the subscriber is the patient, and birth date and gender (DMG) are missing.
    PatientUnknown: Error Segment("I6") A6 158
        "The subscriber is the patient, so the birth date and gender (DMG) must be given.",
    /// 837: a claim is at the level of the subscriber, who is not stated to be the patient
    /// (SBR02 18).
    PatientNotStated: Error Element("I9") A6 21
        "The claim is about the subscriber, so SBR02 must be 18; a claim for another patient \
         belongs below that patient.",
    /// 837: the subscriber is a person (NM102 1) without a member id (2010BA NM109).
    SubscriberId: Error Element("I9") A6 164  // G P
        "A subscriber who is a person must have a member id (NM108 MI or II, NM109).",
    /// 837: the subscriber is the patient, and the street or city (2010BA N3, N4) is missing.
    SubscriberAddress: Error Segment("I6") A6 126  // G P
        "The subscriber is the patient, so the street (N3) and city (N4) must be given.",
    /// 837: a birth date (DMG02) after the day of the transaction set (BHT04), or 150 years
    /// before it.
    BirthDate: Error Claim("A7", "158") A7 158  // S M
        "The birth date is after the day of the transaction set, or 150 years before it.",
    /// 837: a person (NM102 1) without a first name (NM104).
    FirstName: Warning Element("I9") A6 125  // S
        "A person must have a first name; many payers refuse the claim without it.",
    /// 837: an address in the USA or Canada without state or province (N402).
    State: Error Element("I9") A6 501  // G P
        "An address in the USA or Canada must have a state or province (N402).",
    /// 837: an address in the USA or Canada without ZIP or postal code (N403).
    PostalCode: Error Element("I9") A6 500  // G P
        "An address in the USA or Canada must have a ZIP or postal code (N403).",
    /// Others: an address in the USA or Canada without state or province (N402).
    AddressState: Warning Element("I9") A6 501  // G P
        "An address in the USA or Canada must have a state or province (N402).",
    /// Others: an address in the USA or Canada without ZIP or postal code (N403).
    AddressPostalCode: Warning Element("I9") A6 500  // G P
        "An address in the USA or Canada must have a ZIP or postal code (N403).",
    /// 837: the billing provider's ZIP code does not have nine digits.
    ZipCode: Warning Element("I12") A7 500
        "The billing provider's ZIP code must have nine digits.",
    /// 837: the billing provider's street is a post office box.
    PostOfficeBox: Warning Element("I12") A7 503
        "The billing provider's address must be a street; a post office box belongs in the pay-to \
         address.",
    /// A telephone or fax number (PER) that is not ten digits.
    TelephoneForm: Warning Element("I12") A7 133  // G S
        "A telephone number is ten digits: area code, exchange and number, without separators.",
    /// An area code or exchange that begins with 0 or 1.
    TelephoneArea: Warning Element("I12") A7 133  // S A
        "The area code and the exchange of a telephone number do not begin with 0 or 1.",
    /// 837: a social security number (REF SY) that is not nine digits.
    SocialSecurityForm: Error Element("I12") A7 148  // G S
        "A social security number is nine digits without separators.",
    /// Others: a social security number (REF SY, NM109 after 34) that is not nine digits.
    SocialSecurityNumber: Warning Element("I12") A7 148  // G S
        "A social security number is nine digits without separators.",
    /// A social security number that is never assigned: it begins with 000, 666 or 9.
    SocialSecurityArea: Warning Element("I12") A7 148  // S A
        "A social security number never begins with 000, 666 or 9.",
    /// 837: an employer identification number (REF EI of 2010AA, 2010AC) that is not nine
    /// digits.
    TaxIdForm: Warning Element("I12") A7 128  // G S
        "An employer identification number is nine digits without separators.",
    /// 837: a taxonomy code (PRV03) that is not ten letters and digits with X at the end.
    TaxonomyForm: Warning Element("I12") A7 145  // S A
        "A taxonomy code has ten letters and digits and ends with X.",
    /// 837: the billing provider has neither an NPI (2010AA NM109) nor an id at the payer
    /// (2010BB REF G2, LU).
    BillingProviderId: Warning Element("I9") A6 562  // G S
        "The billing provider needs an NPI, or an id at the payer (REF*G2) where it can have \
         none.",
    /// 837: a payer without the kind of its insurance (SBR09).
    FilingIndicator: Warning Element("I9") A6 21  // G S
        "The kind of insurance (SBR09) must be given; payers refuse the claim without it.",
    /// 837P, 837D: Medicare (SBR09 MA, MB) is not the primary payer, and the reason (SBR05) is
    /// missing.
    InsuranceTypeMissing: Error Claim("A6", "21") A6 21  // M S
        "Where Medicare is not the primary payer, the reason (SBR05) must be given.",
    /// 837P, 837D: the reason why a payer is not primary (SBR05), and it is (SBR01 P).
    InsuranceTypePrimary: Warning Element("I9") A7 21  // S
        "SBR05 states why a payer is not the primary one; it must be left out for the primary.",
    /// 837P, 837I: a line names a referring provider, and the claim does not.
    ReferringProvider: Warning Segment("I6") A6 21  // S
        "A referring provider of a line overrides that of the claim, which must be given too.",
    /// 837P, 837D: the supervising provider is the rendering provider.
    SupervisingProvider: Warning Element("I12") A7 21  // S
        "The supervising provider is the rendering provider; it is given only where they differ.",
    /// 837: a replacement or void (CLM05-3 7 or 8) without the payer's claim number (REF F8).
    PayerClaimNumber: Error Segment("I6") A6 464
        "A claim that replaces or voids another must give the payer's claim number (REF*F8).",
    /// 837: two claims of the transaction set have the same CLM01.
    ClaimTwice: Warning Element("I12") A7 21
        "Another claim of this transaction set has the same number: responses to them cannot be \
         distinguished.",
    /// 837: a claim number (CLM01) of more than 20 characters.
    ClaimNumberLong: Warning Element("I12") A7 21  // G P
        "Payers need not return more than 20 characters of the claim number.",
    /// 837: more claims than the guide recommends for one transaction set.
    TooManyClaims: Warning Segment("4") A7 21
        "The transaction set has more than 5000 claims; many payers refuse more.",
    /// 837: a chargeable claim (BHT06 CH) whose charge (CLM02) is zero.
    ChargeZero: Warning Element("I12") A7 178  // S
        "The charge of a chargeable claim (BHT06 CH) is zero; many payers refuse that.",
    /// 837: a charge (CLM02, SV102, SV203, SV302) is negative.
    NegativeCharge: Error Claim("A7", "178") A7 178  // S M
        "A charge must not be negative.",
    /// 837: LX01 does not number the lines from 1.
    LineNumber: Error Element("I12") A7 21
        "Service lines must be numbered from 1 without a gap.",
    /// 837: two lines of a claim have the same control number (REF 6R).
    LineControlTwice: Error Element("I12") A7 21  // G S
        "Another line of the claim has the same control number (REF*6R): payments cannot be \
         distinguished.",
    /// 837: a line control number (REF 6R) of more than 30 characters.
    LineControlLong: Warning Element("I12") A7 21  // G S
        "Payers need not return more than 30 characters of a line control number.",
    /// 837P, 837D: a line points to a diagnosis that the claim does not have.
    Pointer: Error Element("I12") A7 477
        "The line points to a diagnosis that the claim does not have.",
    /// 837: a diagnosis code is written with a dot.
    DiagnosisDot: Error Element("I12") A7 255
        "Diagnosis codes are written without a dot.",
    /// 837: a claim has the same diagnosis twice.
    DiagnosisTwice: Warning Element("I12") A7 255  // S M
        "The claim has this diagnosis already.",
    /// 837: the principal diagnosis is an external cause (ICD-10-CM V, W, X, Y).
    ExternalCause: Error Claim("A7", "254") A7 254  // S I
        "An external cause (ICD-10-CM V, W, X, Y) cannot be the principal diagnosis.",
    /// 837: the principal diagnosis is the sequela of an injury (seventh character S).
    Sequela: Warning Claim("A7", "254") A7 254  // S I
        "A sequela (seventh character S) follows the condition that it caused.",
    /// 837: ICD-9 codes for a service since October 2015.
    OldDiagnosis: Error Claim("A7", "255") A7 255  // S M
        "Services since October 1, 2015 are coded with ICD-10 (ABK, ABF instead of BK, BF).",
    /// 837I: a value code, or an occurrence code in one group, comes twice.
    CodeTwice: Warning Element("I12") A7 21  // S
        "The claim has this value or occurrence code already.",
    /// 837: a HCPCS code that is not five letters and digits, or a dental code that is not D
    /// and four digits.
    ProcedureForm: Warning Element("I12") A7 507  // S M
        "A procedure code has five letters and digits; a dental one is D and four digits.",
    /// 837: a count of units (SV104, SV205, SV306) that is zero or negative.
    UnitsZero: Warning Element("I12") A7 476  // S M
        "The count of units must be above zero.",
    /// 837P: anesthesia (00100 to 01999) that is not measured in minutes (SV103 MJ).
    AnesthesiaMinutes: Warning Element("I12") A7 21  // G M
        "Anesthesia is measured in minutes (SV103 MJ).",
    /// 837: a national drug code (LIN02 N4) that is not eleven digits.
    DrugCodeForm: Error Claim("A7", "218") A7 218  // G S
        "A national drug code is eleven digits without separators.",
    /// 837: the quantity of a drug (CTP04) is zero or negative.
    DrugQuantity: Error Claim("A7", "216") A7 216  // S M
        "The quantity of a drug must be above zero.",
    /// 837P, 837D: an automobile accident without its state (CLM11-4).
    AccidentState: Error Element("I9") A6 21
        "For an automobile accident the state in which it happened must be given.",
    /// 837P, 837D: an accident without its date (DTP 439).
    AccidentDate: Error Segment("I6") A6 21
        "For an accident its date (DTP*439) must be given.",
    /// 837P, 837D: the accident (DTP 439) is after a service date.
    AccidentAfterService: Warning Claim("A7", "187") A7 187  // S
        "The service was before the accident of the claim (DTP*439).",
    /// 837: a service date after the day of the transaction set (BHT04).
    ServiceInFuture: Warning Claim("A7", "187") A7 187  // M
        "The service date is after the day of the transaction set.",
    /// 837I: a service date of a line outside the period of the claim (DTP 434).
    ServiceOutsideStatement: Warning Claim("A7", "187") A7 187  // S M
        "The service date is outside the period of the claim (DTP*434).",
    /// 837: an inpatient claim (place of service 21, bill type 11) without its admission (DTP
    /// 435).
    AdmissionDate: Warning Segment("I6") A6 189  // G M
        "An inpatient claim must give the admission (DTP*435).",
    /// 837I: the hour of discharge (DTP 096) on an interim claim (frequency 2 or 3).
    DischargeHour: Warning Segment("I9") A7 21  // S M
        "On an interim claim (frequency 2 or 3) the patient has not been discharged, so DTP*096 \
         must be left out.",
    /// 837D: a claim that is no predetermination (CLM19 PB) without a service date (DTP 472).
    DentalServiceDate: Warning Segment("I6") A6 187  // G S
        "A claim for services that were rendered must give their date (DTP*472).",
    /// 837P: place of service 41 or 42 without the transport (2300 CR1).
    AmbulanceTransport: Warning Segment("I6") A6 21  // S
        "An ambulance claim must describe the transport (CR1).",
    /// 837P: an ambulance transport (CR1) without the place of pick-up (2310E, 2420G).
    AmbulancePickUp: Error Segment("I6") A6 21  // G M
        "An ambulance transport must give the place of pick-up (NM1*PW).",
    /// 837P: an ambulance transport (CR1) without the place of drop-off (2310F, 2420H).
    AmbulanceDropOff: Warning Segment("I6") A6 21  // G M
        "An ambulance transport must give the place of drop-off (NM1*45).",
    /// 837: two payers of a claim have the same place in the order of payers (SBR01).
    ResponsibilityTwice: Error Element("I12") A7 21
        "Another payer of the claim already has this place in the order of payers.",
    /// 837: no payer of a claim is the primary one (SBR01 P).
    PrimaryPayer: Warning Segment("I6") A6 21  // S
        "No payer of the claim is the primary one (SBR01 P).",
    /// 837: another payer adjusted the claim or a line, and its payment (AMT D) is missing.
    OtherPayerPaid: Error Segment("I6") A6 672
        "Another payer has adjudicated the claim, so its payment (AMT*D) is required, even if it \
         is zero.",
    /// 837: a line was adjudicated by a payer (SVD01) that is not one of the claim's other
    /// payers (2330B NM109).
    PayerUnknown: Error Element("I12") A7 21
        "The payer that adjudicated the line is not one of the claim's other payers.",
    /// 837: the date of another payer (DTP 573) is at the claim and at a line.
    DecisionDateTwice: Warning Segment("I9") A7 21  // G S
        "The date of another payer (DTP*573) is given at the claim or at its lines, not at both.",
    /// 837: the patient's remaining liability (AMT EAF) is at the claim and at a line for one
    /// payer.
    LiabilityTwice: Error Segment("I9") A7 21  // G S
        "The patient's remaining liability (AMT*EAF) is given at the claim or at its lines, not \
         at both.",
    /// 837: the payment of another payer for a line (SVD02) is negative.
    NegativeLinePayment: Warning Element("I12") A7 672  // S
        "The payment of another payer must not be negative.",
    /// 270: the subscriber is the patient, and no service is requested.
    NoServiceRequested: Error Segment("I6") A7 21
        "The subscriber is the patient, so at least one service must be requested (EQ).",
    /// 270: the patient has neither a member id nor a name with a birth date.
    PatientUnidentified: Warning Element("I9") A7 21
        "Without a member id, the name and birth date are required to identify the patient.",
    /// 271: neither a benefit (EB) nor a rejection (AAA) for the patient.
    NothingAnswered: Error Segment("I6") A7 21
        "The response has neither a benefit nor a rejection for the patient.",
    /// 271: a level was rejected and contains another level.
    RejectedAndContinued: Warning Segment("I4") A7 21
        "An enclosing level was rejected, so it must not contain further levels.",
    /// 271: a benefit that requires an amount or a percentage (EB01 A, B, C, G, J, Y) has
    /// neither.
    BenefitAmount: Warning Element("I9") A7 21
        "The benefit requires an amount or a percentage, and neither is given.",
    /// 271: a percentage (EB08) above 100; .2 means 20 percent.
    BenefitPercent: Warning Element("I12") A7 21
        "The percentage is more than 100: .2 means 20 percent.",
    /// 834: a subscriber follows one of their dependents.
    SubscriberAfterDependent: Error Segment("7") A7 21
        "A subscriber must precede their dependents.",
    /// 834: a file of all members has a dependent without the subscriber.
    DependentAlone: Warning Segment("7") A7 21
        "The file holds all members, but the subscriber of this dependent does not precede it.",
    /// 834: INS01 and INS02 disagree on whether the member is the subscriber.
    Relationship: Error Element("I12") A7 21
        "The subscriber indicator (INS01) and the relationship (INS02) disagree.",
    /// 834: a termination (INS03 or HD03 024) without its date.
    TerminationDate: Error Segment("I6") A7 21
        "A termination requires its date (DTP*357, or DTP*349 of the coverage).",
    /// 834: INS03 030 belongs to a file of all members (BGN08 4 or RX), every other to a file
    /// of changes (BGN08 2).
    Maintenance: Warning Element("I12") A7 21
        "Maintenance type 030 is for a file of all members, every other for a file of changes.",
    /// 835: the payment (BPR02) is negative.
    NegativePayment: Error Element("I12") A7 21
        "A payment cannot be negative: a balance owed is carried forward (PLB FB).",
    /// 835: a payment is stated (BPR02) and not made (BPR04 NON).
    PaymentNotMade: Error Element("I12") A7 21
        "An amount is stated, but no payment is made (BPR04 NON).",
    /// 835: a reversal (CLP02 22) whose amounts are not negated.
    Reversal: Error Element("I12") A7 21
        "A reversal must repeat the amounts of the claim with the opposite sign.",
}
