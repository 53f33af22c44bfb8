//! Any input is read or refused within its limits.

use crate::flood::flood;
use crate::sample::{ISA, answer, check_within, claim, edited, findings, group, interchange};
use mc_x12::check::Settings;
use mc_x12::{Interchange, Limits, tree};
use proptest::prelude::*;

#[test]
fn a_flood_of_findings_is_bounded() {
    let max = u64::from(Settings::default().findings) + 5;
    let bytes = 4 << 20;
    assert!(flood(ISA, b"~", bytes) < max, "empty segments");
    assert!(flood(ISA, b"NM1*IL~", bytes) < max, "segments outside transaction sets");
    let open = &claim()[..claim().find("BHT").unwrap()];
    assert!(flood(open, b"~", bytes) < max, "empty segments in a transaction set");
    assert!(flood(open, b"QQ*1~", bytes) < max, "unknown segments");
    assert!(flood(open, b"CLM*1~", bytes) < max, "segments out of place");
}

#[test]
fn a_thousand_nested_levels_are_findings() {
    let levels: Vec<String> = (3..1003).map(|n| format!("HL*{n}*{}*22*1~", n - 1)).collect();
    let levels = levels.concat();
    let text = edited(&answer(), "SE*13*", &format!("{levels}SE*1013*"));
    assert!(findings(&text).len() > 900);
    let interchange = Interchange::parse(text.as_bytes()).unwrap();
    let tree = tree::read(interchange.transactions().next().unwrap()).unwrap();
    assert_eq!(tree.root.loops.len(), 1);
}

#[test]
fn levels_that_name_each_other_are_findings() {
    let text = edited(&answer(), "HL*2*1*21*1", "HL*2*3*21*1");
    let text = edited(&text, "HL*3*2*22*0", "HL*3*3*22*0");
    assert_eq!(
        findings(&text),
        [
            "IK403 7 segment 7 (HL in 2000B) element 2",
            "IK403 7 segment 9 (HL in 2000C) element 2"
        ]
    );
}

#[test]
fn a_truncated_isa_is_reported_at_its_place() {
    for cut in [3, 50, 104] {
        assert_eq!(findings(&ISA[..cut]), ["TA105 022 segment 1 (?)"], "{cut} bytes");
    }
    assert_eq!(findings(""), ["TA105 022 the end of the input"]);
}

#[test]
fn components_and_elements_without_end_are_reported() {
    let many = "1:".repeat(400);
    let text = edited(&claim(), "***1:2~", &format!("***{many}~"));
    assert!(findings(&text).len() < 500);
    let text = edited(&claim(), "***11:B:1*", &format!("***{many}*"));
    assert!(findings(&text).iter().any(|line| line.starts_with("IK403 13 ")));
    let text = edited(&claim(), "N3*1 STREET~", &format!("N3*1 STREET{}~", "*X".repeat(5000)));
    assert!(findings(&text).iter().all(|line| line.starts_with("IK403 3 ")));
}

#[test]
fn delimiters_of_others_inside_data_stay_data() {
    let text = edited(&claim(), "N3*1 STREET~", "N3*1|STREET>!~");
    assert_eq!(findings(&text), [""; 0]);
    let swapped = claim().replace('*', "|").replace('~', "\n");
    assert_eq!(findings(&swapped), [""; 0]);
}

#[test]
fn a_finding_limit_of_none_still_rejects() {
    let text = edited(&claim(), "BHT*0019*00*", "BHT*0019*99*");
    let settings = Settings {
        findings: 0,
        ..Settings::default()
    };
    let (findings, verdict) = check_within(text.as_bytes(), Limits::FILE, &settings);
    assert_eq!((findings.len(), verdict.accepted, verdict.errors), (1, 0, 1));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 800, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_checked(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let whole = [ISA.as_bytes(), &bytes].concat();
        check_within(&bytes, Limits::default(), &Settings::default());
        check_within(&whole, Limits::default(), &Settings::default());
    }

    #[test]
    fn any_order_of_segments_is_checked(
        order in prop::collection::vec(any::<prop::sample::Index>(), 0..60),
        kind in 0usize..3,
    ) {
        let (text, of, version) = [
            (crate::sample::CLAIM, "HC", "005010X222A1"),
            (crate::sample::PAYMENT, "HP", "005010X221A1"),
            (crate::sample::ANSWER, "HB", "005010X279A1"),
        ][kind];
        let all: Vec<&str> = text.split_inclusive('~').collect();
        let body: String = order.iter().map(|at| all[at.index(all.len())]).collect();
        let text = interchange(&group(of, version, &format!("{}{body}", all[0]), 1), 1);
        let (findings, verdict) = check_within(text.as_bytes(), Limits::FILE, &Settings::default());
        prop_assert_eq!(findings.len() as u64, verdict.errors + verdict.warnings);
        let interchange = Interchange::parse(text.as_bytes());
        let _ = interchange.map(|interchange| interchange.transactions().map(tree::read).count());
    }
}
