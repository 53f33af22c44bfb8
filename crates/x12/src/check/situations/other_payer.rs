//! 837: coordination of benefits: the order of a claim's payers and the decisions of the other
//! payers.

use super::{Situation, Step, broken};
use crate::check::balance::OnFinding;
use crate::finding::Place;
use crate::guide::ids;

/// Maximum of other payers that are remembered; a claim has at most ten (loop 2320).
const PAYERS: usize = 32;

/// The other payers of the current claim.
#[derive(Debug, Default)]
pub(super) struct OtherPayers {
    /// SBR01 of the destination payer, then of the other payers.
    order: Vec<String>,
    payers: Vec<Payer>,
}

#[derive(Debug, Default)]
struct Payer {
    place: Place,
    id: String,
    has_decided: bool,
    has_paid_amount: bool,
}

impl OtherPayers {
    /// The other payers of a claim whose destination payer has this SBR01.
    pub(super) fn after(first: &str) -> Self {
        Self {
            order: vec![first.to_owned()],
            ..Self::default()
        }
    }

    pub(super) fn take(&mut self, step: &Step<'_, '_>, on_finding: &mut OnFinding<'_>) {
        match (step.id(), step.within) {
            (ids::SBR, "2320") => self.payer(step, on_finding),
            (ids::AMT, "2320") if step.element(1) == "D" => self.last(|payer| payer.has_paid_amount = true),
            (ids::CAS, "2320") => self.last(|payer| payer.has_decided = true),
            (ids::NM1, "2330B") => self.last(|payer| step.element(9).clone_into(&mut payer.id)),
            (ids::SVD, _) => {
                let id = step.element(1);
                // Payers beyond the remembered ones are not known.
                let may_be_other = self.payers.len() >= PAYERS;
                match self.payers.iter_mut().find(|payer| payer.id == id) {
                    Some(payer) => payer.has_decided = true,
                    None if may_be_other => {}
                    None => broken(Situation::PayerUnknown, step.at(1, 0), on_finding),
                }
            }
            _ => {}
        }
    }

    fn payer(&mut self, sbr: &Step<'_, '_>, on_finding: &mut OnFinding<'_>) {
        if self.payers.len() >= PAYERS {
            return;
        }
        let order = sbr.element(1);
        // U: the order is unknown.
        if order != "U" && self.order.iter().any(|known| known == order) {
            broken(Situation::ResponsibilityTwice, sbr.at(1, 0), on_finding);
        }
        self.order.push(order.to_owned());
        self.payers.push(Payer {
            place: sbr.place,
            ..Payer::default()
        });
    }

    fn last(&mut self, change: impl FnOnce(&mut Payer)) {
        if let Some(payer) = self.payers.last_mut() {
            change(payer);
        }
    }

    pub(super) fn finish(&self, on_finding: &mut OnFinding<'_>) {
        for payer in &self.payers {
            if payer.has_decided && !payer.has_paid_amount {
                let place = Place {
                    id: "AMT",
                    ..payer.place
                };
                broken(Situation::OtherPayerPaid, place, on_finding);
            }
        }
    }
}
