//! Links: each stands for everything before it.

use aws_lc_rs::digest::{Context, SHA256, digest};
use std::fmt;

/// SHA-256 over the link before and a leaf.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Link([u8; 32]);

impl Link {
    /// What stands before the first event: `SHA-256("")`.
    pub fn origin() -> Self {
        Self::take(digest(&SHA256, b"").as_ref())
    }

    /// The link of `leaf` after this one. Leaf and link hashes begin with different bytes, so that neither can pass for the other.
    pub fn then(self, leaf: &[u8]) -> Self {
        let mut inner = Context::new(&SHA256);
        inner.update(&[0x00]);
        inner.update(leaf);
        let mut outer = Context::new(&SHA256);
        outer.update(&[0x01]);
        outer.update(&self.0);
        outer.update(inner.finish().as_ref());
        Self::take(outer.finish().as_ref())
    }

    /// From the store; None where it is not 32 bytes.
    pub fn stored(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// For the store.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    fn take(bytes: &[u8]) -> Self {
        let mut link = [0; 32];
        link.copy_from_slice(bytes);
        Self(link)
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_origin_is_the_hash_of_nothing_and_order_matters() {
        assert!(Link::origin().to_string().starts_with("e3b0c442"));
        let (ab, ba) = (
            Link::origin().then(b"a").then(b"b"),
            Link::origin().then(b"b").then(b"a"),
        );
        assert_ne!(ab, ba);
    }
}
