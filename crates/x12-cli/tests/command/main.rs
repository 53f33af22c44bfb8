//! The command's output and exit codes.
#![expect(clippy::unwrap_used, reason = "a panic here is a failed test")]

mod memory;
mod people;

use serde_json::Value;
use std::io::Write;
use std::path::Path;
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

#[test]
fn its_999_states_which_transaction_set_is_rejected_and_where() {
    let text = made("837p").replacen("*UN*1*", "*QQ*1*", 1);
    let answer = run(&["ack", "--control", "5"], &text);
    assert_eq!(answer.status.code(), Some(1));
    let answer = out(&answer);
    for part in [
        "AK1*HC*1*005010X222A1~",
        "AK2*837*0001*005010X222A1~",
        "*2400*8~IK4*3*355*7~",
        "IK5*R*5~",
        "AK9*R*1*1*0~",
    ] {
        assert!(answer.contains(part), "{part}: {answer}");
    }
    assert_eq!(
        run(&["validate"], &answer).status.code(),
        Some(0),
        "its own answer is sound"
    );
    let ta1 = out(&run(&["ack", "--ta1"], &text));
    assert!(ta1.contains("~TA1*000000001*240102*0304*A*000~"), "{ta1}");
}

/// Number of segments in a loop and its inner loops.
fn segments(part: &Value) -> usize {
    match part["content"].as_array() {
        Some(parts) => parts.iter().map(segments).sum(),
        None => 1,
    }
}

#[test]
fn json_nests_loops_and_keeps_every_element() {
    let text = made("835");
    let json: Value = serde_json::from_str(&out(&run(&["json"], &text))).unwrap();
    let transaction = &json["groups"][0]["transactions"][0];
    assert_eq!(
        (transaction["transaction"].as_str(), transaction["control"].as_str()),
        (Some("835"), Some("0001"))
    );
    let content = transaction["content"].as_array().unwrap();
    assert_eq!(content[0]["segment"], "ST");
    let payer = content.iter().find(|part| part["loop"] == "1000A").unwrap();
    assert_eq!(payer["content"][0]["elements"][1], "NO PAYER");
    // ISA, GS, GE and IEA are outside transaction sets.
    let all = &json["groups"][0]["transactions"];
    let nested: usize = all.as_array().unwrap().iter().map(segments).sum();
    assert_eq!(nested + 4, text.matches('~').count());
}

#[test]
fn split_gives_each_transaction_set_whole_envelopes() {
    let folder = std::env::temp_dir().join(format!("mc-x12-split-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    let text = made("271");
    let split = run(&["split", "--out", folder.to_str().unwrap()], &text);
    assert_eq!(
        split.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&split.stderr)
    );
    let files = std::fs::read_dir(&folder).unwrap().count();
    assert_eq!(files, text.matches("~\nSE*").count());
    let checked = run(&["validate", folder.to_str().unwrap()], "");
    assert_eq!(checked.status.code(), Some(0), "{}", out(&checked));
    let again = run(&["split", "--out", folder.to_str().unwrap()], &text);
    assert_eq!(again.status.code(), Some(2), "nothing is written over");
    std::fs::remove_dir_all(Path::new(&folder)).unwrap();
}

#[test]
fn stats_count_what_is_there() {
    let text = made("271");
    let stats: Value = serde_json::from_str(&out(&run(&["stats", "--format", "json"], &text))).unwrap();
    assert_eq!(stats["segments"]["EB"], text.matches("\nEB*").count());
    assert_eq!(stats["loops"]["2100C"], text.matches("\nNM1*IL*").count());
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
fn a_cut_or_contradicting_file_is_reported_by_each_converting_command() {
    let text = made("837p");
    let folder = std::env::temp_dir().join(format!("mc-x12-damage-{}", std::process::id()));
    let cases = [
        (text[..text.find("~\nCLM").unwrap() + 8].to_owned(), "truncated"),
        (text[..=text.find("~\nIEA").unwrap()].to_owned(), "no IEA"),
        (text.replace("IEA*1*000000001", "IEA*1*000000002"), "ISA and IEA differ"),
        (text.replace("\nGE*1*", "\nGE*7*"), "GE01 states 7"),
    ];
    for (input, word) in &cases {
        let _ = std::fs::remove_dir_all(&folder);
        let out = folder.to_str().unwrap().to_owned();
        for arguments in [
            &["json"][..],
            &["json", "--typed"],
            &["stats"],
            &["split", "--out", &out],
        ] {
            let (code, error) = damaged(arguments, input);
            assert_eq!(code, Some(1), "{arguments:?} {word}: {error}");
            assert!(error.contains(word), "{arguments:?} {word}: {error}");
        }
        for file in std::fs::read_dir(&folder).unwrap() {
            let name = file.unwrap().file_name().into_string().unwrap();
            assert!(name.ends_with(".x12.partial"), "{word}: {name} is not healed");
        }
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_sound_interchange_is_split_though_the_next_is_cut() {
    let text = made("271");
    let folder = std::env::temp_dir().join(format!("mc-x12-half-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    let input = format!("{text}{}", &text[..text.find("~\nEB").unwrap()]);
    let (code, error) = damaged(&["split", "--out", folder.to_str().unwrap()], &input);
    assert_eq!(code, Some(1), "{error}");
    let names = std::fs::read_dir(&folder)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap());
    let partial = names.filter(|name| name.ends_with(".partial")).count();
    assert_eq!(partial, 1);
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn no_acknowledgement_accepts_what_another_rejects() {
    let text = made("837p");
    for input in [
        text.replace("IEA*1*000000001", "IEA*1*000000002"),
        text[..=text.find("~\nIEA").unwrap()].to_owned(),
    ] {
        assert!(out(&run(&["ack", "--ta1"], &input)).contains("*R*"));
        let functional = out(&run(&["ack"], &input));
        assert!(
            functional.contains("IK5*R*5~") && functional.contains("AK9*R*1*1*0"),
            "{functional}"
        );
        assert_eq!(out(&run(&["ack", "--claims"], &input)), "");
        assert!(out(&run(&["validate"], &input)).contains(": 0 of 1 transaction sets accepted"));
    }
}

#[test]
fn typed_json_has_the_value_of_each_transaction_set_and_what_could_not_be_read() {
    let text = made("835");
    let result = run(&["json", "--typed"], &text);
    assert_eq!(result.status.code(), Some(0));
    let first: Value = serde_json::from_str(out(&result).lines().next().unwrap()).unwrap();
    assert_eq!(
        (&first["transaction"], &first["kind"]),
        (&"835".into(), &"remittance".into())
    );
    assert_eq!(first["unread"], serde_json::json!([]));
    let clp = text
        .split('~')
        .map(str::trim_start)
        .find(|segment| segment.starts_with("CLP*"))
        .unwrap();
    let stated: Vec<&str> = clp.split('*').collect();
    let claim = &first["value"]["groups"][0]["claims"][0];
    assert_eq!(claim["control_number"], stated[1]);
    assert_eq!(
        claim["charge"],
        stated[3].trim_end_matches('0').trim_end_matches('.'),
        "amounts are exact, as text"
    );

    let damaged = text.replacen(clp, &clp.replacen(stated[3], "1O0", 1), 1);
    let result = run(&["json", "--typed"], &damaged);
    let first: Value = serde_json::from_str(out(&result).lines().next().unwrap()).unwrap();
    assert_eq!(first["value"]["groups"][0]["claims"][0]["charge"], Value::Null);
    assert_eq!(first["unread"][0]["at"]["element"], 3);
    assert!(!first["unread"].to_string().contains("1O0"));
}

#[test]
fn typed_json_names_what_has_no_typed_value_and_ends_with_one() {
    let acknowledged = out(&run(&["ack"], &made("837p")));
    let result = run(&["json", "--typed"], &acknowledged);
    assert_eq!((result.status.code(), out(&result).as_str()), (Some(1), ""));
    let reported = String::from_utf8(result.stderr).unwrap();
    assert!(
        reported.contains("999") && reported.contains("no typed value"),
        "{reported}"
    );
}

#[test]
fn one_damaged_transaction_set_hides_no_other_in_typed_json() {
    let text = made("271");
    let second = text.rfind("~\nSE*").unwrap() + 5;
    let end = second + text[second..].find('*').unwrap();
    let input = format!("{}9999{}", &text[..second], &text[end..]);
    let sets = text.matches("~\nST*").count();
    let result = run(&["json", "--typed"], &input);
    assert_eq!((result.status.code(), out(&result).lines().count()), (Some(1), sets));
}

#[test]
fn what_a_ta1_accepts_with_a_note_is_split() {
    let text = made("837p").replacen("*0*T*:~", "*0*X*:~", 1);
    assert!(out(&run(&["ack", "--ta1"], &text)).contains("*E*"));
    let folder = std::env::temp_dir().join(format!("mc-x12-note-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    let (code, error) = damaged(&["split", "--out", folder.to_str().unwrap()], &text);
    assert_eq!(code, Some(0), "{error}");
    for file in std::fs::read_dir(&folder).unwrap() {
        assert!(!file.unwrap().file_name().to_str().unwrap().ends_with(".partial"));
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_277ca_accepts_no_claim_whose_error_is_beyond_the_limit_of_findings() {
    let text = made("837p");
    let claims = text.matches("CLM*").count();
    let wrong: Vec<&str> = text
        .split('~')
        .map(str::trim_start)
        .filter(|line| line.starts_with("CLM*"))
        .collect();
    let mut damaged = text.clone();
    for clm in wrong {
        let elements: Vec<&str> = clm.split('*').collect();
        let charge = [elements[0], elements[1], "1.11"].join("*") + "*" + &elements[3..].join("*");
        damaged = damaged.replacen(clm, &charge, 1);
    }
    assert!(claims > 3);
    for findings in ["0", "2", "1000"] {
        let answer = out(&run(&["ack", "--claims", "--findings", findings], &damaged));
        assert_eq!(
            answer.matches("*A7:").count(),
            claims,
            "--findings {findings}: {answer}"
        );
        assert!(
            !answer.contains("QTY*90*") && !answer.contains("STC*A2"),
            "--findings {findings}"
        );
    }
}

#[test]
fn an_interchange_that_is_rejected_for_its_case_is_not_split() {
    let text = made("837p").replace("\nGE*", "\nge*");
    assert!(out(&run(&["ack", "--ta1"], &text)).contains("*R*022"));
    let folder = std::env::temp_dir().join(format!("mc-x12-case-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    let (code, error) = damaged(&["split", "--out", folder.to_str().unwrap()], &text);
    assert_eq!(code, Some(1), "{error}");
    for file in std::fs::read_dir(&folder).unwrap() {
        assert!(file.unwrap().file_name().to_str().unwrap().ends_with(".partial"));
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn an_amount_with_a_control_character_is_listed_as_unread_and_stats_show_no_text() {
    let text = made("835");
    let clp = text
        .split('~')
        .map(str::trim_start)
        .find(|line| line.starts_with("CLP*"))
        .unwrap();
    let charge = clp.split('*').nth(3).unwrap();
    let input = text.replacen(clp, &clp.replacen(charge, &format!("{charge}\u{7f}"), 1), 1);
    let result = run(&["json", "--typed"], &input);
    let first: Value = serde_json::from_str(out(&result).lines().next().unwrap()).unwrap();
    assert_eq!(first["value"]["groups"][0]["claims"][0]["charge"], Value::Null);
    assert_eq!(first["unread"][0]["at"]["element"], 3);

    let input = text.replacen(clp, &format!("JANE DOE 123-45-6789*X~{clp}"), 1);
    let counted = run(&["stats"], &input);
    assert!(!out(&counted).contains("DOE"), "{}", out(&counted));
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
