//! Adds up the amounts that must agree while segments are read. A claim or payment is remembered
//! until it ends.

use super::amounts::{addend, adjustments, amount, required};
use crate::balance::{ClaimSums, OnImbalance, RemittanceSums, Stated};
use crate::fields::Fields;
use crate::finding::{FindingKind, Place};
use crate::guide::{Guide, ids};
use crate::segment::Segment;
use crate::walk::Placed;

/// Receives each finding and its place.
pub(super) type OnFinding<'t> = dyn FnMut(FindingKind, Place) + 't;

/// The sums of a transaction set.
#[derive(Debug)]
pub(super) enum Sums {
    Claims(Box<ClaimSums<Place>>),
    Remittance(Box<RemittanceSums<Place>>),
    None,
}

impl Sums {
    pub(super) fn of(guide: Option<&'static Guide>) -> Self {
        match guide.map(|guide| guide.transaction) {
            Some("837") => Self::Claims(Box::default()),
            Some("835") => Self::Remittance(Box::default()),
            _ => Self::None,
        }
    }

    #[inline]
    pub(super) fn take(
        &mut self,
        segment: &Segment<'_>,
        fields: &Fields,
        placed: &Placed,
        place: &Place,
        on_finding: &mut OnFinding<'_>,
    ) {
        let on_imbalance =
            &mut |rule, stated, computed, at| on_finding(FindingKind::Unbalanced { rule, stated, computed }, at);
        match self {
            Self::Claims(sums) => take_claim(sums, segment, fields, placed, place, on_imbalance),
            Self::Remittance(sums) => take_remittance(sums, segment, fields, place, on_imbalance),
            Self::None => {}
        }
    }

    /// A segment has no place or is missing, and was reported: the sums that its amounts may be
    /// part of are unknown.
    #[cold]
    pub(super) fn lose(&mut self) {
        match self {
            Self::Claims(sums) => sums.lose(),
            Self::Remittance(sums) => sums.lose(),
            Self::None => {}
        }
    }

    pub(super) fn finish(&mut self, on_finding: &mut OnFinding<'_>) {
        let on_imbalance =
            &mut |rule, stated, computed, at| on_finding(FindingKind::Unbalanced { rule, stated, computed }, at);
        match self {
            Self::Claims(sums) => sums.finish(on_imbalance),
            Self::Remittance(sums) => sums.finish(on_imbalance),
            Self::None => {}
        }
    }
}

fn take_claim(
    sums: &mut ClaimSums<Place>,
    segment: &Segment<'_>,
    fields: &Fields,
    placed: &Placed,
    place: &Place,
    on_imbalance: &mut OnImbalance<'_, Place>,
) {
    let get = |n| fields.get(segment, n);
    let bytes = |n| fields.bytes(segment, n);
    match (placed.of.id, placed.within.id) {
        (ids::CLM, _) => sums.claim(amount(bytes(2)), *place, on_imbalance),
        (ids::HL | ids::SE, _) => sums.finish(on_imbalance),
        (ids::SV1 | ids::SV3, _) => sums.line(amount(bytes(2)), on_imbalance),
        (ids::SV2, _) => sums.line(amount(bytes(3)), on_imbalance),
        (ids::SBR, "2320") => sums.payer(*place),
        (ids::AMT, "2320") if get(1) == "D" => sums.payer_paid(amount(bytes(2))),
        (ids::CAS, "2320") => sums.payer_adjusted(adjustments(bytes)),
        (ids::NM1, "2330B") => sums.payer_id(get(9)),
        (ids::SVD, _) => sums.decision(get(1), required(bytes(2)), *place),
        (ids::CAS, _) => sums.adjusted(adjustments(bytes)),
        _ => {}
    }
}

fn take_remittance(
    sums: &mut RemittanceSums<Place>,
    segment: &Segment<'_>,
    fields: &Fields,
    place: &Place,
    on_imbalance: &mut OnImbalance<'_, Place>,
) {
    let get = |n| fields.get(segment, n);
    let bytes = |n| fields.bytes(segment, n);
    let given = |n| addend(bytes(n));
    match segment.code() {
        ids::BPR => sums.payment(amount(bytes(2)), *place),
        ids::CLP => {
            let stated = Stated {
                charge: amount(bytes(3)),
                paid: amount(bytes(4)),
                // Empty counts as zero: the guide leaves it out where the patient owes nothing.
                patient: given(5).amount(),
            };
            sums.claim(stated, *place, on_imbalance);
        }
        ids::SVC => sums.line(required(bytes(2)), required(bytes(3)), *place, on_imbalance),
        ids::CAS => sums.adjusted(get(1) == "PR", adjustments(bytes)),
        ids::PLB => {
            sums.end_claim(on_imbalance);
            for n in 0..6 {
                sums.provider(given(4 + n * 2));
            }
        }
        ids::LX | ids::SE => sums.end_claim(on_imbalance),
        _ => {}
    }
}
