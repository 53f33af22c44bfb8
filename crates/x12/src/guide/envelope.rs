//! The elements of the envelopes, which no guide holds (X12.5 and X12.6).

use super::choice::{Choice, packed};
use super::model::{Codes, Kind, Simple};

type Elements = &'static [(&'static str, Simple)];

const fn of(number: u16, kind: Kind, min: u16, max: u16) -> Simple {
    let codes = Codes::Any;
    Simple {
        number,
        kind,
        min,
        max,
        codes,
    }
}

macro_rules! one_of {
    ($number:literal, $($code:literal),+) => {
        Simple {
            codes: Codes::OneOf(Choice { texts: &[$($code),+], packed: &packed(&[$($code),+]) }),
            ..of($number, Kind::Code, 1, 5)
        }
    };
}

const PARTY: Simple = one_of!(0, "01", "14", "20", "27", "28", "29", "30", "33", "ZZ");

const ISA: Elements = &[
    ("Authorization Information Qualifier", one_of!(0, "00", "03")),
    ("Authorization Information", of(0, Kind::Text, 10, 10)),
    ("Security Information Qualifier", one_of!(0, "00", "01")),
    ("Security Information", of(0, Kind::Text, 10, 10)),
    ("Interchange ID Qualifier", PARTY),
    ("Interchange Sender ID", of(0, Kind::Text, 15, 15)),
    ("Interchange ID Qualifier", PARTY),
    ("Interchange Receiver ID", of(0, Kind::Text, 15, 15)),
    ("Interchange Date", of(0, Kind::Date, 6, 6)),
    ("Interchange Time", of(0, Kind::Time, 4, 4)),
    ("Repetition Separator", of(0, Kind::Text, 1, 1)),
    ("Interchange Control Version Number", one_of!(0, "00501")),
    ("Interchange Control Number", of(0, Kind::Integer, 9, 9)),
    ("Acknowledgment Requested", one_of!(0, "0", "1")),
    ("Interchange Usage Indicator", one_of!(0, "P", "T")),
    ("Component Element Separator", of(0, Kind::Text, 1, 1)),
];

const GS: Elements = &[
    ("Functional Identifier Code", of(479, Kind::Code, 2, 2)),
    ("Application Sender's Code", of(142, Kind::Text, 2, 15)),
    ("Application Receiver's Code", of(124, Kind::Text, 2, 15)),
    ("Date", of(373, Kind::Date, 8, 8)),
    ("Time", of(337, Kind::Time, 4, 8)),
    ("Group Control Number", of(28, Kind::Integer, 1, 9)),
    ("Responsible Agency Code", one_of!(455, "X")),
    (
        "Version / Release / Industry Identifier Code",
        of(480, Kind::Text, 1, 12),
    ),
];

const GE: Elements = &[
    ("Number of Transaction Sets Included", of(97, Kind::Integer, 1, 6)),
    ("Group Control Number", of(28, Kind::Integer, 1, 9)),
];

const IEA: Elements = &[
    ("Number of Included Functional Groups", of(0, Kind::Integer, 1, 5)),
    ("Interchange Control Number", of(0, Kind::Integer, 9, 9)),
];

const TA1: Elements = &[
    ("Interchange Control Number", of(0, Kind::Integer, 9, 9)),
    ("Interchange Date", of(0, Kind::Date, 6, 6)),
    ("Interchange Time", of(0, Kind::Time, 4, 4)),
    ("Interchange Acknowledgment Code", one_of!(0, "A", "E", "R")),
    ("Interchange Note Code", of(0, Kind::Code, 3, 3)),
];

fn element(segment: &str, element: u8) -> Option<&'static (&'static str, Simple)> {
    let elements = match segment {
        "ISA" => ISA,
        "GS" => GS,
        "GE" => GE,
        "IEA" => IEA,
        "TA1" => TA1,
        _ => return None,
    };
    elements.get(usize::from(element).checked_sub(1)?)
}

/// An element of ISA, GS, GE, IEA or TA1: its form and codes. Those of the ISA have no number.
pub fn envelope_element(segment: &str, n: u8) -> Option<Simple> {
    element(segment, n).map(|(_, simple)| *simple)
}

/// The name of such an element.
pub(super) fn name(segment: &str, n: u8) -> Option<&'static str> {
    element(segment, n).map(|(name, _)| *name)
}
