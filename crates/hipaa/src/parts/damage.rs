//! Damaged input becomes a typed value or an error, never a panic, and no output identifies the
//! patient.

use proptest::prelude::*;
use std::fmt::Debug;

use crate::authorization::{AuthorizationAnswer, AuthorizationRequest};
use crate::claim::ClaimBatch;
use crate::eligibility::{InquiryBatch, Response};
use crate::enrollment::Enrollment;
use crate::premium::PremiumPayment;
use crate::remittance::Remittance;
use crate::status::{StatusAnswer, StatusInquiry};
use crate::{Read, ViewError};
use crate::{authorization, claim, eligibility, enrollment, premium, remittance, status};
use mc_x12::check::{Report, Settings, check};
use mc_x12::{Finding, Interchange, Limits};

fn example(which: usize) -> String {
    match which {
        0 => remittance::tests::written(),
        1 => claim::tests::written(),
        2 => enrollment::tests::written(),
        3 => status::tests::written(),
        4 => authorization::tests::request_text(),
        5 => authorization::tests::written(),
        6 => premium::tests::written(),
        7 => eligibility::batch::tests::request_text(),
        _ => eligibility::batch::tests::written(),
    }
}

struct Found(Vec<String>);

impl Report for Found {
    fn finding(&mut self, finding: &Finding<'_>) {
        self.0.push(format!("{}: {finding}", finding.place));
    }
}

#[test]
fn the_checker_finds_no_fault_in_what_the_examples_write() {
    let further = claim::tests::of_other_kinds()
        .into_iter()
        .chain([status::tests::request_text()]);
    for (text, which) in (0..9).map(example).chain(further).zip(0..) {
        let mut found = Found(Vec::new());
        check(text.as_bytes(), Limits::default(), &Settings::default(), &mut found).unwrap();
        assert_eq!(found.0, [""; 0], "example {which}");
    }
}

/// Everything that a view may show.
fn shown<T: Debug>(read: Result<Read<T>, ViewError>, more: impl Fn(&T) -> String) -> String {
    match read {
        Ok(read) => {
            let more = more(&read.value);
            let listed: Vec<String> = read.unread.iter().map(ToString::to_string).collect();
            format!("{:?} {more} {listed:?} {:?}", read.value, read.unread)
        }
        Err(error) => format!("{error} {error:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn no_damage_makes_a_view_panic_or_reveal_the_name(
        which in 0usize..9, edits in prop::collection::vec((any::<prop::sample::Index>(), 32u8..127), 1..5),
    ) {
        let mut bytes = example(which).into_bytes();
        for (at, byte) in edits {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let Ok(interchange) = Interchange::parse(&bytes) else { return Ok(()) };
        for transaction in interchange.transactions() {
            let found = Response::read_all(transaction).map(|all| format!("{all:?}"));
            let found = found.unwrap_or_else(|error| format!("{error} {error:?}"));
            prop_assert!(!found.contains("DOE"), "{}", found);
            let found = [
                shown(Remittance::read(transaction), |view| format!("{:?}", view.balance())),
                shown(ClaimBatch::read(transaction), |view| format!("{:?}", view.balance())),
                shown(Enrollment::read(transaction), |view| view.steps().count().to_string()),
                shown(StatusInquiry::read(transaction), |_| String::new()),
                shown(StatusAnswer::read(transaction), |_| String::new()),
                shown(AuthorizationRequest::read(transaction), |_| String::new()),
                shown(AuthorizationAnswer::read(transaction), |_| String::new()),
                shown(PremiumPayment::read(transaction), |view| format!("{:?}", view.balance())),
                shown(InquiryBatch::read(transaction), |_| String::new()),
            ];
            for found in found {
                prop_assert!(!found.contains("DOE"), "{}", found);
            }
        }
    }
}
