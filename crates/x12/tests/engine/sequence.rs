//! A segment that stands after one that it must precede is out of sequence, and nothing else: it is
//! not also missing, and every rule sees it where it belongs.

use crate::sample::{Found, Listener, answer, changed, claim, edited, enrollment, findings, inquiry, payment};
use mc_x12::check::{Report, Settings, check};
use mc_x12::finding::FindingKind;
use mc_x12::walk::Placed;
use mc_x12::{Finding, Interchange, Limits, Segment, tree};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

#[derive(Default)]
struct Layout {
    /// Number of the segment that opened each open loop.
    open: Vec<u32>,
    /// By segment: the number of the one that opened its loop, and whether it is that one.
    loops: BTreeMap<u32, (u32, bool)>,
    /// Segments that fit no place where they stand.
    displaced: BTreeSet<u32>,
    found: Listener,
}

impl Report for Layout {
    fn finding(&mut self, finding: &Finding<'_>) {
        self.found.finding(finding);
    }

    fn segment(&mut self, segment: &Segment<'_>, placed: Option<&Placed>) {
        let in_place = placed.is_some_and(|placed| !placed.is_out_of_sequence && !placed.by_id_only);
        if !in_place {
            self.displaced.insert(segment.number());
        }
        let Some(placed) = placed else { return };
        if segment.id() == "ST" {
            self.open = vec![segment.number()];
        }
        self.open.truncate(placed.kept);
        if placed.opened {
            self.open.push(segment.number());
        }
        let within = placed.depth.checked_sub(1).and_then(|at| self.open.get(at));
        if let (Some(within), false) = (within, matches!(segment.id(), "ST" | "SE")) {
            self.loops.insert(segment.number(), (*within, placed.opened));
        }
    }
}

fn layout(text: &str) -> Layout {
    let mut layout = Layout::default();
    check(text.as_bytes(), Limits::FILE, &Settings::default(), &mut layout).unwrap();
    layout
}

/// What a finding is about, wherever it stands.
fn about(found: &Found) -> String {
    format!("{:?} {} {}", found.kind, found.place.id, found.place.loop_id)
}

/// The kinds that state that a segment is not where the guide has it.
fn is_about_order(found: &Found) -> bool {
    matches!(
        found.kind,
        FindingKind::OutOfOrder | FindingKind::UnexpectedSegment { .. }
    )
}

/// Each text in which one segment is moved past its neighbour in the same loop, with the findings
/// that the move adds beside those about order.
fn wrong_moves(text: &str) -> (usize, Vec<String>) {
    let terminator = char::from(text.as_bytes()[105]);
    let segments: Vec<&str> = text.split_inclusive(terminator).collect();
    let whole = layout(text);
    let before: BTreeSet<String> = whole.found.0.iter().map(about).collect();
    let (mut count, mut wrong) = (0, Vec::new());
    for (n, (within, opens)) in &whole.loops {
        let next = whole.loops.get(&(n + 1));
        let is_neighbour = next.is_some_and(|(of, opened)| of == within && !opened);
        let at = *n as usize - 1;
        if !is_neighbour {
            continue;
        }
        let mut moved = segments.clone();
        moved.swap(at, at + 1);
        let after = layout(&moved.concat());
        // The second segment of a loop may fit the loop before it, which it then belongs to.
        if *opens && !after.displaced.contains(n) {
            continue;
        }
        count += 1;
        let after = after.found.0;
        let added: Vec<&Found> = after.iter().filter(|found| !before.contains(&about(found))).collect();
        if !added.iter().all(|found| is_about_order(found)) {
            let lines: Vec<String> = added.iter().map(|found| about(found)).collect();
            let ids = [at + 1, at].map(|at| segments[at].trim().chars().take(7).collect::<String>());
            wrong.push(format!("{ids:?} {lines:?}"));
        }
    }
    (count, wrong)
}

#[test]
fn a_segment_moved_past_its_neighbour_is_out_of_sequence_and_nothing_else() {
    for text in [claim(), payment(), answer(), inquiry(), enrollment()] {
        let (count, wrong) = wrong_moves(&text);
        assert!(count > 0 && wrong.is_empty(), "{wrong:#?}");
    }
}

/// Its components are separated by > where ISA16 declares another character.
const WITHOUT_COMPONENTS: &str = "837P/lfh-837_005010X222A2__demo.example9.837";

/// The published samples that their catalogue calls valid, where they are available.
fn samples() -> Vec<(String, String)> {
    let default = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::var_os("MC_SHARED_DATA")
        .map_or_else(default, PathBuf::from)
        .join("x12");
    let manifest = std::fs::read(folder.join("manifest.json")).ok();
    let Some(manifest) = manifest.and_then(|text| serde_json::from_slice::<Vec<serde_json::Value>>(&text).ok()) else {
        println!("skipped: the samples are not on this machine");
        return Vec::new();
    };
    let files = manifest.iter().filter(|entry| entry["valid"] == "valid");
    let files = files.filter_map(|entry| entry["file"].as_str());
    let files = files.filter(|file| *file != WITHOUT_COMPONENTS);
    files
        .filter_map(|file| Some((file.to_owned(), std::fs::read_to_string(folder.join(file)).ok()?)))
        .filter(|(_, text)| text.starts_with("ISA") && text.len() < 20_000)
        .collect()
}

#[test]
fn the_same_holds_for_each_valid_sample() {
    let (mut all, mut wrong) = (0, Vec::new());
    for (file, text) in samples() {
        let (count, found) = wrong_moves(&text);
        all += count;
        wrong.extend(found.into_iter().map(|line| format!("{file}: {line}")));
    }
    println!("{all} moves, {} wrong", wrong.len());
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_must_be_given_may_be_late() {
    let replaces = changed(&claim(), ":B:1*", ":B:7*");
    assert_eq!(findings(&replaces), ["IK304 I6 segment 20 (REF in 2300)"]);
    let late = changed(&replaces, "ABF:E119~", "ABF:E119~REF*F8*P1~");
    assert_eq!(findings(&late), ["IK304 7 segment 22 (REF in 2300)"]);
}

#[test]
fn claims_after_the_adjustments_of_a_payment_are_read() {
    const PLB: &str = "PLB*1234567893*20241231*WO:X*10~";
    let text = edited(&edited(&payment(), PLB, ""), "LX*1~", &format!("{PLB}LX*1~"));
    assert_eq!(findings(&text), ["IK304 7 segment 13 (LX in 2000)"]);
    let interchange = Interchange::parse(text.as_bytes()).unwrap();
    let tree = tree::read(interchange.transactions().next().unwrap()).unwrap();
    let claims = tree.root.children("2000").flat_map(|header| header.children("2100"));
    assert_eq!(claims.count(), 1);
    assert_eq!(tree.root.segments("PLB").count(), 1);
}

#[test]
fn each_segment_out_of_sequence_is_reported_once() {
    let claim = claim();
    for (from, to, expected) in [
        (
            "CAS*CO*45*50~AMT*D*100~OI***Y***Y~",
            "CAS*CO*45*50~OI***Y***Y~AMT*D*100~",
            "IK304 7 segment 25 (AMT in 2320)",
        ),
        (
            "LX*1~SV1*HC:99213*100*UN*1***1:2~",
            "SV1*HC:99213*100*UN*1***1:2~LX*1~",
            "IK304 7 segment 28 (SV1 in 2400)",
        ),
        (
            "LX*2~SV1*HC:36415*50*UN*1***1~",
            "SV1*HC:36415*50*UN*1***1~LX*2~",
            "IK304 7 segment 31 (SV1 in 2400)",
        ),
    ] {
        assert_eq!(findings(&edited(&claim, from, to)), [expected]);
    }
}
