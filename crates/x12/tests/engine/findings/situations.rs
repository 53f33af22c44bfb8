//! Findings of situational rules.

use super::Case;
use crate::sample::{answer, changed, claim, edited, enrollment, inquiry, payment};

pub fn cases() -> Vec<Case> {
    [
        patients(),
        claims(),
        diagnoses(),
        other_payers(),
        eligibility(),
        members(),
        payments(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn case(from: &str, to: &str, findings: &'static [&'static str]) -> Case {
    Case::new(changed(&claim(), from, to), findings)
}

fn patients() -> Vec<Case> {
    let patient = "HL*3*2*23*0~PAT*19~NM1*QC*1*BIRCH*EVE~N3*2 ROAD~N4*TOWN*NY*10001~DMG*D8*20100101*F~CLM*A1";
    let below = changed(&claim(), "CLM*A1", patient);
    vec![
        case(
            "NM1*85*2*CLINIC*****XX*1234567893",
            "NM1*85*2*CLINIC*****XX*1234567890",
            &[
                "BadNpi; 4 error STC01 A7:562; segment 9 (NM1 in 2010AA) element 9; 7, 67, Some(\"1234567890\"); The \
                 NPI is not valid: its check digit is wrong.",
            ],
        ),
        Case::new(
            changed(&payment(), "CLINIC*XX*1234567893", "CLINIC*XX*123456789X"),
            &[
                "BadNpi; 4 error STC01 A7:562; segment 11 (N1 in 1000B) element 4; 9, 67, Some(\"123456789X\"); The \
                 NPI is not valid: its check digit is wrong.",
            ],
        ),
        Case::new(
            edited(&below, "HL*2*1*22*0", "HL*2*1*22*1"),
            &[
                "Situation(PatientAndSubscriber); 4 error IK304 I9; segment 20 (HL in 2000C); 18, 0, None; The \
                 subscriber is stated to be the patient (SBR02 18), but a patient loop follows.",
            ],
        ),
        case(
            "DMG*D8*19800229*F~",
            "",
            &[
                "Situation(PatientUnknown); 4 error IK304 I6; segment 15 (DMG in 2010BA); 13, 0, None; The subscriber \
                 is the patient, so the birth date and gender (DMG) must be given.",
            ],
        ),
        case(
            "SBR*S*18*GROUP",
            "SBR*S**GROUP",
            &[
                "Situation(PatientNotStated); 4 error IK403 I9; segment 14 (SBR in 2000B) element 2; 12, 1069, None; \
                 The claim is about the subscriber, so SBR02 must be 18; a claim for another patient belongs below \
                 that patient.",
            ],
        ),
        case(
            "N4*TOWN*NY*100010000",
            "N4*TOWN*NY*10001",
            &[
                "Situation(ZipCode); 4 warning IK403 I12; segment 11 (N4 in 2010AA) element 3; 9, 116, \
                 Some(\"10001\"); The billing provider's ZIP code must have nine digits.",
            ],
        ),
        case(
            "N3*1 STREET",
            "N3*P.O. BOX 7",
            &[
                "Situation(PostOfficeBox); 4 warning IK403 I12; segment 10 (N3 in 2010AA) element 1; 8, 166, \
                 Some(\"P.O. BOX 7\"); The billing provider's address must be a street; a post office box belongs in \
                 the pay-to address.",
            ],
        ),
    ]
}

fn claims() -> Vec<Case> {
    let another = "CLM*A1*1***11:B:1*Y*A*Y*Y~HI*ABK:I10~LX*1~SV1*HC:99213*1*UN*1***1~DTP*472*D8*20240101~";
    let with = |more: &str| changed(&claim(), "SE*32", &format!("{more}SE*32"));
    let each = |count: u32, one: &dyn Fn(u32) -> String| (0..count).map(one).collect::<String>();
    // A hundred claims per subscriber, the maximum of the guide.
    let level = "HL*2*1*22*0~SBR*P*18*******CI~NM1*IL*1*BIRCH*ADA****MI*M1~N3*1 ROAD~N4*TOWN*NY*10001~DMG*D8*19800229*F~NM1*PR*2*PAYER*****PI*99999~";
    let many = each(5_000, &|n| {
        let level = level.replace("HL*2", &format!("HL*{}", n / 100 + 3));
        let level = if n % 100 == 0 { &level } else { "" };
        format!("{level}{}", another.replace("A1", &format!("B{n}")))
    });
    vec![
        case(
            "11:B:1",
            "11:B:7",
            &[
                "Situation(PayerClaimNumber); 4 error IK304 I6; segment 20 (REF in 2300); 18, 0, None; A claim that \
                 replaces or voids another must give the payer's claim number (REF*F8).",
            ],
        ),
        Case::new(
            with(another),
            &[
                "Situation(ClaimTwice); 4 warning IK403 I12; segment 34 (CLM in 2300) element 1; 32, 1028, \
                 Some(\"A1\"); Another claim of this transaction set has the same number: responses to them cannot be \
                 distinguished.",
                "Situation(PrimaryPayer); 4 warning IK304 I6; segment 34 (SBR in 2320); 32, 0, None; No payer of the \
                 claim is the primary one (SBR01 P).",
            ],
        ),
        Case::new(
            with(&many),
            &[
                "Situation(TooManyClaims); 4 warning IK304 4; segment 25379 (CLM in 2300); 25377, 0, None; The \
                 transaction set has more than 5000 claims; many payers refuse more.",
            ],
        ),
        case(
            "LX*2",
            "LX*3",
            &[
                "Situation(LineNumber); 4 error IK403 I12; segment 31 (LX in 2400) element 1; 29, 554, Some(\"3\"); \
                 Service lines must be numbered from 1 without a gap.",
            ],
        ),
    ]
}

fn diagnoses() -> Vec<Case> {
    vec![
        case(
            "***1:2~",
            "***1:3~",
            &[
                "Situation(Pointer); 4 error IK403 I12; segment 29 (SV1 in 2400) element 7, component 2; 27, 1328, \
                 Some(\"3\"); The line points to a diagnosis that the claim does not have.",
            ],
        ),
        case(
            "ABK:I10*",
            "ABK:I1.0*",
            &[
                "Situation(DiagnosisDot); 4 error IK403 I12; segment 21 (HI in 2300) element 1, component 2; 19, \
                 1271, Some(\"I1.0\"); Diagnosis codes are written without a dot.",
            ],
        ),
        case(
            "*Y*A*Y*Y~",
            "*Y*A*Y*Y**OA~",
            &[
                "Situation(AccidentDate); 4 error IK304 I6; segment 20 (DTP in 2300); 18, 0, None; For an accident \
                 its date (DTP*439) must be given.",
            ],
        ),
        case(
            "*Y*A*Y*Y~HI",
            "*Y*A*Y*Y**AA~DTP*439*D8*20240101~HI",
            &[
                "Situation(AccidentState); 4 error IK403 I9; segment 20 (CLM in 2300) element 11, component 4; 18, \
                 156, None; For an automobile accident the state in which it happened must be given.",
            ],
        ),
    ]
}

fn other_payers() -> Vec<Case> {
    let decided = "D8*20240101~SVD*77777*100*HC:99213**1~DTP*573*D8*20240105~LX*2";
    vec![
        case(
            "SBR*P*18",
            "SBR*S*18",
            &[
                "Situation(ResponsibilityTwice); 4 error IK403 I12; segment 22 (SBR in 2320) element 1; 20, 1138, \
                 Some(\"S\"); Another payer of the claim already has this place in the order of payers.",
            ],
        ),
        case(
            "AMT*D*100~",
            "",
            &[
                "Situation(OtherPayerPaid); 4 error IK304 I6; segment 22 (AMT in 2320); 20, 0, None; Another payer \
                 has adjudicated the claim, so its payment (AMT*D) is required, even if it is zero.",
            ],
        ),
        case(
            "D8*20240101~LX*2",
            decided,
            &[
                "Situation(PayerUnknown); 4 error IK403 I12; segment 31 (SVD in 2430) element 1; 29, 67, \
                 Some(\"77777\"); The payer that adjudicated the line is not one of the claim's other payers.",
            ],
        ),
    ]
}

fn eligibility() -> Vec<Case> {
    let inquired = |from: &str, to: &str, findings| Case::new(changed(&inquiry(), from, to), findings);
    let answered = |from: &str, to: &str, findings| Case::new(changed(&answer(), from, to), findings);
    vec![
        inquired(
            "EQ*30~",
            "",
            &[
                "Situation(NoServiceRequested); 4 error IK304 I6; segment 9 (EQ in 2110C); 7, 0, None; The \
                 subscriber is the patient, so at least one service must be requested (EQ).",
            ],
        ),
        inquired(
            "****MI*M1~DMG*D8*19800229~",
            "~",
            &[
                "Situation(PatientUnidentified); 4 warning IK403 I9; segment 11 (NM1 in 2100C) element 9; 9, 67, \
                 None; Without a member id, the name and birth date are required to identify the patient.",
            ],
        ),
        answered(
            "EB*1*IND*30^98**GOLD~EB*B**98***27*25*****Y~",
            "",
            &[
                "Situation(NothingAnswered); 4 error IK304 I6; segment 9 (EB in 2110C); 7, 0, None; The response has \
                 neither a benefit nor a rejection for the patient.",
            ],
        ),
        answered(
            "PI*99999~",
            "PI*99999~AAA*N**42*R~",
            &[
                "Situation(RejectedAndContinued); 4 warning IK304 I4; segment 8 (HL in 2000B); 6, 0, None; An \
                 enclosing level was rejected, so it must not contain further levels.",
                "Situation(RejectedAndContinued); 4 warning IK304 I4; segment 10 (HL in 2000C); 8, 0, None; An \
                 enclosing level was rejected, so it must not contain further levels.",
            ],
        ),
        answered(
            "***27*25*",
            "***27**",
            &[
                "Situation(BenefitAmount); 4 warning IK403 I9; segment 14 (EB in 2110C) element 7; 12, 782, None; \
                 The benefit requires an amount or a percentage, and neither is given.",
            ],
        ),
        answered(
            "EB*B**98***27*25*****Y",
            "EB*A**98*****20****Y",
            &[
                "Situation(BenefitPercent); 4 warning IK403 I12; segment 14 (EB in 2110C) element 8; 12, 954, \
                 Some(\"20\"); The percentage is more than 100: .2 means 20 percent.",
            ],
        ),
    ]
}

fn members() -> Vec<Case> {
    let subscriber = "INS*Y*18*021*28*A***FT~REF*0F*S1~NM1*IL*1*BIRCH*ADA~HD*021**HLT~DTP*348*D8*20240101~";
    let text = enrollment();
    let without = changed(&text, subscriber, "");
    let all = edited(&without, "****2~", "****4~").replace("*021*28", "*030*28");
    let ended = text.replacen("INS*Y*18*021", "INS*Y*18*024", 1);
    vec![
        Case::new(
            changed(&without, "SE*10", &format!("{subscriber}SE*10")),
            &[
                "Situation(SubscriberAfterDependent); 4 error IK304 7; segment 12 (INS in 2000); 10, 0, None; A \
                 subscriber must precede their dependents.",
            ],
        ),
        Case::new(
            all,
            &[
                "Situation(DependentAlone); 4 warning IK304 7; segment 7 (INS in 2000); 5, 0, None; The file holds \
                 all members, but the subscriber of this dependent does not precede it.",
            ],
        ),
        Case::new(
            edited(&text, "INS*Y*18", "INS*Y*19"),
            &[
                "Situation(Relationship); 4 error IK403 I12; segment 7 (INS in 2000) element 2; 5, 1069, \
                 Some(\"19\"); The subscriber indicator (INS01) and the relationship (INS02) disagree.",
            ],
        ),
        Case::new(
            ended,
            &[
                "Situation(TerminationDate); 4 error IK304 I6; segment 7 (DTP in 2000); 5, 0, None; A termination \
                 requires its date (DTP*357, or DTP*349 of the coverage).",
            ],
        ),
        Case::new(
            text.replacen("HD*021**HLT", "HD*024**HLT", 1),
            &[
                "Situation(TerminationDate); 4 error IK304 I6; segment 10 (DTP in 2300); 8, 0, None; A termination \
                 requires its date (DTP*357, or DTP*349 of the coverage).",
            ],
        ),
        Case::new(
            edited(&text, "INS*Y*18*021", "INS*Y*18*030"),
            &[
                "Situation(Maintenance); 4 warning IK403 I12; segment 7 (INS in 2000) element 3; 5, 875, \
                 Some(\"030\"); Maintenance type 030 is for a file of all members, every other for a file of changes.",
            ],
        ),
    ]
}

fn payments() -> Vec<Case> {
    let case = |from, to, findings| Case::new(changed(&payment(), from, to), findings);
    let negative = edited(&payment(), "WO:X*10~", "WO:X*90~");
    let reversed = edited(&payment(), "CLP*A1*1*", "CLP*A1*22*");
    vec![
        Case::new(
            edited(&negative, "BPR*I*70*", "BPR*I*-10*"),
            &[
                "Situation(NegativePayment); 4 error IK403 I12; segment 4 (BPR) element 2; 2, 782, Some(\"-10\"); A \
                 payment cannot be negative: a balance owed is carried forward (PLB FB).",
            ],
        ),
        case(
            "BPR*I*70*C*ACH*CCP*01*999999999*DA*123*1999999999**01*999999998*DA*987*",
            "BPR*I*70*C*NON************",
            &[
                "Situation(PaymentNotMade); 4 error IK403 I12; segment 4 (BPR) element 2; 2, 782, Some(\"70\"); An \
                 amount is stated, but no payment is made (BPR04 NON).",
            ],
        ),
        Case::new(
            reversed,
            &[
                "Situation(Reversal); 4 error IK403 I12; segment 13 (CLP in 2100) element 3; 11, 782, Some(\"100\"); \
                 A reversal must repeat the amounts of the claim with the opposite sign.",
                "Situation(Reversal); 4 error IK403 I12; segment 13 (CLP in 2100) element 4; 11, 782, Some(\"80\"); \
                 A reversal must repeat the amounts of the claim with the opposite sign.",
            ],
        ),
    ]
}
