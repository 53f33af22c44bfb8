//! Control numbers that came, to find doubles.

use std::collections::HashSet;

/// Remembered at most; later ones are not compared.
const REMEMBERED: usize = 100_000;

/// Texts shorter than `N`; longer ones are not of the form that a control number has, and are not compared.
#[derive(Debug)]
pub(super) struct Controls<const N: usize>(HashSet<[u8; N]>);

impl<const N: usize> Default for Controls<N> {
    fn default() -> Self {
        Self(HashSet::new())
    }
}

impl<const N: usize> Controls<N> {
    /// Whether it came before. Remembers it.
    pub(super) fn came(&mut self, parts: &[&str]) -> bool {
        let mut key = [0; N];
        let mut room = key.iter_mut();
        // The end of each part is marked by what no text holds.
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
        assert!(!controls.came(&["123456789"]) && controls.came(&["123456789"]));
        assert!(!controls.came(&["1234567890"]) && !controls.came(&["1234567890"]));
        assert!(!controls.came(&["1", "2"]) && !controls.came(&["12"]) && !controls.came(&["", "12"]));
        assert!(controls.came(&["1", "2"]));
    }
}
