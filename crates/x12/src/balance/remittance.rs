//! 835: line, claim and payment, to the cent.

use rust_decimal::Decimal;

use super::{OnImbalance, Rule, add, compare};

/// The amounts that a claim states (CLP03 to CLP05). `None` is not compared.
#[derive(Debug, Clone, Copy, Default)]
pub struct Stated {
    pub charge: Option<Decimal>,
    pub paid: Option<Decimal>,
    pub patient: Option<Decimal>,
}

#[derive(Debug)]
struct Line<P> {
    at: P,
    charge: Decimal,
    paid: Decimal,
    adjusted: Decimal,
}

#[derive(Debug)]
struct Claim<P> {
    at: P,
    stated: Stated,
    adjusted: Decimal,
    patient_adjusted: Decimal,
    lines: u32,
    line_charges: Decimal,
    line: Option<Line<P>>,
}

/// The payment and the current claim. Their parts are added in their order. `P` is the place of a
/// part.
#[derive(Debug, Default)]
pub struct RemittanceSums<P> {
    payment: Option<(P, Option<Decimal>)>,
    claims: Decimal,
    provider: Decimal,
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
        add(&mut self.claims, stated.paid.unwrap_or_default());
        self.claim = Some(Claim {
            at,
            stated,
            adjusted: Decimal::ZERO,
            patient_adjusted: Decimal::ZERO,
            lines: 0,
            line_charges: Decimal::ZERO,
            line: None,
        });
    }

    /// SVC; ends the previous line.
    pub fn line(&mut self, charge: Decimal, paid: Decimal, at: P, on_imbalance: &mut OnImbalance<'_, P>) {
        let Some(claim) = &mut self.claim else { return };
        claim.end_line(on_imbalance);
        claim.lines = claim.lines.saturating_add(1);
        add(&mut claim.line_charges, charge);
        claim.line = Some(Line {
            at,
            charge,
            paid,
            adjusted: Decimal::ZERO,
        });
    }

    /// CAS of the current line, or of the claim before its lines.
    pub fn adjusted(&mut self, of_patient: bool, by: Decimal) {
        let Some(claim) = &mut self.claim else { return };
        add(&mut claim.adjusted, by);
        if of_patient {
            add(&mut claim.patient_adjusted, by);
        }
        if let Some(line) = &mut claim.line {
            add(&mut line.adjusted, by);
        }
    }

    /// An amount of a PLB.
    pub fn provider(&mut self, by: Decimal) {
        add(&mut self.provider, by);
    }

    /// What BPR02 must be.
    pub fn due(&self) -> Decimal {
        self.claims.saturating_sub(self.provider)
    }

    /// Ends the current claim.
    pub fn end_claim(&mut self, on_imbalance: &mut OnImbalance<'_, P>) {
        let Some(mut claim) = self.claim.take() else { return };
        claim.end_line(on_imbalance);
        let Stated { charge, paid, patient } = claim.stated;
        if claim.lines > 0 {
            compare(Rule::ClaimLines, charge, claim.line_charges, claim.at, on_imbalance);
        }
        let computed = charge.unwrap_or_default().saturating_sub(claim.adjusted);
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
            let computed = line.charge.saturating_sub(line.adjusted);
            compare(Rule::LinePayment, Some(line.paid), computed, line.at, on_imbalance);
        }
    }
}
