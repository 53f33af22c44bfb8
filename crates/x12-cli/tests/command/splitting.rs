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
fn a_second_run_into_a_folder_leaves_it_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let sets = folder.path().join("sets");
    let arguments = ["split", "--out", sets.to_str().unwrap()];
    let files = || {
        let names = std::fs::read_dir(&sets).unwrap();
        let mut names: Vec<_> = names.map(|file| file.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let (first, second) = (
        made("271"),
        made("271") + &made("837p").replace("000000001", "000000002"),
    );
    let (code, error) = damaged(&arguments, &first);
    assert_eq!(code, Some(0), "{error}");
    let before = files();
    let (code, error) = damaged(&arguments, &second);
    assert_eq!(code, Some(2), "{error}");
    assert!(
        error.ends_with("000001-271.x12 exists, and no file is replaced: name an empty folder with --out\n"),
        "{error}"
    );
    assert_eq!(files(), before);
    // A name that is taken later: what was begun is removed, what was ended has its name.
    std::fs::rename(sets.join("000001-271.x12"), sets.join("000002-271.x12")).unwrap();
    for left in files() {
        if left != "000002-271.x12" {
            std::fs::remove_file(sets.join(left)).unwrap();
        }
    }
    assert_eq!(damaged(&arguments, &second).0, Some(2));
    assert_eq!(files(), ["000002-271.x12"]);
}

#[test]
fn one_set_is_counted_as_one() {
    let folder = tempfile::tempdir().unwrap();
    let (code, error) = damaged(&["split", "--out", folder.path().to_str().unwrap()], &made("837p"));
    assert_eq!((code, error.as_str()), (Some(0), "1 transaction set\n"));
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
