//! The EHR's authorization, and the documented behavior of each patient.

use super::issue_token::token_hash;
use crate::{
    AppState,
    domain::{
        fixtures::{ChartBehavior, find_patient},
        scopes::Scopes,
    },
    store::{
        faults,
        tokens::{self, Grant},
    },
};
use chrono::Duration;
use mc_chassis::transaction::Transaction;
use mc_fhir::FhirError;

/// Why the EHR refuses a request.
#[derive(Debug, thiserror::Error)]
pub enum ChartError {
    /// No token, or an invalid, expired or revoked one.
    #[error("no valid access token")]
    NoToken,
    /// The token's scope does not cover the request.
    #[error("the token's scope does not allow this")]
    Scope,
    /// It does not exist, or belongs to another organization.
    #[error("no such resource")]
    NotFound,
    /// 429 by behavior.
    #[error("too many requests")]
    Throttled,
    /// 503 by behavior.
    #[error("not available")]
    Unavailable,
    /// The parameter of this name is missing or malformed.
    #[error("parameter {0} is missing or malformed")]
    Parameter(&'static str),
    /// An update without `If-Match`.
    #[error("If-Match is required")]
    NoVersion,
    /// `If-Match` names another version than the present one.
    #[error("the version is not the current one")]
    Conflict,
    /// The body is not a resource.
    #[error("the body cannot be read")]
    Unreadable(FhirError),
    /// An invalid element: `FHIRPath` and reason.
    #[error("{0}: {1}")]
    Element(&'static str, &'static str),
    /// A stored resource is damaged.
    #[error("a stored resource cannot be read")]
    Stored(#[from] FhirError),
    /// The store failed.
    #[error("the chart could not be read")]
    Database(#[from] sqlx::Error),
}

/// The grant of a token, where it allows this interaction (a letter of `cruds`) with this type.
///
/// # Errors
/// [`ChartError::NoToken`] for an invalid token, [`ChartError::Scope`] for one that does not allow
/// it.
pub async fn authorize(
    state: &AppState,
    token: Option<&str>,
    resource_type: &str,
    letter: char,
) -> Result<Grant, ChartError> {
    let token = token.ok_or(ChartError::NoToken)?;
    let mut connection = state.pool.acquire().await?;
    let grant = tokens::find(&mut connection, &token_hash(token), state.clock.now()).await?;
    let grant = grant.ok_or(ChartError::NoToken)?;
    if Scopes::parse(&grant.scope).allow(resource_type, letter) {
        Ok(grant)
    } else {
        Err(ChartError::Scope)
    }
}

/// Revokes a token.
///
/// # Errors
/// Where the revocation cannot be stored.
pub async fn revoke(state: &AppState, token: &str) -> Result<(), sqlx::Error> {
    let mut transaction = Transaction::begin(&state.pool, None).await?;
    tokens::update_revoked(&mut transaction, &token_hash(token), state.clock.now()).await?;
    transaction.commit().await
}

/// Applies the patient's documented behavior.
///
/// # Errors
/// The error that the behavior prescribes.
pub async fn behave(state: &AppState, organization: &str, patient_id: &str, token: &str) -> Result<(), ChartError> {
    let behavior = find_patient(organization, patient_id).map_or(ChartBehavior::Normal, |patient| patient.chart);
    match behavior {
        ChartBehavior::Unavailable => Err(ChartError::Unavailable),
        ChartBehavior::RateLimited if once_in(state, "rate", patient_id, Duration::seconds(5)).await? => {
            Err(ChartError::Throttled)
        }
        ChartBehavior::RevokesToken if once_in(state, "revoke", patient_id, Duration::seconds(60)).await? => {
            revoke(state, token).await?;
            Err(ChartError::NoToken)
        }
        // A conflict affects updates only; the others have been applied in this period.
        ChartBehavior::Normal | ChartBehavior::Conflict | ChartBehavior::RateLimited | ChartBehavior::RevokesToken => {
            Ok(())
        }
    }
}

/// True for the first call in any `span`.
async fn once_in(state: &AppState, what: &str, patient_id: &str, span: Duration) -> Result<bool, sqlx::Error> {
    let (name, now) = (format!("{what}:{patient_id}"), state.clock.now());
    let mut transaction = Transaction::begin(&state.pool, None).await?;
    let first = faults::upsert_mark(&mut transaction, &name, now - span, now).await?;
    transaction.commit().await?;
    Ok(first)
}
