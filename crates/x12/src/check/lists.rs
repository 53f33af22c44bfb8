//! External code lists. Some are part of the crate; those that may not be redistributed are
//! supplied by the caller.

use crate::guide::{List, Packed};
use crate::segment::text;
use std::collections::{HashMap, HashSet};

/// The available code lists.
#[derive(Debug, Clone, Default)]
pub struct CodeLists {
    given: HashMap<List, HashSet<String>>,
}

impl CodeLists {
    /// Adds a list, or replaces the one of the crate.
    pub fn insert(&mut self, list: List, values: impl IntoIterator<Item = String>) {
        self.given.insert(list, values.into_iter().collect());
    }

    /// Whether a value is in a list; `None` where the list is not available.
    pub fn contains(&self, list: List, value: &str) -> Option<bool> {
        self.has(list, Packed::of(value.as_bytes()), value.as_bytes())
    }

    /// As [`CodeLists::contains`], for a packed value.
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
