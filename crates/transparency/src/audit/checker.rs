//! The check, fed entry by entry, in the memory of a few hundred hashes.

use super::{
    finding::{Finding, Tampering, Verdict},
    references::Slot,
    settle::{CHUNK, Held, Marks, Tiles},
};
use crate::{checkpoint::Checkpoint, hash::Hash};

/// Tiles held for entries that have not come yet.
const TILES_AHEAD: u64 = 8;

/// Indexes that may be missing in one place and still be counted one by one.
const GAP_MAX: u64 = 1 << 24;

/// An entry as it is found.
#[derive(Debug, Clone, Copy)]
pub enum Content<'a> {
    /// Its bytes.
    Leaf(&'a [u8]),
    /// The hash of its bytes, made by the caller.
    Hashed(Hash),
    /// Its bytes are pruned, this hash is left.
    Stub(Hash),
}

/// Where a checkpoint was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// Beside the log itself.
    InLog,
    /// Out of reach of who can change the log.
    Elsewhere,
}

/// Checks a log. Entries come in the order of their indexes; tiles and checkpoints before the
/// entries that follow them.
#[derive(Debug)]
pub struct Checker {
    /// Whether entries carry their index; otherwise their position in the file is the index.
    numbered: bool,
    pub(super) next: u64,
    pub(super) held: Held,
    pub(super) marks: Marks,
    pub(super) tiles: Tiles,
    expected: Option<u64>,
    forged: Option<String>,
    stubs: u64,
    finding: Option<Finding>,
}

impl Checker {
    /// For a log whose entries carry their index, as rows of a table do.
    pub fn numbered() -> Self {
        Self {
            numbered: true,
            next: 0,
            held: Held::default(),
            marks: Marks::default(),
            tiles: Tiles::default(),
            expected: None,
            forged: None,
            stubs: 0,
            finding: None,
        }
    }

    /// For a log whose entries are identified by their position, such as lines of a file.
    pub fn counted() -> Self {
        Self {
            numbered: false,
            ..Self::numbered()
        }
    }

    /// Index of the next entry.
    pub fn next(&self) -> u64 {
        self.next
    }

    /// The log says that it has this many entries.
    pub fn expect_size(&mut self, size: u64) {
        self.expected = Some(size);
    }

    /// The next entry, with the hash that is stored beside it.
    pub fn entry(&mut self, index: u64, content: Content<'_>, stored: Option<Hash>) {
        if index < self.next {
            self.found(index, Tampering::Inserted, "two entries have this index");
            return;
        }
        if index > self.next {
            self.gap(index);
        }
        let actual = match content {
            Content::Leaf(bytes) => Hash::leaf(bytes),
            Content::Hashed(hash) => hash,
            Content::Stub(hash) => {
                self.stubs += 1;
                hash
            }
        };
        self.held.slots.push(Slot {
            actual: Some(actual),
            stored,
            tiled: None,
        });
        self.next = index + 1;
        self.settle_some();
    }

    /// A tile of leaf hashes: of the entries from `256 * index` on.
    pub fn tile(&mut self, index: u64, hashes: Vec<Hash>) {
        let (first, end) = (index * CHUNK, index * CHUNK + hashes.len() as u64);
        if first < self.held.base {
            self.maybe(first, Tampering::Inserted, "there are more entries than stored hashes");
            return;
        }
        if !self.numbered {
            let skipped = self.tiles.count(index, self.next, end);
            if let Some(from) = skipped {
                self.lost(from, index * CHUNK);
            }
        }
        if first <= self.held.base + TILES_AHEAD * CHUNK {
            self.tiles.waiting.entry(index).or_insert(hashes);
        }
        self.settle_some();
    }

    /// A root that stored state gives for a size without a signature: helps to find the place where
    /// a rewritten log begins.
    pub fn stated(&mut self, size: u64, root: Hash) {
        if size > self.held.base {
            self.marks.stated.insert(size, root);
        }
    }

    /// A checkpoint whose signature has been checked.
    pub fn checkpoint(&mut self, checkpoint: &Checkpoint, seen: Seen) {
        let (size, root) = (checkpoint.size, checkpoint.root);
        let newest = match seen {
            Seen::InLog => &mut self.marks.newest,
            Seen::Elsewhere => &mut self.marks.newest_elsewhere,
        };
        *newest = size.max(*newest);
        if size > self.held.base {
            self.marks.signed.entry(size).or_default().push(root);
        } else if self.marks.last.is_some_and(|last| last.size == size) {
            self.compare_root(size, root);
        } else if size > 0 {
            self.marks.unchecked += 1;
        }
    }

    /// A checkpoint whose signature does not verify.
    pub fn forged(&mut self, why: &str) {
        self.forged.get_or_insert_with(|| why.to_owned());
    }

    /// Something that only the caller can know of an entry: columns that differ, a stub that
    /// nothing explains.
    pub fn found(&mut self, index: u64, tampering: Tampering, detail: &str) {
        self.keep(Finding {
            index,
            exact: true,
            tampering,
            detail: detail.to_owned(),
        });
    }

    /// All entries have come.
    pub fn finish(mut self) -> Verdict {
        let size = self.next;
        self.settle_all();
        for difference in self.held.trees.take_differences() {
            self.found(
                difference.index,
                difference.tampering,
                "the entry and the hash stored of it differ",
            );
        }
        self.look_at_end(size);
        if let Some((lower, at)) = self.marks.contradicted {
            let tampering = if self.marks.good >= at {
                // Signed for what is there, and signed for something else.
                Tampering::SplitView
            } else if self.expected.is_some_and(|expected| expected < size) {
                Tampering::Inserted
            } else {
                Tampering::Rewritten
            };
            self.maybe(
                lower,
                tampering,
                &format!("the checkpoint of size {at} has another root"),
            );
        }
        if let Some(why) = self.forged.take() {
            self.maybe(self.marks.good, Tampering::ForgedCheckpoint, &why);
        }
        self.verdict(size)
    }

    fn verdict(self, size: u64) -> Verdict {
        let found = self.finding.as_ref();
        Verdict {
            ok: found.is_none(),
            size,
            root: self.held.trees.root(),
            signed_size: self.marks.good.min(size),
            stubs: self.stubs,
            first_bad: found.map(|finding| finding.index),
            exact: found.is_some_and(|finding| finding.exact),
            tampering: found.map(|finding| finding.tampering),
            reason: found.map_or_else(|| "The log is whole.".to_owned(), Finding::reason),
            unchecked: self.marks.unchecked,
        }
    }

    /// Where the log ends, and where it should.
    fn look_at_end(&mut self, size: u64) {
        let (newest, elsewhere) = (self.marks.newest, self.marks.newest_elsewhere);
        let signed = newest.max(elsewhere);
        let should = signed.max(self.expected.unwrap_or(0));
        let detail = format!("{size} of {should} entries are there");
        if should > size {
            if newest <= size && elsewhere > size {
                let detail = format!("a checkpoint of size {elsewhere} was given out, and the log knows nothing of it");
                self.found(size, Tampering::RolledBack, &detail);
            } else if self.numbered || signed <= size {
                self.found(size, Tampering::Truncated, &detail);
            } else {
                // The file's own end is there, so the entries are missing before it.
                self.maybe(self.marks.good.max(self.tiles.covered), Tampering::Missing, &detail);
            }
        } else if let Some(expected) = self.expected {
            if size > expected {
                self.found(expected, Tampering::Inserted, "the log is longer than it says");
            } else if signed < size && self.forged.is_none() {
                self.found(
                    signed,
                    Tampering::Truncated,
                    "the checkpoint over the entries from here on is gone",
                );
            }
        }
    }

    /// Entries between the last one and this one are gone.
    fn gap(&mut self, index: u64) {
        self.found(self.next, Tampering::Missing, "there is no entry of this index");
        for _ in 0..(index - self.next).min(GAP_MAX) {
            self.held.slots.push(Slot::default());
            self.settle_some();
        }
        // Behind a gap too wide to count nothing has its place any more.
        self.next = index;
    }

    /// Entries are gone together with their tiles; those counted in their stead belong behind them.
    fn lost(&mut self, from: u64, until: u64) {
        let detail = "entries are gone together with their stored hashes";
        self.found(from, Tampering::Missing, detail);
        let place = from
            .checked_sub(self.held.base)
            .and_then(|place| usize::try_from(place).ok());
        if let Some(place) = place.filter(|place| *place <= self.held.slots.len())
            && until - from <= TILES_AHEAD * CHUNK
        {
            let holes = (from..until).map(|_| Slot::default());
            self.held.slots.splice(place..place, holes);
            self.next += until - from;
        }
    }

    /// Keeps what was found, unless something before it was.
    fn keep(&mut self, finding: Finding) {
        if self.finding.as_ref().is_none_or(|kept| finding.before(kept)) {
            self.finding = Some(finding);
        }
    }

    /// Something is wrong at this index or behind it.
    pub(super) fn maybe(&mut self, index: u64, tampering: Tampering, detail: &str) {
        self.keep(Finding {
            index,
            exact: false,
            tampering,
            detail: detail.to_owned(),
        });
    }
}
