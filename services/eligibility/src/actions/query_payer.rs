//! One inquiry to a payer: stored first, then sent. Identical inquiries made at the same time are
//! sent once.

use crate::{
    AppState,
    domain::{Coverage, Inquiry, Member},
    gateway::{Payer, PayerResponse},
    store::inquiries,
};
use mc_access::tenancy;
use mc_keyring::SealsError;
use mc_upstream::SingleFlight;
use mc_vocabulary::CoverageId;
use std::sync::Arc;

/// Inquiries under way, by coverage and service type.
pub type Flights = SingleFlight<(CoverageId, String), Arc<Exchange>, Arc<QueryPayerError>>;

/// An inquiry and its response.
#[derive(Debug)]
pub struct Exchange {
    /// The inquiry as it is stored.
    pub inquiry: Inquiry,
    /// What the payer sent, or why nothing came.
    pub response: PayerResponse,
}

/// Why nothing was sent.
#[derive(Debug, thiserror::Error)]
pub enum QueryPayerError {
    /// The member cannot be unsealed.
    #[error("the member cannot be opened")]
    Seal(#[from] SealsError),
    /// The member was sealed in another form.
    #[error("the stored member cannot be read")]
    Damaged,
    /// The store failed.
    #[error("the inquiry cannot be stored")]
    Store(#[from] sqlx::Error),
}

/// Queries the coverage's payer; None where we are not connected to it.
///
/// # Errors
/// [`QueryPayerError`], shared by all callers that wait for the same inquiry.
pub(super) async fn query_payer(
    state: &Arc<AppState>,
    coverage: &Coverage,
    member_sealed: Vec<u8>,
    service_type: &str,
) -> Result<Option<Arc<Exchange>>, Arc<QueryPayerError>> {
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
) -> Result<Exchange, QueryPayerError> {
    let member = state
        .seals
        .open(coverage.organization_id, "coverages.member", coverage.id, member_sealed)
        .await?;
    let member = Member::from_bytes(&member).ok_or(QueryPayerError::Damaged)?;
    let mut transaction = tenancy::begin(&state.pool, coverage.organization_id).await?;
    let number = inquiries::next_control_number(&mut transaction).await?;
    let inquiry = Inquiry::new(number, service_type, state.clock.now());
    inquiries::insert(&mut transaction, coverage, payer.name(), &inquiry).await?;
    transaction.commit().await?;
    let response = payer.send(&inquiry, coverage, &member).await;
    Ok(Exchange { inquiry, response })
}
