//! Empty inputs, and names and content that could command a terminal.

use super::{made, out, run};
use serde_json::Value;
use std::fs;

#[test]
fn an_input_without_an_interchange_is_an_error_that_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let sets = folder.path().join("sets");
    for input in ["", " \r\n\n"] {
        for arguments in [
            &["validate"][..],
            &["validate", "--format", "json"],
            &["validate", "--format", "html"],
            &["ack"],
            &["ack", "--ta1"],
            &["ack", "--claims"],
            &["json"],
            &["json", "--typed"],
            &["stats"],
            &["split", "--out", sets.to_str().unwrap()],
        ] {
            let result = run(arguments, input);
            let error = String::from_utf8_lossy(&result.stderr).into_owned();
            assert_eq!(result.status.code(), Some(1), "{arguments:?}");
            let says = |text: &str| text.contains("The input holds no interchange.");
            assert!(says(&out(&result)) || says(&error), "{arguments:?}: {error}");
        }
    }
}

/// ESC, CSI as C1, an override of direction, an isolate and a mark.
const HIDDEN: &str = "\u{1b}\u{9b}\u{202e}\u{2066}\u{200f}";

#[test]
fn no_name_and_no_content_commands_a_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(format!("a{HIDDEN}b.x12"));
    let text = made("835").replacen("*PR*", &format!("*PR*{HIDDEN}"), 1);
    fs::write(&path, text.replace("IEA*1*000000001", "IEA*1*000000002")).unwrap();
    let (path, sets) = (path.to_str().unwrap(), folder.path().join("sets"));
    for arguments in [
        &["validate", "--show-text"][..],
        &["validate", "--values"],
        &["validate", "--format", "html"],
        &["validate", "--format", "json", "--show-text", "--values"],
        &["ack"],
        &["json"],
        &["json", "--typed"],
        &["stats"],
        &["stats", "--format", "json"],
        &["split", "--out", sets.to_str().unwrap()],
        &["validate", "no/such"],
    ] {
        let result = run(&[arguments, &[path]].concat(), "");
        let shown = format!("{}{}", out(&result), String::from_utf8_lossy(&result.stderr));
        assert!(
            !shown.contains(|c: char| HIDDEN.contains(c)),
            "{arguments:?}: {shown:?}"
        );
    }
    let missing = run(&["validate", &format!("no/{HIDDEN}")], "");
    let error = String::from_utf8(missing.stderr).unwrap();
    assert!(
        error.contains("no/\\u{1b}\\u{9b}\\u{202e}\\u{2066}\\u{200f}"),
        "{error}"
    );
    let line = out(&run(&["stats", "--format", "json", path], ""));
    let line: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(line["file"], path, "JSON keeps the name");
}

#[test]
fn a_file_in_lower_case_is_named_as_that_and_not_by_its_version() {
    let text = made("835");
    let lower = format!("{}{}", &text[..106], text[106..].to_lowercase());
    let result = run(&["json", "--typed"], &lower);
    let error = String::from_utf8(result.stderr).unwrap();
    assert_eq!(result.status.code(), Some(1));
    assert!(error.contains("upper case") && !error.contains("version"), "{error}");
}
