//! What a finding says of a segment without a place: the segment that is meant, or the loop that is
//! not open.

use crate::sample::{Found, answer, changed, check_within, claim, enrollment, findings, payment};
use mc_x12::check::Settings;
use mc_x12::finding::FindingKind;
use mc_x12::{Finding, Limits};

fn found(text: &str) -> Vec<Found> {
    check_within(text.as_bytes(), Limits::FILE, &Settings::default()).0
}

/// The loop that the first such finding calls not open, the segment that begins it, and the number
/// of such findings.
fn not_opened(text: &str) -> (Option<(&'static str, &'static str)>, usize) {
    let found = found(text);
    let mut loops = found.iter().filter_map(|found| match found.kind {
        FindingKind::LoopNotOpened { loop_id, opener, .. } => Some((loop_id, opener)),
        _ => None,
    });
    let first = loops.next();
    (first, usize::from(first.is_some()) + loops.count())
}

/// The segment that a text's first finding says is meant.
fn meant(text: &str) -> Option<&'static str> {
    match found(text).remove(0).kind {
        FindingKind::UnknownSegment { meant } | FindingKind::UnexpectedSegment { meant } => meant,
        kind => panic!("{kind:?}"),
    }
}

#[test]
fn a_segment_whose_loop_is_not_open_names_the_loop_and_what_begins_it_once() {
    let one = |text: String| {
        let (of, count) = not_opened(&text);
        assert_eq!(count, 1, "{:?}", findings(&text));
        of.unwrap()
    };
    assert_eq!(
        one(changed(&claim(), "CLM*A1*150***11:B:1*Y*A*Y*Y~", "")),
        ("2300", "CLM")
    );
    assert_eq!(one(changed(&claim(), "SBR*P*18*******CI~", "")), ("2320", "SBR"));
    assert_eq!(one(changed(&payment(), "LX*1~", "")), ("2000", "LX"));
    assert_eq!(one(changed(&answer(), "HL*3*2*22*0~", "")), ("2000C", "HL"));
    assert_eq!(one(changed(&answer(), "HL*2*1*21*1~", "")), ("2000B", "HL"));
    let message = changed(&answer(), "EB*1*IND*30^98**GOLD~EB*B**98***27*25*****Y~", "MSG*CALL~");
    assert_eq!(one(message), ("2110C", "EB"));
    assert_eq!(one(changed(&enrollment(), "INS*N*19*021*28*A~", "")), ("2000", "INS"));
    let claims = changed(
        &payment(),
        "PLB*",
        "CLP*A2*1*0*0**12*P2*11*1~NM1*QC*1*BIRCH*ADA****MI*M1~PLB*",
    );
    assert_eq!(findings(&claims), [""; 0]);
    assert_eq!(one(changed(&claims, "CLP*A2*1*0*0**12*P2*11*1~", "")), ("2100", "CLP"));
}

#[test]
fn a_segment_that_many_loops_have_names_none_far_away() {
    let text = changed(&claim(), "AMT*D*100~", "AMT*D*100~DMG*D8*19271211*F~");
    assert_eq!(findings(&text), ["IK304 2 segment 25 (DMG in 2320)"]);
    assert_eq!(not_opened(&text), (None, 0));
}

#[test]
fn a_misspelled_id_proposes_the_segment_that_has_a_place_there() {
    for id in ["CLN", "CLQ", "CML", "CM", "CLMM", "CLP"] {
        assert_eq!(
            meant(&changed(&claim(), "CLM*A1*", &format!("{id}*A1*"))),
            Some("CLM"),
            "{id}"
        );
    }
    assert_eq!(meant(&changed(&claim(), "HI*ABK:I10*", "HX*ABK:I10*")), Some("HI"));
    assert_eq!(meant(&changed(&claim(), "SV1*HC:99213*", "SVQ*HC:99213*")), Some("SV1"));
    assert_eq!(
        meant(&changed(&payment(), "CAS*CO*45*15~", "CSA*CO*45*15~")),
        Some("CAS")
    );
    assert_eq!(
        meant(&changed(&answer(), "EB*1*IND*30^98", "EBB*1*IND*30^98")),
        Some("EB")
    );
    let text = changed(&claim(), "HI*ABK:I10*", "HIX*1~HI*ABK:I10*");
    let Found { kind, place, value } = found(&text).remove(0);
    let value = value.as_deref();
    assert_eq!(
        Finding { kind, place, value }.to_string(),
        "There is no segment with the id HIX. Is HI meant?"
    );
}

#[test]
fn an_id_that_is_near_to_none_proposes_nothing() {
    assert_eq!(meant(&changed(&claim(), "HI*ABK:I10*", "QQQ*1~HI*ABK:I10*")), None);
    assert_eq!(meant(&changed(&claim(), "HI*ABK:I10*", "BIRCH*1~HI*ABK:I10*")), None);
}
