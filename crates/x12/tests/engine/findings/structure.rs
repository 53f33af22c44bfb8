//! Findings of loops and segments.

use super::Case;
use crate::sample::{answer, changed, claim, payment};
use mc_x12::check::Settings;

pub fn cases() -> Vec<Case> {
    [places(), counts(), levels()].into_iter().flatten().collect()
}

fn case(from: &str, to: &str, findings: &'static [&'static str]) -> Case {
    Case::new(changed(&claim(), from, to), findings)
}

fn places() -> Vec<Case> {
    vec![
        case(
            "HI*ABK:I10",
            "QQQ*1~HI*ABK:I10",
            &[
                "UnknownSegment { meant: None }; 2 error IK304 1; segment 21 (? in 2300); 19, 0, Some(\"QQQ\"); There is no segment \
                 with the id QQQ.",
            ],
        ),
        case(
            "HI*ABK:I10",
            "EB*1~HI*ABK:I10",
            &[
                "UnexpectedSegment { meant: None }; 2 error IK304 2; segment 21 (EB in 2300); 19, 0, Some(\"EB\"); The guide has no \
                 place for this segment here.",
            ],
        ),
        case(
            "SBR*P*18*******CI~CAS*CO*45*50~AMT*D*100~OI***Y***Y~NM1*IL*1*BIRCH*ADA****MI*M2~NM1*PR*2*OTHER*****PI*88888~",
            "OI***Y***Y~",
            &[
                "LoopNotOpened { loop_id: \"2320\", name: \"other coverage\", opener: \"SBR\" }; 2 error IK304 2; segment \
                 22 (OI in 2300); 20, 0, Some(\"OI\"); The segment belongs to the other coverage (loop 2320), which \
                 begins with SBR: SBR is missing here, or the segment is in the wrong place.",
                "Situation(PrimaryPayer); 4 warning IK304 I6; segment 20 (SBR in 2320); 18, 0, None; No payer of the claim \
                 is the primary one (SBR01 P).",
            ],
        ),
        case(
            "N3*1 STREET~N4*TOWN*NY*100010000~",
            "N4*TOWN*NY*100010000~N3*1 STREET~",
            &[
                "OutOfOrder; 2 error IK304 7; segment 11 (N3 in 2010AA); 9, 0, Some(\"N3\"); The segment is out of \
                 sequence: the guide has it elsewhere in this loop.",
            ],
        ),
        Case::new(
            changed(&answer(), "DMG*D8*19800229*F~", "DMG*D8*19800229*F~N3*2 ROAD~"),
            &[
                "OutOfOrder; 2 error IK304 7; segment 13 (N3 in 2100C); 11, 0, Some(\"N3\"); The segment is out of \
                 sequence: the guide has it elsewhere in this loop.",
            ],
        ),
        case(
            "N3*1 STREET~",
            "",
            &[
                "MissingSegment { name: \"billing provider street\" }; 2 error IK304 3; segment 10 (N3 in 2010AA); 8, \
                 0, None; The billing provider street (N3) is missing.",
            ],
        ),
        Case::new(
            changed(&payment(), "TRN*1*EFT1*1999999999~", ""),
            &[
                "MissingSegment { name: \"trace number\" }; 2 error IK304 3; segment 5 (TRN); 3, 0, None; The trace \
                 number (TRN) is missing.",
            ],
        ),
        case(
            "NM1*PR*2*PAYER*****PI*99999~",
            "",
            &[
                "MissingLoop { name: \"payer\" }; 2 error IK304 3; segment 19 (NM1 in 2010BB); 17, 0, None; The payer \
                 is missing; it begins with NM1.",
            ],
        ),
    ]
}

fn counts() -> Vec<Case> {
    let (date, receiver) = ("DTM*405*20240103~", "NM1*40*2*PAYER*****46*RECEIVER~");
    let line = |n| format!("LX*{n}~SV1*HC:99213*0*UN*1***1~DTP*472*D8*20240101~");
    let lines: String = (3..=52).map(line).collect();
    vec![
        Case::new(
            changed(&payment(), date, &date.repeat(4)),
            &[
                "TooManySegments { max: 1, name: \"production date\" }; 2 error IK304 5; segment 7 (DTM); 5, 0, \
                 None; The production date (DTM) occurs more than once here.",
            ],
        ),
        case(
            receiver,
            &receiver.repeat(3),
            &[
                "TooManyLoops { max: 1, name: \"receiver\" }; 2 error IK304 4; segment 8 (NM1 in 1000B); 6, 0, None; \
                 The receiver occurs more than once here.",
            ],
        ),
        case(
            "SE*32",
            &format!("{lines}SE*32"),
            &[
                "TooManyLoops { max: 50, name: \"service line\" }; 2 error IK304 4; segment 178 (LX in 2400); 176, \
                 0, None; The service line occurs more than 50 times here.",
            ],
        ),
        Case {
            settings: Settings {
                findings: 1,
                ..Settings::default()
            },
            ..case(
                "BHT*0019*00*1",
                "BHT*0018*01*1*",
                &[
                    "BadCode; 2 error IK403 7; segment 4 (BHT) element 1; 2, 1005, Some(\"0018\"); The code is not one of \
                     those that the guide allows here.",
                    "TooManyFindings { max: 1 }; 1 warning IK502 5; segment 4 (BHT); 2, 0, None; There are more than \
                     1 findings; the rest are not listed.",
                ],
            )
        },
    ]
}

fn levels() -> Vec<Case> {
    vec![
        case(
            "HL*2*1*22*0",
            "HL*3*1*22*0",
            &[
                "HierarchyNumber; 1 error IK403 7; segment 13 (HL in 2000B) element 1; 11, 628, Some(\"3\"); HL01 \
                 must count from 1 without a gap.",
            ],
        ),
        case(
            "HL*2*1*22*0",
            "HL*2*2*22*0",
            &[
                "HierarchyParent; 1 error IK403 7; segment 13 (HL in 2000B) element 2; 11, 734, Some(\"2\"); HL02 \
                 must be the number (HL01) of the enclosing level.",
            ],
        ),
        Case::new(
            changed(&answer(), "HL*2*1*21*1", "HL*2*1*21*0"),
            &[
                "HierarchyChild; 1 warning IK403 7; segment 9 (HL in 2000C) element 2; 7, 734, Some(\"2\"); HL04 of \
                 the enclosing level states that it has no child levels.",
            ],
        ),
    ]
}
