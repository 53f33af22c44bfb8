//! The characters of X12 data (X12.5, basic and extended character set).

/// What a value holds besides the characters that need no agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Characters {
    /// Printable ASCII only.
    Plain,
    /// Letters of national languages, which the extended set has by agreement of the partners.
    National,
    /// A control character.
    Control,
    /// A character of neither set, or bytes that are not UTF-8.
    Other,
}

/// The least usual kind of character in a value.
pub(crate) fn of(bytes: &[u8]) -> Characters {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.chars().map(kind).max().unwrap_or(Characters::Plain),
        Err(_) => Characters::Other,
    }
}

/// Whether a character can be written in data: printable ASCII and accented letters of western
/// European languages. A delimiter of the interchange cannot be data, whatever it is.
pub fn is_written(c: char) -> bool {
    kind(c) <= Characters::National
}

fn kind(c: char) -> Characters {
    match c {
        ' '..='~' => Characters::Plain,
        '×' | '÷' => Characters::Other,
        // The accented letters of western European languages, and the inverted marks of Spanish.
        'À'..='ÿ' | '¡' | '¿' => Characters::National,
        c if c.is_control() => Characters::Control,
        _ => Characters::Other,
    }
}

/// Number of characters; of bytes where they are not UTF-8.
pub(crate) fn count(bytes: &[u8]) -> usize {
    std::str::from_utf8(bytes).map_or(bytes.len(), |text| text.chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_character_is_recognized() {
        assert_eq!(of(b"MUNOZ, J. #1"), Characters::Plain);
        assert_eq!(of("MUÑOZ JOSÉ ¿".as_bytes()), Characters::National);
        assert_eq!(of("MU\u{7}Ñ".as_bytes()), Characters::Control);
        assert_eq!(of("A – B".as_bytes()), Characters::Other);
        assert_eq!(of(b"MU\xd1OZ"), Characters::Other);
        assert_eq!((count("MUÑOZ".as_bytes()), count(b"MU\xd1OZ")), (5, 5));
    }
}
