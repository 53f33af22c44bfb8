//! The worker's turn: payments that wait for Stripe, or that no webhook has settled.

use super::{
    settle::SettleError,
    take_step::{self, LEASE},
};
use crate::{AppState, domain::Payment, store::payments};
use futures_util::{StreamExt, stream};
use mc_access::{RequestContext, tenancy};
use mc_chassis::telemetry;
use std::{collections::HashMap, sync::Mutex, time::Duration};
use tracing::Instrument;

/// Payments whose step is taken at the same time.
const CONCURRENCY: usize = 4;
/// Payments in one turn, so that a stop of the process is noticed between turns.
const TURN_MAX: usize = 64;

/// What a turn leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remaining {
    /// More may be due.
    More,
    /// Nothing is due.
    Nothing,
    /// Stripe may not be called before this time has passed.
    Suspended(Duration),
}

/// Takes the next step of payments that are due, several at a time, each under the trace of the
/// request that made it. While the breaker is open nothing is claimed: no attempt is wasted.
///
/// # Errors
/// If payments cannot be claimed. A step that cannot be stored is logged; it is due again when its
/// lease ends.
pub async fn execute(state: &AppState) -> Result<Remaining, SettleError> {
    let ended = Mutex::new(Ok(Remaining::More));
    let due = stream::unfold(0, |taken| {
        let ended = &ended;
        async move {
            if taken == TURN_MAX {
                return None;
            }
            let end = match claim(state).await {
                Ok(Claim::Payment(payment, trace)) => return Some(((*payment, trace), taken + 1)),
                Ok(Claim::None(remaining)) => Ok(remaining),
                Err(error) => Err(error),
            };
            if let Ok(mut ended) = ended.lock() {
                *ended = end;
            }
            None
        }
    });
    due.for_each_concurrent(CONCURRENCY, |(payment, trace)| step(state, payment, trace))
        .await;
    ended.into_inner().unwrap_or(Ok(Remaining::More))
}

enum Claim {
    Payment(Box<Payment>, HashMap<String, String>),
    None(Remaining),
}

async fn claim(state: &AppState) -> Result<Claim, SettleError> {
    if let Some(wait) = state.stripe.upstream().suspended_for() {
        return Ok(Claim::None(Remaining::Suspended(wait)));
    }
    let now = state.clock.now();
    let mut transaction = tenancy::begin_as_platform(&state.worker_pool).await?;
    let claimed = payments::claim_next_due(&mut transaction, now, now + LEASE).await?;
    transaction.commit().await?;
    Ok(match claimed {
        Some((payment, trace)) => Claim::Payment(Box::new(payment), trace),
        None => Claim::None(Remaining::Nothing),
    })
}

async fn step(state: &AppState, payment: Payment, trace: HashMap<String, String>) {
    let span = tracing::info_span!("payment step", payment.id = %payment.id, payment.attempts = payment.attempts);
    telemetry::continue_trace(&span, &trace);
    let work = async {
        let context = RequestContext::for_worker("billing.charge_due", &state.clock);
        let taken = take_step::execute(&context, state, payment.organization_id, payment.id).await;
        if let Err(error) = taken {
            tracing::warn!(error.message = %error, "the step is not stored; it is repeated when its lease ends");
        }
    };
    work.instrument(span).await;
}
