//! Segments with binary data: a length, and after it as many bytes of any value, delimiters
//! included (data elements 784 and 785).

use crate::delimiters::Delimiters;

/// Segment ids, and the number of elements before the data; the last of them is the length.
const SEGMENTS: [(&[u8; 3], usize); 2] = [(b"BIN", 1), (b"BDS", 2)];

/// Longer beginnings than any id, filter (BDS01) and length of 15 digits.
const MAX_HEAD: usize = 24;

/// What a segment begins with.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Beginning {
    /// No binary data.
    Text,
    /// More bytes are needed to know it.
    Unknown,
    /// Binary data after `head` bytes, as many as `stated`, where that is a number.
    Binary { head: usize, stated: Option<usize> },
}

/// What the segment at the beginning of these bytes is. `last`: no more bytes follow.
pub(super) fn beginning(bytes: &[u8], delimiters: Delimiters, last: bool) -> Beginning {
    let length = bytes.len().min(3);
    let begins = |id: &[u8; 3]| bytes[..length].eq_ignore_ascii_case(&id[..length]);
    let Some((_, elements)) = SEGMENTS.iter().find(|(id, _)| begins(id)) else {
        return Beginning::Text;
    };
    let (separator, mut begin, mut found) = (delimiters.element_byte(), 3, 0);
    for (at, byte) in bytes.iter().enumerate().take(MAX_HEAD).skip(3) {
        let is_separator = *byte == separator;
        if *byte == delimiters.terminator_byte() || at == 3 && !is_separator {
            return Beginning::Text;
        }
        if is_separator && found == *elements {
            let (head, stated) = (at + 1, number(&bytes[begin..at]));
            return Beginning::Binary { head, stated };
        }
        if is_separator {
            (begin, found) = (at + 1, found + 1);
        }
    }
    if last || bytes.len() >= MAX_HEAD {
        Beginning::Text
    } else {
        Beginning::Unknown
    }
}

fn number(digits: &[u8]) -> Option<usize> {
    let text = std::str::from_utf8(digits).ok()?;
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_length_before_the_data_makes_a_segment_binary() {
        let of = |text: &[u8]| beginning(text, Delimiters::STANDARD, false);
        let binary = |head, stated| Beginning::Binary { head, stated };
        assert_eq!(of(b"BIN*5*a~b*c"), binary(6, Some(5)));
        assert_eq!(of(b"bin*05*"), binary(7, Some(5)));
        assert_eq!(of(b"BDS*B64*12*x"), binary(11, Some(12)));
        assert_eq!(of(b"BIN*+5*x"), binary(7, None));
        assert_eq!(of(b"BIN**x"), binary(5, None));
        for text in [
            "BINS*5*",
            "BGN*11*A*2",
            "BIN~",
            "BIN*5~",
            "BDS*B64*5~",
            "BIN*aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa*",
        ] {
            assert_eq!(of(text.as_bytes()), Beginning::Text, "{text}");
        }
        for text in ["", "B", "BIN", "BIN*", "BIN*12345", "BDS*B64*1"] {
            assert_eq!(of(text.as_bytes()), Beginning::Unknown, "{text}");
            assert_eq!(beginning(text.as_bytes(), Delimiters::STANDARD, true), Beginning::Text);
        }
    }
}
