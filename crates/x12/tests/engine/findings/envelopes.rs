//! Findings of the reader and of interchanges.

use super::Case;
use crate::sample::{ISA, answer, claim, edited, interchange};
use mc_x12::Limits;

pub fn cases() -> Vec<Case> {
    [reading(), forms(), limits(), headers(), other_headers(), interchanges()]
        .into_iter()
        .flatten()
        .collect()
}

fn case(from: &str, to: &str, findings: &'static [&'static str]) -> Case {
    Case::new(edited(&claim(), from, to), findings)
}

fn within(limits: Limits, findings: &'static [&'static str]) -> Case {
    Case {
        limits,
        ..Case::new(claim(), findings)
    }
}

fn reading() -> Vec<Case> {
    vec![
        Case::new(
            "HELLO~",
            &[
                "Unreadable(NotAnInterchange); 1 error TA105 022; segment 1 (?); 0, 0, None; The interchange does not \
                 start with ISA.",
            ],
        ),
        Case::new(
            &ISA[..50],
            &[
                "Unreadable(IsaLayout); 1 error TA105 022; segment 1 (?); 0, 0, None; The ISA segment does not have \
                 its fixed 106 characters.",
            ],
        ),
        Case::new(
            edited(&claim(), "*ZZ*CLINIC         *", "*ZZ*CLINIC   *"),
            &[
                "Unreadable(IsaElementLength { element: 6, found: 9, required: 15 }); 1 error TA105 022; segment 1 \
                 (?); 0, 0, None; ISA06 has 9 characters, 15 are required.",
            ],
        ),
        Case::new(
            wrapped(&claim(), 80),
            &[
                "Unreadable(IsaWrapped); 1 error TA105 022; segment 1 (?); 0, 0, None; Line ends stand inside the ISA \
                 segment: the file is wrapped into lines.",
            ],
        ),
        Case::new(
            format!("{}HELLO~", claim()),
            &[
                "Unreadable(TrailingText); 1 error TA105 022; segment 37 (?); 0, 0, None; Text follows the IEA \
                 segment.",
            ],
        ),
        case(
            "N3*1 STREET~",
            "N3*1 STREET~~",
            &["Unreadable(EmptySegment); 1 error IK304 1; segment 11 (?); 9, 0, None; A segment is empty."],
        ),
    ]
}

/// A text with a line end after each `width` bytes.
fn wrapped(text: &str, width: usize) -> String {
    let lines = text.as_bytes().chunks(width).map(|line| str::from_utf8(line).unwrap());
    lines.collect::<Vec<_>>().join("\r\n")
}

/// Faults that repeat through a whole file are reported once.
fn forms() -> Vec<Case> {
    let envelopes = edited(&claim(), "*^*00501*", "*U*00501*");
    vec![
        Case::new(claim() + "\u{1a}", &[]),
        Case::new(claim() + "\r\n\u{1a}\0\0\n", &[]),
        Case::new(
            claim()[106..].replace('~', " ~").replacen("", &claim()[..106], 1),
            &[
                "SpaceBeforeTerminator; 1 warning TA105 004; segment 2 (GS); 0, 0, None; White space stands before the \
                 segment terminator; it is left out here and elsewhere.",
            ],
        ),
        Case::new(
            claim()[106..].to_lowercase().replacen("", &claim()[..106], 1),
            &["LowerCaseId; 1 error IK304 1; segment 2 (GS); 0, 0, None; Segment ids must be in upper case."],
        ),
        Case::new(
            claim().replace("~NM1*", "~nm1*"),
            &["LowerCaseId; 1 error IK304 1; segment 5 (NM1 in 1000A); 3, 0, None; Segment ids must be in upper case."],
        ),
        Case::new(
            wrapped(&claim(), 120),
            &[
                "LineEndInSegment; 1 error IK304 8; segment 2 (GS); 0, 0, None; Line ends stand inside segments, as in \
                 a file that is wrapped into lines.",
            ],
        ),
        Case::new(
            edited(
                &edited(&claim(), "BIRCH*ADA****MI*M1", "BI\nRCH*ADA****MI*M1"),
                "~N3*2 ROAD",
                "~N\r\n3*2 ROAD",
            ),
            &[
                "LineEndInSegment; 1 error IK304 8; segment 15 (NM1 in 2010BA); 13, 0, None; Line ends stand inside \
                 segments, as in a file that is wrapped into lines.",
            ],
        ),
        Case::new(
            envelopes,
            &[
                "RepetitionUndeclared; 1 warning TA105 032; segment 1 (ISA) element 11; 0, 0, Some(\"U\"); ISA11 is \
                 a letter, a digit (U is a habit of 004010) or blank, so no repetition separator is declared; ^ is \
                 assumed.",
            ],
        ),
        Case::new(
            edited(&answer(), "*^*00501*", "*U*00501*"),
            &[
                "RepetitionUndeclared; 1 warning TA105 032; segment 1 (ISA) element 11; 0, 0, Some(\"U\"); ISA11 is \
                 a letter, a digit (U is a habit of 004010) or blank, so no repetition separator is declared; ^ is \
                 assumed.",
            ],
        ),
    ]
}

fn limits() -> Vec<Case> {
    let file = Limits::FILE;
    vec![
        within(
            Limits {
                size_bytes: 170,
                ..file
            },
            &[
                "Unreadable(TooLarge { limit: 170 }); 1 error TA105 022; segment 3 (?); 0, 0, None; The interchange \
                 is larger than 170 bytes.",
                "GroupUnended; 1 error AK905 3; segment 3 (?); 0, 0, None; The group has no GE: it is truncated.",
                "InterchangeUnended; 1 error TA105 023; segment 3 (?); 0, 0, None; The interchange has no IEA: it is \
                 truncated.",
            ],
        ),
        within(
            Limits { segments: 3, ..file },
            &[
                "Unreadable(TooManySegments { limit: 3 }); 1 error TA105 022; segment 4 (?); 0, 0, None; The \
                 interchange has more than 3 segments.",
                "TransactionUnended; 1 error IK502 2; segment 4 (?); 1, 0, None; The transaction set has no SE: it \
                 is truncated.",
                "GroupUnended; 1 error AK905 3; segment 4 (?); 0, 0, None; The group has no GE: it is truncated.",
                "InterchangeUnended; 1 error TA105 023; segment 4 (?); 0, 0, None; The interchange has no IEA: it is \
                 truncated.",
            ],
        ),
        within(
            Limits {
                segment_bytes: 30,
                ..file
            },
            &[
                "Unreadable(SegmentTooLong { limit: 30 }); 1 error TA105 022; segment 2 (?); 0, 0, None; A segment is \
                 longer than 30 bytes.",
                "InterchangeUnended; 1 error TA105 023; segment 2 (?); 0, 0, None; The interchange has no IEA: it is \
                 truncated.",
            ],
        ),
    ]
}

fn headers() -> Vec<Case> {
    vec![
        case(
            "ISA*00*",
            "ISA*99*",
            &[
                "IsaElement { element: 1, code: \"010\" }; 1 error TA105 010; segment 1 (ISA) element 1; 0, 0, \
                 Some(\"99\"); The code is not one of those that are allowed here.",
            ],
        ),
        case(
            "*00*          *ZZ*C",
            "*99*          *ZZ*C",
            &[
                "IsaElement { element: 3, code: \"012\" }; 1 error TA105 012; segment 1 (ISA) element 3; 0, 0, \
                 Some(\"99\"); The code is not one of those that are allowed here.",
            ],
        ),
        case(
            "*ZZ*CLINIC  ",
            "*QQ*CLINIC  ",
            &[
                "IsaElement { element: 5, code: \"005\" }; 1 error TA105 005; segment 1 (ISA) element 5; 0, 0, \
                 Some(\"QQ\"); The code is not one of those that are allowed here.",
            ],
        ),
        case(
            "*ZZ*PAYER  ",
            "*QQ*PAYER  ",
            &[
                "IsaElement { element: 7, code: \"007\" }; 1 error TA105 007; segment 1 (ISA) element 7; 0, 0, \
                 Some(\"QQ\"); The code is not one of those that are allowed here.",
            ],
        ),
    ]
}

fn other_headers() -> Vec<Case> {
    vec![
        case(
            "*240102*0304*^",
            "*24O102*0304*^",
            &[
                "IsaElement { element: 9, code: \"014\" }; 1 error TA105 014; segment 1 (ISA) element 9; 0, 0, \
                 Some(\"24O102\"); The value is not a date in the format YYMMDD.",
            ],
        ),
        case(
            "*240102*0304*^",
            "*240230*0304*^",
            &[
                "IsaElement { element: 9, code: \"014\" }; 1 error TA105 014; segment 1 (ISA) element 9; 0, 0, \
                 Some(\"240230\"); The value is not a date in the format YYMMDD.",
            ],
        ),
        case(
            "*0304*^",
            "*03x4*^",
            &[
                "IsaElement { element: 10, code: \"015\" }; 1 error TA105 015; segment 1 (ISA) element 10; 0, 0, \
                 Some(\"03x4\"); The value is not a time in the format HHMM.",
            ],
        ),
        Case::new(
            claim().replace("000000007", "00000000A"),
            &[
                "IsaElement { element: 13, code: \"018\" }; 1 error TA105 018; segment 1 (ISA) element 13; 0, 0, \
                 Some(\"00000000A\"); The value is not a number of nine digits.",
            ],
        ),
        case(
            "*0*T*:",
            "*2*T*:",
            &[
                "IsaElement { element: 14, code: \"019\" }; 1 error TA105 019; segment 1 (ISA) element 14; 0, 0, \
                 Some(\"2\"); The code is not one of those that are allowed here.",
            ],
        ),
        case(
            "*0*T*:",
            "*0*X*:",
            &[
                "IsaElement { element: 15, code: \"020\" }; 1 error TA105 020; segment 1 (ISA) element 15; 0, 0, \
                 Some(\"X\"); The code is not one of those that are allowed here.",
            ],
        ),
        case(
            "*00501*",
            "*00402*",
            &[
                "IsaElement { element: 12, code: \"017\" }; 1 error TA105 017; segment 1 (ISA) element 12; 0, 0, \
                 Some(\"00402\"); The code is not one of those that are allowed here.",
            ],
        ),
        case(
            "*00501*",
            "*00401*",
            &[
                "OldInterchangeVersion; 1 warning TA105 017; segment 1 (ISA) element 12; 0, 0, Some(\"00401\"); \
                 ISA12 is 00401; interchanges of 005010 state 00501.",
            ],
        ),
    ]
}

fn interchanges() -> Vec<Case> {
    let cut = |text: &str, from: &str| text[..text.find(from).unwrap()].to_owned();
    vec![
        case(
            "IEA*1*",
            "IEA*2*",
            &[
                "InterchangeCount { stated: Some(2), found: 1 }; 1 error TA105 021; segment 36 (IEA) element 1; 0, \
                 0, Some(\"2\"); IEA01 states 2 groups; 1 was found.",
            ],
        ),
        case(
            "IEA*1*",
            "IEA*000001*",
            &[
                "InterchangeCount { stated: None, found: 1 }; 1 error TA105 021; segment 36 (IEA) element 1; 0, 0, \
                 Some(\"000001\"); IEA01 is not a number of 1 to 5 digits; it must be 1.",
            ],
        ),
        case(
            "IEA*1*",
            "IEA*X*",
            &[
                "InterchangeCount { stated: None, found: 1 }; 1 error TA105 021; segment 36 (IEA) element 1; 0, 0, \
                 Some(\"X\"); IEA01 is not a number of 1 to 5 digits; it must be 1.",
            ],
        ),
        case(
            "IEA*1*000000007",
            "IEA*1*000000008",
            &[
                "InterchangeControl; 1 error TA105 001; segment 36 (IEA) element 2; 0, 0, Some(\"000000008\"); The \
                 control numbers of ISA and IEA differ.",
            ],
        ),
        Case::new(
            claim().repeat(2),
            &[
                "InterchangeDuplicate; 1 error TA105 025; segment 37 (ISA) element 13; 0, 0, Some(\"000000007\"); An \
                 earlier interchange has the same sender, receiver and control number.",
            ],
        ),
        Case::new(
            cut(&claim(), "IEA*"),
            &[
                "InterchangeUnended; 1 error TA105 023; the end of the input; 0, 0, None; The interchange has no \
                 IEA: it is truncated.",
            ],
        ),
        Case::new(
            interchange("NM1*IL~", 0),
            &[
                "OutsideEnvelope; 1 error TA105 022; segment 2 (NM1); 0, 0, None; The segment is outside a \
                 transaction set.",
            ],
        ),
    ]
}
