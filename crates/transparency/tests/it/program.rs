//! The stand-alone program: its answers and exit codes.

use crate::signing::signer;
use mc_transparency::{Checkpoint, ExportWriter, Frontier, Hash, Header, Receipt, Signer};
use serde_json::Value;
use std::{fs, path::PathBuf, process::Command};

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.0.join(name), text).unwrap();
    }

    /// Runs the program in the folder: exit code and answers.
    fn run(&self, arguments: &[&str]) -> (Option<i32>, Vec<Value>) {
        let output = Command::new(env!("CARGO_BIN_EXE_medconnect-verify"))
            .args(arguments)
            .arg("--json")
            .current_dir(&self.0)
            .output()
            .unwrap();
        let lines = String::from_utf8(output.stdout).unwrap();
        (
            output.status.code(),
            lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect(),
        )
    }
}

fn leaf(n: u8) -> String {
    format!("{{\"version\":2,\"n\":{n}}}")
}

fn tree(size: u8) -> Frontier {
    let mut tree = Frontier::new();
    tree.extend((0..size).map(|n| Hash::leaf(leaf(n).as_bytes())));
    tree
}

fn note(signer: &Signer, size: u8) -> String {
    signer.sign(&Checkpoint::new("audit.test/acme", size.into(), tree(size).root()))
}

fn export(signer: &Signer) -> String {
    let header = Header::new("audit.test/acme", "acme", 9, "2026-11-22T06:00:00Z");
    let mut writer = ExportWriter::new(Vec::new(), &header).unwrap();
    for n in 0..9 {
        writer
            .entry(leaf(n).as_bytes(), Hash::leaf(leaf(n).as_bytes()))
            .unwrap();
    }
    String::from_utf8(writer.finish(&note(signer, 9)).unwrap()).unwrap()
}

#[test]
fn an_export_is_whole_damaged_or_none() {
    let (folder, signer) = (Folder::new("exports"), signer("audit.test"));
    let key = signer.verifier().to_string();
    let text = export(&signer);
    folder.write("good", &text);
    folder.write("bad", &text.replace("\"n\":4", "\"n\":5"));
    folder.write("none", "something else\n");
    folder.write("keys", &format!("# the log's key\n{key}\n"));
    let (code, answers) = folder.run(&["export", "good", "--key", &key]);
    assert_eq!(
        (code, answers[0]["state"].as_str()),
        (Some(0), Some("whole")),
        "{answers:?}"
    );
    assert_eq!(answers[0]["facts"]["entries"], 9);
    let (code, answers) = folder.run(&["export", "bad", "--key-file", "keys"]);
    assert_eq!(code, Some(1));
    assert_eq!(
        (&answers[0]["first_bad"], &answers[0]["tampering"]),
        (&4.into(), &"changed".into())
    );
    assert_eq!(folder.run(&["export", "none", "--key", &key]).0, Some(2));
    assert_eq!(folder.run(&["export", "absent", "--key", &key]).0, Some(2));
    assert_eq!(folder.run(&["export", "good"]).0, Some(2), "no key");
    assert_eq!(folder.run(&["export", "good", "--key", "nonsense"]).0, Some(2));
}

#[test]
fn the_text_names_index_and_kind() {
    let (folder, signer) = (Folder::new("people"), signer("audit.test"));
    folder.write("bad", &export(&signer).replace("\"n\":4", "\"n\":5"));
    let output = Command::new(env!("CARGO_BIN_EXE_medconnect-verify"))
        .args(["export", "bad", "--key", &signer.verifier().to_string()])
        .current_dir(&folder.0)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.contains("DAMAGED") && text.contains("first bad entry: 4") && text.contains("kind: changed"),
        "{text}"
    );
}

#[test]
fn receipts_are_checked_one_by_one() {
    let (folder, signer) = (Folder::new("receipts"), signer("audit.test"));
    let key = signer.verifier().to_string();
    let receipt = Receipt {
        leaf: leaf(8).into_bytes(),
        index: 8,
        proof: vec![tree(8).root()],
        note: note(&signer, 9),
    };
    folder.write("good.tlog-proof", &receipt.to_string());
    let bad = Receipt { index: 7, ..receipt };
    folder.write("bad.tlog-proof", &bad.to_string());
    let (code, answers) = folder.run(&["receipt", "good.tlog-proof", "--key", &key]);
    assert_eq!((code, &answers[0]["facts"]["event"]), (Some(0), &leaf(8).into()));
    let (code, answers) = folder.run(&["receipt", "good.tlog-proof", "bad.tlog-proof", "--key", &key]);
    assert_eq!(
        (code, answers.len(), &answers[1]["state"]),
        (Some(1), 2, &"damaged".into())
    );
    folder.write("none", "nothing");
    assert_eq!(folder.run(&["receipt", "none", "--key", &key]).0, Some(2));
}

#[test]
fn checkpoints_are_compared() {
    let (folder, signer) = (Folder::new("checkpoints"), signer("audit.test"));
    let key = signer.verifier().to_string();
    folder.write("old", &note(&signer, 8));
    folder.write("new", &note(&signer, 9));
    folder.write("forged", &note(&signer, 9).replace("\n9\n", "\n10\n"));
    let proof = Hash::leaf(leaf(8).as_bytes()).to_base64();
    folder.write("proof", &format!("{proof}\n"));
    folder.write("proof.json", &format!("{{\"proof\":[\"{proof}\"]}}"));
    let run = |arguments: &[&str]| folder.run(&[&["checkpoints"], arguments, &["--key", &key]].concat());
    assert_eq!(run(&["old", "new"]).0, Some(2), "no proof");
    assert_eq!(run(&["old", "new", "--proof", "proof"]).0, Some(0));
    assert_eq!(run(&["old", "new", "--proof", "proof.json"]).0, Some(0));
    let (code, answers) = run(&["new", "old"]);
    assert_eq!((code, &answers[0]["tampering"]), (Some(1), &"rolled_back".into()));
    let (code, answers) = run(&["old", "forged"]);
    assert_eq!((code, &answers[0]["tampering"]), (Some(1), &"forged_checkpoint".into()));
}
