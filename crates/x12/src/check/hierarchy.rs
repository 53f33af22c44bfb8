//! HL segments: counted from 1 without a gap, each naming the one around it, and saying whether any stand inside.

use crate::finding::FindingKind;

#[derive(Debug, Clone, Copy)]
struct Node {
    number: u32,
    /// How many loops were open when it was opened.
    depth: usize,
    says_children: bool,
}

/// The HLs that are open.
#[derive(Debug, Default)]
pub(super) struct Hierarchy {
    last: u32,
    open: Vec<Node>,
}

/// What an HL says, and where.
pub(super) struct Stated<'a> {
    pub(super) number: &'a str,
    pub(super) parent: &'a str,
    pub(super) children: &'a str,
    pub(super) depth: usize,
}

impl Hierarchy {
    /// Takes an HL; tells the element that is wrong.
    pub(super) fn take(&mut self, stated: &Stated<'_>, mut on_finding: impl FnMut(u8, FindingKind)) {
        while self.open.last().is_some_and(|node| node.depth >= stated.depth) {
            self.open.pop();
        }
        self.last = self.last.saturating_add(1);
        if stated.number.parse() != Ok(self.last) {
            on_finding(1, FindingKind::HierarchyNumber);
            // What follows is counted from what is stated, so that one slip is told once.
            self.last = stated.number.parse().unwrap_or(self.last);
        }
        match self.open.last() {
            Some(parent) => {
                if stated.parent.parse() != Ok(parent.number) {
                    on_finding(2, FindingKind::HierarchyParent);
                } else if !parent.says_children {
                    on_finding(2, FindingKind::HierarchyChild);
                }
            }
            None if !stated.parent.is_empty() => on_finding(2, FindingKind::HierarchyParent),
            None => {}
        }
        self.open.push(Node {
            number: self.last,
            depth: stated.depth,
            says_children: stated.children != "0",
        });
    }
}
