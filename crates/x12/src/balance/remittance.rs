//! 835: line, claim and payment, to the cent.

use rust_decimal::Decimal;

use super::{OnImbalance, Rule, Sum, compare};

/// The amounts that a claim states (CLP03 to CLP05). `None` cannot be read and is not compared, nor
/// is a sum that it is part of.
#[derive(Debug, Clone, Copy, Default)]
pub struct Stated {
    pub charge: Option<Decimal>,
    pub paid: Option<Decimal>,
    pub patient: Option<Decimal>,
}

#[derive(Debug)]
struct Line<P> {
    at: P,
    charge: Sum,
    paid: Sum,
    adjusted: Sum,
}

#[derive(Debug)]
struct Claim<P> {
    at: P,
    stated: Stated,
    adjusted: Sum,
    patient_adjusted: Sum,
    lines: u32,
    line_charges: Sum,
    line: Option<Line<P>>,
}

/// The payment and the current claim. Their parts are added in their order. `P` is the place of a
/// part.
#[derive(Debug, Default)]
pub struct RemittanceSums<P> {
    payment: Option<(P, Option<Decimal>)>,
    claims: Sum,
    provider: Sum,
    claim: Option<Claim<P>>,
}

impl<P: Copy> RemittanceSums<P> {
    /// BPR.
    pub fn payment(&mut self, amount: Option<Decimal>, at: P) {
        self.payment = Some((at, amount));
    }

    /// CLP; ends the previous claim.
    pub fn claim(&mut self, stated: Stated, at: P, on_imbalance: &mut OnImbalance<'_, P>) {
        self.end_claim(on_imbalance);
        self.claims.add(Sum::of(stated.paid));
        self.claim = Some(Claim {
            at,
            stated,
            adjusted: Sum::default(),
            patient_adjusted: Sum::default(),
            lines: 0,
            line_charges: Sum::default(),
            line: None,
        });
    }

    /// SVC; ends the previous line.
    pub fn line(&mut self, charge: impl Into<Sum>, paid: impl Into<Sum>, at: P, on_imbalance: &mut OnImbalance<'_, P>) {
        let (charge, paid) = (charge.into(), paid.into());
        let Some(claim) = &mut self.claim else { return };
        claim.end_line(on_imbalance);
        claim.lines = claim.lines.saturating_add(1);
        claim.line_charges.add(charge);
        claim.line = Some(Line {
            at,
            charge,
            paid,
            adjusted: Sum::default(),
        });
    }

    /// CAS of the current line, or of the claim before its lines.
    pub fn adjusted(&mut self, of_patient: bool, by: impl Into<Sum>) {
        let by = by.into();
        let Some(claim) = &mut self.claim else { return };
        claim.adjusted.add(by);
        if of_patient {
            claim.patient_adjusted.add(by);
        }
        if let Some(line) = &mut claim.line {
            line.adjusted.add(by);
        }
    }

    /// An amount of a PLB.
    pub fn provider(&mut self, by: impl Into<Sum>) {
        self.provider.add(by.into());
    }

    /// A segment cannot be read: no sum of the current claim is known, nor that of the payment.
    pub fn lose(&mut self) {
        self.claims = Sum::UNKNOWN;
        if let Some(claim) = &mut self.claim {
            claim.stated = Stated::default();
            claim.line = None;
        }
    }

    /// What BPR02 must be.
    pub fn due(&self) -> Sum {
        self.claims.less(self.provider)
    }

    /// Ends the current claim.
    pub fn end_claim(&mut self, on_imbalance: &mut OnImbalance<'_, P>) {
        let Some(mut claim) = self.claim.take() else { return };
        claim.end_line(on_imbalance);
        let Stated { charge, paid, patient } = claim.stated;
        if claim.lines > 0 {
            compare(Rule::ClaimLines, charge, claim.line_charges, claim.at, on_imbalance);
        }
        let computed = Sum::of(charge).less(claim.adjusted);
        compare(Rule::ClaimPayment, paid, computed, claim.at, on_imbalance);
        compare(
            Rule::PatientShare,
            patient,
            claim.patient_adjusted,
            claim.at,
            on_imbalance,
        );
    }

    /// Ends the payment.
    pub fn finish(&mut self, on_imbalance: &mut OnImbalance<'_, P>) {
        self.end_claim(on_imbalance);
        if let Some((at, stated)) = self.payment.take() {
            compare(Rule::Payment, stated, self.due(), at, on_imbalance);
        }
    }
}

impl<P: Copy> Claim<P> {
    fn end_line(&mut self, on_imbalance: &mut OnImbalance<'_, P>) {
        if let Some(line) = self.line.take() {
            let computed = line.charge.less(line.adjusted);
            compare(Rule::LinePayment, line.paid.amount(), computed, line.at, on_imbalance);
        }
    }
}
