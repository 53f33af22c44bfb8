//! Control of test mode. These routes answer callers on the same machine only.

use crate::{
    AppState,
    actions::{
        change_intent::{ChangeError, Command, change_intent},
        read_stripe,
        switch_fault::{list_switches, switch_off, switch_on},
    },
    domain::{
        fault::{Fault, Switch, Target},
        intent_form::Form,
    },
};
use actix_web::{
    FromRequest, HttpRequest, HttpResponse, delete,
    dev::Payload,
    get, post, put,
    web::{Bytes, Data},
};
use garde::Validate;
use mc_chassis::http::{Body, Params, Path, Problem};
use mc_vocabulary::problem;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{
    future::{Future, Ready, ready},
    pin::Pin,
};

/// A caller on the same machine, not through the front door. For all others the route does not
/// exist (404).
pub struct Local;

impl FromRequest for Local {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let near = request.peer_addr().is_some_and(|peer| peer.ip().is_loopback());
        let direct = !request.headers().contains_key("X-Forwarded-For");
        ready(if near && direct {
            Ok(Self)
        } else {
            Err(Problem::new(problem::NOT_FOUND))
        })
    }
}

/// A fault to be switched on.
#[derive(Debug, Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutFault {
    #[garde(skip)]
    target: Target,
    #[garde(skip)]
    fault: Fault,
    /// How many requests or webhooks it affects; null: until it is removed.
    #[garde(inner(range(min = 1, max = 1_000_000)))]
    #[schema(minimum = 1, maximum = 1_000_000)]
    #[serde(default)]
    times: Option<u32>,
}

/// The faults to be switched off; a field that is absent selects all.
#[derive(Debug, Deserialize, Validate, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DeleteFaults {
    #[garde(skip)]
    target: Option<Target>,
    #[garde(skip)]
    fault: Option<Fault>,
}

/// The faults to be switched off, from the query or from a JSON body.
pub struct Selected(DeleteFaults);

impl FromRequest for Selected {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let query = Params::<DeleteFaults>::from_request(request, payload);
        let body = Bytes::from_request(request, payload);
        Box::pin(async move {
            let body = body.await.unwrap_or_default();
            if body.is_empty() {
                return Ok(Self(query.await?.0));
            }
            let refused = |_| Problem::new(problem::UNPROCESSABLE).at("/", "expected target, fault or both");
            Ok(Self(serde_json::from_slice(&body).map_err(refused)?))
        })
    }
}

/// The faults that are on.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Faults {
    faults: Vec<Switch>,
}

/// Every payment intent.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Charges {
    /// Each with `id`, `status`, `amount`, `amount_received`, `currency`, `latest_charge`,
    /// `metadata` and `created`.
    #[schema(value_type = Vec<Object>)]
    charges: Vec<Value>,
}

/// The result of the cardholder's authentication.
#[derive(Debug, Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Authenticate {
    #[garde(skip)]
    succeeds: bool,
}

/// Lists the faults that are on.
#[utoipa::path(tag = "faults", security(()), responses((status = 200, description = "Faults", body = Faults)))]
#[get("/faults")]
pub async fn list_faults(state: Data<AppState>, _: Local) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(Faults {
        faults: list_switches(&state).await?,
    }))
}

/// Switches a fault on, or changes its remaining count.
#[utoipa::path(tag = "faults", security(()), request_body = PutFault, responses(
    (status = 200, description = "The faults that are now on", body = Faults),
    (status = 400, description = "Unreadable body", body = Problem),
    (status = 422, description = "A field is wrong", body = Problem),
))]
#[put("/faults")]
pub async fn put_fault(state: Data<AppState>, _: Local, body: Body<PutFault>) -> Result<HttpResponse, Problem> {
    let PutFault { target, fault, times } = body.value;
    if fault.affects_webhooks() && target != Target::Stripe {
        return Err(Problem::new(problem::UNPROCESSABLE).at("/fault", "only stripe sends webhooks"));
    }
    switch_on(&state, Switch { target, fault, times }).await?;
    Ok(HttpResponse::Ok().json(Faults {
        faults: list_switches(&state).await?,
    }))
}

/// Switches faults off: all of them, those of a target, or one.
#[utoipa::path(tag = "faults", security(()), params(DeleteFaults), responses(
    (status = 200, description = "The faults that are still on", body = Faults),
    (status = 400, description = "A parameter is wrong", body = Problem),
))]
#[delete("/faults")]
pub async fn delete_faults(state: Data<AppState>, _: Local, selected: Selected) -> Result<HttpResponse, Problem> {
    switch_off(&state, selected.0.target, selected.0.fault).await?;
    Ok(HttpResponse::Ok().json(Faults {
        faults: list_switches(&state).await?,
    }))
}

/// Lists every payment intent with its status, newest first.
#[utoipa::path(tag = "stripe", security(()), responses((status = 200, description = "Payment intents", body = Charges)))]
#[get("/charges")]
pub async fn list_charges(state: Data<AppState>, _: Local) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(Charges {
        charges: read_stripe::list_charges(&state).await?,
    }))
}

/// Completes the cardholder's authentication at the issuer's page (3-D Secure).
#[utoipa::path(tag = "stripe", security(()), request_body = Authenticate, params(("id" = String, Path)), responses(
    (status = 200, description = "The intent", body = Object),
    (status = 422, description = "The intent does not require authentication, or does not exist", body = Problem),
))]
#[post("/payment_intents/{id}/authenticate")]
pub async fn authenticate(
    state: Data<AppState>,
    _: Local,
    id: Path<String>,
    body: Body<Authenticate>,
) -> Result<HttpResponse, Problem> {
    let command = Command::Authenticate(id.into_inner(), body.value.succeeds);
    match change_intent(&state, &command, &Form::default(), None).await {
        Ok(answer) => Ok(HttpResponse::Ok().json(answer.body)),
        Err(ChangeError::Refused(_)) => {
            let problem = Problem::new(problem::UNPROCESSABLE);
            Err(problem.at("path:id", "names no intent that requires authentication"))
        }
        Err(ChangeError::Database(error)) => Err(error.into()),
    }
}
