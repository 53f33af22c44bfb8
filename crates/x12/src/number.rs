//! Numbers of types R, N0 and N2 as exact decimals.

use rust_decimal::Decimal;

/// Maximum digits before the point: data elements of type R have at most 18 digits.
const WHOLE: usize = 18;
/// Maximum significant digits: the precision of [`Decimal`].
const DIGITS: usize = 28;

/// Reads an optional sign, digits and an optional point (X12.6 section 3.5.1). `None` for anything
/// else, including exponents, and for more digits than any data element has.
pub fn number(text: &str) -> Option<Decimal> {
    if let Some(number) = short(text.as_bytes()) {
        return Some(number);
    }
    let (negative, body) = match text.strip_prefix('-') {
        Some(body) => (true, body),
        None => (false, text),
    };
    let (whole, fraction) = body.split_once('.').unwrap_or((body, ""));
    let digits_only = body.bytes().all(|b| b.is_ascii_digit() || b == b'.') && !fraction.contains('.');
    if !digits_only || !body.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    let whole = whole.trim_start_matches('0');
    let significant = fraction.trim_end_matches('0');
    if whole.len() > WHOLE || whole.len() + significant.len() > DIGITS {
        return None;
    }
    let scale = u32::try_from(significant.len()).ok()?;
    let all = whole.bytes().chain(significant.bytes());
    let digits = all.fold(0_i128, |digits, digit| 10 * digits + i128::from(digit - b'0'));
    Decimal::try_from_i128_with_scale(if negative { -digits } else { digits }, scale).ok()
}

/// As [`number`] for the usual form: few digits, with a point or without.
fn short(text: &[u8]) -> Option<Decimal> {
    let (mut digits, mut scale) = (0_i64, None);
    if text.len() > WHOLE || !text.last()?.is_ascii_digit() {
        return None;
    }
    for byte in text {
        match byte {
            b'0'..=b'9' => {
                digits = 10 * digits + i64::from(byte - b'0');
                scale = scale.map(|scale: u32| scale + 1);
            }
            b'.' if scale.is_none() => scale = Some(0),
            _ => return None,
        }
    }
    let mut scale = scale.unwrap_or(0);
    while scale > 0 && digits % 10 == 0 {
        (digits, scale) = (digits / 10, scale - 1);
    }
    Some(Decimal::new(digits, scale))
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
            ("123456789012345678", "123456789012345678"),
            ("0.12345678901", "0.12345678901"),
        ] {
            assert_eq!(number(text), Some(value.parse().unwrap()), "{text}");
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
            "1234567890123456789",
            "1.1234567890123456789012345678",
        ] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,40}|[0-9.-]{0,40}") {
            let _ = number(&text);
        }
    }
}
