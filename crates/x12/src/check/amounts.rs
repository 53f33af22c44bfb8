//! Amounts of money in elements.

use crate::balance::Sum;
use rust_decimal::Decimal;

/// Number of digits that always fit into 64 bits.
const SHORT: usize = 18;

/// An R element as an exact decimal; `None` where it is empty or not a number, which is reported
/// for the element itself.
pub(super) fn amount(text: &[u8]) -> Option<Decimal> {
    short(text).or_else(|| Decimal::from_str_exact(str::from_utf8(text).ok()?).ok())
}

/// Fast path for usual amounts: few digits with a decimal point.
#[inline]
fn short(bytes: &[u8]) -> Option<Decimal> {
    if bytes.is_empty() || bytes.len() > SHORT {
        return None;
    }
    let (mut number, mut scale) = (0_i64, None);
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'0'..=b'9' => number = number * 10 + i64::from(byte - b'0'),
            b'.' if scale.is_none() && at > 0 && at + 1 < bytes.len() => scale = Some(bytes.len() - at - 1),
            _ => return None,
        }
    }
    Some(Decimal::new(number, u32::try_from(scale.unwrap_or(0)).ok()?))
}

/// An amount of a sum: zero where it is empty, unknown where it is not a number.
pub(super) fn addend(text: &[u8]) -> Sum {
    match text {
        b"" => Sum::default(),
        text => Sum::of(amount(text)),
    }
}

/// As [`addend`], where an amount is required: one that is missing is unknown.
pub(super) fn required(text: &[u8]) -> Sum {
    if text.is_empty() { Sum::UNKNOWN } else { addend(text) }
}

/// The amounts of a CAS segment: elements 3, 6, 9, 12, 15, 18.
pub(super) fn adjustments<'a>(element: impl Fn(usize) -> &'a [u8]) -> Sum {
    let mut sum = required(element(3));
    for n in 2..=6 {
        let text = element(n * 3);
        if !text.is_empty() {
            sum.add(addend(text));
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn an_amount_is_what_the_library_reads(text in "-?[0-9]{0,20}\\.?[0-9]{0,6}[.x]?") {
            prop_assert_eq!(amount(text.as_bytes()), Decimal::from_str_exact(&text).ok(), "{}", text);
        }
    }
}
