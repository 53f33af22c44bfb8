//! Amounts that must agree: cases beyond the single edits in `findings`.

use crate::sample::{edited, findings, findings_in, payment};
use mc_x12::Level;
use mc_x12::check::Settings;

#[test]
fn sums_are_exact() {
    let text = edited(&payment(), "CAS*CO*45*15", "CAS*CO*45*14.9*1*94*.1*1");
    assert_eq!(findings(&text), [""; 0]);
}

#[test]
fn a_lower_level_does_not_check_them() {
    let text = edited(&payment(), "BPR*I*70*", "BPR*I*71*");
    let settings = Settings {
        level: Level::Guide,
        ..Settings::default()
    };
    assert_eq!(findings_in(text.as_bytes(), &settings), [""; 0]);
}
