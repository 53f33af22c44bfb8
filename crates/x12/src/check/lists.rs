//! Code lists kept outside the guides. Some come with the crate; those whose owners do not allow it come from the caller.

use crate::guide::{List, Packed};
use crate::segment::text;
use std::collections::{HashMap, HashSet};

/// The lists at hand.
#[derive(Debug, Clone, Default)]
pub struct CodeLists {
    given: HashMap<List, HashSet<String>>,
}

impl CodeLists {
    /// Adds a list, or takes the place of the one that comes with the crate.
    pub fn give(&mut self, list: List, values: impl IntoIterator<Item = String>) {
        self.given.insert(list, values.into_iter().collect());
    }

    /// Whether a value is in a list; None where the list is not at hand.
    pub fn knows(&self, list: List, value: &str) -> Option<bool> {
        self.has(list, Packed::of(value.as_bytes()), value.as_bytes())
    }

    /// The same for a value that is packed already.
    #[inline]
    pub(super) fn has(&self, list: List, packed: Packed<'_>, value: &[u8]) -> Option<bool> {
        if !self.given.is_empty()
            && let Some(given) = self.given.get(&list)
        {
            return Some(given.contains(text(value)));
        }
        list.choice().map(|choice| choice.has(packed))
    }
}
