//! 837: a claim's charge is the sum of its lines, and the payment and adjustments of another payer
//! add up to the charge.

use rust_decimal::Decimal;

use super::{OnImbalance, Rule, Sum, ZERO, add, compare, plus};

/// Maximum of other payers that are compared; a claim has at most ten (loop 2320).
const PAYERS: usize = 32;

/// Another payer of the claim.
#[derive(Debug)]
struct Payer<P> {
    id: String,
    at: P,
    /// AMT*D; `None` where it is missing or unreadable.
    paid: Option<Decimal>,
    adjusted: Sum,
}

/// The current claim. Its parts are added in their order in the claim. `P` is the place of a part.
/// An amount is `None` where it is unreadable: the sums that it enters are then unknown, and are not
/// reported.
#[derive(Debug)]
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

impl<P> Default for ClaimSums<P> {
    fn default() -> Self {
        Self {
            claim: None,
            lines: 0,
            charges: ZERO,
            payers: Vec::new(),
            line_charge: None,
            decisions: Vec::new(),
        }
    }
}

impl<P: Copy> ClaimSums<P> {
    /// CLM; ends the previous claim.
    pub fn claim(&mut self, charge: Option<Decimal>, at: P, on_imbalance: &mut OnImbalance<'_, P>) {
        self.finish(on_imbalance);
        self.claim = Some((at, charge));
    }

    /// Another payer of the claim (SBR of loop 2320), to which the next four methods refer.
    pub fn payer(&mut self, at: P) {
        if self.payers.len() < PAYERS {
            self.payers.push(Payer {
                id: String::new(),
                at,
                paid: None,
                adjusted: ZERO,
            });
        }
    }

    /// Its AMT*D.
    pub fn payer_paid(&mut self, amount: Option<Decimal>) {
        if let Some(payer) = self.payers.last_mut() {
            payer.paid = amount;
        }
    }

    /// Its CAS for the whole claim.
    pub fn payer_adjusted(&mut self, by: Option<Decimal>) {
        if let Some(payer) = self.payers.last_mut() {
            add(&mut payer.adjusted, by);
        }
    }

    /// The id by which lines refer to the payer.
    pub fn payer_id(&mut self, id: &str) {
        if let Some(payer) = self.payers.last_mut() {
            id.clone_into(&mut payer.id);
        }
    }

    /// SV1, SV2 or SV3; ends the previous line.
    pub fn line(&mut self, charge: Option<Decimal>, on_imbalance: &mut OnImbalance<'_, P>) {
        self.end_line(on_imbalance);
        self.lines = self.lines.saturating_add(1);
        self.line_charge = charge;
        add(&mut self.charges, charge);
    }

    /// SVD: the decision of another payer on the line.
    pub fn decision(&mut self, payer: &str, paid: Option<Decimal>, at: P) {
        // The current decision is the last one.
        let known = self.decisions.iter().position(|decision| decision.payer == payer);
        if let Some(known) = known {
            self.decisions[known..].rotate_left(1);
        } else if self.decisions.len() < PAYERS {
            self.decisions.push(Decision {
                payer: payer.to_owned(),
                at,
                accounted: ZERO,
            });
        }
        if let Some(decision) = self.decisions.last_mut() {
            add(&mut decision.accounted, paid);
        }
    }

    /// A CAS of the current decision.
    pub fn adjusted(&mut self, by: Option<Decimal>) {
        let Some(decision) = self.decisions.last_mut() else {
            return;
        };
        add(&mut decision.accounted, by);
        if let Some(payer) = self.payers.iter_mut().find(|payer| payer.id == decision.payer) {
            add(&mut payer.adjusted, by);
        }
    }

    /// Ends the claim.
    pub fn finish(&mut self, on_imbalance: &mut OnImbalance<'_, P>) {
        self.end_line(on_imbalance);
        if let Some((at, charge)) = self.claim.take() {
            if self.lines > 0 {
                compare(Rule::ClaimCharge, charge, self.charges, at, on_imbalance);
            }
            for payer in &self.payers {
                let computed = plus(payer.paid, payer.adjusted);
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
