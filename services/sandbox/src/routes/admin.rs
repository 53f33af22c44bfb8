//! What a test may switch and look at. These routes answer callers on this machine only.

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
    web::{Bytes, Data, Path},
};
use garde::Validate;
use mc_chassis::http::{Body, Params, Problem};
use mc_vocabulary::problem;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{
    future::{Future, Ready, ready},
    pin::Pin,
};

/// A caller on this machine who was not sent on by the front door. To everybody else the route does not exist.
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

/// A fault to switch on.
#[derive(Debug, Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutFault {
    /// Where.
    #[garde(skip)]
    target: Target,
    /// What.
    #[garde(skip)]
    fault: Fault,
    /// How often it shows itself; null until it is removed.
    #[garde(inner(range(min = 1, max = 1_000_000)))]
    #[schema(minimum = 1, maximum = 1_000_000)]
    #[serde(default)]
    times: Option<u32>,
}

/// Which faults to switch off; what is not said stands for every one.
#[derive(Debug, Deserialize, Validate, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DeleteFaults {
    /// Where.
    #[garde(skip)]
    target: Option<Target>,
    /// What.
    #[garde(skip)]
    fault: Option<Fault>,
}

/// The same, from the query, or from a JSON body as some clients send it.
pub struct Named(DeleteFaults);

impl FromRequest for Named {
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
    /// Each with `id`, `status`, `amount`, `amount_received`, `currency`, `latest_charge`, `metadata`, `created`.
    #[schema(value_type = Vec<Object>)]
    charges: Vec<Value>,
}

/// Whether the cardholder proves who they are.
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

/// Switches a fault on, or changes how often it shows itself.
#[utoipa::path(tag = "faults", security(()), request_body = PutFault, responses(
    (status = 200, description = "The faults that are now on", body = Faults),
    (status = 400, description = "Unreadable body", body = Problem),
    (status = 422, description = "A field is wrong", body = Problem),
))]
#[put("/faults")]
pub async fn put_fault(state: Data<AppState>, _: Local, body: Body<PutFault>) -> Result<HttpResponse, Problem> {
    let PutFault { target, fault, times } = body.value;
    if fault.is_about_webhooks() && target != Target::Stripe {
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
pub async fn delete_faults(state: Data<AppState>, _: Local, named: Named) -> Result<HttpResponse, Problem> {
    switch_off(&state, named.0.target, named.0.fault).await?;
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

/// Does what the cardholder does at the issuer's page (3-D Secure).
#[utoipa::path(tag = "stripe", security(()), request_body = Authenticate, params(("id" = String, Path)), responses(
    (status = 200, description = "The intent after it", body = Object),
    (status = 422, description = "The intent waits for no authentication, or there is none", body = Problem),
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
            Err(problem.at("path:id", "names no intent that waits for authentication"))
        }
        Err(ChangeError::Database(error)) => Err(error.into()),
    }
}
