//! Builds an 835 with a computed payment.

use super::{ClaimGroup, ClaimPayment, Payee, Payer, Payment, ProviderAdjustment, Remittance};
use crate::balance::Imbalance;
use mc_x12::WriteError;
use rust_decimal::Decimal;

/// Why a remittance cannot be built or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RemittanceError {
    /// Sums that do not agree, without warnings.
    #[error("the remittance does not balance in {} places", .0.len())]
    Unbalanced(Vec<Imbalance>),
    /// The payment of claims and provider adjustments is negative; the balance must be carried
    /// forward (PLB `FB`).
    #[error("the payment of the claims and provider adjustments is negative")]
    NegativePayment,
    /// A field that does not fit.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// Collects claims and provider adjustments, and computes BPR02.
#[derive(Debug, Clone)]
pub struct RemittanceBuilder {
    pub(super) remittance: Remittance,
}

impl RemittanceBuilder {
    /// An empty remittance; the amount of `payment` is computed by [`RemittanceBuilder::build`].
    pub fn new(payment: Payment, payer: Payer, payee: Payee) -> Self {
        Self {
            remittance: Remittance {
                payment,
                payer,
                payee,
                ..Remittance::default()
            },
        }
    }

    /// Begins a group of claims (LX); the first claim otherwise begins group 1.
    #[must_use]
    pub fn group(mut self, number: u32) -> Self {
        self.remittance.groups.push(ClaimGroup {
            number: number.to_string(),
            ..ClaimGroup::default()
        });
        self
    }

    /// Adds a claim to the last group.
    #[must_use]
    pub fn claim(mut self, claim: ClaimPayment) -> Self {
        if self.remittance.groups.is_empty() {
            self = self.group(1);
        }
        if let Some(group) = self.remittance.groups.last_mut() {
            group.claims.push(claim);
        }
        self
    }

    /// Adds a provider adjustment.
    #[must_use]
    pub fn provider_adjustment(mut self, adjustment: ProviderAdjustment) -> Self {
        self.remittance.adjustments.push(adjustment);
        self
    }

    /// Computes BPR02. A payment of zero becomes a notification (BPR01 `H`, BPR04 `NON`) without
    /// accounts.
    ///
    /// # Errors
    /// [`RemittanceError::Unbalanced`] naming claims and lines,
    /// [`RemittanceError::NegativePayment`].
    pub fn build(mut self) -> Result<Remittance, RemittanceError> {
        let amount = self.remittance.computed_amount();
        let payment = &mut self.remittance.payment;
        payment.amount = amount;
        if amount.is_some_and(|amount| amount.is_zero()) {
            "H".clone_into(&mut payment.handling);
            "NON".clone_into(&mut payment.method);
            payment.format.clear();
            (payment.from, payment.to) = (None, None);
        }
        self.remittance.must_balance()?;
        Ok(self.remittance)
    }
}

impl Remittance {
    /// Refuses a remittance that does not balance.
    pub(super) fn must_balance(&self) -> Result<(), RemittanceError> {
        let mut failed = self.balance();
        failed.retain(|imbalance| !imbalance.rule.is_warning());
        if !failed.is_empty() {
            return Err(RemittanceError::Unbalanced(failed));
        }
        if self.payment.amount.is_some_and(|amount| amount < Decimal::ZERO) {
            return Err(RemittanceError::NegativePayment);
        }
        Ok(())
    }
}
