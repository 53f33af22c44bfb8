//! The format of values by their data element (X12.6: types, lengths, dates, times, characters).

use crate::characters::{self, Characters};
use crate::finding::FindingKind;
use crate::guide::{Kind, Simple};

/// The format error of a value that is not empty. Codes are checked elsewhere. `plain`: its
/// characters are known to be allowed.
pub(crate) fn form(bytes: &[u8], of: &Simple, plain: bool) -> Option<FindingKind> {
    if !plain && of.kind != Kind::Binary && !bytes.iter().all(|byte| is_data(*byte)) {
        return Some(unusual(bytes, of));
    }
    let length = match of.kind {
        // Another element states the length.
        Kind::Binary => return None,
        Kind::Decimal if !is_decimal(bytes) => return Some(FindingKind::BadNumber),
        Kind::Integer | Kind::Cents if !is_integer(bytes) => return Some(FindingKind::BadNumber),
        Kind::Decimal | Kind::Integer | Kind::Cents => digits(bytes),
        _ => bytes.len(),
    };
    if length < usize::from(of.min) {
        return Some(FindingKind::TooShort { min: of.min });
    }
    if length > usize::from(of.max) {
        return Some(FindingKind::TooLong { max: of.max });
    }
    match of.kind {
        Kind::Date => date(bytes),
        Kind::Time => (!is_time(bytes)).then_some(FindingKind::BadTime),
        _ => None,
    }
}

/// The format error of a value with characters that are not printable ASCII.
#[cold]
fn unusual(bytes: &[u8], of: &Simple) -> FindingKind {
    if let Some(kind) = characters(bytes).filter(|kind| *kind != FindingKind::NationalCharacter) {
        return kind;
    }
    let length = characters::count(bytes);
    match of.kind {
        Kind::Decimal | Kind::Integer | Kind::Cents => FindingKind::BadNumber,
        Kind::Date => FindingKind::BadDate,
        Kind::Time => FindingKind::BadTime,
        _ if length < usize::from(of.min) => FindingKind::TooShort { min: of.min },
        _ if length > usize::from(of.max) => FindingKind::TooLong { max: of.max },
        _ => FindingKind::NationalCharacter,
    }
}

/// The finding for the least usual character of a value.
pub(super) fn characters(bytes: &[u8]) -> Option<FindingKind> {
    match characters::of(bytes) {
        Characters::Plain => None,
        Characters::National => Some(FindingKind::NationalCharacter),
        Characters::Control => Some(FindingKind::ControlCharacter),
        Characters::Other => Some(FindingKind::BadCharacter),
    }
}

/// The format error of a value by its qualifier (data element 1250).
pub(crate) fn qualified_date(qualifier: &[u8], bytes: &[u8]) -> Option<FindingKind> {
    let good = match qualifier {
        b"D8" if bytes.len() == 8 => return date(bytes),
        b"D6" => bytes.len() == 6 && is_date(bytes),
        b"RD8" => {
            let good = bytes.len() == 17 && bytes[8] == b'-' && is_date(&bytes[..8]) && is_date(&bytes[9..]);
            // Eight digits each sort by time.
            if good && bytes[..8] > bytes[9..] {
                return Some(FindingKind::PeriodReversed);
            }
            if good {
                return date(&bytes[..8]);
            }
            false
        }
        b"DT" if matches!(bytes.len(), 12 | 14) && is_time(&bytes[8..]) => return date(&bytes[..8]),
        b"TM" => is_time(bytes),
        b"D8" | b"DT" => false,
        _ => return None,
    };
    (!good).then_some(if qualifier == b"TM" {
        FindingKind::BadTime
    } else {
        FindingKind::BadDate
    })
}

/// The extended character set (X12.5 B.1.1.2.2) without letters of national languages.
fn is_data(byte: u8) -> bool {
    (b' '..=b'~').contains(&byte)
}

/// Sign, decimal point and exponent letter do not count (X12.6 section 3.5.1).
fn digits(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| byte.is_ascii_digit()).count()
}

fn is_integer(bytes: &[u8]) -> bool {
    let digits = bytes.strip_prefix(b"-").unwrap_or(bytes);
    !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
}

fn is_decimal(bytes: &[u8]) -> bool {
    let unsigned = bytes.strip_prefix(b"-").unwrap_or(bytes);
    let mut points = 0;
    let mut digits = 0;
    for byte in unsigned {
        match byte {
            b'0'..=b'9' => digits += 1,
            b'.' => points += 1,
            _ => return false,
        }
    }
    digits > 0 && points <= 1
}

/// The fault of CCYYMMDD or YYMMDD. The guides have no lower limit, but nothing that they date is
/// before 1800.
fn date(bytes: &[u8]) -> Option<FindingKind> {
    match bytes {
        _ if !is_date(bytes) => Some(FindingKind::BadDate),
        _ if bytes.len() == 8 && bytes < b"18000101".as_slice() => Some(FindingKind::EarlyDate),
        _ => None,
    }
}

/// CCYYMMDD or YYMMDD. There is no year 0000.
fn is_date(bytes: &[u8]) -> bool {
    if !matches!(bytes.len(), 6 | 8) || !bytes.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let number = |part: &[u8]| part.iter().fold(0_u32, |sum, byte| sum * 10 + u32::from(byte - b'0'));
    let (year, rest) = bytes.split_at(bytes.len() - 4);
    let (year, month, day) = (number(year), number(&rest[..2]), number(&rest[2..]));
    // The century of a two-digit year is unknown, so every fourth year counts as a leap year.
    let leap = year % 4 == 0 && (bytes.len() == 6 || year % 100 != 0 || year % 400 == 0);
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => return false,
    };
    (1..=days).contains(&day) && (year > 0 || bytes.len() == 6)
}

/// HHMM[SS[D[D]]].
fn is_time(bytes: &[u8]) -> bool {
    if !(matches!(bytes.len(), 4 | 6..=8) && bytes.iter().all(u8::is_ascii_digit)) {
        return false;
    }
    let pair = |at: usize| {
        bytes
            .get(at..at + 2)
            .map_or(0, |two| u32::from(two[0] - b'0') * 10 + u32::from(two[1] - b'0'))
    };
    pair(0) < 24 && pair(2) < 60 && pair(4) < 60
}

/// Ten digits, the last of which is the check digit over 80840 and the others (ISO/IEC 7812, as CMS
/// requires).
pub(super) fn is_npi(value: &str) -> bool {
    crate::is_valid_npi(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guide::Codes;

    fn form(value: &str, of: &Simple) -> Option<FindingKind> {
        super::form(value.as_bytes(), of, false)
    }

    fn qualified_date(qualifier: &str, value: &str) -> Option<FindingKind> {
        super::qualified_date(qualifier.as_bytes(), value.as_bytes())
    }

    fn of(kind: Kind, min: u16, max: u16) -> Simple {
        let codes = Codes::Any;
        Simple {
            number: 0,
            kind,
            min,
            max,
            codes,
        }
    }

    #[test]
    fn dates_are_those_of_the_calendar() {
        let date = |text: &str| form(text, &of(Kind::Date, 8, 8));
        assert_eq!(date("20240229"), None);
        for wrong in ["20230229", "20240230", "20241301", "20240100", "2024010A", "00000101"] {
            assert_eq!(date(wrong), Some(FindingKind::BadDate), "{wrong}");
        }
        assert_eq!(date("02240101"), Some(FindingKind::EarlyDate));
        assert_eq!(qualified_date("D8", "17991231"), Some(FindingKind::EarlyDate));
        assert_eq!(qualified_date("RD8", "17991231-20240101"), Some(FindingKind::EarlyDate));
        assert_eq!(qualified_date("RD8", "00000101-20240101"), Some(FindingKind::BadDate));
        assert_eq!(form("000101", &of(Kind::Date, 6, 6)), None);
        assert_eq!(form("240229", &of(Kind::Date, 6, 6)), None);
        assert_eq!(date("2024022"), Some(FindingKind::TooShort { min: 8 }));
    }

    #[test]
    fn a_qualifier_determines_the_form_of_a_date() {
        assert_eq!(qualified_date("RD8", "20240101-20240131"), None);
        assert_eq!(
            qualified_date("RD8", "20240131-20240101"),
            Some(FindingKind::PeriodReversed)
        );
        assert_eq!(qualified_date("D8", "20240101-20240131"), Some(FindingKind::BadDate));
        assert_eq!(qualified_date("DT", "202401012359"), None);
        assert_eq!(qualified_date("TM", "2460"), Some(FindingKind::BadTime));
        assert_eq!(qualified_date("ZZ", "whatever"), None);
    }

    #[test]
    fn numbers_count_digits_alone() {
        let amount = |text: &str| form(text, &of(Kind::Decimal, 1, 4));
        for good in ["0", "-12.34", ".5", "5."] {
            assert_eq!(amount(good), None, "{good}");
        }
        assert_eq!(amount("12345"), Some(FindingKind::TooLong { max: 4 }));
        assert_eq!(amount("1.2.3"), Some(FindingKind::BadNumber));
        assert_eq!(amount("--1"), Some(FindingKind::BadNumber));
        assert_eq!(amount("1E5"), Some(FindingKind::BadNumber));
        assert_eq!(amount("many"), Some(FindingKind::BadNumber), "and not too short");
        assert_eq!(form("1.5", &of(Kind::Integer, 1, 9)), Some(FindingKind::BadNumber));
    }

    #[test]
    fn each_unusual_character_is_named_as_what_it_is() {
        let text = |text: &str| form(text, &of(Kind::Text, 1, 5));
        assert_eq!(text("A\u{7}"), Some(FindingKind::ControlCharacter));
        assert_eq!(text("Muñoz"), Some(FindingKind::NationalCharacter), "five characters");
        assert_eq!(text("Muñozo"), Some(FindingKind::TooLong { max: 5 }));
        assert_eq!(text("A–B"), Some(FindingKind::BadCharacter));
        assert_eq!(form("1É", &of(Kind::Decimal, 1, 5)), Some(FindingKind::BadNumber));
    }
}
