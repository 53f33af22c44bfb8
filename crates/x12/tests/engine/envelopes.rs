//! ISA, GS, ST and their trailers: cases beyond the single edits in `findings`.

use crate::sample::{ANSWER, CLAIM, ISA, claim, edited, findings, group, interchange};

#[test]
fn missing_trailers_are_reported_where_they_should_have_been() {
    let whole = claim();
    let cut = |trailer: &str| &whole[..whole.find(trailer).unwrap()];
    assert_eq!(
        findings(cut("GE*")),
        ["AK905 3 the end of the input", "TA105 023 the end of the input"]
    );
    assert_eq!(
        findings(cut("SE*")),
        [
            "IK502 2 the end of the input",
            "AK905 3 the end of the input",
            "TA105 023 the end of the input"
        ]
    );
}

#[test]
fn a_control_number_that_is_too_long_is_reported_and_not_remembered() {
    let set = group("HC", "005010X222A1", CLAIM, 1);
    let long = "9".repeat(200);
    let text = interchange(&set.repeat(2).replace("*8*X*", &format!("*{long}*X*")), 2);
    let findings = findings(&text);
    assert!(
        findings.contains(&"AK905 6 segment 2 (GS) element 6".to_owned()),
        "{findings:?}"
    );
    assert!(!findings.iter().any(|line| line.starts_with("AK905 19")));
}

#[test]
fn what_is_outside_a_transaction_set_is_reported() {
    let text = interchange(ANSWER, 0);
    assert!(findings(&text).iter().all(|line| line.starts_with("TA105 022")));
    assert_eq!(
        findings(&format!("{ISA}GE*1*8~IEA*0*000000007~")),
        ["TA105 022 segment 2 (GE)"]
    );
}

#[test]
fn what_is_left_open_ends_where_the_next_begins() {
    let whole = claim();
    let cut = &whole[..whole.find("SE*").unwrap()];
    let next = edited(&whole, "*000000007*0*", "*000000008*0*").replace("IEA*1*000000007", "IEA*1*000000008");
    assert_eq!(
        findings(&format!("{cut}{next}")),
        [
            "IK502 2 segment 34 (ISA)",
            "AK905 3 segment 34 (ISA)",
            "TA105 023 segment 34 (ISA)"
        ]
    );
}
