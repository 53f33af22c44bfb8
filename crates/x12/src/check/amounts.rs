//! Amounts of money as they stand in elements.

use rust_decimal::Decimal;

/// An R element as an exact decimal; None where it is empty or no number, which the element's own check tells.
pub(super) fn amount(text: &str) -> Option<Decimal> {
    Decimal::from_str_exact(text).ok()
}

/// The amounts of a CAS segment: elements 3, 6, 9, 12, 15, 18.
pub(super) fn adjustments<'a>(element: impl Fn(usize) -> &'a str) -> Decimal {
    (1..=6)
        .filter_map(|n| amount(element(n * 3)))
        .fold(Decimal::ZERO, |sum, one| sum.checked_add(one).unwrap_or(sum))
}
