//! 837: coordination of benefits: the order of a claim's payers and the decisions of the other
//! payers.

use super::{Situation, Step, broken};
use crate::check::balance::OnFinding;
use crate::finding::Place;
use crate::guide::ids;

/// Maximum of other payers that are remembered: those that a claim may have (loop 2320).
const PAYERS: usize = 10;

/// The other payers of the current claim.
#[derive(Debug, Default)]
pub(super) struct OtherPayers {
    /// Of the destination payer and the other payers.
    order: Order,
    payers: Vec<Payer>,
    /// Two have the same place in the order.
    is_twice: bool,
    /// The payer of the last SVD.
    of_line: Option<usize>,
}

#[derive(Debug, Default)]
struct Payer {
    place: Place,
    id: String,
    /// It adjusted the claim or a line.
    has_decided: bool,
    has_paid_amount: bool,
    /// It decided about a line, which states the date.
    has_line: bool,
    /// DTP 573 of 2330B.
    date: Option<Place>,
    /// AMT EAF of 2320.
    has_liability: bool,
}

/// The places of payers in the order of responsibility (SBR01), one bit for each letter.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Order(u32);

impl Order {
    const PRIMARY: Self = Self::letter(b'P');
    /// Not stated, or not known (U).
    const UNKNOWN: Self = Self::letter(b'U');

    const fn letter(letter: u8) -> Self {
        Self(1 << (letter - b'A'))
    }

    pub(super) fn of(code: &[u8]) -> Self {
        match code {
            [letter @ b'A'..=b'Z'] => Self::letter(*letter),
            _ => Self::UNKNOWN,
        }
    }

    fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    fn add(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

impl OtherPayers {
    /// The other payers of a claim whose destination payer has this place.
    pub(super) fn after(first: Order) -> Self {
        Self {
            order: first,
            ..Self::default()
        }
    }

    pub(super) fn take(&mut self, step: &Step<'_, '_>, on_finding: &mut OnFinding<'_>) {
        match (step.id(), step.within, step.bytes(1)) {
            (ids::SBR, "2320", _) => self.payer(step, on_finding),
            (ids::AMT, "2320", b"D") => self.last(|payer| payer.has_paid_amount = true),
            (ids::AMT, "2320", b"EAF") => self.last(|payer| payer.has_liability = true),
            (ids::CAS, "2320", _) => self.last(|payer| payer.has_decided = true),
            (ids::NM1, "2330B", _) => self.last(|payer| step.element(9).clone_into(&mut payer.id)),
            (ids::DTP, "2330B", b"573") => self.last(|payer| payer.date = Some(*step.place)),
            (ids::SVD, ..) => self.line(step, on_finding),
            (ids::AMT, "2430", b"EAF") => {
                let payer = self.of_line.and_then(|at| self.payers.get_mut(at));
                if let Some(payer) = payer.filter(|payer| payer.has_liability) {
                    // Once for the payer.
                    payer.has_liability = false;
                    broken(Situation::LiabilityTwice, *step.place, on_finding);
                }
            }
            _ => {}
        }
    }

    fn line(&mut self, svd: &Step<'_, '_>, on_finding: &mut OnFinding<'_>) {
        let id = svd.element(1);
        // Payers beyond the remembered ones are not known.
        let may_be_other = self.payers.len() >= PAYERS;
        self.of_line = self.payers.iter().position(|payer| payer.id == id);
        match self.of_line.and_then(|at| self.payers.get_mut(at)) {
            Some(payer) => (payer.has_decided, payer.has_line) = (true, true),
            None if may_be_other => {}
            None => broken(Situation::PayerUnknown, svd.at(1, 0), on_finding),
        }
    }

    fn payer(&mut self, sbr: &Step<'_, '_>, on_finding: &mut OnFinding<'_>) {
        if self.payers.len() >= PAYERS {
            return;
        }
        let order = Order::of(sbr.bytes(1));
        if !order.has(Order::UNKNOWN) && self.order.has(order) {
            self.is_twice = true;
            broken(Situation::ResponsibilityTwice, sbr.at(1, 0), on_finding);
        }
        self.order.add(order);
        self.payers.push(Payer {
            place: *sbr.place,
            ..Payer::default()
        });
    }

    fn last(&mut self, change: impl FnOnce(&mut Payer)) {
        if let Some(payer) = self.payers.last_mut() {
            change(payer);
        }
    }

    /// Ends the claim that begins at this place.
    pub(super) fn finish(&self, claim: &Place, on_finding: &mut OnFinding<'_>) {
        for payer in &self.payers {
            payer.finish(on_finding);
        }
        let is_ordered = self.order.has(Order::PRIMARY) || self.order.has(Order::UNKNOWN);
        if !is_ordered && !self.is_twice {
            let (id, loop_id) = ("SBR", "2320");
            broken(Situation::PrimaryPayer, Place { id, loop_id, ..*claim }, on_finding);
        }
    }
}

impl Payer {
    fn finish(&self, on_finding: &mut OnFinding<'_>) {
        let place = self.place;
        if self.has_decided && !self.has_paid_amount {
            broken(Situation::OtherPayerPaid, Place { id: "AMT", ..place }, on_finding);
        }
        if let Some(date) = self.date.filter(|_| self.has_line) {
            broken(Situation::DecisionDateTwice, date, on_finding);
        }
    }
}
