//! Faults that are on for a whole target come before its routes.

use super::dialect;
use crate::{
    AppState,
    actions::{authorize::revoke, meet_fault::meet_fault},
    domain::fault::{Fault, Target},
};
use actix_web::{
    Error, HttpResponse,
    body::BoxBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{StatusCode, header::AUTHORIZATION},
    middleware::Next,
    web::Data,
};
use mc_chassis::http::Problem;
use std::time::Duration;

/// Lets the request through, or shows the fault that it meets.
pub async fn meet(
    target: Target,
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(state) = request.app_data::<Data<AppState>>().cloned() else {
        return next.call(request).await;
    };
    let token = bearer(&request);
    let applies = |fault: Fault| {
        !fault.is_about_webhooks() && (fault != Fault::UnauthorizedOnce || token.is_some() || target == Target::Payer)
    };
    let fault = meet_fault(&state, target, applies).await.map_err(Problem::from)?;
    let Some(fault) = fault else {
        return next.call(request).await;
    };
    tracing::info!(
        fault.name = fault.as_str(),
        fault.target = target.as_str(),
        "fault shown"
    );
    let answer = match fault {
        Fault::Slow => {
            tokio::time::sleep(Duration::from_millis(state.settings.faults.slow_ms)).await;
            return next.call(request).await;
        }
        Fault::AnswerLost => {
            let done = next.call(request).await?;
            return Ok(done.into_response(dialect::dropped()));
        }
        Fault::Stall => stall(&state).await,
        Fault::Down => dialect::dropped(),
        Fault::Garbage => dialect::garbage(),
        Fault::RateLimited => dialect::refuse(target, StatusCode::TOO_MANY_REQUESTS),
        Fault::UnauthorizedOnce => {
            if target == Target::Ehr {
                revoke(&state, token.as_deref().unwrap_or_default())
                    .await
                    .map_err(Problem::from)?;
            }
            dialect::refuse(target, StatusCode::UNAUTHORIZED)
        }
        _ => dialect::refuse(target, StatusCode::INTERNAL_SERVER_ERROR),
    };
    Ok(request.into_response(answer))
}

/// Holds the connection and says nothing; the caller's own deadline, or ours, ends it.
pub async fn stall(state: &AppState) -> HttpResponse {
    let limit = Duration::from_millis(state.settings.faults.stall_ms);
    // Either way nothing is said.
    let _ = tokio::time::timeout(limit, state.stopping.cancelled()).await;
    dialect::dropped()
}

/// The credentials of `Authorization: Bearer`.
fn bearer(request: &ServiceRequest) -> Option<String> {
    let value = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    value.strip_prefix("Bearer ").map(|token| token.trim().to_owned())
}
