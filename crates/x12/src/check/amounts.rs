//! Amounts of money in elements.

use rust_decimal::Decimal;

/// Number of digits that always fit into 64 bits.
const SHORT: usize = 18;

/// An R element as an exact decimal; `None` where it is empty or not a number, which is reported
/// for the element itself.
pub(super) fn amount(text: &str) -> Option<Decimal> {
    short(text.as_bytes()).or_else(|| Decimal::from_str_exact(text).ok())
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

/// As [`amount`]; an empty element is zero.
pub(super) fn amount_or_zero(text: &str) -> Option<Decimal> {
    if text.is_empty() {
        return Some(Decimal::ZERO);
    }
    amount(text)
}

/// The sum of the amounts of a CAS segment, elements 3, 6, 9, 12, 15, 18; `None` where one of them is
/// unreadable.
pub(super) fn adjustments<'a>(element: impl Fn(usize) -> &'a str) -> Option<Decimal> {
    let mut given = (1..=6).map(|n| element(n * 3)).filter(|text| !text.is_empty());
    let first = given.next().map_or(Some(Decimal::ZERO), amount)?;
    given.try_fold(first, |sum, text| Some(sum.saturating_add(amount(text)?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn an_amount_is_what_the_library_reads(text in "-?[0-9]{0,20}\\.?[0-9]{0,6}[.x]?") {
            prop_assert_eq!(amount(&text), Decimal::from_str_exact(&text).ok(), "{}", text);
        }
    }
}
