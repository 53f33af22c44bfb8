//! Who asks the EHR, and what comes between the question and the answer.

use super::issue_token::token_hash;
use crate::{
    AppState,
    domain::{
        people::{ChartBehaviour, find_patient},
        scopes::Scopes,
    },
    store::{
        faults,
        tokens::{self, Grant},
    },
};
use chrono::Duration;
use mc_fhir::FhirError;

/// Why the EHR does not answer.
#[derive(Debug, thiserror::Error)]
pub enum ChartError {
    /// No token, or none that is good (any more).
    #[error("no valid access token")]
    NoToken,
    /// The token is good, and not for this.
    #[error("the token's scope does not allow this")]
    Scope,
    /// Not there, or of another organisation.
    #[error("no such resource")]
    NotFound,
    /// 429 by behaviour.
    #[error("too many requests")]
    Throttled,
    /// 503 by behaviour.
    #[error("not available")]
    Unavailable,
    /// A parameter is missing or malformed: its name.
    #[error("parameter {0} is missing or malformed")]
    Parameter(&'static str),
    /// An update without `If-Match`.
    #[error("If-Match is required")]
    NoVersion,
    /// An update of another version than the present one.
    #[error("the version is not the present one")]
    Conflict,
    /// The body is no resource.
    #[error("the body cannot be read")]
    Unreadable(FhirError),
    /// An element is wrong: `FHIRPath` and reason.
    #[error("{0}: {1}")]
    Element(&'static str, &'static str),
    /// What is stored is no resource.
    #[error("a stored resource cannot be read")]
    Stored(#[from] FhirError),
    /// The database's.
    #[error("the chart could not be read")]
    Database(#[from] sqlx::Error),
}

/// What the bearer of a token may do; refuses unless it allows this interaction with this type.
///
/// # Errors
/// [`ChartError::NoToken`], [`ChartError::Scope`].
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

/// Ends a token before its time.
///
/// # Errors
/// The database's.
pub async fn revoke(state: &AppState, token: &str) -> Result<(), sqlx::Error> {
    let mut transaction = state.pool.begin().await?;
    tokens::update_revoked(&mut transaction, &token_hash(token), state.clock.now()).await?;
    transaction.commit().await
}

/// What this patient's documented behaviour puts in the way.
///
/// # Errors
/// The behaviour, as the error that it is.
pub async fn behave(state: &AppState, organization: &str, patient_id: &str, token: &str) -> Result<(), ChartError> {
    let behaviour = find_patient(organization, patient_id).map_or(ChartBehaviour::Normal, |patient| patient.chart);
    match behaviour {
        ChartBehaviour::Unavailable => Err(ChartError::Unavailable),
        ChartBehaviour::RateLimited if once_in(state, "rate", patient_id, Duration::seconds(5)).await? => {
            Err(ChartError::Throttled)
        }
        ChartBehaviour::RevokesToken if once_in(state, "revoke", patient_id, Duration::seconds(60)).await? => {
            revoke(state, token).await?;
            Err(ChartError::NoToken)
        }
        // A conflict shows itself at updates; the others have shown themselves already.
        ChartBehaviour::Normal
        | ChartBehaviour::Conflict
        | ChartBehaviour::RateLimited
        | ChartBehaviour::RevokesToken => Ok(()),
    }
}

/// True for the first call in any `span`.
async fn once_in(state: &AppState, what: &str, patient_id: &str, span: Duration) -> Result<bool, sqlx::Error> {
    let (name, now) = (format!("{what}:{patient_id}"), state.clock.now());
    let mut transaction = state.pool.begin().await?;
    let first = faults::insert_mark(&mut transaction, &name, now - span, now).await?;
    transaction.commit().await?;
    Ok(first)
}
