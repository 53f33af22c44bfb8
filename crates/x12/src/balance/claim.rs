//! 837: a claim's charge is the sum of its lines, and the payment and adjustments of another payer
//! add up to the charge.

use rust_decimal::Decimal;

use super::{OnImbalance, Rule, Sum, compare};

/// Maximum of other payers that are compared; a claim has at most ten (loop 2320).
const PAYERS: usize = 32;

/// Another payer of the claim.
#[derive(Debug, Default)]
struct Payer<P> {
    id: String,
    at: P,
    /// AMT*D.
    paid: Option<Decimal>,
    adjusted: Sum,
}

/// The current claim. Its parts are added in their order in the claim. `P` is the place of a part.
#[derive(Debug, Default)]
pub struct ClaimSums<P> {
    claim: Option<(P, Option<Decimal>)>,
    lines: u32,
    charges: Sum,
    payers: Vec<Payer<P>>,
    line_charge: Option<Decimal>,
    /// Decisions of other payers on the current line.
    decisions: Vec<Decision<P>>,
}

/// The decision of another payer on a line: all its SVD and their adjustments.
#[derive(Debug)]
struct Decision<P> {
    /// SVD01.
    payer: String,
    /// The first SVD.
    at: P,
    accounted: Sum,
}

impl<P: Copy + Default> ClaimSums<P> {
    /// CLM; ends the previous claim. `None`: the charge cannot be read.
    pub fn claim(&mut self, charge: Option<Decimal>, at: P, on_imbalance: &mut OnImbalance<'_, P>) {
        self.finish(on_imbalance);
        self.claim = Some((at, charge));
    }

    /// Another payer of the claim (SBR of loop 2320), to which the next four methods refer.
    pub fn payer(&mut self, at: P) {
        if self.payers.len() < PAYERS {
            self.payers.push(Payer { at, ..Payer::default() });
        }
    }

    /// Its AMT*D; `None` where it cannot be read, which compares nothing.
    pub fn payer_paid(&mut self, amount: Option<Decimal>) {
        if let Some(payer) = self.payers.last_mut() {
            payer.paid = amount;
        }
    }

    /// Its CAS for the whole claim.
    pub fn payer_adjusted(&mut self, by: impl Into<Sum>) {
        if let Some(payer) = self.payers.last_mut() {
            payer.adjusted.add(by.into());
        }
    }

    /// The id by which lines refer to the payer.
    pub fn payer_id(&mut self, id: &str) {
        if let Some(payer) = self.payers.last_mut() {
            id.clone_into(&mut payer.id);
        }
    }

    /// SV1, SV2 or SV3; ends the previous line. `None`: the charge cannot be read.
    pub fn line(&mut self, charge: Option<Decimal>, on_imbalance: &mut OnImbalance<'_, P>) {
        self.end_line(on_imbalance);
        self.lines = self.lines.saturating_add(1);
        self.line_charge = charge;
        self.charges.add(Sum::of(charge));
    }

    /// SVD: the decision of another payer on the line.
    pub fn decision(&mut self, payer: &str, paid: impl Into<Sum>, at: P) {
        // The current decision is the last one.
        let known = self.decisions.iter().position(|decision| decision.payer == payer);
        if let Some(known) = known {
            self.decisions[known..].rotate_left(1);
        } else if self.decisions.len() < PAYERS {
            self.decisions.push(Decision {
                payer: payer.to_owned(),
                at,
                accounted: Sum::default(),
            });
        }
        if let Some(decision) = self.decisions.last_mut() {
            decision.accounted.add(paid.into());
        }
    }

    /// A CAS of the current decision.
    pub fn adjusted(&mut self, by: impl Into<Sum>) {
        let by = by.into();
        let Some(decision) = self.decisions.last_mut() else {
            return;
        };
        decision.accounted.add(by);
        if let Some(payer) = self.payers.iter_mut().find(|payer| payer.id == decision.payer) {
            payer.adjusted.add(by);
        }
    }

    /// A segment of the claim or its lines cannot be read: no sum of the claim is known.
    pub fn lose(&mut self) {
        self.charges = Sum::UNKNOWN;
        self.line_charge = None;
        self.payers.iter_mut().for_each(|payer| payer.adjusted = Sum::UNKNOWN);
    }

    /// Ends the claim.
    pub fn finish(&mut self, on_imbalance: &mut OnImbalance<'_, P>) {
        self.end_line(on_imbalance);
        if let Some((at, charge)) = self.claim.take() {
            if self.lines > 0 {
                compare(Rule::ClaimCharge, charge, self.charges, at, on_imbalance);
            }
            for payer in &self.payers {
                let mut computed = payer.adjusted;
                computed.add(Sum::of(payer.paid));
                compare(Rule::OtherPayer, charge, computed, payer.at, on_imbalance);
            }
        }
        *self = Self::default();
    }

    fn end_line(&mut self, on_imbalance: &mut OnImbalance<'_, P>) {
        for decision in self.decisions.drain(..) {
            let (stated, at) = (self.line_charge, decision.at);
            compare(Rule::OtherPayerLine, stated, decision.accounted, at, on_imbalance);
        }
    }
}
