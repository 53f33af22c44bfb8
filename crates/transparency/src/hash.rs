//! Hashes of a Merkle tree (RFC 6962 section 2.1): SHA-256, with a first byte that distinguishes
//! leaves from nodes.

use aws_lc_rs::digest::{Context, SHA256, digest};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use std::fmt;

/// Length of a hash in bytes.
pub const HASH_LENGTH: usize = 32;

/// First byte of what is hashed for a leaf.
pub const LEAF_PREFIX: u8 = 0x00;

const NODE_PREFIX: u8 = 0x01;

/// Leaves up to this long are hashed in one call, which is faster than in parts.
const LEAF_AT_ONCE_MAX: usize = 2047;

/// A leaf's, a node's or a tree's hash.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; HASH_LENGTH]);

impl Hash {
    /// The root of a tree without leaves: SHA-256 of nothing.
    pub const EMPTY: Self = Self([
        0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27, 0xae,
        0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
    ]);

    /// The hash with these bytes.
    pub const fn new(bytes: [u8; HASH_LENGTH]) -> Self {
        Self(bytes)
    }

    /// The hash with these bytes; None where they are not 32.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// SHA-256(0x00 ‖ leaf).
    pub fn leaf(leaf: &[u8]) -> Self {
        if leaf.len() <= LEAF_AT_ONCE_MAX {
            let mut prefixed = [LEAF_PREFIX; LEAF_AT_ONCE_MAX + 1];
            prefixed[1..=leaf.len()].copy_from_slice(leaf);
            return Self::leaf_prefixed(&prefixed[..=leaf.len()]);
        }
        let mut context = Context::new(&SHA256);
        context.update(&[LEAF_PREFIX]);
        context.update(leaf);
        Self::of(context.finish().as_ref())
    }

    /// The hash of a leaf whose bytes already stand behind [`LEAF_PREFIX`]: saves a copy.
    pub fn leaf_prefixed(prefixed: &[u8]) -> Self {
        debug_assert_eq!(prefixed.first(), Some(&LEAF_PREFIX));
        Self::of(digest(&SHA256, prefixed).as_ref())
    }

    /// SHA-256(0x01 ‖ left ‖ right).
    pub fn node(left: Self, right: Self) -> Self {
        let mut bytes = [NODE_PREFIX; 1 + 2 * HASH_LENGTH];
        bytes[1..=HASH_LENGTH].copy_from_slice(&left.0);
        bytes[1 + HASH_LENGTH..].copy_from_slice(&right.0);
        Self::of(digest(&SHA256, &bytes).as_ref())
    }

    /// The hash with this standard base64 text; None where it is not 32 bytes.
    pub fn from_base64(text: &str) -> Option<Self> {
        Self::from_slice(&BASE64_STANDARD.decode(text).ok()?)
    }

    /// Standard base64.
    pub fn to_base64(self) -> String {
        BASE64_STANDARD.encode(self.0)
    }

    /// The bytes.
    pub const fn as_bytes(&self) -> &[u8; HASH_LENGTH] {
        &self.0
    }

    fn of(bytes: &[u8]) -> Self {
        let mut hash = [0; HASH_LENGTH];
        hash.copy_from_slice(bytes);
        Self(hash)
    }
}

impl AsRef<[u8]> for Hash {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_base64())
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_base64(&text).ok_or_else(|| D::Error::custom("expected a hash: 32 bytes in base64"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_empty_tree_and_the_empty_leaf_have_the_hashes_of_the_rfc() {
        assert_eq!(Hash::of(digest(&SHA256, b"").as_ref()), Hash::EMPTY);
        assert_eq!(
            Hash::leaf(b"").to_string(),
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
        );
    }

    #[test]
    fn a_long_leaf_hashes_the_same_in_parts_and_at_once() {
        for length in [LEAF_AT_ONCE_MAX - 1, LEAF_AT_ONCE_MAX, LEAF_AT_ONCE_MAX + 1, 10_000] {
            let leaf = vec![7; length];
            let prefixed = [&[LEAF_PREFIX], leaf.as_slice()].concat();
            assert_eq!(Hash::leaf(&leaf), Hash::leaf_prefixed(&prefixed), "{length}");
        }
    }

    #[test]
    fn a_hash_survives_base64_and_json() {
        let hash = Hash::leaf(b"a");
        assert_eq!(Hash::from_base64(&hash.to_base64()), Some(hash));
        assert_eq!(
            serde_json::from_str::<Hash>(&serde_json::to_string(&hash).unwrap()).unwrap(),
            hash
        );
        assert_eq!(Hash::from_base64("YQ=="), None, "one byte is no hash");
    }
}
