//! One row for each rule: an edit of a sound text that keeps it, one that breaks it, and the place
//! of the finding.

use super::super::Situation as S;
use super::findings;

/// A text and its group, kind and version.
type Text = (&'static str, &'static str, &'static str, &'static str);

const CLAIM: Text = (
    "HC",
    "837",
    "005010X222A1",
    "BHT*0019*00*1*20240102*0304*CH~NM1*41*2*X*****46*A~PER*IC*X*TE*5552015000~NM1*40*2*Y*****46*B~HL*1**20*1~\
     PRV*BI*PXC*207Q00000X~NM1*85*2*CLINIC*****XX*1234567893~N3*1 ROAD~N4*TOWN*NY*100010000~REF*EI*123456789~HL*2*1*22*0~\
     SBR*P*18*******CI~NM1*IL*1*DOE*JO****MI*M1~N3*1 ROAD~N4*TOWN*NY*10001~DMG*D8*19800101*F~NM1*PR*2*PAYER*****PI*1~\
     CLM*C1*100***11:B:1*Y*A*Y*Y~HI*ABK:I10~LX*1~SV1*HC:99213*100*UN*1***1~DTP*472*D8*20240101~",
);

/// Another payer paid 60 and left 40.
const SECOND: Text = (
    "HC",
    "837",
    "005010X222A1",
    "BHT*0019*00*1*20240102*0304*CH~NM1*41*2*X*****46*A~PER*IC*X*TE*5552015000~NM1*40*2*Y*****46*B~HL*1**20*1~\
     NM1*85*2*CLINIC*****XX*1234567893~N3*1 ROAD~N4*TOWN*NY*100010000~REF*EI*123456789~HL*2*1*22*0~\
     SBR*S*18*******CI~NM1*IL*1*DOE*JO****MI*M1~N3*1 ROAD~N4*TOWN*NY*10001~DMG*D8*19800101*F~NM1*PR*2*PAYER*****PI*1~\
     CLM*C1*100***11:B:1*Y*A*Y*Y~HI*ABK:I10~SBR*P*18*******CI~AMT*D*60~OI***Y***Y~NM1*IL*1*DOE*JO****MI*M2~\
     NM1*PR*2*OTHER*****PI*O1~LX*1~SV1*HC:99213*100*UN*1***1~DTP*472*D8*20240101~SVD*O1*60*HC:99213**1~CAS*CO*45*40~\
     DTP*573*D8*20240105~",
);

const HOSPITAL: Text = (
    "HC",
    "837",
    "005010X223A2",
    "BHT*0019*00*1*20240112*0304*CH~NM1*41*2*X*****46*A~PER*IC*X*TE*5552015000~NM1*40*2*Y*****46*B~HL*1**20*1~\
     NM1*85*2*HOSPITAL*****XX*1234567893~N3*1 ROAD~N4*TOWN*NY*100010000~REF*EI*123456789~HL*2*1*22*0~\
     SBR*P*18*******CI~NM1*IL*1*DOE*JO****MI*M1~N3*1 ROAD~N4*TOWN*NY*10001~DMG*D8*19800101*F~NM1*PR*2*PAYER*****PI*1~\
     CLM*C1*100***11:A:1**A*Y*Y~DTP*434*RD8*20240101-20240103~DTP*435*DT*202401010800~CL1*1*7*01~HI*ABK:I10~LX*1~\
     SV2*0120**100*DA*2~DTP*472*D8*20240102~",
);

const DENTAL: Text = (
    "HC",
    "837",
    "005010X224A2",
    "BHT*0019*00*1*20240102*0304*CH~NM1*41*2*X*****46*A~PER*IC*X*TE*5552015000~NM1*40*2*Y*****46*B~HL*1**20*1~\
     NM1*85*2*CLINIC*****XX*1234567893~N3*1 ROAD~N4*TOWN*NY*100010000~REF*EI*123456789~HL*2*1*22*0~\
     SBR*P*18*******CI~NM1*IL*1*DOE*JO****MI*M1~N3*1 ROAD~N4*TOWN*NY*10001~DMG*D8*19800101*F~NM1*PR*2*PAYER*****PI*1~\
     CLM*C1*100***11:B:1*Y*A*Y*Y~LX*1~SV3*AD:D2740*100~DTP*472*D8*20240101~",
);

const INQUIRY: Text = (
    "HS",
    "270",
    "005010X279A1",
    "BHT*0022*13*1*20240102*0304~HL*1**20*1~NM1*PR*2*P*****PI*1~HL*2*1*21*1~NM1*1P*2*C*****XX*1234567893~HL*3*2*22*0~\
     TRN*1*T*9MEDCONNEC~NM1*IL*1*DOE*JO****MI*M1~DMG*D8*19800101~DTP*291*D8*20240102~EQ*30~",
);

const ANSWER: Text = (
    "HB",
    "271",
    "005010X279A1",
    "BHT*0022*11*1*20240102*0304~HL*1**20*1~NM1*PR*2*P*****PI*1~HL*2*1*21*1~NM1*1P*2*C*****XX*1234567893~HL*3*2*22*0~\
     TRN*2*T*9MEDCONNEC~NM1*IL*1*DOE*JO****MI*M1~EB*A**98*****.2~",
);

const MEMBERS: Text = (
    "BE",
    "834",
    "005010X220A1",
    "BGN*00*1*20240102*0304****2~N1*P5*S*FI*1~N1*IN*I*FI*2~\
     INS*Y*18*021*28*A***FT~REF*0F*S1~NM1*IL*1*DOE*JO~HD*021**HLT~DTP*348*D8*20240101~\
     INS*N*19*021*28*A~REF*0F*S1~NM1*IL*1*DOE*JI~HD*021**HLT~DTP*348*D8*20240101~",
);

const PAYMENT: Text = (
    "HP",
    "835",
    "005010X221A1",
    "BPR*I*80*C*CHK************20240103~TRN*1*1*1999999999~N1*PR*P~N3*1 ROAD~N4*T*NY*1~PER*BL*X*TE*1~\
     N1*PE*C*XX*1234567893~LX*1~CLP*C1*1*100*80*20*12*P1~",
);

/// An edit: the first occurrence of one text is replaced by another.
type Edit = (&'static str, &'static str);

const NONE: Edit = ("", "");
const CHILD: &str = "HL*3*2*23*0~PAT*19~NM1*QC*1*DOE*JI~N3*1 ROAD~N4*TOWN*NY*10001~DMG*D8*20100101*M~CLM*C1";
const SECOND_LINE: &str = "LX*1~SV1*HC:99213*50*UN*1***1~DTP*472*D8*20240101~REF*6R*A~LX*2~SV1*HC:99213*50*UN*1***1~";
const PICK_UP: &str = "I10~NM1*PW*2~N3*1 ROAD~N4*TOWN*NY*10001~NM1*45*2~N3*1 ROAD~N4*TOWN*NY*10001~";

const TO_LIABILITY: &str = "OI***Y***Y~NM1*IL*1*DOE*JO****MI*M2~NM1*PR*2*OTHER*****PI*O1~LX*1~\
    SV1*HC:99213*100*UN*1***1~DTP*472*D8*20240101~SVD*O1*60*HC:99213**1~CAS*CO*45*40~DTP*573*D8*20240105~";
const LIABILITY: &str = "AMT*EAF*0~OI***Y***Y~NM1*IL*1*DOE*JO****MI*M2~NM1*PR*2*OTHER*****PI*O1~LX*1~\
    SV1*HC:99213*100*UN*1***1~DTP*472*D8*20240101~SVD*O1*60*HC:99213**1~CAS*CO*45*40~DTP*573*D8*20240105~AMT*EAF*0~";

/// Rule, text, the edit that keeps it, the edit that breaks it, segment and element of the finding.
type Row = (S, Text, Edit, Edit, (&'static str, u8));

const CLAIMS: &[Row] = &[
    (S::PatientAndSubscriber, CLAIM, NONE, ("CLM*C1", CHILD), ("HL", 0)),
    (S::PatientUnknown, CLAIM, NONE, ("DMG*D8*19800101*F~", ""), ("DMG", 0)),
    (S::PatientNotStated, CLAIM, NONE, ("SBR*P*18*", "SBR*P**"), ("SBR", 2)),
    (
        S::SubscriberId,
        CLAIM,
        ("IL*1*DOE*JO****MI*M1", "IL*2*FIRM"),
        ("****MI*M1", ""),
        ("NM1", 9),
    ),
    (
        S::SubscriberAddress,
        CLAIM,
        NONE,
        ("N3*1 ROAD~N4*TOWN*NY*10001~DMG", "DMG"),
        ("N3", 0),
    ),
    (
        S::BirthDate,
        CLAIM,
        ("19800101", "20240102"),
        ("19800101", "20240103"),
        ("DMG", 2),
    ),
    (
        S::FirstName,
        CLAIM,
        ("IL*1*DOE*JO", "IL*2*DOE*"),
        ("DOE*JO", "DOE*"),
        ("NM1", 4),
    ),
    (
        S::State,
        CLAIM,
        ("NY*10001~", "*75001*FR~"),
        ("NY*10001~", "*10001~"),
        ("N4", 2),
    ),
    (
        S::PostalCode,
        CLAIM,
        ("NY*10001~", "**FR~"),
        ("NY*10001~", "NY~"),
        ("N4", 3),
    ),
    (S::ZipCode, CLAIM, NONE, ("100010000", "10001"), ("N4", 3)),
    (
        S::PostOfficeBox,
        CLAIM,
        ("1 ROAD", "1 BOX ROAD"),
        ("1 ROAD", "P.O. BOX 1"),
        ("N3", 1),
    ),
    (
        S::TelephoneForm,
        CLAIM,
        ("TE*5552015000", "EM*A@B.COM"),
        ("5552015000", "555-201-5000"),
        ("PER", 4),
    ),
    (S::TelephoneArea, CLAIM, NONE, ("5552015000", "5550015000"), ("PER", 4)),
    (
        S::SocialSecurityForm,
        CLAIM,
        ("*F~", "*F~REF*SY*123456789~"),
        ("*F~", "*F~REF*SY*123-45-6789~"),
        ("REF", 2),
    ),
    (
        S::SocialSecurityArea,
        CLAIM,
        ("*F~", "*F~REF*SY*123456789~"),
        ("*F~", "*F~REF*SY*666456789~"),
        ("REF", 2),
    ),
    (
        S::TaxIdForm,
        CLAIM,
        NONE,
        ("REF*EI*123456789", "REF*EI*12-3456789"),
        ("REF", 2),
    ),
    (S::TaxonomyForm, CLAIM, NONE, ("207Q00000X", "207Q00000"), ("PRV", 3)),
    (
        S::BillingProviderId,
        CLAIM,
        NONE,
        ("CLINIC*****XX*1234567893", "CLINIC"),
        ("NM1", 9),
    ),
    (
        S::ReferringProvider,
        CLAIM,
        ("I10~LX", "I10~NM1*DN*1*ROE*AL~LX"),
        ("D8*20240101~", "D8*20240101~NM1*DN*1*ROE*AL~"),
        ("NM1", 0),
    ),
    (
        S::SupervisingProvider,
        CLAIM,
        (
            "I10~",
            "I10~NM1*82*1*ROE*AL****XX*1234567893~NM1*DQ*1*POE*BO****XX*1245319599~",
        ),
        (
            "I10~",
            "I10~NM1*82*1*ROE*AL****XX*1234567893~NM1*DQ*1*ROE*AL****XX*1234567893~",
        ),
        ("NM1", 9),
    ),
    (
        S::PayerClaimNumber,
        CLAIM,
        ("B:1*Y*A*Y*Y~", "B:8*Y*A*Y*Y~REF*F8*P1~"),
        ("B:1", "B:7"),
        ("REF", 0),
    ),
    (
        S::ClaimTwice,
        CLAIM,
        NONE,
        ("CLM*C1", "CLM*C1*1***11:B:1*Y*A*Y*Y~HI*ABK:I10~CLM*C1"),
        ("CLM", 1),
    ),
    (
        S::ClaimNumberLong,
        CLAIM,
        ("CLM*C1", "CLM*12345678901234567890"),
        ("CLM*C1", "CLM*123456789012345678901"),
        ("CLM", 1),
    ),
    (
        S::ChargeZero,
        CLAIM,
        ("0304*CH", "0304*RP"),
        ("CLM*C1*100", "CLM*C1*0"),
        ("CLM", 2),
    ),
    (
        S::NegativeCharge,
        CLAIM,
        ("99213*100", "99213*0"),
        ("99213*100", "99213*-100"),
        ("SV1", 2),
    ),
    (S::LineNumber, CLAIM, NONE, ("LX*1", "LX*2"), ("LX", 1)),
    (
        S::LineControlTwice,
        CLAIM,
        ("LX*1~", SECOND_LINE),
        ("20240101~", "20240101~REF*6R*A~LX*2~REF*6R*A~"),
        ("REF", 2),
    ),
    (
        S::LineControlLong,
        CLAIM,
        ("20240101~", "20240101~REF*6R*123456789012345678901234567890~"),
        ("20240101~", "20240101~REF*6R*1234567890123456789012345678901~"),
        ("REF", 2),
    ),
    (
        S::Pointer,
        CLAIM,
        ("I10~", "I10*ABF:E119~"),
        ("***1~", "***1:2~"),
        ("SV1", 7),
    ),
    (S::DiagnosisDot, CLAIM, NONE, ("ABK:I10", "ABK:I10.1"), ("HI", 1)),
    (
        S::DiagnosisTwice,
        CLAIM,
        ("I10~", "I10*ABF:E119~"),
        ("I10~", "I10*ABF:I10~"),
        ("HI", 2),
    ),
    (
        S::ExternalCause,
        CLAIM,
        ("I10~", "I10*ABF:W010XXA~"),
        ("ABK:I10", "ABK:W010XXA"),
        ("HI", 1),
    ),
    (
        S::Sequela,
        CLAIM,
        ("I10~", "I10*ABF:S82101S~"),
        ("ABK:I10", "ABK:S82101S"),
        ("HI", 1),
    ),
    (S::OldDiagnosis, CLAIM, NONE, ("ABK:I10", "BK:4019"), ("HI", 1)),
    (
        S::CodeTwice,
        HOSPITAL,
        ("I10~", "I10~HI*BE:01:::1*BE:02:::1~"),
        ("I10~", "I10~HI*BE:01:::1*BE:01:::1~"),
        ("HI", 2),
    ),
    (
        S::ProcedureForm,
        CLAIM,
        ("HC:99213", "HC:A0429:RH"),
        ("HC:99213", "HC:9921"),
        ("SV1", 1),
    ),
    (
        S::AnesthesiaMinutes,
        CLAIM,
        ("99213*100*UN", "00840*100*MJ"),
        ("99213", "00840"),
        ("SV1", 3),
    ),
    (
        S::DrugCodeForm,
        CLAIM,
        ("20240101~", "20240101~LIN**N4*12345678901~CTP****1*UN~"),
        ("20240101~", "20240101~LIN**N4*1234-5678-01~CTP****1*UN~"),
        ("LIN", 3),
    ),
    (
        S::DrugQuantity,
        CLAIM,
        ("20240101~", "20240101~LIN**N4*12345678901~CTP****.5*UN~"),
        ("20240101~", "20240101~LIN**N4*12345678901~CTP****0*UN~"),
        ("CTP", 4),
    ),
    (
        S::AccidentState,
        CLAIM,
        ("*Y*Y~HI", "*Y*Y**AA:::NY~DTP*439*D8*20240101~HI"),
        ("*Y*Y~HI", "*Y*Y**AA~HI"),
        ("CLM", 11),
    ),
    (
        S::AccidentDate,
        CLAIM,
        ("*Y*Y~HI", "*Y*Y**OA~DTP*439*D8*20240101~HI"),
        ("*Y*Y~HI", "*Y*Y**OA~HI"),
        ("DTP", 0),
    ),
    (
        S::AccidentAfterService,
        CLAIM,
        ("*Y*Y~HI", "*Y*Y**OA~DTP*439*D8*20240101~HI"),
        ("*Y*Y~HI", "*Y*Y**OA~DTP*439*D8*20240102~HI"),
        ("DTP", 3),
    ),
    (
        S::ServiceInFuture,
        CLAIM,
        ("D8*20240101", "D8*20240102"),
        ("D8*20240101", "D8*20240103"),
        ("DTP", 3),
    ),
    (
        S::ServiceOutsideStatement,
        HOSPITAL,
        ("D8*20240102", "D8*20240103"),
        ("D8*20240102", "D8*20240104"),
        ("DTP", 3),
    ),
    (
        S::AdmissionDate,
        CLAIM,
        ("11:B:1*Y*A*Y*Y~", "21:B:1*Y*A*Y*Y~DTP*435*D8*20240101~"),
        ("11:B", "21:B"),
        ("DTP", 0),
    ),
    (
        S::AdmissionDate,
        HOSPITAL,
        ("11:A", "13:A"),
        ("DTP*435*DT*202401010800~", ""),
        ("DTP", 0),
    ),
    (
        S::DischargeHour,
        HOSPITAL,
        ("DTP*434", "DTP*096*TM*0800~DTP*434"),
        ("A:1**A*Y*Y~", "A:2**A*Y*Y~DTP*096*TM*0800~"),
        ("DTP", 0),
    ),
    (
        S::DentalServiceDate,
        DENTAL,
        ("*Y*A*Y*Y~", "*Y*A*Y*Y**********PB~"),
        ("DTP*472*D8*20240101~", ""),
        ("DTP", 0),
    ),
    (S::AmbulanceTransport, CLAIM, NONE, ("11:B", "41:B"), ("CR1", 0)),
    (
        S::AmbulancePickUp,
        CLAIM,
        ("I10~", PICK_UP),
        ("HI*", "CR1****A*DH*10~HI*"),
        ("NM1", 0),
    ),
    (
        S::AmbulanceDropOff,
        CLAIM,
        ("I10~", PICK_UP),
        ("HI*", "CR1****A*DH*10~HI*"),
        ("NM1", 0),
    ),
    (S::ResponsibilityTwice, SECOND, NONE, ("SBR*P", "SBR*S"), ("SBR", 1)),
    (S::PrimaryPayer, SECOND, NONE, ("SBR*P", "SBR*T"), ("SBR", 0)),
    (
        S::OtherPayerPaid,
        SECOND,
        ("AMT*D*60", "AMT*D*0"),
        ("AMT*D*60~", ""),
        ("AMT", 0),
    ),
    (S::PayerUnknown, SECOND, NONE, ("SVD*O1", "SVD*O2"), ("SVD", 1)),
    (
        S::DecisionDateTwice,
        SECOND,
        NONE,
        ("PI*O1~", "PI*O1~DTP*573*D8*20240105~"),
        ("DTP", 0),
    ),
    (
        S::LiabilityTwice,
        SECOND,
        ("20240105~", "20240105~AMT*EAF*0~"),
        (TO_LIABILITY, LIABILITY),
        ("AMT", 0),
    ),
    (
        S::NegativeLinePayment,
        SECOND,
        ("SVD*O1*60", "SVD*O1*0"),
        ("SVD*O1*60", "SVD*O1*-60"),
        ("SVD", 2),
    ),
];

const OTHERS: &[Row] = &[
    (S::NoServiceRequested, INQUIRY, NONE, ("EQ*30~", ""), ("EQ", 0)),
    (
        S::PatientUnidentified,
        INQUIRY,
        ("****MI*M1", ""),
        ("****MI*M1~DMG*D8*19800101", ""),
        ("NM1", 9),
    ),
    (
        S::NothingAnswered,
        ANSWER,
        ("EB*A**98*****.2~", "AAA*N**75*C~"),
        ("EB*A**98*****.2~", ""),
        ("EB", 0),
    ),
    (
        S::RejectedAndContinued,
        ANSWER,
        NONE,
        ("PI*1~", "PI*1~AAA*N**42*R~"),
        ("HL", 0),
    ),
    (S::BenefitAmount, ANSWER, NONE, ("*****.2~", "~"), ("EB", 7)),
    (
        S::BenefitPercent,
        ANSWER,
        ("*****.2~", "*****1~"),
        ("*****.2~", "*****20~"),
        ("EB", 8),
    ),
    (
        S::SubscriberAfterDependent,
        MEMBERS,
        NONE,
        ("INS*Y", "INS*N*19*021*28*A~REF*0F*S1~INS*Y"),
        ("INS", 0),
    ),
    (
        S::DependentAlone,
        MEMBERS,
        NONE,
        (
            "2~N1*P5*S*FI*1~N1*IN*I*FI*2~",
            "4~N1*P5*S*FI*1~N1*IN*I*FI*2~INS*N*19*030*28*A~REF*0F*S9~",
        ),
        ("INS", 0),
    ),
    (S::Relationship, MEMBERS, NONE, ("INS*Y*18", "INS*Y*19"), ("INS", 2)),
    (
        S::TerminationDate,
        MEMBERS,
        ("DTP*348", "DTP*349"),
        ("Y*18*021", "Y*18*024"),
        ("DTP", 0),
    ),
    (S::Maintenance, MEMBERS, NONE, ("Y*18*021", "Y*18*030"), ("INS", 3)),
    (
        S::NegativePayment,
        PAYMENT,
        ("I*80", "I*0"),
        ("I*80", "I*-80"),
        ("BPR", 2),
    ),
    (
        S::PaymentNotMade,
        PAYMENT,
        ("I*80*C*CHK", "I*0*C*NON"),
        ("CHK", "NON"),
        ("BPR", 2),
    ),
    (
        S::Reversal,
        PAYMENT,
        ("C1*1*100*80*20", "C1*22*-100*-80*-20"),
        ("C1*1*", "C1*22*"),
        ("CLP", 3),
    ),
];

/// The findings in a text after an edit.
fn edited((group, kind, version, body): Text, (from, to): Edit) -> Vec<(S, &'static str, u8)> {
    assert!(body.contains(from), "{from}");
    findings(group, kind, version, &body.replacen(from, to, 1)).situations
}

#[test]
fn each_rule_is_kept_by_one_example_and_broken_by_another() {
    for (of, text, keeps, breaks, (id, element)) in CLAIMS.iter().chain(OTHERS).copied() {
        let kept = edited(text, keeps);
        assert!(
            kept.iter().all(|(found, ..)| *found != of),
            "{of:?} {keeps:?}: {kept:?}"
        );
        let broken = edited(text, breaks);
        assert!(broken.contains(&(of, id, element)), "{of:?} {breaks:?}: {broken:?}");
    }
}

#[test]
fn every_rule_has_its_examples() {
    for rule in S::ALL {
        // Its example is 5,001 claims: `engine`.
        let is_listed = CLAIMS.iter().chain(OTHERS).any(|(of, ..)| of == rule);
        assert!(is_listed || *rule == S::TooManyClaims, "{rule:?} has no example");
    }
}

#[test]
fn sound_texts_break_no_rule() {
    for text in [CLAIM, SECOND, HOSPITAL, DENTAL, INQUIRY, ANSWER, MEMBERS, PAYMENT] {
        assert_eq!(edited(text, NONE), [], "{}", text.2);
    }
}
