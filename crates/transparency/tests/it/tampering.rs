//! Manipulated exports: each manipulation is detected, with its index and kind.

use crate::signing::signer;
use mc_transparency::{
    Checkpoint, ExportVerdict, ExportWriter, Frontier, Hash, Header, Signer, Tampering, VerifierKey, export,
};
use proptest::prelude::*;

const ORIGIN: &str = "audit.test/acme";

struct Export {
    lines: Vec<String>,
    keys: Vec<VerifierKey>,
    signer: Signer,
}

fn leaf(n: u64) -> String {
    format!("{{\"version\":2,\"event_id\":\"{n:032x}\",\"record\":{{\"action\":\"patient.read\"}}}}")
}

/// Writes a log with checkpoints at these sizes, the last over all.
fn written(leaves: &[String], hashes: &[Hash], checkpoints: &[u64], signer: &Signer) -> Vec<String> {
    let size = leaves.len() as u64;
    let header = Header::new(
        ORIGIN,
        "0190a8e2-0000-7000-8000-000000000001",
        size,
        "2026-11-22T06:00:00Z",
    );
    let mut writer = ExportWriter::new(Vec::new(), &header).unwrap();
    let mut tree = Frontier::new();
    let note = |tree: &Frontier| signer.sign(&Checkpoint::new(ORIGIN, tree.size(), tree.root()));
    for (leaf, hash) in leaves.iter().zip(hashes) {
        writer.entry(leaf.as_bytes(), *hash).unwrap();
        writer.sealed(&"c2VhbGVk").unwrap();
        tree.push(*hash);
        if checkpoints.contains(&tree.size()) && tree.size() < size {
            writer.checkpoint(&note(&tree)).unwrap();
        }
    }
    let file = writer.finish(&note(&tree)).unwrap();
    String::from_utf8(file)
        .unwrap()
        .lines()
        .map(ToOwned::to_owned)
        .collect()
}

impl Export {
    fn new(size: u64, checkpoints: &[u64]) -> Self {
        let signer = signer("audit.test");
        let leaves: Vec<_> = (0..size).map(leaf).collect();
        let hashes: Vec<_> = leaves.iter().map(|leaf| Hash::leaf(leaf.as_bytes())).collect();
        Self {
            lines: written(&leaves, &hashes, checkpoints, &signer),
            keys: vec![signer.verifier().clone()],
            signer,
        }
    }

    fn verdict(&self) -> ExportVerdict {
        let text: String = self.lines.iter().flat_map(|line| [line, "\n"]).collect();
        export::verify(text.as_bytes(), &self.keys).unwrap()
    }

    /// Where entry `n` stands; its sealed line is behind it.
    fn line_of(&self, n: u64) -> usize {
        let entry = leaf(n);
        self.lines.iter().position(|line| *line == entry).unwrap()
    }

    fn remove(&mut self, n: u64) {
        let at = self.line_of(n);
        self.lines.drain(at..at + 2);
    }

    fn without(mut self, start: &str) -> Self {
        self.lines.retain(|line| !line.starts_with(start));
        self
    }

    #[track_caller]
    fn found(&self, tampering: Tampering, index: u64, exact: bool) {
        let verdict = self.verdict().verdict;
        let recorded = (verdict.tampering, verdict.first_bad, verdict.exact);
        assert_eq!(recorded, (Some(tampering), Some(index), exact), "{}", verdict.reason);
        assert!(!verdict.ok);
    }
}

#[test]
fn a_whole_export_verifies() {
    for (size, checkpoints) in [
        (0, &[][..]),
        (1, &[]),
        (255, &[]),
        (256, &[100]),
        (257, &[256]),
        (1000, &[1, 300, 999]),
    ] {
        let export = Export::new(size, checkpoints);
        let ExportVerdict { header, verdict } = export.verdict();
        assert!(verdict.ok, "{size}: {}", verdict.reason);
        assert_eq!((verdict.size, verdict.signed_size, header.size), (size, size, size));
        assert_eq!((verdict.stubs, verdict.unchecked), (0, 0));
        // The hashes only help to find a place.
        assert!(export.without("{\"hashes\"").verdict().verdict.ok);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn the_place_is_found_wherever_it_is(size in 3_u64..1200, at: prop::sample::Index, kind in 0..4, inside: prop::sample::Index) {
        let mut export = Export::new(size, &[inside.index(usize::try_from(size).unwrap()) as u64]);
        let n = at.index(usize::try_from(size).unwrap() - 1) as u64;
        let line = export.line_of(n);
        let wanted = match kind {
            0 => {
                export.lines[line] = export.lines[line].replace("patient.read", "patient.seen");
                Tampering::Changed
            }
            1 => {
                export.remove(n);
                Tampering::Missing
            }
            2 => {
                export.lines.insert(line, leaf(1_000_000));
                Tampering::Inserted
            }
            _ => {
                let other = export.line_of(n + 1);
                export.lines.swap(line, other);
                Tampering::Swapped
            }
        };
        let verdict = export.verdict().verdict;
        prop_assert_eq!(verdict.first_bad, Some(n), "{}", &verdict.reason);
        prop_assert!(verdict.exact);
        // At the boundary of two tiles a shift may be reported as a change.
        if n % 256 < 250 && n + 8 < size && !(2..=3).contains(&kind) || kind == 0 {
            prop_assert_eq!(verdict.tampering, Some(wanted), "{}", &verdict.reason);
        }
    }
}

#[test]
fn an_edited_entry_is_named() {
    let mut export = Export::new(600, &[]);
    let line = export.line_of(300);
    export.lines[line] = export.lines[line].replace("patient.read", "patient.seen");
    export.found(Tampering::Changed, 300, true);
    // However the line was broken.
    for broken in ["", "{}", "{\"stub\":\"AAAA\"}", "{\"version\":"] {
        export.lines[line] = broken.to_owned();
        export.found(Tampering::Changed, 300, true);
    }
}

#[test]
fn a_deleted_entry_is_named() {
    for n in [0, 100, 254, 255, 256, 511, 599] {
        let mut export = Export::new(700, &[]);
        export.remove(n);
        export.found(Tampering::Missing, n, true);
    }
    let mut export = Export::new(700, &[]);
    (100..150).for_each(|n| export.remove(n));
    export.found(Tampering::Missing, 100, true);
}

#[test]
fn entries_deleted_with_their_hashes_are_named() {
    let mut export = Export::new(1000, &[]);
    (256..512).for_each(|n| export.remove(n));
    let hashes = export
        .lines
        .iter()
        .position(|line| line.starts_with("{\"hashes\"") && line.contains("\"from\":256}"));
    export.lines.remove(hashes.unwrap());
    export.found(Tampering::Missing, 256, true);
}

#[test]
fn an_inserted_entry_is_named() {
    for n in [0, 100, 255, 256, 599] {
        let mut export = Export::new(700, &[]);
        let line = export.line_of(n);
        export.lines.insert(line, leaf(1_000_000));
        export.found(Tampering::Inserted, n, true);
    }
    let mut export = Export::new(600, &[]);
    let end = export.lines.len() - 2;
    export.lines.insert(end, leaf(1_000_000));
    export.found(Tampering::Inserted, 600, true);
}

#[test]
fn exchanged_entries_are_named() {
    for (one, other) in [(0, 1), (100, 101), (100, 200), (10, 255), (5, 300), (5, 999)] {
        let mut export = Export::new(1000, &[]);
        let (a, b) = (export.line_of(one), export.line_of(other));
        export.lines.swap(a, b);
        export.found(Tampering::Swapped, one, true);
    }
}

#[test]
fn a_cut_off_end_is_named() {
    for left in [0, 1, 255, 256, 257, 599] {
        let mut export = Export::new(600, &[]);
        let end = export.line_of(left);
        export.lines.truncate(end);
        export.found(Tampering::Truncated, left, true);
    }
    // Only the last entry, the end of the file put back.
    let mut export = Export::new(600, &[]);
    export.remove(599);
    export.found(Tampering::Truncated, 599, true);
    // In the middle of a line.
    let export = Export::new(10, &[]);
    let text = export.lines.join("\n");
    let cut = text.find(&leaf(7)).unwrap() + 20;
    let verdict = export::verify(&text.as_bytes()[..cut], &export.keys).unwrap().verdict;
    assert_eq!(
        (verdict.tampering, verdict.first_bad),
        (Some(Tampering::Truncated), Some(7))
    );
    // Only the checkpoint.
    let export = Export::new(600, &[300]);
    let last = export.lines.len() - 1;
    let cut = Export {
        lines: export.lines[..last].to_vec(),
        ..export
    };
    cut.found(Tampering::Truncated, 300, true);
}

#[test]
fn a_log_written_anew_contradicts_its_checkpoints() {
    let export = Export::new(600, &[200, 400]);
    let mut leaves: Vec<_> = (0..600).map(leaf).collect();
    leaves[250] = leaf(1_000_000);
    let hashes: Vec<_> = leaves.iter().map(|leaf| Hash::leaf(leaf.as_bytes())).collect();
    // With all hashes, under the old checkpoints: between which two it is, is known.
    let honest: Vec<_> = export
        .lines
        .iter()
        .filter(|line| line.starts_with("{\"checkpoint\""))
        .cloned()
        .collect();
    let mut rewritten = Export {
        lines: written(&leaves, &hashes, &[200, 400], &export.signer),
        ..export
    };
    let mut notes = honest.into_iter();
    for line in rewritten
        .lines
        .iter_mut()
        .filter(|line| line.starts_with("{\"checkpoint\""))
    {
        *line = notes.next().unwrap();
    }
    rewritten.found(Tampering::Rewritten, 200, false);
    // Signed again with another key of the same name.
    rewritten.lines = written(&leaves, &hashes, &[200, 400], &signer("audit.test"));
    rewritten.found(Tampering::ForgedCheckpoint, 0, false);
    // The key itself in the wrong hands, but one old checkpoint left: two signed histories.
    let last = rewritten.lines.len();
    rewritten.lines = written(&leaves, &hashes, &[], &rewritten.signer);
    let old = Checkpoint::new(ORIGIN, 400, Hash::leaf(b"as it was"));
    let at = rewritten.line_of(400);
    rewritten.lines.insert(
        at,
        serde_json::json!({ "checkpoint": rewritten.signer.sign(&old) }).to_string(),
    );
    rewritten.found(Tampering::SplitView, 0, false);
    assert!(last > 0);
}

#[test]
fn a_changed_checkpoint_is_forged() {
    let mut export = Export::new(10, &[]);
    let last = export.lines.len() - 1;
    export.lines[last] = export.lines[last].replace("\\n10\\n", "\\n11\\n");
    export.found(Tampering::ForgedCheckpoint, 0, false);
    export.lines[last] = serde_json::json!({
        "checkpoint": export.signer.sign(&Checkpoint::new("audit.test/other", 10, Hash::EMPTY))
    })
    .to_string();
    export.found(Tampering::ForgedCheckpoint, 0, false);
    export.keys.clear();
    export.found(Tampering::ForgedCheckpoint, 0, false);
}

#[test]
fn without_stored_hashes_damage_is_found_between_two_checkpoints() {
    let mut export = Export::new(600, &[200, 400]).without("{\"hashes\"");
    let line = export.line_of(300);
    let kept = std::mem::replace(&mut export.lines[line], leaf(1_000_000));
    export.found(Tampering::Rewritten, 200, false);
    export.lines[line] = kept;
    export.remove(500);
    export.found(Tampering::Missing, 400, false);
}

#[test]
fn changed_hashes_do_not_hide_the_place() {
    // The hashes of the file were made to fit the changed entry: no signed checkpoint confirms
    // them.
    let export = Export::new(600, &[]);
    let mut leaves: Vec<_> = (0..600).map(leaf).collect();
    leaves[300] = leaf(1_000_000);
    let hashes: Vec<_> = leaves.iter().map(|leaf| Hash::leaf(leaf.as_bytes())).collect();
    let mut lines = written(&leaves, &hashes, &[], &export.signer);
    *lines.last_mut().unwrap() = export.lines.last().unwrap().clone();
    Export { lines, ..export }.found(Tampering::Rewritten, 0, false);
    // Only the hashes were changed: the entries are what was signed.
    let mut wrong: Vec<_> = (0..600).map(leaf).map(|leaf| Hash::leaf(leaf.as_bytes())).collect();
    let leaves: Vec<_> = (0..600).map(leaf).collect();
    let good = Export::new(600, &[]);
    wrong[42] = Hash::EMPTY;
    let mut lines = written(&leaves, &wrong, &[], &good.signer);
    *lines.last_mut().unwrap() = good.lines.last().unwrap().clone();
    Export { lines, ..good }.found(Tampering::Changed, 42, true);
}

#[test]
fn stubs_keep_the_tree_whole_and_must_be_announced() {
    let announcement = "{\"version\":2,\"source\":\"audit\",\"logged_at\":\"2026-11-22T03:17:00Z\",\"record\":{\"action\":\"audit.retention.pruned\",\
        \"outcome\":\"success\",\"actor\":{\"kind\":\"system\",\"id\":\"retention\"},\"details\":{\"month\":\"2018-03\",\"ranges\":[[10,20]]}}}";
    let signer = signer("audit.test");
    let mut leaves: Vec<_> = (0..600).map(leaf).collect();
    leaves[500] = announcement.to_owned();
    let hashes: Vec<_> = leaves.iter().map(|leaf| Hash::leaf(leaf.as_bytes())).collect();
    let mut export = Export {
        lines: written(&leaves, &hashes, &[200], &signer),
        keys: vec![signer.verifier().clone()],
        signer,
    };
    let stub = |export: &mut Export, n: u64| {
        let at = export.line_of(n);
        export.lines[at] = format!("{{\"stub\":\"{}\"}}", Hash::leaf(leaf(n).as_bytes()).to_base64());
    };
    (10..20).for_each(|n| stub(&mut export, n));
    let verdict = export.verdict().verdict;
    assert!(verdict.ok, "{}", verdict.reason);
    assert_eq!(verdict.stubs, 10);
    stub(&mut export, 30);
    export.found(Tampering::StubWithoutPruning, 30, true);
}

#[test]
fn an_export_reads_back_record_by_record() {
    let export = Export::new(300, &[100]);
    let text = export.lines.join("\n") + "\n";
    let (header, records) = export::records(text.as_bytes()).unwrap();
    assert_eq!(header.size, 300);
    let records: Vec<_> = records.map(Result::unwrap).collect();
    assert_eq!(records[0], export::Record::Leaf(leaf(0).into_bytes()));
    assert_eq!(records[1], export::Record::Sealed("c2VhbGVk".into()));
    let notes = records
        .iter()
        .filter(|record| matches!(record, export::Record::Checkpoint(_)));
    assert_eq!((records.len(), notes.count()), (602, 2));
}

#[test]
fn another_file_is_no_export() {
    let keys = [];
    for text in ["", "\n", "{}\n", "{\"format\":\"other/1\"}\n", "{\"version\":2}\n"] {
        assert!(export::verify(text.as_bytes(), &keys).is_err(), "{text}");
    }
}
