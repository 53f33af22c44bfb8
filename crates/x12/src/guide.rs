//! The implementation guides as data: which segments stand where, what their elements may hold.
//!
//! They are written as tables in `guides/` (its README says how to read and change them) and compiled by the build
//! script into the types of [`model`]. ISA, GS, GE, IEA and TA1 are not in them: the envelope is the reader's.
//!
//! Some versions belong to two guides: 005010X212 to the 276 and the 277, 005010X217 to the request and the answer
//! of the 278. [`find`] answers for versions that have one guide; [`find_for`] tells all apart by ST01 and, for the
//! 278, by BHT02.

mod choice;
mod id;
pub(crate) mod ids;
pub(crate) mod index;
pub mod lists;
pub mod model;

pub use choice::Choice;
pub(crate) use choice::Packed;
pub use id::Id;
pub use lists::List;
pub use model::{Codes, Content, ElementUse, Guide, Key, Kind, Loop, Part, PartKind, Rule, SegmentUse, Simple, Usage};

mod compiled {
    use super::choice::{Choice, packed};
    use super::id::Id;
    use super::index::rows;
    use super::lists::List;
    use super::model::{Codes, Content, ElementUse, Guide, Key, Kind, Loop, Part, Rule, SegmentUse, Simple};
    use super::model::{PartKind, Usage};

    include!(concat!(env!("OUT_DIR"), "/guides.rs"));
}

/// Every guide.
pub fn all() -> &'static [&'static Guide] {
    compiled::GUIDES
}

/// The ids of the envelope, which no guide holds.
const ENVELOPE: [&str; 5] = ["ISA", "GS", "GE", "IEA", "TA1"];

/// A segment id as it may be told, where it is one that 005010 knows; anything else could be data after a wrong delimiter.
pub fn known(id: &str) -> Option<&'static str> {
    Id::new(id).known()
}

/// The ids of all segments that guides may use, sorted.
#[cfg(test)]
pub(crate) fn segments() -> &'static [&'static str] {
    compiled::SEGMENTS
}

/// The guide of a version (ST03 or GS08); with `near`, also the guide whose rules serve for it.
///
/// None where no guide is known, and where several share the version (005010X212, 005010X217): ask [`find_for`].
pub fn find(version: &str, near: bool) -> Option<&'static Guide> {
    let mut found = of_version(version, near);
    found.next().filter(|_| found.next().is_none())
}

/// The guide of a transaction: ST01, then the version (ST03 or GS08), then BHT02 where the transaction has one.
///
/// `purpose` matters only where guides share transaction and version: a 278 of 005010X217 is a request when BHT02 is
/// `13` and an answer when it is `11`. A purpose that neither has, or none, means the request.
pub fn find_for(transaction: &str, version: &str, purpose: Option<&str>, near: bool) -> Option<&'static Guide> {
    let fitting = || of_version(version, near).filter(|guide| guide.transaction == transaction);
    let by_purpose = purpose.and_then(|purpose| fitting().find(|guide| guide.has_purpose(purpose)));
    by_purpose.or_else(|| fitting().next())
}

/// The guides of a version, requests before answers; with `near`, only where none is of the version itself, those
/// whose rules serve for it.
pub fn of_version(version: &str, near: bool) -> impl Iterator<Item = &'static Guide> {
    let exact = all().iter().any(|guide| guide.version == version);
    let fits = move |guide: &&Guide| guide.version == version || near && !exact && guide.near.contains(&version);
    all().iter().copied().filter(fits)
}

impl Guide {
    /// True when the guide's BHT allows this BHT02.
    pub fn has_purpose(&self, purpose: &str) -> bool {
        let beginning = self
            .root
            .candidates(Id::new("BHT"))
            .next()
            .and_then(|part| part.kind.opening());
        beginning
            .and_then(|bht| bht.elements.get(1))
            .is_some_and(|element| match element.content {
                Content::Simple(Simple {
                    codes: Codes::OneOf(codes),
                    ..
                }) => codes.binary_search(&purpose).is_ok(),
                _ => false,
            })
    }
}
