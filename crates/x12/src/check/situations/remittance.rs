//! 835: payments are not negative, reversals are.

use super::{Situation, Step, broken};
use crate::check::amounts::amount;
use crate::check::balance::OnFinding;
use crate::guide::ids;
use rust_decimal::Decimal;

/// Checks one segment; the rules need no state.
pub(super) fn take(step: &Step<'_, '_>, on_finding: &mut OnFinding<'_>) {
    let of = |n| amount(step.bytes(n)).unwrap_or_default();
    match step.id() {
        ids::BPR => {
            let paid = of(2);
            if paid < Decimal::ZERO {
                broken(Situation::NegativePayment, step.at(2, 0), on_finding);
            } else if paid > Decimal::ZERO && step.element(4) == "NON" {
                broken(Situation::PaymentNotMade, step.at(2, 0), on_finding);
            }
        }
        ids::CLP if step.element(2) == "22" => {
            for n in [3, 4] {
                if of(n) > Decimal::ZERO {
                    broken(Situation::Reversal, step.at(n, 0), on_finding);
                }
            }
        }
        _ => {}
    }
}
