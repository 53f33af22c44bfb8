//! 835: line, claim and payment, to the cent.

use super::{Tell, add, compare};
use crate::check::amounts::{adjustments, amount};
use crate::fields::Fields;
use crate::finding::{Place, Rule};
use crate::guide::ids;
use crate::segment::Segment;
use rust_decimal::Decimal;

#[derive(Debug)]
struct Line {
    place: Place,
    charge: Decimal,
    paid: Option<Decimal>,
    adjusted: Decimal,
}

#[derive(Debug, Default)]
struct Claim {
    place: Place,
    charge: Option<Decimal>,
    paid: Option<Decimal>,
    patient: Option<Decimal>,
    adjusted: Decimal,
    patient_adjusted: Decimal,
    lines: u32,
    line_charges: Decimal,
    line: Option<Line>,
}

/// The payment and the claim at hand.
#[derive(Debug, Default)]
pub(in crate::check) struct Sums {
    payment: Option<(Place, Option<Decimal>)>,
    claims: Decimal,
    provider: Decimal,
    claim: Option<Claim>,
}

impl Sums {
    pub(super) fn take(&mut self, segment: &Segment<'_>, fields: &Fields, place: &Place, tell: &mut Tell<'_>) {
        let get = |n| fields.get(segment, n);
        match segment.code() {
            ids::BPR => self.payment = Some((*place, amount(get(2)))),
            ids::CLP => {
                self.end_claim(tell);
                add(&mut self.claims, amount(get(4)).unwrap_or_default());
                self.claim = Some(Claim {
                    place: *place,
                    charge: amount(get(3)),
                    paid: amount(get(4)),
                    // Empty is zero here: the guide leaves it out where the patient owes nothing.
                    patient: Some(amount(get(5)).unwrap_or_default()),
                    ..Claim::default()
                });
            }
            ids::SVC => self.line(*place, get(2), get(3), tell),
            ids::CAS => self.adjust(get(1) == "PR", adjustments(get)),
            ids::PLB => {
                self.end_claim(tell);
                for n in 0..6 {
                    add(&mut self.provider, amount(get(4 + n * 2)).unwrap_or_default());
                }
            }
            ids::LX | ids::SE => self.end_claim(tell),
            _ => {}
        }
    }

    pub(super) fn finish(&mut self, tell: &mut Tell<'_>) {
        self.end_claim(tell);
        if let Some((place, stated)) = self.payment.take() {
            let computed = self.claims.checked_sub(self.provider).unwrap_or(self.claims);
            compare(Rule::Payment, stated, computed, place, tell);
        }
    }

    fn line(&mut self, place: Place, charge: &str, paid: &str, tell: &mut Tell<'_>) {
        let Some(claim) = &mut self.claim else { return };
        claim.end_line(tell);
        let charge = amount(charge).unwrap_or_default();
        claim.lines = claim.lines.saturating_add(1);
        add(&mut claim.line_charges, charge);
        claim.line = Some(Line {
            place,
            charge,
            paid: Some(amount(paid).unwrap_or_default()),
            adjusted: Decimal::ZERO,
        });
    }

    fn adjust(&mut self, of_patient: bool, by: Decimal) {
        let Some(claim) = &mut self.claim else { return };
        add(&mut claim.adjusted, by);
        if of_patient {
            add(&mut claim.patient_adjusted, by);
        }
        if let Some(line) = &mut claim.line {
            add(&mut line.adjusted, by);
        }
    }

    fn end_claim(&mut self, tell: &mut Tell<'_>) {
        let Some(mut claim) = self.claim.take() else { return };
        claim.end_line(tell);
        let computed = claim
            .charge
            .unwrap_or_default()
            .checked_sub(claim.adjusted)
            .unwrap_or_default();
        compare(Rule::ClaimPayment, claim.paid, computed, claim.place, tell);
        if claim.lines > 0 {
            compare(Rule::ClaimLines, claim.charge, claim.line_charges, claim.place, tell);
        }
        compare(
            Rule::PatientShare,
            claim.patient,
            claim.patient_adjusted,
            claim.place,
            tell,
        );
    }
}

impl Claim {
    fn end_line(&mut self, tell: &mut Tell<'_>) {
        if let Some(line) = self.line.take() {
            let computed = line.charge.checked_sub(line.adjusted).unwrap_or_default();
            compare(Rule::LinePayment, line.paid, computed, line.place, tell);
        }
    }
}
