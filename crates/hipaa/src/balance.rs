//! The sums of a typed value that do not agree, with their place.

use serde::Serialize;
use std::fmt;

use rust_decimal::Decimal;

pub use mc_x12::balance::Rule;
pub(crate) use mc_x12::balance::{ClaimSums, OnImbalance, RemittanceSums, Stated, compare};

use crate::parts::number;

/// A place in a typed value, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct Position {
    /// The claim, by its index in the transaction set.
    pub claim: Option<usize>,
    /// The other payer, by its index in the claim.
    pub payer: Option<usize>,
    /// The line, by its index in the claim.
    pub line: Option<usize>,
    /// The premium, by its index in
    /// [`PremiumPayment::premiums`](crate::premium::PremiumPayment::premiums).
    pub premium: Option<usize>,
}

/// A sum that does not agree, with its place. `Debug` and `Display` show no amount;
/// [`Imbalance::explain`] does.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Imbalance {
    pub rule: Rule,
    pub at: Position,
    /// The stated amount.
    pub stated: Decimal,
    /// The computed amount.
    pub computed: Decimal,
}

impl Position {
    /// A claim.
    pub(crate) fn claim(claim: usize) -> Self {
        Self {
            claim: Some(claim),
            ..Self::default()
        }
    }

    /// A premium.
    pub(crate) fn premium(premium: usize) -> Self {
        Self {
            premium: Some(premium),
            ..Self::default()
        }
    }

    /// A line of the same claim.
    pub(crate) fn line(self, line: usize) -> Self {
        let line = Some(line);
        Self { line, ..self }
    }

    /// Another payer of the same claim.
    pub(crate) fn payer(self, payer: usize) -> Self {
        let payer = Some(payer);
        Self { payer, ..self }
    }
}

impl Imbalance {
    /// Collects the imbalances that `add_up` reports.
    pub(crate) fn all(add_up: impl FnOnce(&mut OnImbalance<'_, Position>)) -> Vec<Self> {
        let mut found = Vec::new();
        add_up(&mut |rule, stated, computed, at| {
            found.push(Self {
                rule,
                at,
                stated,
                computed,
            });
        });
        found
    }

    /// Stated less computed.
    pub fn difference(&self) -> Decimal {
        self.stated.saturating_sub(self.computed)
    }

    /// The description with amounts, for readers who may see them.
    pub fn explain(&self) -> String {
        let (stated, computed) = (number(self.stated), number(self.computed));
        let difference = number(self.difference());
        format!("{self}: stated {stated}, computed {computed}, difference {difference}")
    }
}

impl fmt::Display for Imbalance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.rule.sentence())?;
        let Position {
            claim,
            payer,
            line,
            premium,
        } = self.at;
        for (what, at) in [
            ("claim", claim),
            ("other payer", payer),
            ("line", line),
            ("premium", premium),
        ] {
            if let Some(at) = at {
                write!(f, ", {what} {at}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Imbalance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Imbalance({self})")
    }
}
