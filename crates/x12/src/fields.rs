//! Where the elements of a segment begin and end, found once and asked for often.

use crate::segment::Segment;

/// More elements than any segment has; what follows is one element.
const MOST: usize = 40;

/// The elements of one segment. Kept between segments, so that nothing is allocated.
#[derive(Debug, Clone)]
pub(crate) struct Fields {
    /// Where element n begins; element 0 is the id.
    begins: [u32; MOST + 1],
    count: usize,
}

impl Default for Fields {
    fn default() -> Self {
        Self {
            begins: [0; MOST + 1],
            count: 0,
        }
    }
}

impl Fields {
    /// Finds the elements of `segment`.
    pub(crate) fn of(&mut self, segment: &Segment<'_>) {
        let text = segment.text().as_bytes();
        let separator = segment.delimiters().element_byte();
        self.begins[0] = 0;
        let mut count = 1;
        for at in memchr::memchr_iter(separator, text) {
            self.begins[count] = u32::try_from(at + 1).unwrap_or(u32::MAX);
            count += 1;
            if count == MOST {
                break;
            }
        }
        self.begins[count] = u32::try_from(text.len() + 1).unwrap_or(u32::MAX);
        self.count = count;
    }

    /// How many elements follow the id, empty ones too.
    pub(crate) fn len(&self) -> usize {
        self.count.saturating_sub(1)
    }

    /// Element `n` of the segment they were found in; empty where it has none.
    pub(crate) fn get<'a>(&self, segment: &Segment<'a>, n: usize) -> &'a str {
        if n >= self.count {
            return "";
        }
        let (begin, end) = (self.begins[n] as usize, self.begins[n + 1] as usize - 1);
        segment.text().get(begin..end).unwrap_or_default()
    }
}
