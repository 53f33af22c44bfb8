//! Small inputs made from public reports of people who do this job, and what is right for each.
//! They are not part of the repository; the test skips where they are missing.

use crate::sample::{findings_in, outcome_of};
use mc_x12::acknowledgement::Functional;
use mc_x12::check::Settings;
use mc_x12::{Interchange, tree};
use std::path::PathBuf;

fn case(name: &str) -> Option<Vec<u8>> {
    let default = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::var_os("MC_SHARED_DATA").map_or_else(default, PathBuf::from);
    let file = folder.join("cases/x12").join(format!("{name}.x12"));
    let read = std::fs::read(file).ok();
    if read.is_none() {
        println!("skipped: {name} is not on this machine");
    }
    read
}

/// The findings of a case, compared where the case is present.
fn finds(name: &str, expected: &[&str]) {
    if let Some(bytes) = case(name) {
        assert_eq!(findings_in(&bytes, &Settings::default()), expected, "{name}");
    }
}

#[test]
fn each_fault_of_a_whole_file_is_one_finding_that_names_it() {
    finds("env-isa11-u-caret", &["TA105 032 segment 1 (ISA) element 11"]);
    finds("env-trailing-ctrl-z", &[]);
    finds("env-space-before-terminator", &["TA105 004 segment 2 (GS)"]);
    finds("env-lower-case-ids", &["IK304 1 segment 2 (GS)"]);
    finds("ack-isa-iea-control", &["TA105 001 segment 27 (IEA) element 2"]);
    finds("chars-n-tilde-835", &["IK403 6 segment 14 (NM1 in 2100) element 3"]);
    finds(
        "837p-component-separator-in-nte",
        &["IK403 6 segment 23 (NTE in 2300) element 2"],
    );
    finds("271-ls-without-le", &["IK304 3 segment 16 (LE in 2110C)"]);
    finds(
        "271-cp1252-dash-in-msg",
        &["IK403 6 segment 14 (MSG in 2110C) element 1"],
    );
}

#[test]
fn an_unreadable_amount_has_no_finding_about_its_sum() {
    finds(
        "val-cascade-balance",
        &[
            "IK304 7 segment 22 (REF in 2300)",
            "IK403 1 segment 22 (REF in 2300) element 2",
            "IK403 6 segment 24 (SV1 in 2400) element 2",
            "IK403 8 segment 25 (DTP in 2400) element 3",
        ],
    );
}

#[test]
fn what_needs_no_repair_by_the_sender_is_read() {
    for name in [
        "env-isa11-u-caret",
        "env-trailing-ctrl-z",
        "env-space-before-terminator",
        "chars-n-tilde-835",
        "271-cp1252-dash-in-msg",
        "837p-component-separator-in-nte",
    ] {
        let Some(bytes) = case(name) else { continue };
        let interchange = Interchange::parse(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        let tree = tree::read(interchange.transactions().next().unwrap()).unwrap();
        assert!(tree.root.unplaced.is_empty(), "{name}");
    }
}

#[test]
fn a_repetition_that_is_not_declared_is_split() {
    let Some(bytes) = case("env-isa11-u-caret") else { return };
    let interchange = Interchange::parse(&bytes).unwrap();
    assert!(interchange.delimiters.is_repetition_assumed());
    let set = interchange.transactions().next().unwrap();
    let benefit = set.segments.iter().find(|segment| segment.id() == "EB").unwrap();
    assert_eq!(benefit.repetitions(3).count(), 10);
}

#[test]
fn a_rejected_interchange_accepts_nothing() {
    for name in ["ack-isa-iea-control", "split-cut-mid-segment"] {
        let Some(bytes) = case(name) else { continue };
        let outcome = outcome_of(&bytes);
        assert_eq!(
            (outcome.interchange_note().0, outcome.groups[0].verdict()),
            ("R", "R"),
            "{name}"
        );
        assert!(outcome.groups[0].transactions.iter().all(|set| !set.accepted), "{name}");
    }
}

#[test]
fn a_situational_trigger_is_read() {
    let Some(bytes) = case("ack-read-ctx") else { return };
    let interchange = Interchange::parse(&bytes).unwrap();
    let read = Functional::read(interchange.transactions().next().unwrap()).unwrap();
    let error = &read.transactions[0].segments[0];
    let trigger = &error.triggers[0];
    assert_eq!(
        (trigger.id.as_str(), trigger.position, trigger.at),
        ("CLM", Some(18), Some((5, 3, 1)))
    );
    let unit = error.unit.as_ref().unwrap();
    assert_eq!((unit.kind.as_str(), unit.value.as_str()), ("CLM01", "C1"));
}
