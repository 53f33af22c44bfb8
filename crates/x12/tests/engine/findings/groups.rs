//! Findings of groups and of the envelopes of transaction sets.

use super::Case;
use crate::sample::{ANSWER, CLAIM, answer, claim, edited, group, interchange};

pub fn cases() -> Vec<Case> {
    [groups(), trailers(), transactions(), versions()]
        .into_iter()
        .flatten()
        .collect()
}

fn case(from: &str, to: &str, findings: &'static [&'static str]) -> Case {
    Case::new(edited(&claim(), from, to), findings)
}

fn groups() -> Vec<Case> {
    let one = group("HC", "005010X222A1", CLAIM, 1);
    vec![
        Case::new(
            edited(&answer(), "GS*HB*", "GS*HC*"),
            &[
                "GroupUnsupported { version: \"005010X279A1\" }; 1 error AK905 1; segment 2 (GS) element 1; 0, 479, \
                 Some(\"HC\"); The code is not that of the guide in GS08, which is HB or HS.",
            ],
        ),
        Case::new(
            edited(&answer(), "*X*005010X279A1", "*X*004010X092A1"),
            &[
                "VersionUnsupported; 1 error AK905 2; segment 2 (GS) element 8; 0, 480, Some(\"004010X092A1\"); GS08 \
                 names a version of the guide that is not supported.",
            ],
        ),
        Case::new(
            edited(&answer(), "*X*005010X279A1", "*X*005010X216"),
            &[
                "VersionUnchecked { purpose: \"review notification (278)\" }; 1 error AK905 2; segment 2 (GS) \
                 element 8; 0, 480, Some(\"005010X216\"); GS08 names the guide of the review notification (278), \
                 which is known, but not checked: only the envelopes are.",
            ],
        ),
        case(
            "GS*HC*CLINIC*PAYER",
            "GS*HC**PAYER",
            &[
                "GroupElement { element: 2 }; 1 error TA105 024; segment 2 (GS) element 2; 0, 142, None; The value \
                 is not a code of 2 to 15 characters.",
            ],
        ),
        case(
            "*PAYER*20240102*0304*8*",
            "*PAYER NUMBER SIXTEEN*20240230*2461*8*",
            &[
                "GroupElement { element: 3 }; 1 error TA105 024; segment 2 (GS) element 3; 0, 124, Some(\"PAYER \
                 NUMBER SIXTEEN\"); The value is not a code of 2 to 15 characters.",
                "GroupElement { element: 4 }; 1 error TA105 024; segment 2 (GS) element 4; 0, 373, \
                 Some(\"20240230\"); The value is not a date in the format CCYYMMDD.",
                "GroupElement { element: 5 }; 1 error TA105 024; segment 2 (GS) element 5; 0, 337, Some(\"2461\"); \
                 The value is not a time in the format HHMM, HHMMSS or HHMMSSDD.",
            ],
        ),
        case(
            "*0304*8*X*",
            "*0304*8*T*",
            &[
                "GroupElement { element: 7 }; 1 error TA105 024; segment 2 (GS) element 7; 0, 455, Some(\"T\"); The \
               code is not one of those that are allowed here.",
            ],
        ),
        Case::new(
            claim().replace("*8*X*", "*8x*X*").replace("GE*1*8", "GE*1*8x"),
            &[
                "GroupControlForm; 1 error AK905 6; segment 2 (GS) element 6; 0, 28, Some(\"8x\"); The control \
                 number in GS06 is not a number of 1 to 9 digits.",
            ],
        ),
        Case::new(
            interchange(&one.repeat(2), 2),
            &[
                "GroupDuplicate; 1 error AK905 19; segment 36 (GS) element 6; 0, 28, Some(\"8\"); An earlier group \
                 of the interchange has the same control number.",
            ],
        ),
    ]
}

fn trailers() -> Vec<Case> {
    vec![
        case(
            "GE*1*8~",
            "",
            &["GroupUnended; 1 error AK905 3; segment 35 (IEA); 0, 0, None; The group has no GE: it is truncated."],
        ),
        case(
            "GE*1*8",
            "GE*1*9",
            &[
                "GroupControl; 1 error AK905 4; segment 35 (GE) element 2; 0, 28, Some(\"9\"); The control numbers of GS and GE \
                 differ.",
            ],
        ),
        case(
            "GE*1*8",
            "GE*2*8",
            &[
                "GroupCount { stated: Some(2), found: 1 }; 1 error AK905 5; segment 35 (GE) element 1; 0, 97, Some(\"2\"); GE01 \
                 states 2 transaction sets; 1 was found.",
            ],
        ),
        case(
            "GE*1*8",
            "GE*X*8",
            &[
                "GroupCount { stated: None, found: 1 }; 1 error AK905 5; segment 35 (GE) element 1; 0, 97, Some(\"X\"); GE01 is \
                 not a number of 1 to 6 digits; it must be 1.",
            ],
        ),
        Case::new(
            interchange(&group("HC", "005010X222A1", "", 0), 1),
            &[
                "GroupEmpty; 1 error AK905 5; segment 3 (GE); 0, 0, None; The group has no transaction set: it must have \
                 at least one.",
            ],
        ),
        case(
            "GE*1*8",
            "GE*0000001*8",
            &[
                "GroupCount { stated: None, found: 1 }; 1 error AK905 5; segment 35 (GE) element 1; 0, 97, Some(\"0000001\"); GE01 is \
                 not a number of 1 to 6 digits; it must be 1.",
            ],
        ),
        case(
            "GE*1*8",
            "GE*1*8*",
            &[
                "TrailingSeparator; 1 warning IK403 6; segment 35 (GE) element 3; 0, 0, None; The segment ends with an \
                 empty element.",
            ],
        ),
    ]
}

fn transactions() -> Vec<Case> {
    let twice = group("HB", "005010X279A1", &ANSWER.repeat(2), 2);
    vec![
        Case::new(
            edited(&answer(), "ST*271*", "ST*278*"),
            &[
                "TransactionUnsupported; 1 error IK502 1; segment 3 (ST) element 1; 1, 0, Some(\"278\"); ST01 does \
                 not name the transaction set of this group's guide.",
            ],
        ),
        case(
            "SE*32*0001~",
            "",
            &[
                "TransactionUnended; 1 error IK502 2; segment 34 (GE); 31, 0, None; The transaction set has no SE: \
                 it is truncated.",
            ],
        ),
        case(
            "SE*32*0001",
            "SE*32*0002",
            &[
                "TransactionControl; 1 error IK502 3; segment 34 (SE) element 2; 32, 0, Some(\"0002\"); The control \
                 numbers of ST and SE differ.",
            ],
        ),
        case(
            "SE*32*0001",
            "SE*00000000032*0001",
            &[
                "TransactionCount { stated: None, found: 32 }; 1 error IK502 4; segment 34 (SE) element 1; 32, 0, \
                 Some(\"00000000032\"); SE01 is not a number of 1 to 10 digits; it must be 32.",
            ],
        ),
        case(
            "SE*32*0001",
            "SE*31*0001",
            &[
                "TransactionCount { stated: Some(31), found: 32 }; 1 error IK502 4; segment 34 (SE) element 1; 32, \
                 0, Some(\"31\"); SE01 states 31 segments; 32 were found.",
            ],
        ),
        case(
            "SE*32*0001",
            "SE*many*0001",
            &[
                "TransactionCount { stated: None, found: 32 }; 1 error IK502 4; segment 34 (SE) element 1; 32, 0, \
                 Some(\"many\"); SE01 is not a number of 1 to 10 digits; it must be 32.",
            ],
        ),
        Case::new(
            claim()
                .replace("*0001*005010X222A1", "*1*005010X222A1")
                .replace("SE*32*0001", "SE*32*1"),
            &[
                "TransactionControlForm; 1 error IK502 7; segment 3 (ST) element 2; 1, 0, Some(\"1\"); The control \
                 number in ST02 does not have 4 to 9 characters.",
            ],
        ),
        Case::new(
            interchange(&twice, 1),
            &[
                "TransactionDuplicate; 1 error IK502 23; segment 16 (ST) element 2; 1, 0, Some(\"0001\"); An earlier \
                 transaction set of the group has the same control number.",
            ],
        ),
    ]
}

fn versions() -> Vec<Case> {
    let version = "ST*271*0001*005010X279A1";
    vec![
        Case::new(
            edited(&answer(), version, "ST*271*0001*005010X279"),
            &[
                "ConventionDiffers { near: true }; 1 warning IK502 I6; segment 3 (ST) element 3; 1, 0, \
                 Some(\"005010X279\"); ST03 and GS08 name different corrections of the same guide.",
            ],
        ),
        Case::new(
            edited(&answer(), version, "ST*271*0001*005010X217"),
            &[
                "ConventionDiffers { near: false }; 1 error IK502 I6; segment 3 (ST) element 3; 1, 0, \
                 Some(\"005010X217\"); ST03 names another guide than GS08.",
            ],
        ),
    ]
}
