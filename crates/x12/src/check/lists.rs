//! Code lists kept outside the guides. Some come with the crate; those whose owners do not allow it come from the caller.

use crate::guide::List;
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
        if let Some(given) = self.given.get(&list) {
            return Some(given.contains(value));
        }
        list.values().map(|values| values.binary_search(&value).is_ok())
    }
}
