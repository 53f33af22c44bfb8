//! Loops and segments against the guide: cases beyond the single edits in `findings`.

use crate::sample::{answer, changed, claim, edited, enrollment, findings, findings_in};
use mc_x12::Level;
use mc_x12::check::Settings;

#[test]
fn what_the_guide_has_no_place_for_is_reported() {
    let text = changed(&claim(), "HI*ABK:I10", "SMITH*1~HI*ABK:I10");
    assert_eq!(findings(&text), ["IK304 1 segment 21 (? in 2300)"]);
    let text = changed(&answer(), "DMG*D8", "CLM*1~DMG*D8");
    assert_eq!(findings(&text), ["IK304 2 segment 12 (CLM in 2100C)"]);
}

#[test]
fn a_wrong_qualifier_is_a_wrong_code() {
    let text = edited(&claim(), "REF*EI*", "REF*EX*");
    assert_eq!(findings(&text)[0], "IK403 7 segment 12 (REF in 2010AA) element 1");
}

#[test]
fn what_is_missing_may_be_missed_elsewhere_too() {
    let text = changed(&claim(), "HI*ABK:I10*ABF:E119~", "");
    assert_eq!(
        findings(&text),
        [
            "IK403 I12 segment 28 (SV1 in 2400) element 7, component 1",
            "IK403 I12 segment 28 (SV1 in 2400) element 7, component 2",
            "IK403 I12 segment 31 (SV1 in 2400) element 7, component 1",
            "IK304 3 segment 21 (HI in 2300)",
        ]
    );
}

#[test]
fn a_level_names_the_one_around_it() {
    let text = edited(&answer(), "HL*3*2*22*0", "HL*3*9*22*0");
    assert_eq!(findings(&text), ["IK403 7 segment 9 (HL in 2000C) element 2"]);
}

#[test]
fn a_level_below_is_not_checked_above_it() {
    let text = changed(&claim(), "N3*1 STREET~", "");
    let settings = Settings {
        level: Level::Syntax,
        ..Settings::default()
    };
    assert_eq!(findings_in(text.as_bytes(), &settings), [""; 0]);
}

#[test]
fn ls_and_le_bound_a_loop_together() {
    let benefit = "EB*B**98***27*25*****Y~";
    let with = |bounds: &str| findings(&changed(&answer(), benefit, &format!("{benefit}{bounds}")));
    assert_eq!(with("LS*2120~NM1*P3*1*ELM*SAM~LE*2120~"), [""; 0]);
    assert_eq!(with("LS*2120~NM1*P3*1*ELM*SAM~LE*2120~EB*1**30~"), [""; 0]);
    assert_eq!(with("LS*2120~NM1*P3*1*ELM*SAM~"), ["IK304 3 segment 17 (LE in 2110C)"]);
    assert_eq!(
        with("LS*2120~NM1*P3*1*ELM*SAM~EB*1**30~"),
        ["IK304 3 segment 17 (LE in 2110C)"]
    );
    assert_eq!(with("LE*2120~"), ["IK304 3 segment 15 (LS in 2110C)"]);
    assert_eq!(with("NM1*P3*1*ELM*SAM~"), ["IK304 3 segment 15 (LS in 2110C)"]);
    assert_eq!(
        with("NM1*P3*1*ELM*SAM~NM1*1P*2*ELM~LE*2120~EB*1**30~"),
        ["IK304 3 segment 15 (LS in 2110C)"]
    );
    assert_eq!(with("LS*2120~LE*2120~"), ["IK304 3 segment 16 (NM1 in 2120C)"]);
    assert_eq!(with("LS*2120~LE*2120~EB*1**30~"), ["IK304 3 segment 16 (NM1 in 2120C)"]);
    assert_eq!(
        with("NM1*P3*1*ELM*SAM~LS*2120~LE*2120~"),
        ["IK304 7 segment 16 (LS in 2110C)"]
    );
    assert_eq!(
        with("LS*2120~LE*2120~NM1*P3*1*ELM*SAM~"),
        ["IK304 7 segment 17 (NM1 in 2120C)"]
    );
}

#[test]
fn reporting_categories_are_bound_too() {
    // A coverage has LX too, of its providers.
    let coverage = "NM1*IL*1*BIRCH*EVE~HD*021**DEN~DTP*348*D8*20240101~";
    let with = |more: &str| findings(&changed(&enrollment(), coverage, &format!("NM1*IL*1*BIRCH*EVE~{more}")));
    let category = "LX*1~N1*75*AREA~REF*17*1~";
    assert_eq!(with(&format!("LS*2700~{category}LE*2700~")), [""; 0]);
    assert_eq!(with(category), ["IK304 3 segment 15 (LS in 2000)"]);
    assert_eq!(
        with(&format!("{category}{category}LE*2700~")),
        ["IK304 3 segment 15 (LS in 2000)"]
    );
    assert_eq!(
        with(&format!("LS*2700~{category}")),
        ["IK304 3 segment 19 (LE in 2000)"]
    );
}
