//! Control numbers already seen, to find duplicates.

use std::collections::HashSet;

/// Maximum number remembered; later ones are not compared.
const REMEMBERED: usize = 100_000;

/// Control numbers shorter than `N` bytes. Longer ones are invalid and are not compared.
#[derive(Debug)]
pub(super) struct Controls<const N: usize>(HashSet<[u8; N]>);

impl<const N: usize> Default for Controls<N> {
    fn default() -> Self {
        Self(HashSet::new())
    }
}

impl<const N: usize> Controls<N> {
    /// Whether it was seen before. Remembers it.
    pub(super) fn seen_before(&mut self, parts: &[&str]) -> bool {
        let mut key = [0; N];
        let mut room = key.iter_mut();
        // 0xff ends each part; it occurs in no text.
        for byte in parts.iter().flat_map(|part| part.bytes().chain([0xff])) {
            let Some(place) = room.next() else { return false };
            *place = byte;
        }
        self.0.len() < REMEMBERED && !self.0.insert(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_are_found_and_long_ones_let_pass() {
        let mut controls = Controls::<10>::default();
        assert!(!controls.seen_before(&["123456789"]) && controls.seen_before(&["123456789"]));
        assert!(!controls.seen_before(&["1234567890"]) && !controls.seen_before(&["1234567890"]));
        assert!(
            !controls.seen_before(&["1", "2"]) && !controls.seen_before(&["12"]) && !controls.seen_before(&["", "12"])
        );
        assert!(controls.seen_before(&["1", "2"]));
    }
}
