//! The positions of the elements of a segment, found once and used often.

use crate::guide::Packed;
use crate::segment::{Segment, text};

/// More elements than any segment has; the rest counts as one element.
const MAX_FIELDS: usize = 40;
/// Bytes whose separators are found as one 64-bit number.
const BLOCK: usize = 64;
/// Eight bytes are compared as one number (SWAR); this mask clears the highest bit of each.
const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
const HIGH: u64 = !LOW;
const ONES: u64 = 0x0101_0101_0101_0101;

/// The elements of one segment. Reused between segments, so that nothing is allocated.
#[derive(Debug, Clone)]
pub(crate) struct Fields {
    /// Where element n begins; element 0 is the id.
    begins: [u32; MAX_FIELDS + 1],
    count: usize,
    /// One of the highest bits is set: some byte is no printable ASCII character.
    odd: u64,
    /// As `odd`: some byte is the component separator, where all are printable ASCII characters.
    divided: u64,
    /// As `divided`: the repetition separator.
    repeated: u64,
}

impl Default for Fields {
    fn default() -> Self {
        Self {
            begins: [0; MAX_FIELDS + 1],
            count: 0,
            odd: 0,
            divided: 0,
            repeated: 0,
        }
    }
}

impl Fields {
    /// Finds the elements of `segment`.
    #[inline]
    pub(crate) fn of(&mut self, segment: &Segment<'_>) {
        let bytes = segment.head();
        let delimiters = segment.delimiters();
        let separators = ONES * u64::from(delimiters.element_byte());
        let components = ONES * u64::from(delimiters.component_byte());
        let repetitions = ONES * u64::from(delimiters.repetition_byte().unwrap_or(delimiters.component_byte()));
        let (mut count, mut odd, mut divided, mut repeated) = (1, 0, 0, 0);
        for (n, block) in bytes.chunks(BLOCK).enumerate() {
            let (eights, rest) = block.as_chunks::<8>();
            // Each eight bytes shift those before them down by eight bits. Two at a time, which the
            // compiler would choose for a sum, take longer: most segments are short.
            let mut found = 0;
            let mut take = |eight: u64| {
                odd |= no_plain_text(eight);
                divided |= some_zero(eight ^ components);
                repeated |= some_zero(eight ^ repetitions);
                found = found >> 8 | gathered(zeros(eight ^ separators));
            };
            for eight in eights {
                take(u64::from_le_bytes(*eight));
            }
            if !rest.is_empty() {
                take(tail(block, rest.len()));
            }
            found >>= 64 - 8 * block.len().div_ceil(8);
            while found != 0 && count < MAX_FIELDS {
                let begin = u32::try_from(n * BLOCK).unwrap_or(u32::MAX);
                self.begins[count] = begin.saturating_add(found.trailing_zeros() + 1);
                count += 1;
                found &= found - 1;
            }
        }
        // Binary data are the last element.
        self.begins[count] = u32::try_from(segment.bytes().len() + 1).unwrap_or(u32::MAX);
        self.count = count;
        (self.odd, self.divided, self.repeated) = (odd, divided, repeated);
    }

    /// Number of elements after the id, including empty ones.
    pub(crate) fn len(&self) -> usize {
        self.count.saturating_sub(1)
    }

    /// Where elements 1, 2, ... begin, and where the next one would.
    #[inline]
    pub(crate) fn begins(&self) -> &[u32] {
        self.begins.get(1..=self.count).unwrap_or_default()
    }

    /// Bit n for each element n that is not empty.
    #[inline]
    pub(crate) fn present(&self) -> u64 {
        let begins = self.begins();
        let pairs = begins.iter().zip(begins.iter().skip(1)).enumerate();
        pairs.fold(0, |present, (at, (begin, next))| {
            present | u64::from(next - begin > 1) << ((at + 1) & 63)
        })
    }

    /// Whether the segment holds only printable ASCII characters.
    pub(crate) fn are_plain(&self) -> bool {
        self.odd & HIGH == 0
    }

    /// Whether an element may hold the component separator.
    pub(crate) fn are_divided(&self) -> bool {
        (self.odd | self.divided) & HIGH != 0
    }

    /// Whether an element may hold the repetition separator.
    pub(crate) fn are_repeated(&self) -> bool {
        (self.odd | self.repeated) & HIGH != 0
    }

    /// Element `n` of the same segment; empty where it has none.
    #[inline]
    pub(crate) fn field<'a>(&self, segment: &Segment<'a>, n: usize) -> Field<'a> {
        match self.begins[..=self.count.min(MAX_FIELDS)].get(n..n + 2) {
            Some([begin, next]) => Field::between(segment.bytes(), *begin, *next),
            _ => Field::default(),
        }
    }

    /// The elements after the id, including empty ones.
    #[inline]
    pub(crate) fn each<'a>(&self, segment: &Segment<'a>) -> impl Iterator<Item = Field<'a>> {
        let bytes = segment.bytes();
        let mut begin = self.begins[1];
        let ends = self.begins.get(2..=self.count).unwrap_or_default();
        ends.iter().map(move |next| {
            let field = Field::between(bytes, begin, *next);
            begin = *next;
            field
        })
    }

    /// Element `n` as bytes; empty where the segment has none.
    #[inline]
    pub(crate) fn bytes<'a>(&self, segment: &Segment<'a>, n: usize) -> &'a [u8] {
        self.field(segment, n).bytes()
    }

    /// Element `n` as text.
    #[inline]
    pub(crate) fn get<'a>(&self, segment: &Segment<'a>, n: usize) -> &'a str {
        text(self.bytes(segment, n))
    }

    /// Component `c` (from 1) of element `n`, packed for a lookup among codes.
    #[inline]
    pub(crate) fn component<'a>(&self, segment: &Segment<'a>, n: usize, c: usize) -> Packed<'a> {
        let separator = segment.delimiters().component_byte();
        let part = self.field(segment, n).split(separator).nth(c.saturating_sub(1));
        part.unwrap_or_default().packed()
    }
}

/// One element, or a part of one. It has no `Debug`: it may be PHI.
#[derive(Clone, Copy, Default)]
pub(crate) struct Field<'a> {
    /// The bytes of the segment from the beginning of the element.
    from: &'a [u8],
    length: usize,
}

impl<'a> Field<'a> {
    #[inline]
    fn between(bytes: &'a [u8], begin: u32, next: u32) -> Self {
        Self {
            from: bytes.get(begin as usize..).unwrap_or_default(),
            // Beyond 4 GiB both are at the end.
            length: (next - begin).saturating_sub(1) as usize,
        }
    }

    #[inline]
    pub(crate) fn bytes(self) -> &'a [u8] {
        self.from.get(..self.length).unwrap_or_default()
    }

    #[inline]
    pub(crate) fn is_empty(self) -> bool {
        self.length == 0
    }

    /// Length in bytes, saturated above the length of any element.
    #[inline]
    pub(crate) fn length(self) -> u16 {
        u16::try_from(self.length).unwrap_or(u16::MAX)
    }

    /// Packed for a lookup among codes.
    #[inline]
    pub(crate) fn packed(self) -> Packed<'a> {
        Packed::first_of(self.from, self.length)
    }

    /// The parts between separators.
    #[inline]
    pub(crate) fn split(self, separator: u8) -> impl Iterator<Item = Self> {
        let mut rest = Some(self);
        std::iter::from_fn(move || {
            let Self { from, length } = rest?;
            let bytes = from.get(..length).unwrap_or_default();
            let at = bytes.iter().position(|byte| *byte == separator);
            rest = at.map(|at| Self {
                from: from.get(at + 1..).unwrap_or_default(),
                length: length - at - 1,
            });
            let length = at.unwrap_or(length);
            Some(Self { from, length })
        })
    }
}

/// The last bytes of a block, fewer than eight, padded with spaces.
#[inline]
fn tail(block: &[u8], count: usize) -> u64 {
    let bits = 8 * count;
    if let Some(last) = block.last_chunk::<8>() {
        // The bytes before them are shifted out.
        return u64::from_le_bytes(*last) >> (64 - bits) | (ONES * 0x20) << bits;
    }
    let mut last = [b' '; 8];
    last[..count].copy_from_slice(block);
    u64::from_le_bytes(last)
}

/// The highest bits of eight bytes as the highest eight bits, in the order of the bytes.
#[inline]
const fn gathered(highest: u64) -> u64 {
    (highest >> 7).wrapping_mul(0x0102_0408_1020_4080) & 0xff << 56
}

/// The highest bit of each byte that is zero.
#[inline]
const fn zeros(eight: u64) -> u64 {
    !(((eight & LOW) + LOW) | eight | LOW)
}

/// Whether some byte is below a space or above a tilde: one of the highest bits is set.
#[inline]
const fn no_plain_text(eight: u64) -> u64 {
    // A carry comes only from a byte whose own highest bit is set.
    eight | !eight.wrapping_add(ONES * 0x60) | eight.wrapping_add(ONES)
}

/// Whether some byte is zero, where all are ASCII: one of the highest bits is set.
#[inline]
const fn some_zero(eight: u64) -> u64 {
    eight.wrapping_sub(ONES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delimiters::Delimiters;
    use proptest::prelude::*;

    #[test]
    fn each_byte_is_distinguished_from_the_others() {
        for byte in 0..=u8::MAX {
            for shift in 0..8 {
                let mut eight = [b'A'; 8];
                eight[shift] = byte;
                let number = u64::from_le_bytes(eight);
                assert_eq!(
                    no_plain_text(number) & HIGH == 0,
                    (b' '..=b'~').contains(&byte),
                    "{byte}"
                );
                let expected = if byte == b'*' { 0x80 << (8 * shift) } else { 0 };
                assert_eq!(zeros(number ^ (ONES * u64::from(b'*'))), expected, "{byte}");
            }
        }
    }

    proptest! {
        #[test]
        fn fields_are_what_a_split_gives(text in "[A-C*:^^\\x07é]{0,60}") {
            let segment = Segment::from_bytes(text.as_bytes(), Delimiters::STANDARD, 1, 0);
            let mut fields = Fields::default();
            fields.of(&segment);
            let parts: Vec<&str> = text.splitn(MAX_FIELDS, '*').collect();
            prop_assert_eq!(fields.len(), parts.len() - 1);
            for (n, part) in parts.iter().enumerate() {
                prop_assert_eq!(fields.get(&segment, n), *part);
            }
            prop_assert_eq!(fields.get(&segment, parts.len()), "");
            let is_plain = text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
            prop_assert_eq!(fields.are_divided(), !is_plain || text.contains(':'));
            prop_assert_eq!(fields.are_repeated(), !is_plain || text.contains('^'));
            prop_assert_eq!(fields.are_plain(), is_plain);
        }
    }
}
