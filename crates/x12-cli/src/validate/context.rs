//! The claim, member and service line of a segment.

use crate::messages::printable;
use mc_x12::Segment;
use mc_x12::walk::Placed;
use std::rc::Rc;

/// Where a segment belongs. The numbers are of the input: they are printed only with its text.
#[derive(Debug, Clone, Default)]
pub struct Context {
    /// The id of the member: NM109 after IL, REF02 after 0F.
    pub member: Option<Rc<str>>,
    /// CLM01, CLP01, or TRN02 of a claim's status.
    pub claim: Option<Rc<str>>,
    /// Segment number of the claim, or of the member of an enrollment; 0 outside them.
    pub unit_at: u32,
    /// LX01 of a service line.
    pub line: Option<Rc<str>>,
}

impl Context {
    /// Takes the next segment of a transaction set.
    pub fn take(&mut self, segment: &Segment<'_>, placed: Option<&Placed>) {
        let Some(placed) = placed else { return };
        let value = |n: usize| Some(Rc::from(segment.element(n)));
        match (segment.id(), placed.within.id, segment.element(1)) {
            ("INS", "2000", _) => {
                *self = Self::default();
                self.unit_at = segment.number();
            }
            // Outside the loops nothing belongs to a claim: PLB follows the last one.
            (_, "", _) | ("HL", "2000A" | "2000B", _) => *self = Self::default(),
            ("HL" | "LX", "2000C" | "2000D" | "2000E" | "2000", _) => {
                let member = self.member.take().filter(|_| placed.within.id != "2000C");
                *self = Self {
                    member,
                    ..Self::default()
                };
            }
            // The member of an enrollment is named by REF 0F.
            ("NM1", "2100A", "IL") if self.member.is_some() => {}
            ("NM1", "2330A", _) => {}
            ("NM1", _, "IL") => self.member = value(9),
            ("REF", "2000", "0F") => self.member = value(2),
            ("CLM" | "CLP", ..) => self.begin_claim(value(1), segment),
            ("TRN", "2200D" | "2200E", _) => self.begin_claim(value(2), segment),
            ("LX", "2400", _) => self.line = value(1),
            _ => {}
        }
    }

    fn begin_claim(&mut self, number: Option<Rc<str>>, segment: &Segment<'_>) {
        self.claim = number;
        self.unit_at = segment.number();
        self.line = None;
    }

    /// E.g. `claim C1, line 2`; empty where nothing is known.
    pub fn describe(&self) -> String {
        let known = |value: &Option<Rc<str>>| value.clone().filter(|value| !value.is_empty());
        let mut parts = Vec::new();
        match (known(&self.claim), known(&self.member)) {
            (Some(claim), _) => parts.push(format!("claim {}", printable(&claim))),
            (None, Some(member)) => parts.push(format!("member {}", printable(&member))),
            (None, None) => {}
        }
        if let Some(line) = known(&self.line) {
            parts.push(format!("line {}", printable(&line)));
        }
        parts.join(", ")
    }
}
