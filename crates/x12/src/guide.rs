//! The implementation guides as data: the order of segments and the content of their elements.
//!
//! They are written as tables in `guides/` (its README describes the format) and compiled by the
//! build script into the types of [`model`]. ISA, GS, GE, IEA and TA1 are not in them: the reader
//! handles envelopes.
//!
//! Some versions belong to two guides: 005010X212 to the 276 and the 277, 005010X217 to the request
//! and the response of the 278. [`find`] covers versions with one guide; [`find_for`] distinguishes
//! all of them by ST01 and, for the 278, by BHT02.

mod choice;
mod envelope;
mod id;
pub(crate) mod ids;
pub(crate) mod index;
pub mod lists;
mod marks;
pub mod model;
pub(crate) mod near;

pub use choice::Choice;
pub(crate) use choice::Packed;
pub use envelope::envelope_element;
pub use id::Id;
pub use lists::List;
pub(crate) use marks::{DATE_FORMAT, interpreted_in};
pub use model::{
    Codes, Content, ElementUse, Elements, Guide, Key, Kind, Loop, Part, PartKind, Rule, SegmentUse, Simple, Usage,
};

/// The data element that states the number of bytes of binary data.
pub(crate) const LENGTH_OF_BINARY: u16 = 784;

mod compiled {
    use super::choice::{Choice, packed};
    use super::id::Id;
    use super::index::rows;
    use super::lists::List;
    use super::marks::Marks;
    use super::model::{Codes, Content, ElementUse, Elements, Guide, Key, Kind, Loop, Part, Rule, SegmentUse, Simple};
    use super::model::{PartKind, Usage};

    include!(concat!(env!("OUT_DIR"), "/guides.rs"));
}

/// Every guide.
pub fn all() -> &'static [&'static Guide] {
    compiled::GUIDES
}

/// The ids of the envelope, which no guide holds.
const ENVELOPE: [&str; 5] = ["ISA", "GS", "GE", "IEA", "TA1"];

/// A segment id that may be shown: one that 005010 has. Anything else may be data after a wrong
/// delimiter.
pub fn known(id: &str) -> Option<&'static str> {
    Id::new(id).known()
}

/// The name of an element of a segment in the base standard, e.g. `Facility Code Qualifier` for
/// component 2 of element 5 of CLM. Component 0 is the whole element.
pub fn element_name(segment: &str, element: u8, component: u8) -> Option<&'static str> {
    let Some(nth) = Id::new(segment).nth() else {
        return envelope::name(segment, element).filter(|_| component == 0);
    };
    let elements = compiled::NAMES.get(usize::from(nth))?;
    let (whole, components) = elements.get(usize::from(element).checked_sub(1)?)?;
    match usize::from(component).checked_sub(1) {
        None => Some(*whole),
        // A value that has no components is its first one.
        Some(0) if components.is_empty() => Some(*whole),
        Some(n) => components.get(n).copied(),
    }
}

/// The ids of all segments that guides may use, sorted.
#[cfg(test)]
pub(crate) fn segments() -> &'static [&'static str] {
    compiled::SEGMENTS
}

/// The guide of a version (ST03 or GS08); with `near`, also the guide that is used for a near
/// version.
///
/// `None` where no guide is known, and where several share the version (005010X212, 005010X217):
/// use [`find_for`].
pub fn find(version: &str, near: bool) -> Option<&'static Guide> {
    let mut found = of_version(version, near);
    found.next().filter(|_| found.next().is_none())
}

/// The guide of a transaction: ST01, then the version (ST03 or GS08), then BHT02 where the
/// transaction has one.
///
/// `purpose` matters only where guides share transaction and version: a 278 of 005010X217 is a
/// request where BHT02 is `13` and a response where it is `11`. Any other purpose, or none, selects
/// the request.
pub fn find_for(transaction: &str, version: &str, purpose: Option<&str>, near: bool) -> Option<&'static Guide> {
    let fitting = || of_version(version, near).filter(|guide| guide.transaction == transaction);
    let by_purpose = purpose.and_then(|purpose| fitting().find(|guide| guide.has_purpose(purpose)));
    by_purpose.or_else(|| fitting().next())
}

/// The guides of a version, requests before responses; with `near`, those of a near version where
/// none has the version itself.
pub fn of_version(version: &str, near: bool) -> impl Iterator<Item = &'static Guide> {
    let exact = all().iter().any(|guide| guide.version == version);
    let fits = move |guide: &&Guide| guide.version == version || near && !exact && guide.near.contains(&version);
    all().iter().copied().filter(fits)
}

/// Versions of 005010 whose guides have no open description, so that only their envelopes are
/// checked, and what they are for.
const UNCHECKED: &[(&str, &str)] = &[
    ("005010X211", "attachment to a review (275)"),
    ("005010X213", "request for more information (277)"),
    ("005010X215", "review inquiry and response (278)"),
    ("005010X216", "review notification (278)"),
    ("005010X307", "enrollment by an exchange (834)"),
];

/// What a version (GS08) is for that is known, but has no guide here; also with errata (A1, E1).
pub fn unchecked(version: &str) -> Option<&'static str> {
    let is_it = |known: &str| {
        version
            .strip_prefix(known)
            .is_some_and(|errata| matches!(errata.len(), 0 | 2))
    };
    UNCHECKED
        .iter()
        .find(|(known, _)| is_it(known))
        .map(|(_, purpose)| *purpose)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_element_that_a_guide_uses_has_a_name() {
        for (id, elements) in segments().iter().zip(compiled::NAMES) {
            for (n, (name, components)) in (1..).zip(*elements) {
                assert!(!name.is_empty(), "{id}{n:02}");
                assert!(components.iter().all(|name| !name.is_empty()), "{id}{n:02}");
            }
        }
        assert_eq!(element_name("CLM", 5, 2), Some("Facility Code Qualifier"));
        assert_eq!(
            element_name("CLM", 5, 0),
            Some("Health Care Service Location Information")
        );
        assert_eq!(element_name("N4", 2, 0), Some("State or Province Code"));
        assert_eq!(element_name("ISA", 15, 0), Some("Interchange Usage Indicator"));
        assert_eq!(element_name("GS", 9, 0), None);
        assert_eq!((element_name("N4", 99, 0), element_name("SMITH", 1, 0)), (None, None));
    }
}
