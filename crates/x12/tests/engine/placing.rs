//! Which loop and which use of the guide a segment belongs to.

use crate::sample::{answer, claim, edited, payment};
use mc_x12::check::{Report, Settings, check};
use mc_x12::tree::{self, Node};
use mc_x12::walk::Placed;
use mc_x12::{Finding, Interchange, Limits, Segment};

#[derive(Default)]
struct Places(Vec<String>);

impl Report for Places {
    fn finding(&mut self, _: &Finding<'_>) {}

    fn segment(&mut self, segment: &Segment<'_>, placed: Option<&Placed>) {
        self.0.push(match placed {
            Some(placed) => format!(
                "{} {}{} #{}",
                segment.id(),
                placed.within.id,
                if placed.opened { "+" } else { "" },
                placed.count
            ),
            None => format!("{} -", segment.id()),
        });
    }
}

fn places(text: &str) -> Vec<String> {
    let mut places = Places::default();
    check(text.as_bytes(), Limits::FILE, &Settings::default(), &mut places).unwrap();
    places.0
}

#[test]
fn each_segment_of_a_claim_has_its_loop() {
    assert_eq!(
        places(&claim())[..20],
        [
            "ST  #1",
            "BHT  #1",
            "NM1 1000A+ #1",
            "PER 1000A #1",
            "NM1 1000B+ #1",
            "HL 2000A+ #1",
            "NM1 2010AA+ #1",
            "N3 2010AA #1",
            "N4 2010AA #1",
            "REF 2010AA #1",
            "HL 2000B+ #1",
            "SBR 2000B #1",
            "NM1 2010BA+ #1",
            "N3 2010BA #1",
            "N4 2010BA #1",
            "DMG 2010BA #1",
            "NM1 2010BB+ #1",
            "CLM 2300+ #1",
            "HI 2300 #1",
            "SBR 2320+ #1"
        ]
    );
    assert_eq!(places(&claim())[25..28], ["LX 2400+ #1", "SV1 2400 #1", "DTP 2400 #1"]);
    assert_eq!(places(&claim())[28], "LX 2400+ #2");
}

#[test]
fn a_loop_that_opens_again_counts_from_the_beginning() {
    let payment = places(&payment());
    assert_eq!(payment[10..13], ["CLP 2100+ #1", "NM1 2100 #1", "SVC 2110+ #1"]);
    assert_eq!(payment[14..17], ["CAS 2110 #1", "CAS 2110 #2", "PLB  #1"]);
    let benefits = places(&answer());
    assert_eq!(benefits[10..12], ["EB 2110C+ #1", "EB 2110C+ #2"]);
}

#[test]
fn a_segment_of_an_outer_loop_closes_the_inner_ones() {
    let text = edited(&claim(), "SE*32", "HL*3*1*22*0~SBR*P*18*******CI~SE*34");
    let places = places(&text);
    assert_eq!(places[31..33], ["HL 2000B+ #2", "SBR 2000B #1"]);
}

#[test]
fn what_has_no_place_changes_nothing() {
    let text = edited(&claim(), "N4*TOWN*NY*100010000~REF", "ZZZ*1~N4*TOWN*NY*100010000~REF");
    assert_eq!(places(&text)[8..10], ["ZZZ -", "N4 2010AA #1"]);
}

fn shape(node: &Node<'_>) -> String {
    let inside: String = node.loops.iter().map(shape).collect();
    format!("{}[{}{inside}]", node.id(), node.segments.len())
}

#[test]
fn a_tree_holds_each_segment_in_its_loop() {
    let text = claim();
    let interchange = Interchange::parse(text.as_bytes()).unwrap();
    let tree = tree::read(interchange.transactions().next().unwrap()).unwrap();
    assert_eq!(
        shape(&tree.root),
        "[1 1000A[2]1000B[1]2000A[12010AA[4]2000B[22010BA[4]2010BB[1]2300[22320[42330A[1]2330B[1]]2400[3]2400[3]]]]]"
            .replace("2000A[12010AA", "2000A[1 2010AA")
            .replace(' ', "")
    );
    let level = tree.root.child("2000A").and_then(|node| node.child("2000B")).unwrap();
    let claim = level.child("2300").unwrap();
    assert_eq!(claim.segment("CLM").unwrap().element(1), "A1");
    assert_eq!(claim.children("2400").count(), 2);
    assert_eq!(
        level
            .child("2010BA")
            .unwrap()
            .qualified("NM1", "IL")
            .unwrap()
            .element(4),
        "ADA"
    );
}
