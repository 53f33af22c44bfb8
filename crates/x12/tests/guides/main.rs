//! The compiled guides: their shape, independently known facts, and the published samples.
#![expect(clippy::panic, reason = "helpers of tests fail as tests do")]

mod cases;
mod elements;
mod place;
mod samples;

use std::collections::{BTreeMap, BTreeSet};

use mc_x12::guide::{self, Codes, Content, Guide, Id, Loop, PartKind, SegmentUse, Usage};
use mc_x12::{Interchange, Transaction};

use place::Placer;
use samples::samples;

fn of(transaction: &str, version: &str) -> &'static Guide {
    guide::find_for(transaction, version, None, false).unwrap_or_else(|| panic!("no guide {transaction} {version}"))
}

/// The loop with this id.
fn find_loop(within: &'static Loop, id: &str) -> Option<&'static Loop> {
    within.parts.iter().find_map(|part| match part.kind {
        PartKind::Loop(inner) if inner.id == id => Some(inner),
        PartKind::Loop(inner) => find_loop(inner, id),
        PartKind::Segment(_) => None,
    })
}

fn segments(of: &'static Loop) -> impl Iterator<Item = &'static SegmentUse> {
    of.parts.iter().filter_map(|part| match part.kind {
        PartKind::Segment(segment) => Some(segment),
        PartKind::Loop(_) => None,
    })
}

fn segment(of: &'static Guide, loop_id: &str, id: &str) -> &'static SegmentUse {
    let within = if loop_id.is_empty() {
        Some(of.root)
    } else {
        find_loop(of.root, loop_id)
    };
    let found = within.and_then(|within| segments(within).find(|segment| segment.id == Id::new(id)));
    found.unwrap_or_else(|| panic!("{} has no {id} in {loop_id}", of.version))
}

fn codes(of: &SegmentUse, element: usize) -> &'static [&'static str] {
    match of.elements[element - 1].content {
        Content::Simple(simple) => match simple.codes {
            Codes::OneOf(codes) => codes.texts(),
            _ => &[],
        },
        Content::Composite(_) => &[],
    }
}

fn every_loop(from: &'static Loop, see: &mut dyn FnMut(&'static Loop)) {
    see(from);
    for part in from.parts {
        if let PartKind::Loop(inner) = part.kind {
            every_loop(inner, see);
        }
    }
}

#[test]
fn every_guide_is_a_tree_from_header_to_trailer() {
    assert!(guide::all().len() >= 14);
    for guide in guide::all() {
        let ids: Vec<String> = segments(guide.root).map(|segment| segment.id.to_string()).collect();
        assert_eq!(ids.first().map(String::as_str), Some("ST"), "{}", guide.version);
        assert_eq!(ids.last().map(String::as_str), Some("SE"), "{}", guide.version);
        let header = segment(guide, "", "ST");
        assert_eq!(codes(header, 1), [guide.transaction], "{}", guide.version);
        assert!(codes(header, 3).contains(&guide.version), "{}", guide.version);
    }
}

#[test]
fn the_dispatch_of_every_loop_finds_every_part() {
    for guide in guide::all() {
        every_loop(guide.root, &mut |within| {
            assert!(
                within.dispatch.is_sorted_by_key(|(id, _)| *id),
                "{} {}",
                guide.version,
                within.id
            );
            for part in within.parts {
                let opening = part.kind.opening().unwrap();
                let found = within
                    .candidates(opening.id)
                    .any(|candidate| std::ptr::eq(candidate, part));
                assert!(found, "{} {} {}", guide.version, within.id, opening.id);
            }
            let listed: usize = within.dispatch.iter().map(|(_, parts)| parts.len()).sum();
            assert_eq!(listed, within.parts.len(), "{} {}", guide.version, within.id);
        });
    }
}

#[test]
fn parts_rise_in_position_and_every_loop_begins_with_a_segment() {
    for guide in guide::all() {
        every_loop(guide.root, &mut |within| {
            assert!(within.opening().is_some(), "{} {}", guide.version, within.id);
            assert!(
                within.parts.is_sorted_by_key(|part| part.position),
                "{} {}",
                guide.version,
                within.id
            );
        });
    }
}

#[test]
fn a_key_is_what_its_element_allows() {
    for guide in guide::all() {
        every_loop(guide.root, &mut |within| {
            for segment in segments(within) {
                let Some(key) = segment.key else { continue };
                assert!(key.codes.is_sorted() && !key.codes.is_empty());
                let element = &segment.elements[usize::from(key.element) - 1];
                let inner = match element.content {
                    Content::Composite(parts) => &parts[usize::from(key.component).saturating_sub(1)].content,
                    Content::Simple(_) => &element.content,
                };
                let Content::Simple(simple) = inner else {
                    panic!("{} {}", guide.version, segment.id)
                };
                assert_eq!(
                    simple.codes,
                    Codes::OneOf(key.codes),
                    "{} {}",
                    guide.version,
                    segment.name
                );
            }
        });
    }
}

#[test]
fn a_version_is_found_exactly_or_nearly() {
    let version = |version, near| guide::find(version, near).map(|guide| (guide.transaction, guide.version));
    assert_eq!(version("005010X222A1", false), Some(("837", "005010X222A1")));
    assert_eq!(version("005010X222A2", false), None);
    assert_eq!(version("005010X222A2", true), Some(("837", "005010X222A1")));
    assert_eq!(version("005010X223A3", true), Some(("837", "005010X223A2")));
    assert_eq!(version("005010X279", true), None, "270 and 271 share it");
    assert_eq!(version("004010X098A1", true), None);
}

#[test]
fn guides_that_share_a_version_are_distinguished() {
    for (transaction, version) in [("270", "005010X279A1"), ("276", "005010X212"), ("277", "005010X212")] {
        assert_eq!(of(transaction, version).transaction, transaction);
    }
    let purpose = |code| guide::find_for("278", "005010X217", Some(code), false).map(|guide| guide.name);
    assert_eq!(purpose("13"), Some("authorization request"));
    assert_eq!(purpose("11"), Some("authorization answer"));
    assert_eq!(purpose("99"), Some("authorization request"));
    assert_eq!(guide::find_for("835", "005010X222A1", None, true), None);
}

#[test]
fn loops_and_segments_are_as_the_standards_define() {
    let claim = of("837", "005010X222A1");
    assert_eq!(codes(segment(claim, "", "BHT"), 6), ["31", "CH", "RP"]);
    assert_eq!(find_loop(claim.root, "2400").unwrap().max, 50);
    assert_eq!(find_loop(claim.root, "2300").unwrap().max, 100);
    assert_eq!(codes(segment(claim, "2010AA", "REF"), 1), ["EI", "SY"]);
    assert_eq!(segment(claim, "2300", "CLM").elements[0].usage, Usage::Required);
    let remittance = of("835", "005010X221A1");
    assert_eq!(
        codes(segment(remittance, "2100", "CAS"), 1),
        ["CO", "OA", "PI", "PR"],
        "CR is gone in 005010"
    );
    let status = ["1", "19", "2", "20", "21", "22", "23", "25", "3", "4"];
    assert_eq!(codes(segment(remittance, "2100", "CLP"), 2), status);
    assert_eq!(
        codes(segment(remittance, "", "BPR"), 4),
        ["ACH", "BOP", "CHK", "FWT", "NON"]
    );
    let answer = of("271", "005010X279A1");
    assert_eq!(codes(segment(answer, "2000A", "AAA"), 3), ["04", "41", "42", "79"]);
    assert_eq!(
        codes(segment(answer, "2100A", "AAA"), 3),
        ["04", "41", "42", "79", "80", "T4"]
    );
    assert_eq!(segment(answer, "2110C", "EB").elements[2].repeat, 99);
    assert_eq!(codes(segment(answer, "2110C", "EB"), 12), ["N", "U", "W", "Y"]);
    let acknowledgement = of("277", "005010X214");
    assert_eq!(codes(segment(acknowledgement, "2200D", "STC"), 3), ["U", "WQ"]);
    let enrollment = of("834", "005010X220A1");
    assert_eq!(codes(segment(enrollment, "", "BGN"), 8), ["2", "4", "RX"]);
    assert_eq!(
        codes(segment(of("999", "005010X231A1"), "2100", "IK3"), 4).first(),
        Some(&"1")
    );
}

#[test]
fn each_group_has_its_functional_code() {
    let expected = [
        "270 HS", "271 HB", "275 PI", "276 HR", "277 HN", "278 HI", "820 RA", "834 BE", "835 HP", "837 HC", "999 FA",
    ];
    let found: BTreeSet<String> = guide::all()
        .iter()
        .map(|guide| format!("{} {}", guide.transaction, guide.functional_group))
        .collect();
    assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), expected);
}

/// Each transaction of a sample with its guide.
fn guided(interchange: &Interchange<'_>, see: &mut dyn FnMut(&Transaction<'_>, &'static Guide)) {
    for transaction in interchange.transactions() {
        let beginning = transaction.segments.iter().find(|segment| segment.id() == "BHT");
        let purpose = beginning.map(|segment| segment.element(2));
        if let Some(guide) = guide::find_for(transaction.id, transaction.version, purpose, true) {
            see(transaction, guide);
        }
    }
}

/// Samples that the catalogue calls valid and that are not, with the error.
const CATALOGUE_ERRORS: &[(&str, &str)] = &[
    (
        "lfh-837_005010X222A2__demo.cob.2ndary.example4.837",
        "components are separated by > where ISA16 declares :",
    ),
    (
        "lfh-837_005010X222A2__demo.example6.837",
        "components are separated by > where ISA16 declares :",
    ),
    (
        "lfh-837_005010X222A2__demo.example9.837",
        "components are separated by > where ISA16 declares :",
    ),
    (
        "lfh-837_005010X223A3__ppo-repriced-claim.837i",
        "components are separated by > where ISA16 declares :",
    ),
    (
        "lfh-835_005010X221A1__secondary-payment.835",
        "components are separated by >, and the date of payment is one position early",
    ),
    ("pyx12__example834_5010.txt", "INS06 is padded with spaces"),
    (
        "271_5010_Example_3_2_2.txt",
        "HL04 of a dependent states that it has children",
    ),
    (
        "lfh-835_005010X221A1__managed-care.835",
        "the payer has no technical contact",
    ),
    (
        "lfh-835_005010X221A1__medicare-part-a.835",
        "the payer has no technical contact",
    ),
    (
        "lfh-837_005010X222A2__demo.cob.example3.A.837",
        "the other payer is not named",
    ),
    ("edifabric__ClaimPayment.txt", "the pay-to address has a name"),
];

/// The errors in samples with this verdict, by file: segments without a place and errors of
/// elements.
fn reported_in(verdict: &str) -> (usize, BTreeMap<String, Vec<String>>) {
    let (mut read, mut reported) = (0, BTreeMap::<String, Vec<String>>::new());
    for sample in samples(verdict) {
        let Ok(interchange) = Interchange::parse(&sample.bytes) else {
            continue;
        };
        guided(&interchange, &mut |transaction, guide| {
            read += 1;
            let mut placer = Placer::new(guide);
            for segment in &transaction.segments {
                let faults = match placer.place(segment) {
                    None => vec![format!("{} has no place", segment.id())],
                    Some(of) => elements::faults(segment, of),
                };
                let findings = faults.into_iter().map(|fault| format!("{}: {fault}", segment.number()));
                reported.entry(sample.file.clone()).or_default().extend(findings);
            }
            reported
                .entry(sample.file.clone())
                .or_default()
                .extend(placer.missing());
        });
    }
    reported.retain(|_, findings| !findings.is_empty());
    (read, reported)
}

#[test]
fn every_segment_of_every_valid_sample_has_its_place_and_follows_its_guide() {
    let (read, reported) = reported_in("valid");
    println!("{read} transactions");
    let misjudged = |file: &str| CATALOGUE_ERRORS.iter().any(|(name, _)| file.ends_with(name));
    let wrong: Vec<_> = reported.iter().filter(|(file, _)| !misjudged(file)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    if read > 0 {
        let unsaid = CATALOGUE_ERRORS
            .iter()
            .find(|(name, _)| !reported.keys().any(|file| file.ends_with(name)));
        assert_eq!(unsaid, None, "nothing is wrong with it after all");
    }
}

#[test]
fn every_segment_id_of_every_valid_sample_occurs_in_its_guide() {
    for sample in samples("valid") {
        let Ok(interchange) = Interchange::parse(&sample.bytes) else {
            continue;
        };
        guided(&interchange, &mut |transaction, guide| {
            let mut known = BTreeSet::new();
            every_loop(guide.root, &mut |within| {
                known.extend(within.dispatch.iter().map(|(id, _)| *id));
            });
            for segment in &transaction.segments {
                assert!(
                    known.contains(&Id::new(segment.id())),
                    "{}: {}",
                    sample.file,
                    segment.place()
                );
            }
        });
    }
}

#[test]
#[ignore = "prints the findings in samples without a catalogue verdict"]
fn findings_of_samples_without_a_catalogue_verdict() {
    let (read, reported) = reported_in("unverified");
    println!("{read} transactions\n{reported:#?}");
}
