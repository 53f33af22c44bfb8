//! Compares our 999 with that of an independent validator (pyx12) for the same file: the same
//! transaction sets accepted, the same segments and elements in error, except for listed
//! differences.

mod differences;

use differences::DIFFERENCES;
use mc_x12::acknowledgement::{Acknowledger, Functional, TransactionOutcome, Values};
use mc_x12::check::{Settings, check};
use mc_x12::{Interchange, Level, Limits};
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Place and code: segment number, element and component (0, 0: the segment), code.
type Error = (u32, u8, u8, String);

fn folder() -> PathBuf {
    let default = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    std::env::var_os("MC_SHARED_DATA")
        .map_or_else(default, PathBuf::from)
        .join("x12")
}

fn errors(of: &TransactionOutcome) -> BTreeSet<Error> {
    let mut all = BTreeSet::new();
    for segment in &of.segments {
        if segment.elements.is_empty() {
            all.insert((segment.position, 0, 0, segment.code.clone()));
        }
        for element in &segment.elements {
            all.insert((segment.position, element.at.0, element.at.1, element.code.clone()));
        }
    }
    all
}

fn ours(bytes: &[u8]) -> Vec<TransactionOutcome> {
    let mut acknowledger = Acknowledger::new(Values::Copied);
    // pyx12 checks segments and elements, but no sums, check digits or situational rules.
    let settings = Settings {
        level: Level::Guide,
        findings: 100_000,
        ..Settings::default()
    };
    let checked = check(bytes, Limits::FILE, &settings, &mut acknowledger);
    assert!(checked.is_ok(), "a slice can always be read");
    let all = acknowledger
        .finish()
        .into_iter()
        .flat_map(|interchange| interchange.groups);
    all.flat_map(|group| group.transactions).collect()
}

/// Removes systematic differences, which the list need not repeat for each file.
fn normalise(ours: &mut BTreeSet<Error>, theirs: &mut BTreeSet<Error>) {
    // pyx12 uses the code of the base standard for elements that the guide does not use; the 999
    // has a code of its own.
    *theirs = theirs
        .iter()
        .map(|(position, element, component, code)| {
            let code = if *element > 0 && code == "10" { "I10" } else { code };
            (*position, *element, *component, code.to_owned())
        })
        .collect();
    // A wrong code may also have a wrong length or a space: pyx12 reports each, we report one.
    let is_form = |error: &Error| error.1 > 0 && matches!(error.3.as_str(), "4" | "5" | "6" | "7");
    let place = |error: &Error| (error.0, error.1, error.2);
    for error in ours.iter().filter(|error| is_form(error)).cloned().collect::<Vec<_>>() {
        if theirs
            .iter()
            .any(|other| is_form(other) && place(other) == place(&error))
        {
            theirs.retain(|other| !is_form(other) || place(other) != place(&error));
            ours.remove(&error);
        }
    }
    // pyx12 reports every segment without a place as unknown. We distinguish unknown ids (1),
    // segments out of sequence (7), unexpected ones (2), and a wrong qualifier where another use of
    // the id is possible.
    let unplaced = theirs.iter().filter(|error| (error.1, error.3.as_str()) == (0, "1"));
    for position in unplaced.map(|error| error.0).collect::<Vec<_>>() {
        let same = |error: &Error| error.0 == position && (error.1 > 0 || matches!(error.3.as_str(), "1" | "2" | "7"));
        if ours.iter().any(same) {
            ours.retain(|error| !same(error));
            theirs.remove(&(position, 0, 0, "1".to_owned()));
        }
    }
    let both: Vec<_> = ours.intersection(theirs).cloned().collect();
    for error in both {
        ours.remove(&error);
        theirs.remove(&error);
    }
}

/// `segment.element.component=code`, in order.
fn written(errors: &BTreeSet<Error>) -> Vec<String> {
    let one = |(position, element, component, code): &Error| match (element, component) {
        (0, _) => format!("{position}={code}"),
        (_, 0) => format!("{position}.{element}={code}"),
        _ => format!("{position}.{element}.{component}={code}"),
    };
    errors.iter().map(one).collect()
}

/// Each oracle with its file, paired by name.
fn oracles() -> Vec<(String, Vec<u8>, Vec<u8>)> {
    let folder = folder();
    let manifest = std::fs::read(folder.join("manifest.json")).ok();
    let Some(manifest) = manifest.and_then(|text| serde_json::from_slice::<Vec<serde_json::Value>>(&text).ok()) else {
        println!("skipped: the samples are not on this machine");
        return Vec::new();
    };
    let files: Vec<&str> = manifest.iter().filter_map(|entry| entry["file"].as_str()).collect();
    let pair = |oracle: &&str| {
        let name = oracle.strip_prefix("oracle-999/")?.strip_suffix(".999")?;
        let about = files.iter().find(|file| file.split('/').nth(1) == Some(name))?;
        let read = |file: &str| std::fs::read(folder.join(file)).ok();
        Some(((*about).to_owned(), read(about)?, read(oracle)?))
    };
    files.iter().filter_map(pair).collect()
}

/// The differences in a file, over all its transaction sets.
fn compare(file: &str, input: &[u8], oracle: &[u8]) -> (BTreeSet<Error>, BTreeSet<Error>) {
    let theirs = Interchange::parse(oracle);
    assert!(theirs.is_ok(), "{file}: the oracle is read");
    let answers = theirs.iter().flat_map(Interchange::transactions);
    let theirs = answers.filter_map(|answer| Functional::read(answer).ok());
    let theirs = theirs.flat_map(|answer| answer.transactions).collect::<Vec<_>>();
    let ours = ours(input);
    assert_eq!(ours.len(), theirs.len(), "{file}: number of transaction sets");
    let mut only = (BTreeSet::new(), BTreeSet::new());
    for (ours, theirs) in ours.iter().zip(&theirs) {
        assert_eq!(ours.control.trim(), theirs.control.trim(), "{file}");
        let verdict = |accepted: bool| (0, 0, 0, if accepted { "accepted" } else { "rejected" }.to_owned());
        if ours.accepted != theirs.accepted {
            only.0.insert(verdict(ours.accepted));
            only.1.insert(verdict(theirs.accepted));
        }
        let (mut a, mut b) = (errors(ours), errors(theirs));
        normalise(&mut a, &mut b);
        only.0.extend(a);
        only.1.extend(b);
    }
    only
}

#[test]
fn our_999_equals_that_of_the_oracle_but_for_listed_differences() {
    let mut unlisted = Vec::new();
    for (file, input, oracle) in oracles() {
        let (ours, theirs) = compare(&file, &input, &oracle);
        let listed = DIFFERENCES.iter().find(|(about, ..)| *about == file);
        let (of_ours, of_theirs, reason) =
            listed.map_or(("", "", ""), |(_, ours, theirs, reason)| (*ours, *theirs, *reason));
        let expected = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        if (written(&ours), written(&theirs)) != (expected(of_ours), expected(of_theirs)) {
            let (ours, theirs) = (written(&ours).join(" "), written(&theirs).join(" "));
            unlisted.push(format!(
                "{file}\n  ours   {ours}\n  oracle {theirs}\n  listed for: {reason}"
            ));
        }
    }
    assert!(unlisted.is_empty(), "{}", unlisted.join("\n"));
}

#[test]
fn every_difference_is_in_the_figures() {
    let figures = include_str!("../../../../docs/figures/x12.md");
    for (file, ..) in DIFFERENCES {
        assert!(figures.contains(&format!("| `{file}` |")), "{file}");
    }
}
