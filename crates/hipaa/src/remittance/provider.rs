//! Adjustments and totals of a provider: PLB, TS3 and TS2.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Serialize;

use crate::parts::{At, all, composite, day, optional, redact_debug};
use mc_x12::tree::Node;
use mc_x12::{Builder, Line, WriteError};

/// Maximum pairs of reason and amount in one PLB.
const PAIRS: usize = 6;

/// An adjustment outside the claims: one pair of a PLB. `Debug` shows nothing, as the reference may
/// identify a patient's account.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct ProviderAdjustment {
    /// PLB01.
    pub provider: String,
    /// PLB02: last day of the provider's fiscal year.
    pub fiscal_year_end: Option<NaiveDate>,
    /// `WO` overpayment recovery, `72` refund, `FB` forwarding balance, `L6` interest, `50` late
    /// charge, ...
    pub reason: String,
    /// The reference; often the payer's claim number.
    pub reference: String,
    /// A positive amount reduces the payment.
    pub amount: Option<Decimal>,
}

redact_debug!(ProviderAdjustment);

impl ProviderAdjustment {
    pub fn new(
        provider: impl Into<String>,
        fiscal_year_end: NaiveDate,
        reason: impl Into<String>,
        amount: impl Into<Decimal>,
    ) -> Self {
        Self {
            provider: provider.into(),
            fiscal_year_end: Some(fiscal_year_end),
            reason: reason.into(),
            reference: String::new(),
            amount: Some(amount.into()),
        }
    }
}

pub(super) fn read_adjustments(node: &Node<'_>) -> Vec<ProviderAdjustment> {
    let mut found = Vec::new();
    for plb in all(node, "PLB") {
        for n in (3..3 + 2 * PAIRS).step_by(2) {
            if plb.is_empty(n) && plb.is_empty(n + 1) {
                continue;
            }
            found.push(ProviderAdjustment {
                provider: plb.text(1),
                fiscal_year_end: plb.day(2),
                reason: plb.component(n, 1),
                reference: plb.component(n, 2),
                amount: plb.number(n + 1),
            });
        }
    }
    found
}

/// Consecutive adjustments of one provider and fiscal year share a PLB, up to six.
pub(super) fn write_adjustments(out: &mut Builder, adjustments: &[ProviderAdjustment]) -> Result<(), WriteError> {
    let same = |a: &ProviderAdjustment, b: &ProviderAdjustment| {
        a.provider == b.provider && a.fiscal_year_end == b.fiscal_year_end
    };
    for part in adjustments.chunk_by(same).flat_map(|run| run.chunks(PAIRS)) {
        let Some(first) = part.first() else { continue };
        let mut line = Line::new("PLB")
            .required(&first.provider, 50)
            .required(&first.fiscal_year_end.map(day).unwrap_or_default(), 8);
        for (at, adjustment) in part.iter().enumerate() {
            if adjustment.reason.is_empty() {
                let (segment, element) = ("PLB", 3 + 2 * at);
                return Err(WriteError::Missing { segment, element });
            }
            let reason = composite(vec![adjustment.reason.clone(), adjustment.reference.clone()]);
            line = line.composite(reason, 50).required(&optional(adjustment.amount), 18);
        }
        out.push(line)?;
    }
    Ok(())
}

/// Totals of a group of claims (TS3), used by Medicare part A, and by DRG (TS2).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct GroupSummary {
    /// TS301.
    pub provider: String,
    /// TS302.
    pub facility_type: String,
    /// TS303.
    pub fiscal_period_end: Option<NaiveDate>,
    /// TS304.
    pub claims: Option<Decimal>,
    /// TS305.
    pub charge: Option<Decimal>,
    /// The further totals by element of TS3, from TS306.
    pub totals: Vec<(usize, Decimal)>,
    /// The totals by element of TS2.
    pub drg_totals: Vec<(usize, Decimal)>,
}

/// Last element of TS3 and of TS2.
const LAST: [usize; 2] = [24, 19];

impl GroupSummary {
    pub(super) fn read(ts3: At<'_, '_>, ts2: Option<At<'_, '_>>) -> Self {
        Self {
            provider: ts3.text(1),
            facility_type: ts3.text(2),
            fiscal_period_end: ts3.day(3),
            claims: ts3.number(4),
            charge: ts3.number(5),
            totals: totals(ts3, 6, LAST[0]),
            drg_totals: ts2.map_or(Vec::new(), |ts2| totals(ts2, 1, LAST[1])),
        }
    }

    pub(super) fn write(&self, out: &mut Builder) -> Result<(), WriteError> {
        let line = Line::new("TS3")
            .required(&self.provider, 50)
            .required(&self.facility_type, 2)
            .required(&self.fiscal_period_end.map(day).unwrap_or_default(), 8)
            .required(&optional(self.claims), 15)
            .required(&optional(self.charge), 18);
        out.push(put(line, "TS3", &self.totals, 6, LAST[0])?)?;
        if self.drg_totals.is_empty() {
            return Ok(());
        }
        out.push(put(Line::new("TS2"), "TS2", &self.drg_totals, 1, LAST[1])?)
    }
}

fn totals(at: At<'_, '_>, first: usize, last: usize) -> Vec<(usize, Decimal)> {
    let read = |n| at.number(n).map(|value| (n, value));
    (first..=last).filter_map(read).collect()
}

fn put(
    line: Line,
    segment: &'static str,
    totals: &[(usize, Decimal)],
    first: usize,
    last: usize,
) -> Result<Line, WriteError> {
    if let Some((element, _)) = totals.iter().find(|(n, _)| !(first..=last).contains(n)) {
        let element = *element;
        return Err(WriteError::Form { segment, element });
    }
    Ok((first..=last).fold(line, |line, n| {
        let value = totals.iter().find(|(at, _)| *at == n).map(|(_, value)| *value);
        line.data(&optional(value), 18)
    }))
}
