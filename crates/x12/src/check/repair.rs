//! Segments with faults of form that repeat through a whole file: ids in lower case, line ends
//! inside segments, white space before terminators. Each is reported once, and the content is
//! checked as if it were written correctly, so that the other findings are of other causes.

use super::{Checker, Report, place_of};
use crate::finding::{ElementPlace, FindingKind, Place};
use crate::guide::{Id, LENGTH_OF_BINARY};
use crate::segment::Segment;

/// What was reported outside transaction sets in the current interchange.
#[derive(Debug, Default)]
pub(super) struct Repaired {
    lower_case: bool,
    line_ends: bool,
}

impl Checker<'_> {
    /// Repairs a segment and takes it; false where there is nothing to repair.
    #[cold]
    pub(super) fn repaired(&mut self, segment: &Segment<'_>, report: &mut dyn Report) -> bool {
        let mut bytes = segment.head().to_vec();
        if segment.binary().is_none() {
            bytes.retain(|byte| !is_line_end(*byte));
        }
        let line_ends = bytes.len() < segment.head().len();
        let separator = segment.delimiters().element_byte();
        let id = bytes.split(|byte| *byte == separator).next().unwrap_or_default();
        let lower_case = id.iter().any(u8::is_ascii_lowercase);
        let is_known = Id::of_bytes(&id.to_ascii_uppercase()).known().is_some();
        if !is_known || !line_ends && !lower_case {
            return false;
        }
        if lower_case {
            // Whoever writes ids in lower case writes codes in lower case.
            bytes.make_ascii_uppercase();
        }
        bytes.extend_from_slice(segment.binary().unwrap_or_default());
        let repaired = segment.with_bytes(&bytes);
        let faults = [
            (line_ends, FindingKind::LineEndInSegment),
            (lower_case, FindingKind::LowerCaseId),
        ];
        let found = || faults.iter().filter(|(is_found, _)| *is_found).map(|(_, kind)| *kind);
        let is_content = self.transaction.is_some() && !is_of_envelope(repaired.id());
        if is_content {
            // Its loop is known when it has been placed.
            self.dispatch(&repaired, segment, report);
        }
        found().for_each(|kind| self.report_once(kind, &repaired, report));
        if !is_content {
            self.dispatch(&repaired, segment, report);
        }
        true
    }

    /// Reports a fault once for the transaction set; outside, once for the interchange, which it
    /// rejects with all that it holds.
    fn report_once(&mut self, kind: FindingKind, segment: &Segment<'_>, report: &mut dyn Report) {
        let reported = match kind {
            FindingKind::LowerCaseId => &mut self.repaired.lower_case,
            _ => &mut self.repaired.line_ends,
        };
        if *reported {
            return;
        }
        let Some(open) = &mut self.transaction else {
            *reported = true;
            return self.report(kind, place_of(segment), None, report);
        };
        let is_of_envelope = is_of_envelope(segment.id());
        let place = Place {
            position: open.segments().saturating_add(u32::from(is_of_envelope)),
            loop_id: if is_of_envelope { "" } else { open.loop_id() },
            ..place_of(segment)
        };
        open.report(kind, place, None, self.settings, &mut self.verdict, report);
    }

    /// Reports that the number of bytes of binary data is not the stated one.
    pub(super) fn wrong_length(&mut self, segment: &Segment<'_>, report: &mut dyn Report) {
        let Some(open) = &mut self.transaction else { return };
        let place = Place {
            position: open.segments(),
            loop_id: open.loop_id(),
            element: Some(length_place(segment)),
            ..place_of(segment)
        };
        let kind = FindingKind::BinaryLength;
        open.report(kind, place, None, self.settings, &mut self.verdict, report);
    }

    /// Reports once for the input that white space before terminators was left out.
    #[cold]
    pub(super) fn trimmed(&mut self, segment: &Segment<'_>, report: &mut dyn Report) {
        if !std::mem::replace(&mut self.has_trimmed, true) {
            self.report(FindingKind::SpaceBeforeTerminator, place_of(segment), None, report);
        }
    }
}

/// The place of the element that states the number of bytes of binary data.
pub(crate) fn length_place(segment: &Segment<'_>) -> ElementPlace {
    ElementPlace {
        element: if segment.id() == "BIN" { 1 } else { 2 },
        component: 0,
        repetition: 1,
        number: LENGTH_OF_BINARY,
    }
}

fn is_of_envelope(id: &str) -> bool {
    matches!(id, "ISA" | "GS" | "ST" | "SE" | "GE" | "IEA")
}

pub(super) fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}
