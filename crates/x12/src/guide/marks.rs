//! Which elements of a segment typed values depend on.

use super::ids;
use super::model::{Content, ElementUse, Kind, QUALIFIED_DATE, Usage};
use super::{Codes, Id, Packed, Simple};

/// The codes that typed values interpret: an unknown one is absent from them.
const INTERPRETED: [(Id, &[u8]); 19] = [
    (ids::AAA, &[1]),
    (ids::BGN, &[8]),
    (ids::BPR, &[3]),
    (ids::CAS, &[1]),
    (ids::CLM, &[6]),
    (ids::CLP, &[2]),
    (Id::new("CRC"), &[2]),
    (ids::DMG, &[3]),
    (Id::new("DN1"), &[3]),
    (ids::EB, &[1, 11, 12]),
    (ids::ENT, &[2]),
    (ids::HD, &[1, 9]),
    (Id::new("HCR"), &[4]),
    (ids::HL, &[3]),
    (ids::INS, &[1, 3, 4, 10]),
    (ids::NM1, &[2]),
    (Id::new("PAT"), &[9]),
    (ids::SV1, &[9, 11, 12, 15]),
    (Id::new("TRN"), &[1]),
];

/// The data element that names the format of a date.
pub(crate) const DATE_FORMAT: u16 = 1250;

/// The interpreted elements of a segment.
pub(crate) const fn interpreted_in(id: Id) -> &'static [u8] {
    let mut n = 0;
    while n < INTERPRETED.len() {
        if INTERPRETED[n].0.number() == id.number() {
            return INTERPRETED[n].1;
        }
        n += 1;
    }
    &[]
}

/// Elements of a segment, bit n for element n.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Marks {
    /// Those that must be present.
    pub(crate) required: u64,
    /// Those that can be unreadable although they are printable ASCII: numbers, dates, times,
    /// interpreted codes and composites with such components or required ones.
    pub(crate) formatted: u64,
}

impl Marks {
    pub(super) const fn of(id: Id, elements: &[ElementUse]) -> Self {
        let (mut required, mut formatted) = (0, 0);
        let mut n = 0;
        while n < elements.len() && n < 63 {
            let bit = 2 << n;
            if let Usage::Required = elements[n].usage {
                required |= bit;
            }
            if is_formatted(&elements[n].content) {
                formatted |= bit;
            }
            n += 1;
        }
        let interpreted = interpreted_in(id);
        n = 0;
        while n < interpreted.len() {
            formatted |= 1 << interpreted[n];
            n += 1;
        }
        Self { required, formatted }
    }
}

const fn is_formatted(content: &Content) -> bool {
    match content {
        Content::Simple(simple) => simple.is_formatted(),
        Content::Composite(components) => {
            let mut n = 0;
            while n < components.len() {
                if matches!(components[n].usage, Usage::Required) || is_formatted(&components[n].content) {
                    return true;
                }
                n += 1;
            }
            false
        }
    }
}

impl Simple {
    /// Whether a text of printable ASCII characters may be unreadable as its value.
    pub(crate) const fn is_formatted(&self) -> bool {
        let is_text = matches!(self.kind, Kind::Text | Kind::Code | Kind::Binary);
        !is_text || matches!(self.number, DATE_FORMAT | QUALIFIED_DATE)
    }

    /// Whether its value is one of a closed set of codes.
    pub(crate) const fn is_coded(&self) -> bool {
        matches!(self.codes, Codes::OneOf(_))
    }

    /// Whether the value is one of the codes.
    #[inline]
    pub(crate) fn has_code(&self, value: Packed<'_>) -> bool {
        matches!(&self.codes, Codes::OneOf(codes) if codes.has(value))
    }

    /// Whether the value before it names its form.
    pub(crate) const fn is_qualified_date(&self) -> bool {
        self.number == QUALIFIED_DATE
    }
}
