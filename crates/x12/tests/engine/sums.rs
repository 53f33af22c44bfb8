//! Amounts that must agree: what no single edit in `findings` shows.

use crate::sample::{edited, payment, told, told_of};
use mc_x12::Level;
use mc_x12::check::Settings;

#[test]
fn sums_are_exact() {
    let text = edited(&payment(), "CAS*CO*45*15", "CAS*CO*45*14.9*1*94*.1*1");
    assert_eq!(told(&text), [""; 0]);
}

#[test]
fn a_lower_level_leaves_them_alone() {
    let text = edited(&payment(), "BPR*I*70*", "BPR*I*71*");
    let settings = Settings {
        level: Level::Guide,
        ..Settings::default()
    };
    assert_eq!(told_of(text.as_bytes(), &settings), [""; 0]);
}
