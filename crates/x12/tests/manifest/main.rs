//! Compares our verdict on each file of the catalogue of published samples with the catalogue's
//! own, at the level of that verdict. The catalogue checks envelopes and sums and consulted two
//! other validators; `differences` lists the reason for each difference.

mod differences;

use differences::{DIFFERENCES, FOUND};
use mc_x12::check::{Report, Settings, check};
use mc_x12::finding::FindingKind;
use mc_x12::{Code, Finding, Level, Limits, Severity};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;

struct Entry {
    file: String,
    version: String,
    valid: String,
    wrong: String,
    bytes: Vec<u8>,
}

fn entries() -> Vec<Entry> {
    let default = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::var_os("MC_SHARED_DATA").map_or_else(default, PathBuf::from);
    let folder = folder.join("x12");
    let manifest = std::fs::read(folder.join("manifest.json")).ok();
    let Some(manifest) = manifest.and_then(|text| serde_json::from_slice::<Vec<Value>>(&text).ok()) else {
        println!("skipped: the samples are not on this machine");
        return Vec::new();
    };
    let text = |entry: &Value, name: &str| entry[name].as_str().unwrap_or_default().to_owned();
    let read = |entry: &Value| {
        let file = text(entry, "file");
        let bytes = std::fs::read(folder.join(&file)).ok()?;
        let [version, valid, wrong] = ["version", "valid", "wrong"].map(|name| text(entry, name));
        Some(Entry {
            file,
            version,
            valid,
            wrong,
            bytes,
        })
    };
    manifest.iter().filter_map(read).collect()
}

#[derive(Default)]
struct Found(Vec<(FindingKind, Severity)>);

impl Report for Found {
    fn finding(&mut self, finding: &Finding<'_>) {
        self.0.push((finding.kind, finding.severity()));
    }
}

impl Found {
    fn of(bytes: &[u8], level: Level) -> Self {
        let settings = Settings {
            level,
            findings: 1_000_000,
            ..Settings::default()
        };
        let mut found = Self::default();
        let checked = check(bytes, Limits::FILE, &settings, &mut found);
        assert!(checked.is_ok(), "a slice can always be read");
        found
    }

    fn any(&self, is: impl Fn(&FindingKind) -> bool) -> bool {
        self.0
            .iter()
            .any(|(kind, severity)| *severity == Severity::Error && is(kind))
    }

    /// Whether an envelope is inconsistent, which the catalogue calls an unsound envelope.
    fn unsound(&self) -> bool {
        self.any(|kind| {
            matches!(
                kind,
                FindingKind::Unreadable(_)
                    | FindingKind::InterchangeControl
                    | FindingKind::InterchangeCount { .. }
                    | FindingKind::InterchangeUnended
                    | FindingKind::GroupControl
                    | FindingKind::GroupCount { .. }
                    | FindingKind::GroupUnended
                    | FindingKind::TransactionControl
                    | FindingKind::TransactionCount { .. }
                    | FindingKind::TransactionUnended
                    | FindingKind::OutsideEnvelope
            )
        })
    }
}

/// The catalogue's statement on the envelope, and whether ours agrees.
fn same_of_envelope(words: &str, found: &Found) -> bool {
    let number = |at: usize| words.split(' ').nth(at).and_then(|word| word.parse().ok());
    match words {
        "no SE" => found.any(|kind| *kind == FindingKind::TransactionUnended),
        "no GE" => found.any(|kind| *kind == FindingKind::GroupUnended),
        "no IEA" => found.any(|kind| *kind == FindingKind::InterchangeUnended),
        "IEA02 differs from ISA13" => found.any(|kind| *kind == FindingKind::InterchangeControl),
        "GE02 differs from GS06" => found.any(|kind| *kind == FindingKind::GroupControl),
        "SE02 differs from ST02" => found.any(|kind| *kind == FindingKind::TransactionControl),
        "ISA not 106 characters" => found.any(|kind| matches!(kind, FindingKind::Unreadable(_))),
        "two groups with the same control number" => found.any(|kind| *kind == FindingKind::GroupDuplicate),
        "two transactions with the same control number" => found.any(|kind| *kind == FindingKind::TransactionDuplicate),
        _ if words.starts_with("SE01 ") => found.any(|kind| {
            matches!(kind, FindingKind::TransactionCount { stated, found } if (*stated, Some(*found)) == (number(1), number(3)))
        }),
        _ if words.starts_with("GE01 ") => found.any(|kind| {
            matches!(kind, FindingKind::GroupCount { stated, found } if (*stated, Some(*found)) == (number(1), number(3)))
        }),
        _ if words.starts_with("IEA01 ") => found.any(|kind| {
            matches!(kind, FindingKind::InterchangeCount { stated, found } if (*stated, Some(*found)) == (number(1), number(3)))
        }),
        _ => true,
    }
}

/// How our verdict differs from the catalogue's.
fn difference(entry: &Entry) -> Option<String> {
    let differs = |words: &str| Some(words.to_owned());
    let assessed = |level| Found::of(&entry.bytes, level);
    if !entry.version.starts_with("005010") {
        let found = assessed(Level::Syntax);
        // A TA1 alone has no group that states a version.
        let is_ta1 = entry.version.is_empty() && entry.file.starts_with("TA1/");
        let reported = is_ta1 || found.any(|kind| matches!(kind, FindingKind::VersionUnsupported)) || found.unsound();
        return (!reported).then(|| "a version that is not 005010 is not called unsupported".to_owned());
    }
    match entry.valid.as_str() {
        "valid" | "oracle" if assessed(Level::Balance).any(|_| true) => differs("errors in a valid file"),
        "unverified" if assessed(Level::Syntax).unsound() => differs("the envelope is not sound"),
        "unbalanced" if !assessed(Level::Balance).any(|kind| matches!(kind, FindingKind::Unbalanced { .. })) => {
            differs("no sum is wrong")
        }
        "invalid" | "fragment" => {
            let found = assessed(Level::Guide);
            if !found.any(|_| true) {
                return differs("no error in an invalid file");
            }
            let words = entry.wrong.split([';', ':']).map(str::trim);
            let other = words
                .filter(|words| !same_of_envelope(words, &found))
                .collect::<Vec<_>>();
            (!other.is_empty()).then(|| format!("not reported: {}", other.join(", ")))
        }
        _ => None,
    }
}

#[test]
fn our_verdicts_are_those_of_the_catalogue_but_for_listed_differences() {
    let mut unlisted = Vec::new();
    for entry in entries() {
        let listed = DIFFERENCES.iter().find(|(file, _)| *file == entry.file);
        match (difference(&entry), listed) {
            (Some(difference), None) => unlisted.push(format!("{}: {difference}", entry.file)),
            (None, Some(_)) => unlisted.push(format!("{}: listed as a difference that is gone", entry.file)),
            _ => {}
        }
    }
    assert!(unlisted.is_empty(), "{}", unlisted.join("\n"));
}

#[test]
fn files_without_a_catalogue_verdict_have_the_listed_findings() {
    let mut unlisted = Vec::new();
    for entry in entries() {
        if entry.valid != "unverified" || !entry.version.starts_with("005010") {
            continue;
        }
        let mut codes: BTreeMap<String, u32> = BTreeMap::new();
        for (kind, severity) in Found::of(&entry.bytes, Level::Balance).0 {
            if severity == Severity::Error {
                let (place, value) = kind.code().place_and_value();
                *codes.entry(format!("{place} {value}")).or_default() += 1;
            }
        }
        let codes: Vec<_> = codes
            .into_iter()
            .map(|(code, times)| format!("{times} {code}"))
            .collect();
        let listed = FOUND
            .iter()
            .find(|(file, ..)| *file == entry.file)
            .map_or("", |(_, codes, _)| codes);
        if codes.join(", ") != listed {
            unlisted.push(format!("{}: {}", entry.file, codes.join(", ")));
        }
    }
    assert!(unlisted.is_empty(), "{}", unlisted.join("\n"));
}

#[test]
fn versions_before_005010_are_reported_as_unsupported_and_not_checked_by_another_guide() {
    for entry in entries().iter().filter(|entry| entry.version.starts_with("004010")) {
        let found = Found::of(&entry.bytes, Level::CodeList);
        let of_guide = |kind: &FindingKind| matches!(kind.code(), Code::Segment(_) | Code::Element(_));
        // The IEA of one file has a value too many.
        let of_envelope =
            |kind: &FindingKind| matches!(kind, FindingKind::Unreadable(_) | FindingKind::TooManyElements);
        assert!(
            !found.any(|kind| of_guide(kind) && !of_envelope(kind)),
            "{}",
            entry.file
        );
    }
}

#[test]
fn every_difference_is_in_the_figures() {
    let figures = include_str!("../../../../docs/figures/x12.md");
    let listed = DIFFERENCES.iter().map(|(file, _)| file);
    for file in listed.chain(FOUND.iter().map(|(file, ..)| file)) {
        assert!(figures.contains(&format!("`{file}`")), "{file}");
    }
}
