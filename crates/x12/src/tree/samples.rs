//! The published samples as typed views, where they are at hand.

use std::fmt::{Debug, Display};
use std::path::PathBuf;

use proptest::prelude::*;

use super::Node;
use super::nest::nest;
use crate::claim::{ClaimBatch, Kind};
use crate::enrollment::Enrollment;
use crate::envelope::Transaction;
use crate::parts::arbitrary::envelope;
use crate::remittance::Remittance;
use crate::status::{StatusAnswer, StatusInquiry};
use crate::{Interchange, ViewError, claim, enrollment, remittance, status};

fn folder() -> PathBuf {
    let shared = std::env::var_os("MC_SHARED_DATA").map(PathBuf::from);
    shared
        .unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"))
        .join("x12")
}

/// Files of these kinds and version 005010 that the manifest calls so.
fn samples(kinds: &[&str], valid: &str) -> Vec<(String, Vec<u8>)> {
    let manifest = std::fs::read(folder().join("manifest.json")).ok();
    let Some(manifest) = manifest.and_then(|text| serde_json::from_slice::<Vec<serde_json::Value>>(&text).ok()) else {
        println!("skipped: the samples are not on this machine");
        return Vec::new();
    };
    let text = |entry: &serde_json::Value, key: &str| entry[key].as_str().unwrap_or_default().to_owned();
    let wanted = manifest.iter().filter(|entry| {
        kinds.contains(&text(entry, "kind").as_str())
            && text(entry, "valid") == valid
            && matches!(text(entry, "version").get(..4), Some("0050" | "5010"))
    });
    let read = |entry: &serde_json::Value| {
        let file = text(entry, "file");
        let bytes = std::fs::read(folder().join(&file)).ok()?;
        Some((file, bytes))
    };
    wanted.filter_map(read).collect()
}

fn as_tree<'a>(transaction: &Transaction<'a>) -> Node<'a> {
    match transaction.id {
        "835" => nest(transaction, &remittance::tests::TABLE, &["PLB"]),
        "837" => nest(transaction, &claim::tests::TABLE, &[]),
        "834" => nest(transaction, &enrollment::tests::TABLE, &[]),
        _ => nest(transaction, &status::tests::TABLE, &[]),
    }
}

fn each(kinds: &[&str], valid: &str, mut check: impl FnMut(&str, &Node<'_>)) {
    for (file, bytes) in samples(kinds, valid) {
        let interchange = Interchange::parse(&bytes).unwrap_or_else(|error| panic!("{file}: {error}"));
        for transaction in interchange.transactions() {
            check(&file, &as_tree(transaction));
        }
    }
}

/// What could be written must read back equal; a sample may lack what the guide requires.
fn reads_back<T: PartialEq + Debug, E: Display>(
    file: &str,
    seen: &T,
    written: Result<String, E>,
    view: impl Fn(&Node<'_>) -> Result<T, ViewError>,
) {
    let text = match written {
        Ok(text) => text,
        Err(error) => return println!("{file}: not written: {error}"),
    };
    let interchange = Interchange::parse(text.as_bytes()).unwrap();
    let transaction = interchange.transactions().next().unwrap();
    assert_eq!(view(&as_tree(transaction)).as_ref(), Ok(seen), "{file}");
}

#[test]
fn every_valid_remittance_is_read_and_balances() {
    each(&["835"], "valid", |file, node| {
        let remittance = Remittance::from_node(node).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert!(remittance.claims().count() > 0, "{file}");
        assert_eq!(remittance.balance(), [], "{file}");
        reads_back(file, &remittance, remittance.to_x12(&envelope()), Remittance::from_node);
    });
}

#[test]
fn every_unbalanced_remittance_says_so() {
    each(&["835"], "unbalanced", |file, node| {
        let remittance = Remittance::from_node(node).unwrap_or_else(|error| panic!("{file}: {error}"));
        let failed = remittance
            .balance()
            .into_iter()
            .filter(|imbalance| !imbalance.rule.is_warning());
        assert!(failed.count() > 0, "{file}");
    });
}

#[test]
fn every_valid_claim_is_read_and_balances() {
    each(&["837P", "837I", "837D"], "valid", |file, node| {
        let batch = ClaimBatch::from_node(node).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert!(batch.claims().count() > 0, "{file}");
        assert_eq!(batch.balance(), [], "{file}");
        assert_eq!(batch.kind == Kind::Institutional, file.contains("837I/"), "{file}");
        reads_back(file, &batch, batch.to_x12(&envelope()), ClaimBatch::from_node);
    });
}

#[test]
fn every_valid_enrolment_is_read() {
    each(&["834"], "valid", |file, node| {
        let enrollment = Enrollment::from_node(node).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert!(enrollment.steps().count() > 0, "{file}");
        reads_back(file, &enrollment, enrollment.to_x12(&envelope()), Enrollment::from_node);
    });
}

#[test]
fn every_valid_claim_status_is_read() {
    each(&["276"], "valid", |file, node| {
        let inquiry = StatusInquiry::from_node(node).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert!(!inquiry.sources.is_empty(), "{file}");
        reads_back(file, &inquiry, inquiry.to_x12(&envelope()), StatusInquiry::from_node);
    });
    each(&["277"], "valid", |file, node| {
        let answer = StatusAnswer::from_node(node).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert!(!answer.sources.is_empty(), "{file}");
        reads_back(file, &answer, answer.to_x12(&envelope()), StatusAnswer::from_node);
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn no_damage_makes_a_view_panic_or_tell_the_name(
        which in 0usize..4, edits in prop::collection::vec((any::<prop::sample::Index>(), 32u8..127), 1..5),
    ) {
        let mut bytes = example(which).into_bytes();
        for (at, byte) in edits {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let Ok(interchange) = Interchange::parse(&bytes) else { return Ok(()) };
        for transaction in interchange.transactions() {
            let node = as_tree(transaction);
            let told = [
                Remittance::from_node(&node).map(|view| format!("{view:?} {:?}", view.balance())),
                ClaimBatch::from_node(&node).map(|view| format!("{view:?} {:?}", view.balance())),
                Enrollment::from_node(&node).map(|view| format!("{view:?} {}", view.steps().count())),
                StatusInquiry::from_node(&node).map(|view| format!("{view:?}")),
                StatusAnswer::from_node(&node).map(|view| format!("{view:?}")),
            ];
            for told in told {
                let told = told.unwrap_or_else(|error| format!("{error} {error:?}"));
                prop_assert!(!told.contains("DOE"), "{}", told);
            }
        }
    }
}

fn example(which: usize) -> String {
    match which {
        0 => remittance::tests::written(),
        1 => claim::tests::written(),
        2 => enrollment::tests::written(),
        _ => status::tests::written(),
    }
}
