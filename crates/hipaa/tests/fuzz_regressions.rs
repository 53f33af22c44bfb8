//! Regression tests from fuzzing (`make fuzz-x12`): the smallest inputs that cover what each target
//! has covered, one line of hexadecimal digits each. They run without a nightly toolchain, in
//! seconds.

#[path = "../fuzz/src/lib.rs"]
#[expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a promise that is broken ends its target"
)]
mod properties;

use properties::{acknowledgement, checker, reader, tree, views};

fn all_hold(cases: &str, property: fn(&[u8])) {
    let mut count = 0;
    for line in cases.lines() {
        let digits = |at: usize| line.get(2 * at..2 * at + 2).unwrap_or_default();
        let bytes: Result<Vec<u8>, _> = (0..line.len() / 2)
            .map(|at| u8::from_str_radix(digits(at), 16))
            .collect();
        let bytes = bytes.unwrap_or_default();
        assert!(!bytes.is_empty(), "no case: {line}");
        // The line identifies the failing input.
        let held = std::panic::catch_unwind(|| property(&bytes));
        assert!(held.is_ok(), "does not hold: {line}");
        count += 1;
    }
    assert!(count > 20, "only {count} cases");
}

macro_rules! regression {
    ($($name:ident: $property:path,)*) => {
        $(#[test]
        fn $name() {
            all_hold(include_str!(concat!("../fuzz/cases/", stringify!($name), ".txt")), $property);
        })*
    };
}

regression! {
    reader: reader::holds,
    checker: checker::holds,
    tree: tree::holds,
    acknowledgement: acknowledgement::holds,
    claim: views::claim,
    remittance: views::remittance,
    enrollment: views::enrollment,
    status: views::status,
    authorization: views::authorization,
    premium: views::premium,
    eligibility: views::eligibility,
}
