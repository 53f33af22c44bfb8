//! Each position of the guides is read by its view, or listed here with the reason why not.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt::Write;

use crate::authorization::{AuthorizationAnswer, AuthorizationRequest};
use crate::claim::ClaimBatch;
use crate::claim_acknowledgement::ClaimAcknowledgement;
use crate::eligibility::{InquiryBatch, Response};
use crate::enrollment::Enrollment;
use crate::premium::PremiumPayment;
use crate::remittance::Remittance;
use crate::status::{StatusAnswer, StatusInquiry};
use mc_x12::guide::{self, Codes, Content, ElementUse, Guide, Kind, Loop, PartKind, SegmentUse, Simple, Usage};
use mc_x12::{Finding, Interchange, Transaction};

thread_local! {
    /// Segment number, element and component (0: the whole element) of each read.
    static READ: RefCell<BTreeSet<(u32, usize, usize)>> = const { RefCell::new(BTreeSet::new()) };
}

/// Called by every read of an element.
pub(super) fn note(segment: u32, element: usize, component: usize) {
    READ.with_borrow_mut(|read| read.insert((segment, element, component)));
}

thread_local! {
    /// Segment number and element of each code that a view gives a meaning.
    static CODES: RefCell<BTreeSet<(u32, usize)>> = const { RefCell::new(BTreeSet::new()) };
}

/// Called by every read of a code that has a meaning in a view.
pub(super) fn note_code(segment: u32, element: usize) {
    CODES.with_borrow_mut(|codes| codes.insert((segment, element)));
}

/// Positions that no view carries: guide, loop, segment and element, and why.
const NOT_CARRIED: &[(&str, &str)] = &[
    ("277 005010X214 //2000A/2200A DTP03 date processed", ONE_RECEIPT),
    ("277 005010X214 //2000A/2200A DTP03 date received", ONE_RECEIPT),
    ("277 005010X214 //2000A/2200A TRN02 trace number", ONE_RECEIPT),
    ("820 005010X218 / CUR01 currency", "the currency is that of the payment"),
    (
        "820 005010X218 / TRN01 trace number",
        "both codes name the trace of the payment",
    ),
    ("820 005010X218 //2000A/2300A DTM02 coverage period", PERIOD),
    (
        "820 005010X218 //2000A/2300A/2310A/2315A SLN01 member count",
        "a number within the line",
    ),
    ("820 005010X218 //2000B/2300B DTM02 coverage period", PERIOD),
];

const ONE_RECEIPT: &str = "one submission has one receipt";
const PERIOD: &str = "DTM05 and DTM06 are read where they are given, as here";

/// One transaction set with every segment and element of a guide; what may repeat occurs twice.
struct Everything<'v> {
    text: String,
    /// For each segment, the loops around it and its use.
    uses: Vec<(String, &'static SegmentUse)>,
    /// Loops and segments that are left out, because they exclude others.
    without: &'v [&'v str],
}

impl<'v> Everything<'v> {
    fn of(guide: &'static Guide, without: &'v [&'v str]) -> Self {
        let mut all = Self {
            text: String::new(),
            uses: Vec::new(),
            without,
        };
        all.add(guide.root, "");
        all
    }

    fn add(&mut self, of: &'static Loop, around: &str) {
        let path = format!("{around}/{}", of.id);
        for (part, n) in of.parts.iter().zip(0..) {
            // The first segment opens the loop, and would open another one.
            let times = if n > 0 { part.kind.max().min(2) } else { 1 };
            for _ in 0..times {
                match part.kind {
                    PartKind::Segment(segment) => self.add_segment(segment, &path),
                    PartKind::Loop(inner) if !self.without.contains(&inner.id) => self.add(inner, &path),
                    PartKind::Loop(_) => {}
                }
            }
        }
    }

    fn add_segment(&mut self, segment: &'static SegmentUse, path: &str) {
        let id = segment.id.as_str();
        if !matches!(id, "ST" | "SE") && !self.without.contains(&id) {
            self.text.push_str(&segment_text(segment));
            self.uses.push((path.to_owned(), segment));
        }
    }
}

fn segment_text(of: &SegmentUse) -> String {
    let mut text = of.id.as_str().to_owned();
    for (element, n) in of.elements.iter().zip(1_u8..) {
        let key = of.key.filter(|key| key.element == n);
        let value = match &element.content {
            _ if element.usage == Usage::NotUsed => String::new(),
            Content::Simple(simple) => match key {
                Some(key) => key.codes.texts()[0].to_owned(),
                None => value(simple),
            },
            Content::Composite(parts) => {
                let part = |(part, c): (&ElementUse, u8)| match (&part.content, key) {
                    (_, Some(key)) if key.component.max(1) == c => key.codes.texts()[0].to_owned(),
                    (Content::Simple(simple), _) if part.usage != Usage::NotUsed => value(simple),
                    _ => String::new(),
                };
                parts.iter().zip(1..).map(part).collect::<Vec<_>>().join(":")
            }
        };
        write!(text, "*{value}").unwrap();
    }
    text.push('~');
    text
}

fn value(of: &Simple) -> String {
    if of.number == 1250 {
        return "D8".to_owned();
    }
    if of.number == 1251 {
        return "20260101".to_owned();
    }
    match (&of.codes, of.kind) {
        (Codes::OneOf(codes), _) => codes.texts()[0].to_owned(),
        (_, Kind::Date) => "20260101"[8 - usize::from(of.max.min(8))..].to_owned(),
        (_, Kind::Time) => "0304".to_owned(),
        (_, Kind::Decimal | Kind::Integer | Kind::Cents) => "1".repeat(usize::from(of.min.max(1))),
        _ => "A".repeat(usize::from(of.min.max(1))),
    }
}

/// Reads an interchange with these segments between ST and SE.
fn viewed(guide: &Guide, segments: &str, view: View) -> Vec<Finding<'static>> {
    let (id, version, group) = (guide.transaction, guide.version, guide.functional_group);
    let count = segments.matches('~').count() + 2;
    let text = format!(
        "ISA*00*          *00*          *ZZ*A              *ZZ*B              *260102*0304*^*00501*000000001*0*T*:~\
         GS*{group}*AA*BB*20260102*0304*1*X*{version}~ST*{id}*0001*{version}~{segments}SE*{count}*0001~GE*1*1~\
         IEA*1*000000001~"
    );
    let interchange = Interchange::parse_within(text.as_bytes(), mc_x12::Limits::FILE).unwrap();
    view(interchange.transactions().next().unwrap())
}

/// The positions of one text that a view reads wherever they occur, and the others.
fn positions(guide: &'static Guide, without: &[&str], view: View) -> [BTreeSet<String>; 2] {
    let all = Everything::of(guide, without);
    READ.with_borrow_mut(BTreeSet::clear);
    viewed(guide, &all.text, view);
    let read = READ.with_borrow(Clone::clone);
    let [mut carried, mut lost] = [BTreeSet::new(), BTreeSet::new()];
    // ISA, GS and ST precede them.
    for ((path, segment), number) in all.uses.iter().zip(4..) {
        // Levels and the brackets of loops are rebuilt by the writer.
        if matches!(segment.id.as_str(), "HL" | "LS" | "LE") {
            continue;
        }
        let mut position = |at: String, is_read: bool| {
            let at = format!("{path} {}{at} {}", segment.id.as_str(), segment.name);
            if is_read { &mut carried } else { &mut lost }.insert(at);
        };
        for (element, n) in segment.elements.iter().zip(1..) {
            let whole = read.contains(&(number, n, 0));
            match &element.content {
                _ if is_constant(element) => {}
                Content::Simple(_) => position(format!("{n:02}"), whole),
                Content::Composite(parts) => {
                    for (_, c) in parts.iter().zip(1..).filter(|(part, _)| !is_constant(part)) {
                        position(format!("{n:02}-{c}"), whole || read.contains(&(number, n, c)));
                    }
                }
            }
        }
    }
    [carried.difference(&lost).cloned().collect(), lost]
}

/// What cannot be together in one transaction set.
fn variants(guide: &Guide) -> &'static [&'static [&'static str]] {
    match guide.transaction {
        // The patient is the subscriber or a dependent, and a service has one of the three
        // segments.
        "278" => &[
            &["2000D", "SV2", "SV3"],
            &["2000D", "SV1", "SV3"],
            &["2000D", "SV1", "SV2"],
            &["SV2", "SV3"],
        ],
        _ => &[&[]],
    }
}

/// The positions of a guide that its view does not read in any of the variants.
fn not_read(guide: &'static Guide, view: View) -> BTreeSet<String> {
    let (mut carried, mut lost) = (BTreeSet::new(), BTreeSet::new());
    for without in variants(guide) {
        let [read, not] = positions(guide, without, view);
        carried.extend(read);
        lost.extend(not);
    }
    lost.difference(&carried).cloned().collect()
}

/// Whether an element has one possible value at most.
fn is_constant(of: &ElementUse) -> bool {
    let one = |of: &Simple| matches!(of.codes, Codes::OneOf(codes) if codes.len() == 1);
    of.usage == Usage::NotUsed || matches!(&of.content, Content::Simple(simple) if one(simple))
}

/// Reads a transaction set and returns what could not be read.
type View = fn(&Transaction<'_>) -> Vec<Finding<'static>>;

fn view_of(guide: &Guide) -> Option<View> {
    Some(match (guide.transaction, guide.version) {
        ("837", _) => |transaction| ClaimBatch::read(transaction).unwrap().unread,
        ("835", _) => |transaction| Remittance::read(transaction).unwrap().unread,
        ("834", _) => |transaction| Enrollment::read(transaction).unwrap().unread,
        ("820", "005010X218") => |transaction| PremiumPayment::read(transaction).unwrap().unread,
        ("270", _) => |transaction| InquiryBatch::read(transaction).unwrap().unread,
        ("276", _) => |transaction| StatusInquiry::read(transaction).unwrap().unread,
        ("277", "005010X212") => |transaction| StatusAnswer::read(transaction).unwrap().unread,
        ("277", "005010X214") => |transaction| ClaimAcknowledgement::read(transaction).unwrap().unread,
        ("278", "005010X217") if guide.has_purpose("11") => {
            |transaction| AuthorizationAnswer::read(transaction).unwrap().unread
        }
        ("278", "005010X217") => |transaction| AuthorizationRequest::read(transaction).unwrap().unread,
        _ => return None,
    })
}

#[test]
fn each_position_of_a_guide_is_read_or_listed() {
    let mut found = String::new();
    for guide in guide::all() {
        let Some(view) = view_of(guide) else { continue };
        for at in not_read(guide, view) {
            writeln!(found, "{} {} {at}", guide.transaction, guide.version).unwrap();
        }
    }
    let listed: Vec<&str> = NOT_CARRIED.iter().map(|(at, _)| *at).collect();
    assert_eq!(found.lines().collect::<Vec<_>>(), listed);
}

/// The views of `view_of`, and the responses for all patients of a 271.
fn view_with_responses(guide: &Guide) -> Option<View> {
    let responses: View = |transaction| {
        let all = Response::read_all(transaction).unwrap();
        all.into_iter().flat_map(|response| response.unread).collect()
    };
    view_of(guide).or_else(|| (guide.transaction == "271").then_some(responses))
}

#[test]
fn each_code_with_a_meaning_in_a_view_is_listed_where_it_is_unknown() {
    let (mut found, mut silent) = (BTreeSet::new(), BTreeSet::new());
    for guide in guide::all() {
        let Some(view) = view_with_responses(guide) else {
            continue;
        };
        for without in variants(guide) {
            let segments = Everything::of(guide, without).text;
            CODES.with_borrow_mut(BTreeSet::clear);
            let before = viewed(guide, &segments, view);
            for (number, element) in CODES.with_borrow(Clone::clone) {
                // ISA, GS and ST precede the segments.
                let mut lines: Vec<_> = segments.split_terminator('~').map(str::to_owned).collect();
                let line = &mut lines[usize::try_from(number).unwrap() - 4];
                let mut parts: Vec<_> = line.split('*').collect();
                let at = format!("{}{element:02}", parts[0]);
                if parts.get(element).is_none_or(|value| value.is_empty()) || !found.insert((guide.version, at.clone()))
                {
                    continue;
                }
                parts[element] = "?!";
                *line = parts.join("*");
                let after = viewed(guide, &(lines.join("~") + "~"), view);
                if after.len() <= before.len() || !after.iter().any(|finding| finding.place.segment == number) {
                    silent.insert(format!("{} {at}", guide.version));
                }
            }
        }
    }
    assert!(found.len() > 30, "{found:?}");
    assert_eq!(silent, BTreeSet::new());
}
