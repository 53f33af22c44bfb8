//! The command's output and exit codes.
#![expect(clippy::unwrap_used, reason = "a panic here is a failed test")]

mod acknowledging;
mod attachments;
mod converting;
mod memory;
mod names;
mod people;
mod splitting;
mod unusable;

use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Output, Stdio};

fn run(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_medconnect-x12"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that needs no input may end before it is written.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn made(kind: &str) -> String {
    out(&run(&["generate", kind, "--size", "6K", "--seed", "7"], ""))
}

#[test]
fn what_it_makes_it_finds_clean_and_the_same_seed_makes_the_same() {
    for kind in ["837p", "835", "271"] {
        let text = made(kind);
        assert_eq!(text, made(kind), "{kind}");
        let checked = run(&["validate"], &text);
        assert_eq!(checked.status.code(), Some(0), "{kind}: {}", out(&checked));
    }
}

#[test]
fn a_finding_exits_with_one_and_prints_place_code_and_sentence_but_no_value() {
    let text = made("837p").replacen("*UN*1*", "*QQ*1*", 1);
    let result = run(&["validate", "--format", "json"], &text);
    assert_eq!(result.status.code(), Some(1));
    let finding: Value = serde_json::from_str(out(&result).lines().next().unwrap()).unwrap();
    assert_eq!(
        (finding["id"].as_str(), finding["loop"].as_str()),
        (Some("SV1"), Some("2400"))
    );
    assert_eq!(finding["at"]["element"], 3);
    assert_eq!(finding["code"], serde_json::json!({ "in": "IK403", "value": "7" }));
    assert_eq!(finding["value"], Value::Null);
    let at = usize::try_from(finding["byte"].as_u64().unwrap()).unwrap();
    assert!(text[at..].starts_with("SV1*"));
    let shown = out(&run(&["validate", "--format", "json", "--values"], &text));
    assert!(shown.contains("\"QQ\""));
    let human = out(&run(&["validate"], &text));
    assert!(
        human.contains("(SV1 in 2400, professional service)") && !human.contains('\u{1b}'),
        "no colour into a pipe: {human}"
    );
}

#[test]
fn what_cannot_be_used_ends_with_two() {
    let missing = run(&["validate", "no/such/file"], "");
    assert_eq!(missing.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&missing.stderr).contains("no/such/file"));
    assert_eq!(run(&["generate", "837p", "--size", "many"], "").status.code(), Some(2));
    assert_eq!(run(&["frobnicate"], "").status.code(), Some(2));
    assert_eq!(
        run(&["validate"], "<html>").status.code(),
        Some(1),
        "bad data is a finding"
    );
}

/// Runs a command on a file; the reader of its output leaves after the first line.
fn left_after_a_line(arguments: &[&str], input: &str) -> Option<i32> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(&file, input).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_medconnect-x12"))
        .args(arguments)
        .arg(file.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    child.wait().unwrap().code()
}

#[test]
fn an_output_that_is_cut_off_does_not_end_with_zero() {
    let wrong = made("837p").replacen("~\nSE*", &format!("{}~\nSE*", "~\nZZZ*A".repeat(30_000)), 1);
    let sound: String = (0..300)
        .map(|n| made("837p").replace("000000001", &format!("{:09}", n + 1)))
        .collect();
    for (arguments, input) in [
        (&["validate", "--findings", "100000"][..], &wrong),
        (&["validate", "--format", "html"], &wrong),
        (&["ack"], &sound),
        (&["ack", "--ta1"], &sound),
        (&["json"], &sound),
    ] {
        assert_eq!(left_after_a_line(arguments, input), Some(1), "{arguments:?}");
    }
}

/// Runs a command on damaged input; returns its exit code and standard error.
fn damaged(arguments: &[&str], input: &str) -> (Option<i32>, String) {
    let output = run(arguments, input);
    (
        output.status.code(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

#[test]
fn a_control_number_that_is_none_is_in_no_message() {
    let text = made("837p").replacen("ST*837*0001", "ST*837*JANE DOE 123-45-6789\u{1b}[2J", 1);
    for arguments in [&["validate"][..], &["validate", "--format", "json"]] {
        let shown = out(&run(arguments, &text));
        assert!(shown.contains("837 ?") && !shown.contains("DOE"), "{shown}");
    }
    let acknowledged = out(&run(&["ack"], &made("837p"))).replacen("ST*999*0001", "ST*999*JANE DOE", 1);
    let (code, error) = damaged(&["json", "--typed"], &acknowledged);
    assert!(
        code == Some(1) && error.contains("999 ?") && !error.contains("DOE"),
        "{error}"
    );
}
