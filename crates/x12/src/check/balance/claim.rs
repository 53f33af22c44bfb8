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
    line_charge: Option<Decimal>,
    /// What other payers decided on the line at hand.
    decisions: Vec<Decision>,
}

/// Another payer on a line: all its SVD and their adjustments.
#[derive(Debug)]
struct Decision {
    /// SVD01.
    payer: String,
    /// The first SVD.
    place: Place,
    accounted: Decimal,
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
            (ids::SV1 | ids::SV3, _) => self.line(get(2), tell),
            (ids::SV2, _) => self.line(get(3), tell),
            (ids::SBR, "2320") if self.payers.len() < PAYERS => {
                self.payers.push(Payer {
                    place: *place,
                    ..Payer::default()
                });
            }
            (ids::AMT, "2320") if get(1) == "D" => self.payer(|payer| payer.paid = amount(get(2))),
            (ids::CAS, "2320") => self.payer(|payer| add(&mut payer.adjusted, adjustments(get))),
            (ids::NM1, "2330B") => self.payer(|payer| get(9).clone_into(&mut payer.id)),
            (ids::SVD, _) => self.decision(get(1), amount(get(2)).unwrap_or_default(), *place),
            (ids::CAS, _) => self.adjusted(adjustments(get)),
            _ => {}
        }
    }

    pub(super) fn finish(&mut self, tell: &mut Tell<'_>) {
        self.end_line(tell);
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

    fn line(&mut self, charge: &str, tell: &mut Tell<'_>) {
        self.end_line(tell);
        self.lines = self.lines.saturating_add(1);
        self.line_charge = amount(charge);
        add(&mut self.charges, self.line_charge.unwrap_or_default());
    }

    fn decision(&mut self, payer: &str, paid: Decimal, place: Place) {
        // The one at hand is the last.
        let known = self.decisions.iter().position(|decision| decision.payer == payer);
        if let Some(known) = known {
            self.decisions[known..].rotate_left(1);
        } else if self.decisions.len() < PAYERS {
            self.decisions.push(Decision {
                payer: payer.to_owned(),
                place,
                accounted: Decimal::ZERO,
            });
        }
        if let Some(decision) = self.decisions.last_mut() {
            add(&mut decision.accounted, paid);
        }
    }

    /// A CAS of a line.
    fn adjusted(&mut self, by: Decimal) {
        let Some(decision) = self.decisions.last_mut() else {
            return;
        };
        add(&mut decision.accounted, by);
        if let Some(payer) = self.payers.iter_mut().find(|payer| payer.id == decision.payer) {
            add(&mut payer.adjusted, by);
        }
    }

    fn end_line(&mut self, tell: &mut Tell<'_>) {
        for decision in self.decisions.drain(..) {
            compare(
                Rule::OtherPayerLine,
                self.line_charge,
                decision.accounted,
                decision.place,
                tell,
            );
        }
    }

    fn payer(&mut self, change: impl FnOnce(&mut Payer)) {
        if let Some(payer) = self.payers.last_mut() {
            change(payer);
        }
    }
}
