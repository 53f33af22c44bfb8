//! 837: what a claim states, and what must then be stated too, one row each.

use super::{Situation as S, Step, broken};
use crate::check::balance::OnFinding;
use crate::finding::Place;
use crate::guide::ids;

/// A set of facts, one bit each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Facts(u32);

impl Facts {
    const NONE: Self = Self(0);
    pub(super) const REPLACES: Self = Self(1);
    const PAYER_NUMBER: Self = Self(1 << 1);
    pub(super) const ACCIDENT: Self = Self(1 << 2);
    const ACCIDENT_DATE: Self = Self(1 << 3);
    const AMBULANCE: Self = Self(1 << 4);
    const PICK_UP: Self = Self(1 << 5);
    const DROP_OFF: Self = Self(1 << 6);
    /// Place of service 41 or 42.
    const AMBULANCE_PLACE: Self = Self(1 << 7);
    /// Place of service 21, bill type 11.
    const INPATIENT: Self = Self(1 << 8);
    const ADMISSION: Self = Self(1 << 9);
    /// An interim claim, after which the patient stays.
    const INTERIM: Self = Self(1 << 10);
    const DISCHARGE_HOUR: Self = Self(1 << 11);
    const REFERRING: Self = Self(1 << 12);
    const LINE_REFERRING: Self = Self(1 << 13);
    /// A dental claim for services that were rendered.
    pub(super) const DENTAL: Self = Self(1 << 14);
    const SERVICE_DATE: Self = Self(1 << 15);

    fn has(self, all: Self) -> bool {
        self.0 & all.0 == all.0
    }

    fn any(self, of: Self) -> bool {
        self.0 & of.0 != 0
    }

    pub(super) fn add(&mut self, more: Self) {
        self.0 |= more.0;
    }
}

/// What must be stated, or must not.
struct Row {
    of: S,
    /// Where all of these are stated.
    when: Facts,
    /// And none of these.
    unless: Facts,
    /// The missing segment, or the one too many, and its loop.
    id: &'static str,
    loop_id: &'static str,
}

const fn row(of: S, when: Facts, unless: Facts, id: &'static str, loop_id: &'static str) -> Row {
    Row {
        of,
        when,
        unless,
        id,
        loop_id,
    }
}

static ROWS: &[Row] = &[
    row(S::PayerClaimNumber, Facts::REPLACES, Facts::PAYER_NUMBER, "REF", "2300"),
    row(S::AccidentDate, Facts::ACCIDENT, Facts::ACCIDENT_DATE, "DTP", "2300"),
    row(
        S::AmbulanceTransport,
        Facts::AMBULANCE_PLACE,
        Facts::AMBULANCE,
        "CR1",
        "2300",
    ),
    row(S::AmbulancePickUp, Facts::AMBULANCE, Facts::PICK_UP, "NM1", "2310E"),
    row(S::AmbulanceDropOff, Facts::AMBULANCE, Facts::DROP_OFF, "NM1", "2310F"),
    row(S::AdmissionDate, Facts::INPATIENT, Facts::ADMISSION, "DTP", "2300"),
    row(
        S::DischargeHour,
        Facts(Facts::INTERIM.0 | Facts::DISCHARGE_HOUR.0),
        Facts::NONE,
        "DTP",
        "2300",
    ),
    row(S::DentalServiceDate, Facts::DENTAL, Facts::SERVICE_DATE, "DTP", "2300"),
    row(
        S::ReferringProvider,
        Facts::LINE_REFERRING,
        Facts::REFERRING,
        "NM1",
        "2310A",
    ),
];

/// The facts in the segment that opens a claim; the place is a place of service, or a type of bill
/// (UB-04).
pub(super) fn of_claim(clm: &Step<'_, '_>) -> Facts {
    let mut facts = Facts::NONE;
    let mut parts = clm.parts(5);
    let mut next = || parts.next().unwrap_or_default();
    let (place, is_bill, frequency) = (next(), next() == b"A", next());
    match (place, is_bill) {
        (b"41" | b"42", false) => facts.add(Facts::AMBULANCE_PLACE),
        (b"21", false) | (b"11", true) => facts.add(Facts::INPATIENT),
        _ => {}
    }
    match (frequency, is_bill) {
        (b"7" | b"8", _) => facts.add(Facts::REPLACES),
        (b"2" | b"3", true) => facts.add(Facts::INTERIM),
        _ => {}
    }
    if clm.parts(11).take(3).any(|cause| matches!(cause, b"AA" | b"OA")) {
        facts.add(Facts::ACCIDENT);
    }
    facts
}

/// The facts in a segment of a claim.
pub(super) fn of_segment(step: &Step<'_, '_>) -> Facts {
    match (step.id(), step.bytes(1)) {
        // In the loop of a provider it is out of place; in that of another payer it is another id.
        (ids::REF, b"F8") if step.within != "2330B" => Facts::PAYER_NUMBER,
        (ids::DTP, b"439") => Facts::ACCIDENT_DATE,
        (ids::DTP, b"435") => Facts::ADMISSION,
        (ids::DTP, b"096") => Facts::DISCHARGE_HOUR,
        (ids::DTP, b"472") => Facts::SERVICE_DATE,
        (ids::CR1, _) => Facts::AMBULANCE,
        (ids::NM1, b"PW") => Facts::PICK_UP,
        (ids::NM1, b"45") => Facts::DROP_OFF,
        (ids::NM1, b"DN" | b"P3") if step.within.starts_with("2310") => Facts::REFERRING,
        (ids::NM1, b"DN" | b"P3") if step.within.starts_with("2420") => Facts::LINE_REFERRING,
        _ => Facts::NONE,
    }
}

/// Reports what is missing at the end of a claim.
pub(super) fn check(facts: Facts, claim: &Place, on_finding: &mut OnFinding<'_>) {
    for row in ROWS {
        if facts.has(row.when) && !facts.any(row.unless) {
            let (id, loop_id) = (row.id, row.loop_id);
            broken(row.of, Place { id, loop_id, ..*claim }, on_finding);
        }
    }
}
