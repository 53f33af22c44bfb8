//! One question to a payer: on record first, then sent. The same question, asked by several at once, is sent once.

use crate::{
    AppState,
    domain::{Coverage, Inquiry, Member},
    gateway::{Payer, Reply},
    store::inquiries,
};
use mc_access::tenancy;
use mc_keyring::SealsError;
use mc_upstream::SingleFlight;
use mc_vocabulary::CoverageId;
use std::sync::Arc;

/// Questions under way, by coverage and service type.
pub type Flights = SingleFlight<(CoverageId, String), Arc<Exchange>, Arc<AskPayerError>>;

/// A question and what came of it.
#[derive(Debug)]
pub struct Exchange {
    /// As it is on record.
    pub inquiry: Inquiry,
    /// What came.
    pub reply: Reply,
}

/// Why nothing was sent.
#[derive(Debug, thiserror::Error)]
pub enum AskPayerError {
    /// The member cannot be opened.
    #[error("the member cannot be opened")]
    Seal(#[from] SealsError),
    /// The member was sealed in another form.
    #[error("the stored member cannot be read")]
    Damaged,
    /// The store.
    #[error("the question cannot be put on record")]
    Store(#[from] sqlx::Error),
}

/// Asks the coverage's payer; None where we are connected to none that answers for it.
///
/// # Errors
/// [`AskPayerError`], shared by all who asked at once.
pub async fn ask_payer(
    state: &Arc<AppState>,
    coverage: &Coverage,
    member_sealed: Vec<u8>,
    service_type: &str,
) -> Result<Option<Arc<Exchange>>, Arc<AskPayerError>> {
    let Some(payer) = state.payers.find(&coverage.payer.id).cloned() else {
        return Ok(None);
    };
    let key = (coverage.id, service_type.to_owned());
    let make = || {
        let (state, coverage, service_type) = (Arc::clone(state), coverage.clone(), service_type.to_owned());
        async move {
            let exchange = exchange(&state, &payer, &coverage, &member_sealed, &service_type).await;
            exchange.map(Arc::new).map_err(Arc::new)
        }
    };
    state.flights.run(key, make).await.map(Some)
}

async fn exchange(
    state: &AppState,
    payer: &Payer,
    coverage: &Coverage,
    member_sealed: &[u8],
    service_type: &str,
) -> Result<Exchange, AskPayerError> {
    let member = state
        .seals
        .open(coverage.organization_id, "coverages.member", coverage.id, member_sealed)
        .await?;
    let member = Member::from_bytes(&member).ok_or(AskPayerError::Damaged)?;
    let mut transaction = tenancy::begin(&state.pool, coverage.organization_id).await?;
    let number = inquiries::find_next_control_number(&mut transaction).await?;
    let inquiry = Inquiry::new(number, service_type, state.clock.now());
    inquiries::insert(&mut transaction, coverage, payer.name(), &inquiry).await?;
    transaction.commit().await?;
    let reply = payer.ask(&inquiry, coverage, &member).await;
    Ok(Exchange { inquiry, reply })
}
