//! Amounts that must agree.

use crate::sample::{check_within, claim, edited, payment};
use mc_x12::check::Settings;
use mc_x12::finding::{Rule, What};
use mc_x12::{Level, Limits};

/// The sums that do not agree, as rule, stated, computed.
fn sums(text: &str) -> Vec<(Rule, String, String)> {
    let (told, _) = check_within(text.as_bytes(), Limits::FILE, &Settings::default());
    let sum = |what| match what {
        What::Unbalanced { rule, stated, computed } => (rule, stated.to_string(), computed.to_string()),
        other => panic!("{other:?}"),
    };
    told.into_iter().map(|told| sum(told.what)).collect()
}

fn owned(rule: Rule, stated: &str, computed: &str) -> (Rule, String, String) {
    (rule, stated.to_owned(), computed.to_owned())
}

#[test]
fn a_claim_is_the_sum_of_its_lines() {
    assert_eq!(
        sums(&edited(&claim(), "SV1*HC:36415*50*", "SV1*HC:36415*50.01*")),
        [owned(Rule::ClaimCharge, "150", "150.01")]
    );
}

#[test]
fn what_another_payer_paid_and_adjusted_makes_the_charge() {
    assert_eq!(
        sums(&edited(&claim(), "AMT*D*100", "AMT*D*99.99")),
        [owned(Rule::OtherPayer, "150", "149.99")]
    );
}

#[test]
fn a_payment_agrees_from_line_to_cheque() {
    assert_eq!(
        sums(&edited(&payment(), "SVC*HC:99213*100*80*", "SVC*HC:99213*100*79*")),
        [owned(Rule::LinePayment, "79", "80")]
    );
    assert_eq!(
        sums(&edited(&payment(), "SVC*HC:99213*100*80*", "SVC*HC:99213*101*81*")),
        [owned(Rule::ClaimLines, "100", "101")]
    );
    assert_eq!(
        sums(&edited(&payment(), "CLP*A1*1*100*80*5*", "CLP*A1*1*100*81*5*")),
        [owned(Rule::ClaimPayment, "81", "80"), owned(Rule::Payment, "70", "71")]
    );
    assert_eq!(
        sums(&edited(&payment(), "CLP*A1*1*100*80*5*", "CLP*A1*1*100*80*6*")),
        [owned(Rule::PatientShare, "6", "5")]
    );
    assert_eq!(
        sums(&edited(&payment(), "WO:X*10~", "WO:X*-10~")),
        [owned(Rule::Payment, "70", "90")]
    );
}

#[test]
fn sums_are_exact() {
    let text = edited(&payment(), "CAS*CO*45*15", "CAS*CO*45*14.9*1*94*.1*1");
    assert_eq!(sums(&text), []);
}

#[test]
fn a_lower_level_leaves_them_alone() {
    let text = edited(&payment(), "BPR*I*70*", "BPR*I*71*");
    let settings = Settings {
        level: Level::Guide,
        ..Settings::default()
    };
    let (told, verdict) = check_within(text.as_bytes(), Limits::FILE, &settings);
    assert_eq!((told.len(), verdict.accepted), (0, 1));
}
