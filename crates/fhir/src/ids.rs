//! Logical ids and version `ETag`s.

use std::fmt;

/// R4 `id`: 1 to 64 of `A-Z a-z 0-9 - .`; not dots alone, which would walk up a path.
pub fn valid_id(text: &str) -> bool {
    has_id_characters(text) && !text.bytes().all(|b| b == b'.')
}

fn has_id_characters(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.')
}

/// `W/"3"`: the version of a resource as HTTP says it (R4 http.html#concurrency).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeakEtag(String);

impl WeakEtag {
    /// From `meta.versionId`; none when that is not an id.
    pub fn from_version(version_id: &str) -> Option<Self> {
        has_id_characters(version_id).then(|| Self(version_id.to_owned()))
    }

    /// Reads `W/"3"`, and `"3"` as some servers and clients write it. No lists, no `*`.
    pub fn parse(header: &str) -> Option<Self> {
        let header = header.trim();
        let quoted = header.strip_prefix("W/").unwrap_or(header);
        Self::from_version(quoted.strip_prefix('"')?.strip_suffix('"')?)
    }

    /// The `versionId`.
    pub fn version(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for WeakEtag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "W/\"{}\"", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ids_follow_the_grammar() {
        assert!(valid_id("a-B.9"));
        for wrong in ["", "a/b", "a b", "é", "a|1", "../x", "..", &"a".repeat(65)] {
            assert!(!valid_id(wrong), "{wrong}");
        }
    }

    #[test]
    fn etags_read_strong_and_weak() {
        assert_eq!(WeakEtag::parse("W/\"3\"").unwrap().version(), "3");
        assert_eq!(WeakEtag::parse(" \"3\"").unwrap().to_string(), "W/\"3\"");
        for wrong in ["3", "*", "W/3", "\"", "W/\"a\", W/\"b\"", ""] {
            assert_eq!(WeakEtag::parse(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn any_version_survives(version in "[A-Za-z0-9.-]{1,64}") {
            let etag = WeakEtag::from_version(&version).unwrap();
            prop_assert_eq!(WeakEtag::parse(&etag.to_string()), Some(etag));
        }
    }
}
