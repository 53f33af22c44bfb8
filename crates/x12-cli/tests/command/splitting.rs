//! `split`.

use super::{damaged, made, out, run};
use std::path::Path;

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
fn a_name_that_is_taken_is_neither_replaced_nor_followed() {
    let text = made("837p");
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("target");
    let sets = folder.path().join("sets");
    for taken in ["000001-837.x12", "000001-837.x12.partial"] {
        let _ = std::fs::remove_dir_all(&sets);
        std::fs::create_dir(&sets).unwrap();
        std::os::unix::fs::symlink(&target, sets.join(taken)).unwrap();
        let (code, error) = damaged(&["split", "--out", sets.to_str().unwrap()], &text);
        assert_eq!(code, Some(2), "{error}");
        assert!(error.contains("000001-837.x12"), "{error}");
        assert!(!target.exists(), "the link is not followed");
        assert!(sets.join(taken).is_symlink(), "nor replaced");
    }
}
