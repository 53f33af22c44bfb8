//! Files and folders that cannot be used.

use super::{made, out, run};
use std::fs;

#[test]
fn a_folder_without_files_is_unusable_and_named() {
    let folder = tempfile::tempdir().unwrap();
    let (empty, sets) = (folder.path().join("empty"), folder.path().join("sets"));
    fs::create_dir_all(empty.join("inside")).unwrap();
    let (empty, sets) = (empty.to_str().unwrap(), sets.to_str().unwrap());
    for arguments in [
        &["validate"][..],
        &["validate", "--format", "html"],
        &["ack"],
        &["ack", "--claims"],
        &["json"],
        &["json", "--typed"],
        &["stats"],
        &["split", "--out", sets],
    ] {
        let result = run(&[arguments, &[empty]].concat(), "");
        let error = String::from_utf8_lossy(&result.stderr).into_owned();
        assert_eq!(result.status.code(), Some(2), "{arguments:?}: {error}");
        assert!(
            error.contains(&format!("the folder {empty} holds no files\n")),
            "{error}"
        );
    }
}

#[test]
fn an_unusable_file_costs_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let sound = folder.path().join("sound.x12");
    let wrong = folder.path().join("wrong.x12");
    fs::write(&sound, made("837p")).unwrap();
    fs::write(&wrong, made("837p").replacen("*UN*1*", "*QQ*1*", 1)).unwrap();
    let [sound, wrong] = [&sound, &wrong].map(|path| path.to_str().unwrap());
    let result = run(&["validate", sound, "no/such/file", wrong], "");
    assert_eq!(result.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&result.stderr).contains("cannot open no/such/file: "));
    let text = out(&result);
    assert!(
        text.contains(&format!("{sound}: 1 of 1 transaction sets accepted")),
        "{text}"
    );
    assert!(
        text.contains(&format!("{wrong}: 0 of 1 transaction sets accepted")),
        "{text}"
    );
    let acknowledged = run(&["ack", "no/such/file", sound], "");
    assert_eq!(acknowledged.status.code(), Some(2));
    assert!(out(&acknowledged).contains("~AK9*A*1*1*1~"));
}

#[test]
fn a_page_without_text_is_refused() {
    let result = run(&["validate", "--format", "html", "--show-text=never"], &made("837p"));
    assert_eq!((result.status.code(), out(&result)), (Some(2), String::new()));
    assert!(String::from_utf8_lossy(&result.stderr).contains("cannot be combined with --show-text=never"));
}

#[test]
fn a_file_that_exists_is_named_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("small.x12");
    let path = path.to_str().unwrap();
    let generate = ["generate", "837p", "--size", "2K", "--out", path];
    assert_eq!(run(&generate, "").status.code(), Some(0));
    let again = run(&generate, "");
    assert_eq!(again.status.code(), Some(2));
    let error = String::from_utf8_lossy(&again.stderr).into_owned();
    assert!(
        error.ends_with("small.x12 exists, and no file is replaced: name another one with --out\n"),
        "{error}"
    );
}
