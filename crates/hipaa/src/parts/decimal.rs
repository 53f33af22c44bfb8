//! Numbers of type R: exact, and bounded so that their sums do not overflow.

use rust_decimal::Decimal;

/// Maximum digits before the point; the guides allow ten for money.
const WHOLE: usize = 15;
/// Maximum significant digits after the point: all that an element of ten characters can have.
const FRACTION: usize = 9;

/// An optional sign, digits, an optional point. `None` for anything else, including exponents.
pub(crate) fn parse(text: &str) -> Option<Decimal> {
    let (negative, body) = match text.strip_prefix('-') {
        Some(body) => (true, body),
        None => (false, text),
    };
    let (whole, fraction) = body.split_once('.').unwrap_or((body, ""));
    let whole = whole.trim_start_matches('0');
    let significant = fraction.trim_end_matches('0');
    let digits_only = body.bytes().all(|b| b.is_ascii_digit() || b == b'.') && !fraction.contains('.');
    if !digits_only || !body.bytes().any(|b| b.is_ascii_digit()) || whole.len() > WHOLE || significant.len() > FRACTION
    {
        return None;
    }
    let scale = u32::try_from(significant.len()).ok()?;
    let digits = format!("0{whole}{significant}").parse::<i128>().ok()?;
    Decimal::try_from_i128_with_scale(if negative { -digits } else { digits }, scale).ok()
}

/// In the standard's form: no trailing zeros after the point, no sign of zero.
pub(crate) fn number(value: Decimal) -> String {
    let text = value.normalize().to_string();
    if text == "-0" { "0".to_owned() } else { text }
}

/// Empty where it is absent.
pub(crate) fn optional(value: Option<Decimal>) -> String {
    value.map(number).unwrap_or_default()
}

/// The sum. Sums of numbers that were read do not overflow; others saturate.
pub(crate) fn total(values: impl IntoIterator<Item = Decimal>) -> Decimal {
    values.into_iter().fold(Decimal::ZERO, Decimal::saturating_add)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_of_type_r_are_read() {
        for (text, value) in [
            ("0", "0"),
            ("-.5", "-0.5"),
            ("12.", "12"),
            ("0012.500", "12.5"),
            ("-0", "0"),
        ] {
            assert_eq!(parse(text), Some(value.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "-",
            ".",
            "1,5",
            "+1",
            "1e3",
            "1.2.3",
            "1_0",
            " 1",
            "1234567890123456",
            "0.1234567891",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(digits in -999_999_999_999i64..999_999_999_999, scale in 0u32..7) {
            let value = Decimal::new(digits, scale);
            prop_assert_eq!(parse(&number(value)), Some(value));
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,40}|[0-9.-]{0,40}") {
            let _ = parse(&text).map(|value| total([value, Decimal::MAX, value]));
        }
    }
}
