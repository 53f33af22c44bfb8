//! The rules within one guide and between guides.

use super::fault::{At, Fault};
use super::guide::{Guide, Node, PartKind};

/// Checks a loop and everything inside it.
pub fn within(at: &At<'_>, parts: &[Node<'_>]) -> Result<(), Fault> {
    match parts.first() {
        None => return at.fail("a loop without parts; indent them two spaces further in"),
        Some(Node {
            kind: PartKind::Segment(..),
            ..
        }) => {}
        Some(first) => {
            return first
                .at
                .fail("the first part of a loop is the segment that opens it; put one here");
        }
    }
    for neighbours in groups(parts) {
        distinguished(neighbours)?;
    }
    for part in parts {
        if let PartKind::Loop(inner) = &part.kind {
            within(&part.at, inner)?;
        }
    }
    Ok(())
}

/// Runs of neighbours that the same segment id opens; they share one position.
pub fn groups<'n, 'a>(parts: &'n [Node<'a>]) -> impl Iterator<Item = &'n [Node<'a>]> {
    parts.chunk_by(|one, next| one.opening().0 == next.opening().0)
}

/// All neighbours but one have a key in the same element, and no two share a code.
fn distinguished(neighbours: &[Node<'_>]) -> Result<(), Fault> {
    let mut keyless = 0;
    for (index, node) in neighbours.iter().enumerate() {
        let (id, key) = node.opening();
        let Some(key) = key else {
            keyless += 1;
            if keyless > 1 {
                return node.at.fail(format!(
                    "a second {id} without a key in the same position; mark the element that distinguishes them with \
                     `!`"
                ));
            }
            continue;
        };
        for other in neighbours[..index].iter().filter_map(|node| node.opening().1) {
            if (other.element, other.component) != (key.element, key.component) {
                return node.at.fail(format!(
                    "the key of this {id} is another element than its neighbour's; mark the same"
                ));
            }
            if let Some(code) = key.codes.iter().find(|code| other.codes.contains(code)) {
                return node.at.fail(format!(
                    "code {code} is a key of a neighbouring {id} too; it must choose one"
                ));
            }
        }
    }
    Ok(())
}

/// Checks the rules between guides.
pub fn between(guides: &[Guide<'_>]) -> Result<(), Fault> {
    for guide in guides {
        for near in &guide.near {
            let taken = |other: &&Guide<'_>| {
                other.transaction == guide.transaction
                    && (other.version == *near || other.version != guide.version && other.near.contains(near))
            };
            if let Some(other) = guides.iter().find(taken) {
                let owner = other.at.file;
                return guide.at.fail(format!(
                    "version {near} is near to {owner} already; only one guide may own it"
                ));
            }
        }
    }
    Ok(())
}
