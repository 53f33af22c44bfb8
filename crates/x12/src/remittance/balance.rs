//! The sums that an 835 must satisfy, exact to the last digit.

use std::fmt;

use rust_decimal::Decimal;

use super::{ClaimPayment, Remittance};
use crate::parts::{Adjustment, number, total};

/// Which sum does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// SVC02 less the CAS of the line is SVC03.
    Line,
    /// CLP03 less the CAS of the claim and of its lines is CLP04.
    Claim,
    /// Where there are lines, their SVC02 make CLP03.
    LineCharges,
    /// CLP04 of all claims less PLB is BPR02.
    Payment,
    /// CAS of group PR make CLP05. Only a warning.
    PatientResponsibility,
}

/// A sum that does not hold, and where. `Debug` and `Display` show no amount; [`Imbalance::explain`] does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Imbalance {
    pub rule: Rule,
    /// The claim by its place in the remittance, from 1.
    pub claim: Option<usize>,
    /// The line by its place in the claim, from 1.
    pub line: Option<usize>,
    /// What the remittance says.
    pub stated: Decimal,
    /// What its parts make.
    pub computed: Decimal,
}

impl Rule {
    /// True where the remittance may be posted all the same.
    pub fn is_warning(self) -> bool {
        self == Self::PatientResponsibility
    }

    /// The element that states the sum.
    pub fn stated_in(self) -> &'static str {
        match self {
            Self::Line => "SVC03",
            Self::Claim => "CLP04",
            Self::LineCharges => "CLP03",
            Self::Payment => "BPR02",
            Self::PatientResponsibility => "CLP05",
        }
    }
}

impl Imbalance {
    /// Stated less computed.
    pub fn difference(&self) -> Decimal {
        self.stated.saturating_sub(self.computed)
    }

    /// With the amounts, for whoever may see them.
    pub fn explain(&self) -> String {
        let (stated, computed) = (number(self.stated), number(self.computed));
        let difference = number(self.difference());
        format!("{self}: stated {stated}, computed {computed}, difference {difference}")
    }
}

impl fmt::Display for Imbalance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} does not balance", self.rule.stated_in())?;
        if let Some(claim) = self.claim {
            write!(f, ", claim {claim}")?;
        }
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Imbalance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Imbalance({self})")
    }
}

impl Remittance {
    /// Every sum that does not hold; empty for a remittance that may be posted. One for which a rule fails that is
    /// not a [warning](Rule::is_warning) must be held.
    ///
    /// A reversal follows the same rules with negated amounts; only that it leaves CLP05 out is no warning.
    pub fn balance(&self) -> Vec<Imbalance> {
        let mut found: Vec<_> = self
            .claims()
            .zip(1..)
            .flat_map(|(claim, at)| claim.balance_at(at))
            .collect();
        found.extend(differ(Rule::Payment, self.payment.amount, self.computed_amount()));
        found
    }

    /// CLP04 of all claims less all PLB amounts: what BPR02 must be.
    pub fn computed_amount(&self) -> Decimal {
        let claims = total(self.claims().map(|claim| claim.paid));
        claims.saturating_sub(total(self.adjustments.iter().map(|a| a.amount)))
    }
}

impl ClaimPayment {
    /// The rules of this claim alone; it counts as claim 1.
    pub fn balance(&self) -> Vec<Imbalance> {
        self.balance_at(1)
    }

    fn balance_at(&self, at: usize) -> Vec<Imbalance> {
        let mut found = Vec::new();
        for (line, number) in self.lines.iter().zip(1..) {
            let computed = line.charge.saturating_sub(Adjustment::total(&line.adjustments));
            found.extend(differ(Rule::Line, line.paid, computed).map(|i| i.at_line(number)));
        }
        if !self.lines.is_empty() {
            let charges = total(self.lines.iter().map(|line| line.charge));
            found.extend(differ(Rule::LineCharges, self.charge, charges));
        }
        let of_lines = total(self.lines.iter().map(|line| Adjustment::total(&line.adjustments)));
        let adjusted = Adjustment::total(&self.adjustments).saturating_add(of_lines);
        found.extend(differ(Rule::Claim, self.paid, self.charge.saturating_sub(adjusted)));
        if self.patient_responsibility.is_some() || !self.is_reversal() {
            let stated = self.patient_responsibility.unwrap_or_default();
            found.extend(differ(Rule::PatientResponsibility, stated, self.adjusted_to_patient()));
        }
        found
            .into_iter()
            .map(|imbalance| Imbalance {
                claim: Some(at),
                ..imbalance
            })
            .collect()
    }
}

impl Imbalance {
    fn at_line(self, line: usize) -> Self {
        Self {
            line: Some(line),
            ..self
        }
    }
}

fn differ(rule: Rule, stated: Decimal, computed: Decimal) -> Option<Imbalance> {
    (stated != computed).then_some(Imbalance {
        rule,
        claim: None,
        line: None,
        stated,
        computed,
    })
}
