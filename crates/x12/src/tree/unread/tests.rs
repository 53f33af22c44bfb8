//! The short way of a readable segment, compared with the full check: every use of a segment in
//! every guide, with right and with damaged values.

use super::*;
use crate::delimiters::Delimiters;
use crate::guide::{self, Codes, Guide, Loop, PartKind, Simple};
use proptest::prelude::*;
use proptest::sample::Index;

const DAMAGED: [&str; 20] = [
    "",
    "0",
    "X",
    "-",
    "1E3",
    "1.2.3",
    "12345678901234567890",
    "20261301",
    "20260230",
    "2026-01-02",
    "2567",
    "20260102-20250101",
    "20260102-20260103",
    "A:B",
    ":",
    "1:2:3:4:5:6:7:8:9:10",
    "A^B",
    "É",
    "\u{7}",
    "A\nB",
];

fn right(simple: &Simple) -> String {
    let text = match (simple.codes, simple.kind) {
        (Codes::OneOf(codes), _) => return codes[0].to_owned(),
        (_, Kind::Date) => "20260102",
        (_, Kind::Time) => "0304",
        (_, Kind::Decimal | Kind::Integer | Kind::Cents) => "1",
        _ if simple.is_qualified_date() => "20260102",
        _ => "A",
    };
    let missing = usize::from(simple.min).saturating_sub(text.len());
    text.to_owned() + &"0".repeat(missing)
}

/// An element or a component; a choice of 0 is a right value.
fn value(element: &ElementUse, choice: u8) -> String {
    match (&element.content, choice) {
        (_, 1) => String::new(),
        (Content::Simple(simple), 0) => right(simple),
        (Content::Composite(components), 0) => {
            let values: Vec<_> = components.iter().map(|component| value(component, 0)).collect();
            values.join(":")
        }
        (_, damage) => DAMAGED[usize::from(damage) % DAMAGED.len()].to_owned(),
    }
}

fn uses(of: &'static Loop) -> Vec<&'static SegmentUse> {
    let inside = of.parts.iter().flat_map(|part| match &part.kind {
        PartKind::Segment(of) => vec![*of],
        PartKind::Loop(inner) => uses(inner),
    });
    inside.collect()
}

/// What both ways say about a segment of a guide: evidently readable, and what is unread.
fn both_ways(
    guide: &'static Guide,
    of: &'static SegmentUse,
    text: &str,
    [opened, by_id_only]: [bool; 2],
) -> (bool, usize) {
    let segment = Segment::from_bytes(text.as_bytes(), Delimiters::STANDARD, 1, 0);
    let mut fields = Fields::default();
    fields.of(&segment);
    let is_key_known = of.key.is_none_or(|key| {
        let component = usize::from(key.component.max(1));
        let value = segment.component(usize::from(key.element), component);
        key.codes.contains(&value)
    });
    let placed = Placed {
        of,
        within: guide.root,
        depth: 1,
        opened,
        kept: 1,
        count: 1,
        part: &guide.root.parts[0],
        by_id_only: by_id_only || !is_key_known,
        is_out_of_sequence: false,
    };
    let mut unread = Unread::default();
    unread.check(&placed, &segment, &fields, 2);
    (is_evidently_readable(&placed, &segment, &fields), unread.take().len())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn what_is_evidently_readable_is_read_completely(
        guide in any::<Index>(),
        of in any::<Index>(),
        choices in prop::collection::vec(prop_oneof![6 => Just(0), 1 => Just(1), 1 => 2_u8..40], 40),
        length in 0..40_usize,
        place in any::<[bool; 2]>(),
    ) {
        let guide = *guide.get(guide::all());
        let of = *of.get(&uses(guide.root));
        let values = of.elements.iter().zip(&choices).take(length).map(|(element, choice)| value(element, *choice));
        let text = std::iter::once(of.id.as_str().to_owned()).chain(values).collect::<Vec<_>>().join("*");
        let (is_evident, unread) = both_ways(guide, of, &text, place);
        prop_assert!(!is_evident || unread == 0, "{} {text:?}: {unread} unread", guide.version);
    }
}

#[test]
fn a_right_segment_of_each_guide_is_evidently_readable() {
    for guide in guide::all() {
        let all = uses(guide.root);
        let evident = all.iter().filter(|of| {
            let required = of.elements.iter().map(|element| match element.usage {
                guide::Usage::Required => value(element, 0),
                _ => String::new(),
            });
            let text = std::iter::once(of.id.as_str().to_owned())
                .chain(required)
                .collect::<Vec<_>>()
                .join("*");
            both_ways(guide, of, text.trim_end_matches('*'), [false; 2]).0
        });
        let evident = evident.count();
        assert!(
            evident * 10 >= all.len() * 7,
            "{}: {evident} of {}",
            guide.version,
            all.len()
        );
    }
}
