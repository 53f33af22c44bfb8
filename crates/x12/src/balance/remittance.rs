//! 835: line, claim and payment, to the cent.

use rust_decimal::Decimal;

use super::{OnImbalance, Rule, Sum, ZERO, add, compare, minus};

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
    charge: Option<Decimal>,
    paid: Option<Decimal>,
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
/// part. An amount is `None` where it is unreadable: the sums that it enters are then unknown, and
/// are not reported.
#[derive(Debug)]
pub struct RemittanceSums<P> {
    payment: Option<(P, Option<Decimal>)>,
    claims: Sum,
    provider: Sum,
    claim: Option<Claim<P>>,
}

impl<P> Default for RemittanceSums<P> {
    fn default() -> Self {
        Self {
            payment: None,
            claims: ZERO,
            provider: ZERO,
            claim: None,
        }
    }
}

impl<P: Copy> RemittanceSums<P> {
    /// BPR.
    pub fn payment(&mut self, amount: Option<Decimal>, at: P) {
        self.payment = Some((at, amount));
    }

    /// CLP; ends the previous claim.
    pub fn claim(&mut self, stated: Stated, at: P, on_imbalance: &mut OnImbalance<'_, P>) {
        self.end_claim(on_imbalance);
        add(&mut self.claims, stated.paid);
        self.claim = Some(Claim {
            at,
            stated,
            adjusted: ZERO,
            patient_adjusted: ZERO,
            lines: 0,
            line_charges: ZERO,
            line: None,
        });
    }

    /// SVC; ends the previous line.
    pub fn line(
        &mut self,
        charge: Option<Decimal>,
        paid: Option<Decimal>,
        at: P,
        on_imbalance: &mut OnImbalance<'_, P>,
    ) {
        let Some(claim) = &mut self.claim else { return };
        claim.end_line(on_imbalance);
        claim.lines = claim.lines.saturating_add(1);
        add(&mut claim.line_charges, charge);
        claim.line = Some(Line {
            at,
            charge,
            paid,
            adjusted: ZERO,
        });
    }

    /// CAS of the current line, or of the claim before its lines.
    pub fn adjusted(&mut self, of_patient: bool, by: Option<Decimal>) {
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
    pub fn provider(&mut self, by: Option<Decimal>) {
        add(&mut self.provider, by);
    }

    /// What BPR02 must be; `None` where an amount is unknown.
    pub fn due(&self) -> Option<Decimal> {
        minus(self.claims, self.provider)
    }

    /// Ends the current claim.
    pub fn end_claim(&mut self, on_imbalance: &mut OnImbalance<'_, P>) {
        let Some(mut claim) = self.claim.take() else { return };
        claim.end_line(on_imbalance);
        let Stated { charge, paid, patient } = claim.stated;
        if claim.lines > 0 {
            compare(Rule::ClaimLines, charge, claim.line_charges, claim.at, on_imbalance);
        }
        let computed = minus(charge, claim.adjusted);
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
            let computed = minus(line.charge, line.adjusted);
            compare(Rule::LinePayment, line.paid, computed, line.at, on_imbalance);
        }
    }
}
