//! What `validate` writes for the person who mends the file.

use super::{made, out, run};
use serde_json::Value;

/// Claims whose first line has a wrong unit and whose first claim has a wrong facility qualifier.
fn wrong() -> String {
    made("837p")
        .replacen("*UN*1*", "*QQ*1*", 1)
        .replacen(":B:1*", ":X:1*", 1)
}

fn claim_number(text: &str) -> &str {
    text.split("\nCLM*").nth(1).unwrap().split('*').next().unwrap()
}

#[test]
fn an_element_is_named_with_the_codes_that_it_allows() {
    let text = out(&run(&["validate"], &wrong()));
    assert!(
        text.contains("error: CLM05-2 Facility Code Qualifier: The code is not one"),
        "{text}"
    );
    assert!(text.contains("\n  Allowed is B. Replace the code.\n"), "{text}");
    assert!(
        text.contains("error: SV103 Unit or Basis for Measurement Code: "),
        "{text}"
    );
    assert!(text.contains("\n  Allowed are MJ, UN. Replace the code.\n"), "{text}");
    assert!(text.contains("(SV1 in 2400, professional service)"), "{text}");
}

#[test]
fn nothing_of_the_input_is_printed_into_a_pipe_unless_it_is_wanted() {
    let input = wrong();
    let claim = claim_number(&input);
    for arguments in [
        &["validate"][..],
        &["validate", "--format", "json"],
        &["validate", "--show-text=never"],
    ] {
        let text = out(&run(arguments, &input));
        assert!(
            !text.contains(claim) && !text.contains("QQ") && !text.contains("SV1*"),
            "{text}"
        );
    }
    let text = out(&run(&["validate", "--show-text"], &input));
    assert!(text.contains(&format!("claim {claim}, line 1, segment ")), "{text}");
    let (above, below) = text.split_once("*QQ*").unwrap();
    let indent = above.rsplit('\n').next().unwrap().len() + 1;
    assert_eq!(
        below.lines().nth(1).unwrap(),
        format!("{}^^", " ".repeat(indent)),
        "the element is marked: {text}"
    );
}

#[test]
fn findings_are_counted_by_rule_and_by_claim() {
    let input = made("837p").replace("*UN*1*", "*QQ*1*");
    let lines = input.matches("*QQ*1*").count();
    let text = out(&run(&["validate"], &input));
    let count = format!("\nby rule:\n{lines:>8}  SV103 Unit or Basis for Measurement Code: ");
    assert!(text.contains(&count), "{text}");
    assert!(
        text.contains("\nby claim:\n") && text.contains("claim in segment "),
        "{text}"
    );
    let json = out(&run(&["validate", "--format", "json", "--show-text"], &input));
    let last: Value = serde_json::from_str(json.lines().last().unwrap()).unwrap();
    assert_eq!(last["rules"][0]["count"], lines);
    assert!(
        last["claims"]
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one["claim"] == claim_number(&input)),
        "{last}"
    );
    let first: Value = serde_json::from_str(json.lines().next().unwrap()).unwrap();
    assert_eq!(first["element"], "SV103 Unit or Basis for Measurement Code");
    assert_eq!(
        (first["claim"].as_str(), first["line"].as_str()),
        (Some(claim_number(&input)), Some("1"))
    );
}

#[test]
fn what_belongs_to_no_claim_is_not_counted_as_one() {
    let input = made("271");
    let (before, member) = input.split_once("*MI*").unwrap();
    let (member, rest) = member.split_once('~').unwrap();
    let (subscriber, rest) = rest.split_once("\nEB*").unwrap();
    let wrong = format!("{before}*MI*{member}~{subscriber}\nINS*Q*18~\nEB*{rest}");
    let text = out(&run(&["validate", "--show-text"], &wrong));
    assert!(text.contains(&format!(" member {member}, segment ")), "{text}");
    assert!(!text.contains("by claim:"), "{text}");

    let input = made("835");
    let wrong = input.replacen("\nSE*", "\nPLB*1234567893*20241231*WO:X*1O0~\nSE*", 1);
    let text = out(&run(&["validate", "--show-text"], &wrong));
    assert!(text.contains("PLB04") && !text.contains("by claim:"), "{text}");
    assert!(!text.contains(" claim "), "{text}");
}

#[test]
fn an_unknown_segment_is_named_where_text_is_shown_and_cannot_command_the_terminal() {
    let input = made("835").replacen("\nCAS*", "\nC\u{1b}P*", 1);
    let hidden = out(&run(&["validate"], &input));
    assert!(
        hidden.contains("error: There is no segment with this id.\n"),
        "{hidden}"
    );
    let shown = out(&run(&["validate", "--show-text"], &input));
    assert!(shown.contains("There is no segment with the id C\u{fffd}P."), "{shown}");
    assert!(!shown.contains('\u{1b}'));
}

#[test]
fn an_element_of_an_envelope_is_described_as_any_other() {
    let input = made("837p");
    let checked = |from: &str, to: &str| {
        assert!(input.contains(from), "{from}");
        out(&run(&["validate", "--show-text"], &input.replacen(from, to, 1)))
    };
    let text = checked("*T*:~", "*Q*:~");
    let expected = "error: ISA15 Interchange Usage Indicator: The code is not one of those that are allowed here.\n  \
        Allowed are P, T. Replace the code.\n";
    assert!(text.contains(expected), "{text}");
    let (above, below) = text.split_once("*Q*").unwrap();
    let indent = above.rsplit('\n').next().unwrap().chars().count() + 1;
    assert_eq!(
        below.lines().nth(1).unwrap(),
        format!("{}^", " ".repeat(indent)),
        "{text}"
    );
    for (from, to, expected) in [
        ("ISA*00*", "ISA*99*", "ISA01 Authorization Information Qualifier: "),
        (
            "*ZZ*",
            "*QQ*",
            "Allowed are 01, 14, 20, 27, 28, 29, 30, 33, ZZ. Replace the code.\n",
        ),
        (
            "GS*HC*",
            "GS*HP*",
            "GS01 Functional Identifier Code: The code is not that of the guide in GS08, which is HC.\n",
        ),
        ("*X*005010X222A1", "*T*005010X222A1", "GS07 Responsible Agency Code: "),
        (
            "*X*005010X222A1",
            "*T*005010X222A1",
            "Allowed is X. Replace the code.\n",
        ),
        (
            "GE*1*",
            "GE*7*",
            "GE01 Number of Transaction Sets Included: GE01 states 7 transaction sets; 1 was found.\n",
        ),
    ] {
        let text = checked(from, to);
        assert!(text.contains(expected) && text.contains('^'), "{text}");
    }
}

#[test]
fn a_claim_without_its_first_segment_says_so_and_a_misspelled_one_is_recognised() {
    let input = made("837p");
    let at = input.find("\nCLM*").unwrap();
    let end = at + 1 + input[at + 1..].find('\n').unwrap();
    let text = out(&run(&["validate"], &format!("{}{}", &input[..at], &input[end..])));
    let expected = "error: The segment belongs to the claim (loop 2300), which begins with CLM: CLM is missing here, or the \
        segment is in the wrong place.\n  Add the segment that begins the loop, or move this one into such a loop.\n";
    assert!(text.contains(expected), "{text}");
    let text = out(&run(
        &["validate", "--show-text"],
        &input.replacen("\nCLM*", "\nCLN*", 1),
    ));
    assert!(
        text.contains("error: There is no segment with the id CLN. Is CLM meant?\n"),
        "{text}"
    );
}

#[test]
fn a_missing_segment_is_missing_before_what_stands_there() {
    let input = made("837p");
    let at = input.find("\nSBR*").unwrap();
    let end = at + 1 + input[at + 1..].find('\n').unwrap();
    let text = out(&run(&["validate"], &format!("{}{}", &input[..at], &input[end..])));
    assert!(
        text.contains("error: The coverage (SBR) is missing.\n  Add it in its place.\n"),
        "{text}"
    );
    assert!(text.contains(" in 2000B before segment 14 (NM1), byte "), "{text}");
}

#[test]
fn a_file_that_is_cut_is_cut_after_its_last_segment() {
    let input = made("837p");
    let text = out(&run(&["validate"], &input[..input.find("\nCLM*").unwrap() + 9]));
    assert_eq!(text.matches("error: ").count(), 3, "of its envelopes only: {text}");
    assert!(text.contains("  - the end of the input, after segment "), "{text}");
    assert!(
        text.contains(": 0 of 1 transaction sets accepted, 3 errors, "),
        "{text}"
    );
}

#[test]
fn only_claims_have_the_codes_of_a_277ca() {
    let wrong_sum = |text: &str, id: &str, n: usize| {
        let at = text.find(&format!("\n{id}*")).unwrap() + 1;
        let line: Vec<&str> = text[at..].split('~').next().unwrap().split('*').collect();
        let mut changed = line.clone();
        changed[n] = "1.5";
        text.replacen(&line.join("*"), &changed.join("*"), 1)
    };
    let text = out(&run(&["validate"], &wrong_sum(&made("837p"), "CLM", 2)));
    assert!(text.contains("STC01 A7:178]"), "{text}");
    let text = out(&run(&["validate"], &wrong_sum(&made("835"), "BPR", 2)));
    assert!(text.contains("IK502 I5]") && !text.contains("STC01"), "{text}");
    assert!(
        text.contains(": 1 of 2 transaction sets accepted"),
        "as in the 999: {text}"
    );
}

#[test]
fn the_page_shows_the_file_marked_escaped_and_without_scripts() {
    let input = wrong().replacen("\nNM1*85*2*", "\nNM1*85*2*<script>alert(1)</script>&", 1);
    let result = run(&["validate", "--format", "html"], &input);
    assert_eq!(result.status.code(), Some(1));
    let page = out(&result);
    assert!(
        page.starts_with("<!DOCTYPE html>") && page.trim_end().ends_with("</html>"),
        "{page}"
    );
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;&amp;") && !page.contains("<script"));
    assert!(
        page.contains("*<mark>QQ</mark>*") && page.contains(":<mark>X</mark>:1*"),
        "{page}"
    );
    assert!(page.contains("may hold patient data"));
    assert!(!page.contains("://"), "nothing is loaded from elsewhere");
    assert_eq!(
        page.matches("<li").count(),
        input.matches('~').count(),
        "each segment is shown"
    );
}

#[test]
fn help_has_examples_and_exit_codes_for_each_command() {
    for command in ["validate", "ack", "json", "split", "generate", "stats"] {
        let text = out(&run(&[command, "--help"], ""));
        let (_, examples) = text.split_once("\nExamples:\n").unwrap();
        assert!(examples.starts_with(&format!("  medconnect-x12 {command} ")), "{text}");
        let (_, codes) = examples.split_once("\nExit codes:\n").unwrap();
        assert!(codes.contains("  0  ") && codes.contains("  2  "), "{text}");
    }
    let text = out(&run(&["--help"], ""));
    assert!(
        text.contains("\nExamples:\n") && text.contains("\nExit codes:\n"),
        "{text}"
    );
}
