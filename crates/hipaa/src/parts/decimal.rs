//! Numbers of type R: written exactly, and added without overflow.

use rust_decimal::Decimal;

/// In the standard's form: no trailing zeros after the point, no sign of zero.
pub(crate) fn number(value: Decimal) -> String {
    let text = value.normalize().to_string();
    if text == "-0" { "0".to_owned() } else { text }
}

/// Empty where it is absent.
pub(crate) fn optional(value: Option<Decimal>) -> String {
    value.map(number).unwrap_or_default()
}

/// The sum; `None` where one of the values is unknown. A sum of more than 28 digits saturates.
pub(crate) fn total(values: impl IntoIterator<Item = Option<Decimal>>) -> Option<Decimal> {
    let mut values = values.into_iter();
    values.try_fold(Decimal::ZERO, |sum, value| Some(sum.saturating_add(value?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(digits in -999_999_999_999i64..999_999_999_999, scale in 0u32..7) {
            let value = Decimal::new(digits, scale);
            prop_assert_eq!(mc_x12::number(&number(value)), Some(value));
        }

        #[test]
        fn no_sum_makes_it_panic(digits in any::<i64>()) {
            let _ = total([Some(Decimal::new(digits, 0)), Some(Decimal::MAX), Some(Decimal::MAX)]);
        }
    }
}
