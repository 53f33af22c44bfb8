//! Classifies the first difference between the entries and the hashes stored for them.

use super::finding::Tampering;
use crate::hash::Hash;

/// Entries that must agree again after a difference before it is classified.
const WINDOW: usize = 8;

/// The most removed or inserted entries at one place that are distinguished from changed ones.
const SHIFT_MAX: usize = 512;

/// The first difference between the entries and the hashes stored for them.
#[derive(Debug, Clone)]
pub(super) struct Difference {
    pub(super) index: u64,
    pub(super) tampering: Tampering,
    actual: Option<Hash>,
    stored: Option<Hash>,
}

impl Difference {
    /// `actual` and `stored` begin at the first difference and reach as far as is known. An entry
    /// that is gone is None.
    pub(super) fn new(index: u64, actual: &[Option<Hash>], stored: &[Hash]) -> Self {
        Self {
            index,
            tampering: classify(actual, stored),
            actual: actual.first().copied().flatten(),
            stored: stored.first().copied(),
        }
    }

    /// An entry further on stands where the first one should: the two were exchanged.
    pub(super) fn look_at(&mut self, actual: Option<Hash>, stored: Option<Hash>) {
        if self.actual.is_some() && self.actual == stored && actual.is_some() && actual == self.stored {
            self.tampering = Tampering::Swapped;
        }
    }
}

fn classify(actual: &[Option<Hash>], stored: &[Hash]) -> Tampering {
    let (Some(first), Some(should)) = (actual.first().copied().flatten(), stored.first().copied()) else {
        let ends = actual.iter().all(Option::is_none);
        return if ends { Tampering::Truncated } else { Tampering::Missing };
    };
    let exchanged = |(there, stored): (&Option<Hash>, &Hash)| *there == Some(should) && *stored == first;
    if actual.iter().zip(stored).any(exchanged) {
        return Tampering::Swapped;
    }
    if agree(actual, stored, 1, 1) {
        return Tampering::Changed;
    }
    for shift in 1..=SHIFT_MAX.min(actual.len().max(stored.len())) {
        if agree(actual, stored, 0, shift) {
            return Tampering::Missing;
        }
        if agree(actual, stored, shift, 0) {
            return Tampering::Inserted;
        }
    }
    let moved = actual.contains(&Some(should)) && stored.contains(&first);
    if moved { Tampering::Swapped } else { Tampering::Changed }
}

/// Whether the two agree from these places on.
fn agree(actual: &[Option<Hash>], stored: &[Hash], in_actual: usize, in_stored: usize) -> bool {
    let actual = actual.iter().skip(in_actual).map_while(|hash| *hash);
    let mut pairs = actual.zip(stored.iter().skip(in_stored)).take(WINDOW).peekable();
    pairs.peek().is_some() && pairs.all(|(actual, stored)| actual == *stored)
}
