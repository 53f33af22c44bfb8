//! Amounts that must agree: cases beyond the single edits in `findings`.

use crate::sample::{claim, edited, findings, findings_in, payment};
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

/// Each edit has one finding: a sum with an amount that cannot be read is unknown.
#[test]
fn an_amount_that_cannot_be_read_makes_its_sums_unknown() {
    let number = |text: &str, from: &str, to: &str| {
        let found = findings(&edited(text, from, to));
        assert!(
            found.len() == 1 && found[0].starts_with("IK403 "),
            "{from} -> {to}: {found:?}"
        );
    };
    let claim = claim();
    number(&claim, "SV1*HC:99213*100*", "SV1*HC:99213*1OO*");
    number(&claim, "SV1*HC:99213*100*", "SV1*HC:99213**");
    number(&claim, "CLM*A1*150*", "CLM*A1*15O*");
    number(&claim, "CAS*CO*45*50~", "CAS*CO*45*5O~");
    number(&claim, "AMT*D*100~", "AMT*D*1OO~");
    let payment = payment();
    number(&payment, "BPR*I*70*", "BPR*I*7O*");
    number(&payment, "CLP*A1*1*100*80*5*", "CLP*A1*1*1OO*80*5*");
    number(&payment, "CLP*A1*1*100*80*5*", "CLP*A1*1*100*8O*5*");
    number(&payment, "CLP*A1*1*100*80*5*", "CLP*A1*1*100*80*S*");
    number(&payment, "SVC*HC:99213*100*80*", "SVC*HC:99213*1OO*80*");
    number(&payment, "SVC*HC:99213*100*80*", "SVC*HC:99213*100*8O*");
    number(&payment, "CAS*CO*45*15~", "CAS*CO*45*1S~");
    number(&payment, "CAS*CO*45*15~", "CAS*CO*45~");
    number(&payment, "*WO:X*10~", "*WO:X*1O~");
}
