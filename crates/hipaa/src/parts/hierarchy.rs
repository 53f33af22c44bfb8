//! Hierarchical levels: HL.

use mc_x12::tree::Node;
use mc_x12::{Builder, Line, WriteError};

/// Numbers the written levels from 1 without gaps.
#[derive(Default)]
pub(crate) struct Hierarchy {
    last: u32,
}

impl Hierarchy {
    /// Writes HL and returns its number. HL04 states whether there are levels below; `None` where
    /// the guide does not use it.
    pub(crate) fn open(
        &mut self,
        out: &mut Builder,
        parent: Option<u32>,
        level: &str,
        has_children: impl Into<Option<bool>>,
    ) -> Result<u32, WriteError> {
        self.last += 1;
        let parent = parent.map(|p| p.to_string()).unwrap_or_default();
        out.push(
            Line::new("HL")
                .code(&self.last.to_string())
                .code(&parent)
                .code(level)
                .code(has_children.into().map_or("", |yes| if yes { "1" } else { "0" })),
        )?;
        Ok(self.last)
    }
}

/// The last level; an empty one is added where there is none.
pub(crate) fn last<L: Default>(levels: &mut Vec<L>) -> &mut L {
    if levels.is_empty() {
        levels.push(L::default());
    }
    let at = levels.len() - 1;
    &mut levels[at]
}

/// Every loop that an HL opens, in the order of the transaction.
pub(crate) fn levels<'n, 'a>(node: &'n Node<'a>) -> Vec<&'n Node<'a>> {
    let mut found = Vec::new();
    collect(node, &mut found);
    found
}

fn collect<'n, 'a>(node: &'n Node<'a>, found: &mut Vec<&'n Node<'a>>) {
    if node.segment("HL").is_some() {
        found.push(node);
    }
    for inner in &node.loops {
        collect(inner, found);
    }
}
