//! The places of segments that occur too often or have no place.

use super::*;
use crate::guide;
use crate::{Interchange, tree};

/// Loop and count of each segment that has a place.
fn places(text: &str) -> Vec<(&'static str, bool, u32)> {
    let guide = guide::find("005010X222A1", false).unwrap();
    let input = crate::fixtures::interchange("837", "005010X222A1", text);
    let interchange = Interchange::parse(input.as_bytes()).unwrap();
    let mut walker = Walker::new(guide);
    walker.frames.count_first();
    let mut fields = Fields::default();
    let transaction = interchange.transactions().next().unwrap();
    let placed = transaction.segments.iter().filter_map(|segment| {
        fields.of(segment);
        let placed = walker.step(segment, &fields, false, &mut |_| ())?;
        Some((placed.within.id, placed.opened, placed.count))
    });
    placed.collect()
}

const TO_THE_CLAIM: &str = "BHT*0019*00*R*20260102*0304*CH~HL*1**20*1~NM1*85*2*CLINIC*****XX*1~HL*2*1*22*0~SBR*P*18~NM1*IL*1*DOE*JO~\
    CLM*C1*1***11:B:1*Y*A*Y*Y~";

#[test]
fn what_opens_a_loop_too_often_opens_another_one() {
    let text = format!("{TO_THE_CLAIM}NM1*82*1*HOUSE~NM1*82*1*WILSON~REF*G2*1~");
    let found = places(&text);
    let last = found.len() - 3;
    assert_eq!(
        found[last..],
        [("2310B", true, 1), ("2310B", true, 2), ("2310B", false, 1)]
    );
}

#[test]
fn a_party_without_a_place_is_not_put_in_the_loop_before() {
    let found = places(&format!("{TO_THE_CLAIM}NM1*82*1*HOUSE~NM1*8X*1*WILSON~"));
    assert_eq!(found.last(), Some(&("2310B", true, 1)));
}

#[test]
fn what_belongs_to_a_party_without_a_place_is_left_out_of_the_tree() {
    let text = format!("{TO_THE_CLAIM}NM1*82*1*HOUSE~NM1*8X*1*WILSON~REF*G2*1~NM1*77*2*PLACE~N3*1 ELM ST~");
    let input = crate::fixtures::interchange("837", "005010X222A1", &text);
    let interchange = Interchange::parse(input.as_bytes()).unwrap();
    let root = tree::read(interchange.transactions().next().unwrap()).unwrap().root;
    let claim = root
        .child("2000A")
        .and_then(|node| node.child("2000B"))
        .and_then(|node| node.child("2300"));
    let claim = claim.unwrap();
    assert!(claim.child("2310B").unwrap().segment("REF").is_none());
    assert!(claim.child("2310C").unwrap().segment("N3").is_some());
}
