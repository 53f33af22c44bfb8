//! 837: a claim's charge is the sum of its lines; what another payer paid and adjusted makes the charge.

use super::{Tell, add, compare};
use crate::check::amounts::{adjustments, amount};
use crate::fields::Fields;
use crate::finding::{Place, Rule};
use crate::guide::ids;
use crate::segment::Segment;
use crate::walk::Placed;
use rust_decimal::Decimal;

/// More other payers than a claim may have (2320 repeats ten times).
const PAYERS: usize = 32;

/// Another payer of the claim.
#[derive(Debug, Default)]
struct Payer {
    id: String,
    place: Place,
    /// AMT*D.
    paid: Option<Decimal>,
    adjusted: Decimal,
}

/// The claim at hand.
#[derive(Debug, Default)]
pub(in crate::check) struct Sums {
    claim: Option<(Place, Option<Decimal>)>,
    lines: u32,
    charges: Decimal,
    payers: Vec<Payer>,
    /// The payer that the line's adjudication at hand is of.
    line_payer: Option<usize>,
}

impl Sums {
    pub(super) fn take(
        &mut self,
        segment: &Segment<'_>,
        fields: &Fields,
        placed: &Placed,
        place: &Place,
        tell: &mut Tell<'_>,
    ) {
        let get = |n| fields.get(segment, n);
        match (placed.of.id, placed.within.id) {
            (ids::CLM, _) => {
                self.finish(tell);
                self.claim = Some((*place, amount(get(2))));
            }
            (ids::HL | ids::SE, _) => self.finish(tell),
            (ids::SV1 | ids::SV3, _) => self.line(get(2)),
            (ids::SV2, _) => self.line(get(3)),
            (ids::SBR, "2320") if self.payers.len() < PAYERS => {
                self.payers.push(Payer {
                    place: *place,
                    ..Payer::default()
                });
            }
            (ids::AMT, "2320") if get(1) == "D" => self.payer(|payer| payer.paid = amount(get(2))),
            (ids::CAS, "2320") => self.payer(|payer| add(&mut payer.adjusted, adjustments(get))),
            (ids::NM1, "2330B") => self.payer(|payer| get(9).clone_into(&mut payer.id)),
            (ids::SVD, _) => self.line_payer = self.payers.iter().position(|payer| payer.id == get(1)),
            (ids::CAS, _) => {
                if let Some(payer) = self.line_payer.and_then(|at| self.payers.get_mut(at)) {
                    add(&mut payer.adjusted, adjustments(get));
                }
            }
            _ => {}
        }
    }

    pub(super) fn finish(&mut self, tell: &mut Tell<'_>) {
        if let Some((place, charge)) = self.claim.take() {
            if self.lines > 0 {
                compare(Rule::ClaimCharge, charge, self.charges, place, tell);
            }
            for payer in &self.payers {
                let Some(paid) = payer.paid else { continue };
                let computed = paid.checked_add(payer.adjusted).unwrap_or(paid);
                compare(Rule::OtherPayer, charge, computed, payer.place, tell);
            }
        }
        *self = Self::default();
    }

    fn line(&mut self, charge: &str) {
        self.lines = self.lines.saturating_add(1);
        self.line_payer = None;
        add(&mut self.charges, amount(charge).unwrap_or_default());
    }

    fn payer(&mut self, change: impl FnOnce(&mut Payer)) {
        if let Some(payer) = self.payers.last_mut() {
            change(payer);
        }
    }
}
