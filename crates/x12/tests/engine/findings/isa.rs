//! Findings of an ISA that can be read only in part, or not at all, and of inputs without one.

use super::Case;
use crate::sample::{CLAIM, answer, claim, edited, findings, group, interchange};

pub fn cases() -> Vec<Case> {
    [ids(), delimiters(), unreadable(), whole_inputs()]
        .into_iter()
        .flatten()
        .collect()
}

fn case(from: &str, to: &str, findings: &'static [&'static str]) -> Case {
    Case::new(edited(&claim(), from, to), findings)
}

fn ids() -> Vec<Case> {
    vec![
        case(
            "*ZZ*CLINIC         *",
            "*ZZ*               *",
            &[
                "IsaElement { element: 6, code: \"006\" }; 1 error TA105 006; segment 1 (ISA) element 6; 0, 0, None; \
                 The value is not an id: 1 to 15 printable characters and no delimiter.",
            ],
        ),
        case(
            "*ZZ*CLINIC         *",
            "*ZZ*CLI:IC         *",
            &[
                "IsaElement { element: 6, code: \"006\" }; 1 error TA105 006; segment 1 (ISA) element 6; 0, 0, \
                 Some(\"CLI:IC\"); The value is not an id: 1 to 15 printable characters and no delimiter.",
            ],
        ),
        case(
            "*ZZ*PAYER          *",
            "*ZZ*PAY\tR          *",
            &[
                "IsaElement { element: 8, code: \"008\" }; 1 error TA105 008; segment 1 (ISA) element 8; 0, 0, \
                 Some(\"PAY\\tR\"); The value is not an id: 1 to 15 printable characters and no delimiter.",
            ],
        ),
    ]
}

fn delimiters() -> Vec<Case> {
    vec![
        Case::new(
            edited(&answer(), "*^*00501*", "* *00501*"),
            &[
                "RepetitionUndeclared; 1 warning TA105 032; segment 1 (ISA) element 11; 0, 0, Some(\" \"); ISA11 is \
                 a letter, a digit (U is a habit of 004010) or blank, so no repetition separator is declared; ^ is \
                 assumed.",
            ],
        ),
        case(
            "*^*00501*",
            "*:*00501*",
            &[
                "RepetitionIsComponent; 1 warning TA105 032; segment 1 (ISA) element 16; 0, 0, None; ISA11 and ISA16 \
                 declare the same separator: repetitions and components cannot be distinguished.",
            ],
        ),
        Case::new(
            claim().replace('~', "\t~"),
            &[
                "SpaceBeforeTerminator; 1 warning TA105 004; segment 1 (ISA); 0, 0, None; White space stands before the \
                 segment terminator; it is left out here and elsewhere.",
            ],
        ),
        Case::new(
            claim().replace('~', "\r\n~"),
            &[
                "SpaceBeforeTerminator; 1 warning TA105 004; segment 1 (ISA); 0, 0, None; White space stands before the \
                 segment terminator; it is left out here and elsewhere.",
            ],
        ),
        Case::new(claim().replace('~', "\t\r\n"), &[]),
        Case::new(
            claim().replace('~', " ~"),
            &[
                "SpaceBeforeTerminator; 1 warning TA105 004; segment 1 (ISA); 0, 0, None; White space stands before the \
                 segment terminator; it is left out here and elsewhere.",
            ],
        ),
    ]
}

fn unreadable() -> Vec<Case> {
    vec![
        case(
            "*^*00501*",
            "***00501*",
            &[
                "Unreadable(IsaDelimiterTwice { delimiter: Repetition, other: Element }); 1 error TA105 032; segment 1 \
                 (?); 0, 0, None; The repetition separator (ISA11) is also the element separator.",
            ],
        ),
        case(
            "*^*00501*",
            "*~*00501*",
            &[
                "Unreadable(IsaDelimiterTwice { delimiter: Terminator, other: Repetition }); 1 error TA105 004; segment \
                 1 (?); 0, 0, None; The segment terminator is also the repetition separator (ISA11).",
            ],
        ),
        case(
            "*T*:~",
            "*T**~",
            &[
                "Unreadable(IsaDelimiterTwice { delimiter: Component, other: Element }); 1 error TA105 027; segment 1 \
                 (?); 0, 0, None; The component separator (ISA16) is also the element separator.",
            ],
        ),
        case(
            "*T*:~",
            "*T*~~",
            &[
                "Unreadable(IsaDelimiterTwice { delimiter: Terminator, other: Component }); 1 error TA105 004; segment \
                 1 (?); 0, 0, None; The segment terminator is also the component separator (ISA16).",
            ],
        ),
        case(
            "*T*:~",
            "*T*A~",
            &[
                "Unreadable(IsaDelimiterInvalid { delimiter: Component }); 1 error TA105 027; segment 1 (?); 0, 0, \
                 None; The component separator (ISA16) is a letter, a digit or a space.",
            ],
        ),
        case(
            "*ZZ*CLINIC         *",
            "*ZZ*CLI~IC         *",
            &[
                "Unreadable(IsaCharacter { element: 6 }); 1 error TA105 022; segment 1 (?); 0, 0, None; ISA06 holds the \
                 segment terminator, or a character that is not ASCII.",
            ],
        ),
        Case::new(
            claim().to_lowercase(),
            &[
                "Unreadable(IsaLowerCase); 1 error TA105 022; segment 1 (?); 0, 0, None; The ISA is written in lower \
                 case: segment ids must be in upper case.",
            ],
        ),
    ]
}

fn whole_inputs() -> Vec<Case> {
    let none: &[&str] =
        &["NoInterchange; 1 error TA105 022; the end of the input; 0, 0, None; The input holds no interchange."];
    vec![
        Case::new("", none),
        Case::new(" \r\n\n", none),
        many_groups(99_999, &[]),
        many_groups(
            100_000,
            &[
                "TooManyGroups { max: 99999 }; 1 error TA105 021; segment 599996 (GS); 0, 0, None; The interchange has \
             more than 99999 groups, the most that IEA01 can count.",
            ],
        ),
    ]
}

/// Groups with one short transaction set each.
fn many_groups(count: usize, findings: &'static [&'static str]) -> Case {
    let groups = (1..=count).map(|n| {
        let set = "ST*999*0001*005010X231A1~AK1*HC*1*005010X222A1~AK9*A*1*1*1~SE*4*0001~";
        group("FA", "005010X231A1", set, 1)
            .replace("*8*X", &format!("*{n}*X"))
            .replace("*8~", &format!("*{n}~"))
    });
    Case::new(interchange(&groups.collect::<String>(), count), findings)
}

#[test]
fn what_is_cut_inside_a_trailer_is_cut() {
    let unended = |kinds: &[&str]| {
        kinds
            .iter()
            .map(|code| format!("{code} the end of the input"))
            .collect::<Vec<_>>()
    };
    let whole = claim();
    let iea = whole.find("IEA*").unwrap();
    for end in iea + 1..whole.len() - 1 {
        assert_eq!(findings(&whole[..end]), unended(&["TA105 023"]), "{}", &whole[iea..end]);
    }
    assert_eq!(findings(&whole[..whole.len() - 1]), [""; 0]);
    let se = whole.find("SE*32").unwrap();
    let cut = unended(&["IK502 2", "AK905 3", "TA105 023"]);
    assert_eq!(findings(&whole[..se + 5]), cut);
    let error = mc_x12::Interchange::parse(&whole.as_bytes()[..iea + 8]).unwrap_err();
    let (header, trailer) = ("ISA", "IEA");
    assert_eq!(error.fault, mc_x12::Fault::TrailerMissing { header, trailer });
}

#[test]
fn a_segment_in_lower_case_has_its_loop() {
    let text = interchange(&group("HC", "005010X222A1", &CLAIM.replace("~HI*", "~hi*"), 1), 1);
    assert_eq!(findings(&text), ["IK304 1 segment 21 (HI in 2300)"]);
}
