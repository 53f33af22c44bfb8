//! Closed sets of codes, and values packed as numbers for the lookup.

/// A closed set of codes. It dereferences to the sorted slice of codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    pub(super) texts: &'static [&'static str],
    /// The codes as numbers, see [`Packed`].
    pub(super) packed: &'static [u64],
}

impl std::ops::Deref for Choice {
    type Target = [&'static str];

    fn deref(&self) -> &Self::Target {
        self.texts
    }
}

impl Choice {
    /// The codes, sorted.
    pub fn texts(self) -> &'static [&'static str] {
        self.texts
    }

    /// Whether a value is one of the codes.
    #[inline]
    pub(crate) fn has(&self, value: Packed<'_>) -> bool {
        match value.number {
            0 => self.has_long(value.text),
            number if self.packed.len() <= 12 => self.packed.contains(&number),
            number => self.packed.binary_search(&number).is_ok(),
        }
    }

    #[cold]
    fn has_long(&self, value: &[u8]) -> bool {
        self.texts.iter().any(|code| code.as_bytes() == value)
    }
}

/// Codes as numbers, see [`Packed`]. Codes of more than seven bytes are not looked up by number.
pub(super) const fn packed<const N: usize>(codes: &[&str; N]) -> [u64; N] {
    let mut numbers = [0; N];
    let mut n = 0;
    while n < N {
        let code = codes[n].as_bytes();
        let mut at = 0;
        while at < 7 {
            let byte = if at < code.len() { code[at] } else { 0 };
            numbers[n] = numbers[n] << 8 | byte as u64;
            at += 1;
        }
        numbers[n] = numbers[n] << 8 | code.len() as u64;
        n += 1;
    }
    numbers
}

/// A value for a lookup among codes. Up to seven bytes are packed with their count into one number,
/// which sorts as the text does.
#[derive(Clone, Copy)]
pub(crate) struct Packed<'a> {
    text: &'a [u8],
    /// 0: empty or too long.
    number: u64,
}

impl<'a> Packed<'a> {
    /// The first bytes of `around`. Reading beyond the value is faster than reading exactly its
    /// length.
    #[inline]
    pub(crate) fn first_of(around: &'a [u8], length: usize) -> Self {
        let text = around.get(..length).unwrap_or_default();
        let number = match length {
            1..=7 => {
                let bytes = match around.first_chunk() {
                    Some(eight) => u64::from_be_bytes(*eight),
                    None => shifted(text),
                };
                bytes & u64::MAX << (64 - 8 * length) | length as u64
            }
            _ => 0,
        };
        Self { text, number }
    }

    /// All of a text.
    #[inline]
    pub(crate) fn of(text: &'a [u8]) -> Self {
        Self::first_of(text, text.len())
    }
}

/// Up to seven bytes, the first one highest.
fn shifted(text: &[u8]) -> u64 {
    if text.is_empty() {
        return 0;
    }
    let joined = text.iter().fold(0, |all, byte| all << 8 | u64::from(*byte));
    joined << (64 - 8 * text.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guide::{Codes, Content, Simple};

    #[test]
    fn a_choice_has_its_codes_and_no_others() {
        for guide in crate::guide::all() {
            for (_, indexes) in guide.root.dispatch {
                let parts = indexes.iter().map(|index| &guide.root.parts[usize::from(*index)]);
                let uses = parts.filter_map(|part| part.kind.opening());
                for element in uses.flat_map(|segment| segment.elements) {
                    let Content::Simple(Simple {
                        codes: Codes::OneOf(codes),
                        ..
                    }) = element.content
                    else {
                        continue;
                    };
                    assert!(codes.is_sorted() && codes.packed.is_sorted());
                    for code in codes.iter() {
                        let around = format!("{code}*AND WHAT FOLLOWS");
                        assert!(codes.has(Packed::of(code.as_bytes())), "{code}");
                        assert!(codes.has(Packed::first_of(around.as_bytes(), code.len())), "{code}");
                        assert!(!codes.has(Packed::of(format!("{code}\0").as_bytes())), "{code}");
                    }
                    assert!(!codes.has(Packed::of(b"")));
                }
            }
        }
    }
}
