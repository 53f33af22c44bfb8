//! Faults that are on for a simulated system, applied before its routes.

use super::error_formats;
use crate::{
    AppState,
    actions::{authorize::revoke, take_fault::take_fault},
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

/// Passes the request on, or applies the fault that it is subject to.
pub async fn inject(
    target: Target,
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(state) = request.app_data::<Data<AppState>>().cloned() else {
        return next.call(request).await;
    };
    let token = bearer(&request);
    let applies = |fault: Fault| {
        !fault.affects_webhooks() && (fault != Fault::UnauthorizedOnce || token.is_some() || target == Target::Payer)
    };
    let fault = take_fault(&state, target, applies).await.map_err(Problem::from)?;
    let Some(fault) = fault else {
        return next.call(request).await;
    };
    tracing::info!(
        fault.name = fault.as_str(),
        fault.target = target.as_str(),
        "fault injected"
    );
    let answer = match fault {
        Fault::Slow => {
            tokio::time::sleep(Duration::from_millis(state.settings.faults.slow_ms)).await;
            return next.call(request).await;
        }
        Fault::AnswerLost => {
            let done = next.call(request).await?;
            return Ok(done.into_response(error_formats::dropped()));
        }
        Fault::Stall => stall(&state).await,
        Fault::Down => error_formats::dropped(),
        Fault::UnreadableResponse => error_formats::unreadable(),
        Fault::RateLimited => error_formats::refuse(target, StatusCode::TOO_MANY_REQUESTS),
        Fault::UnauthorizedOnce => {
            if target == Target::Ehr {
                revoke(&state, token.as_deref().unwrap_or_default())
                    .await
                    .map_err(Problem::from)?;
            }
            error_formats::refuse(target, StatusCode::UNAUTHORIZED)
        }
        _ => error_formats::refuse(target, StatusCode::INTERNAL_SERVER_ERROR),
    };
    Ok(request.into_response(answer))
}

/// Holds the connection without a response until the caller's deadline, `faults.stall_ms`, or the
/// end of the process.
pub async fn stall(state: &AppState) -> HttpResponse {
    let limit = Duration::from_millis(state.settings.faults.stall_ms);
    // No response follows in either case.
    let _ = tokio::time::timeout(limit, state.draining.cancelled()).await;
    error_formats::dropped()
}

/// The credentials of `Authorization: Bearer`.
fn bearer(request: &ServiceRequest) -> Option<String> {
    let value = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    value.strip_prefix("Bearer ").map(|token| token.trim().to_owned())
}
