//! HL segments: numbered from 1 without a gap, each naming its parent and whether it has children.

use crate::finding::FindingKind;

#[derive(Debug, Clone, Copy)]
struct Node {
    number: u32,
    /// Number of open loops when it was opened.
    depth: usize,
    has_children: bool,
}

/// The open HLs.
#[derive(Debug, Default)]
pub(super) struct Hierarchy {
    last: u32,
    open: Vec<Node>,
}

/// The content of an HL and its depth.
pub(super) struct Stated<'a> {
    pub(super) number: &'a str,
    pub(super) parent: &'a str,
    pub(super) children: &'a str,
    pub(super) depth: usize,
}

impl Hierarchy {
    /// Takes an HL; reports the element that is wrong.
    pub(super) fn take(&mut self, stated: &Stated<'_>, mut on_finding: impl FnMut(u8, FindingKind)) {
        while self.open.last().is_some_and(|node| node.depth >= stated.depth) {
            self.open.pop();
        }
        self.last = self.last.saturating_add(1);
        if stated.number.parse() != Ok(self.last) {
            on_finding(1, FindingKind::HierarchyNumber);
            // Counting continues from the stated number, so that one mistake is reported once.
            self.last = stated.number.parse().unwrap_or(self.last);
        }
        match self.open.last() {
            Some(parent) => {
                if stated.parent.parse() != Ok(parent.number) {
                    on_finding(2, FindingKind::HierarchyParent);
                } else if !parent.has_children {
                    on_finding(2, FindingKind::HierarchyChild);
                }
            }
            None if !stated.parent.is_empty() => on_finding(2, FindingKind::HierarchyParent),
            None => {}
        }
        self.open.push(Node {
            number: self.last,
            depth: stated.depth,
            has_children: stated.children != "0",
        });
    }
}
