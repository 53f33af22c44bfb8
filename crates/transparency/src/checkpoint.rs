//! Checkpoints: signed statements about a tree (C2SP tlog-checkpoint, a signed-note).

mod key;
mod note;

pub use key::{KeyError, Signer, VerifierKey};
pub use note::{NoteError, verify};

use crate::hash::Hash;

/// What a log says about itself: so long it is, and this is its root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log.
    pub origin: String,
    /// How many entries.
    pub size: u64,
    /// Root of the tree over them.
    pub root: Hash,
    /// Further lines, unknown to the format; none is best.
    pub extensions: Vec<String>,
}

impl Checkpoint {
    /// A checkpoint without extensions.
    pub fn new(origin: impl Into<String>, size: u64, root: Hash) -> Self {
        Self {
            origin: origin.into(),
            size,
            root,
            extensions: Vec::new(),
        }
    }

    /// The text that is signed.
    pub fn to_text(&self) -> String {
        let mut text = format!("{}\n{}\n{}\n", self.origin, self.size, self.root.to_base64());
        for line in &self.extensions {
            text.push_str(line);
            text.push('\n');
        }
        text
    }

    /// Reads the text; None unless it is exactly of the form that [`Checkpoint::to_text`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        let mut lines = text.strip_suffix('\n')?.split('\n');
        let (origin, size, root) = (lines.next()?, lines.next()?, lines.next()?);
        let checkpoint = Self {
            origin: origin.to_owned(),
            size: size.parse().ok()?,
            root: Hash::from_base64(root)?,
            extensions: lines.map(ToOwned::to_owned).collect(),
        };
        let lines_filled = !origin.is_empty() && checkpoint.extensions.iter().all(|line| !line.is_empty());
        // Written again it must be the same: no leading zeros, no plus sign, one base64 only.
        (lines_filled && !text.contains(is_refused) && checkpoint.to_text() == text).then_some(checkpoint)
    }
}

/// Control characters but LF have no place in a note.
fn is_refused(character: char) -> bool {
    character < ' ' && character != '\n'
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

    #[test]
    fn the_example_of_the_specification_is_read() {
        let checkpoint = Checkpoint::parse(TEXT).unwrap();
        assert_eq!(
            (checkpoint.origin.as_str(), checkpoint.size),
            ("example.com/behind-the-sofa", 20_852_163)
        );
        assert_eq!(checkpoint.to_text(), TEXT);
        let extended = Checkpoint::parse(&format!("{TEXT}more\n")).unwrap();
        assert_eq!(extended.extensions, ["more"]);
    }

    #[test]
    fn other_spellings_are_refused() {
        for (from, to) in [
            ("20852163", "020852163"),
            ("20852163", "+20852163"),
            ("20852163", "-1"),
            ("20852163", "99999999999999999999"),
            ("20852163", "20852163 "),
            ("\n20852163", "\r\n20852163"),
            ("q2I=", "q2J="),
            ("q2I=", "q2I"),
            ("example.com/behind-the-sofa", ""),
            ("example.com", "example\t.com"),
            ("q2I=\n", "q2I=\n\nmore\n"),
            ("q2I=\n", "q2I="),
        ] {
            let text = TEXT.replace(from, to);
            assert_eq!(Checkpoint::parse(&text), None, "{text:?}");
        }
    }
}
