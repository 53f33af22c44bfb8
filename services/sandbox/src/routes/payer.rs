//! The payer: CAQH CORE HTTP MIME, real time 270 to 271.

use super::{error_formats, fault_injection};
use crate::{
    AppState,
    domain::{
        benefits::{self, Verdict, evaluate},
        core_envelope::{self, EnvelopeError, Fields},
        fixtures::MemberBehavior,
    },
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::header::CONTENT_TYPE,
    web::{Bytes, Data},
};
use aws_lc_rs::{constant_time::verify_slices_are_equal, rand};
use futures_util::stream;
use mc_chassis::http::Problem;
use mc_hipaa::eligibility::Inquiry;
use mc_keyring::{ExposeSecret, SecretString};
use mc_vocabulary::problem;
use mc_x12::ControlNumbers;
use multer::Multipart;
use std::time::Duration;
use uuid::Uuid;

/// A payload that is not X12, in a valid envelope.
const NOT_X12: &str = "<html><body>502 Proxy Error</body></html>";

/// `POST /payer/core`. A refused envelope is answered 200 with an error code, as the rule requires.
pub async fn core(state: Data<AppState>, request: HttpRequest, body: Bytes) -> Result<HttpResponse, Problem> {
    let fields = read(&request, body).await?;
    let answer = match answer(&state, &fields) {
        Ok(Reply::Payload(payload, wait)) => {
            tokio::time::sleep(wait).await;
            respond(&state, &fields, Ok(&payload))
        }
        Ok(Reply::Stall) => fault_injection::stall(&state).await,
        Ok(Reply::Dropped) => error_formats::dropped(),
        Err(fault) => respond(&state, &fields, Err(&fault)),
    };
    Ok(answer)
}

/// The answer, as the member's behavior determines it.
enum Reply {
    Payload(String, Duration),
    Stall,
    Dropped,
}

async fn read(request: &HttpRequest, body: Bytes) -> Result<Fields, Problem> {
    let unreadable =
        || Problem::new(problem::BAD_REQUEST).detail("The body is not multipart/form-data with text fields.");
    let content_type = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let boundary = multer::parse_boundary(content_type).map_err(|_| {
        Problem::new(problem::UNSUPPORTED_MEDIA_TYPE).at("header:Content-Type", "expected multipart/form-data")
    })?;
    let whole = stream::once(async move { Ok::<_, std::convert::Infallible>(body) });
    let mut parts = Multipart::new(whole, boundary);
    let mut fields = Fields::new();
    while let Some(part) = parts.next_field().await.map_err(|_| unreadable())? {
        let name = part.name().ok_or_else(unreadable)?.to_owned();
        let text = part.text().await.map_err(|_| unreadable())?;
        if fields.insert(name, text).is_some() {
            return Err(unreadable());
        }
    }
    Ok(fields)
}

fn answer(state: &AppState, fields: &Fields) -> Result<Reply, EnvelopeError> {
    core_envelope::check(fields)?;
    if !(matches(fields, "UserName", &state.payer.username) && matches(fields, "Password", &state.payer.password)) {
        return Err(EnvelopeError::new("UnAuthorized", "UserName or Password is wrong."));
    }
    let payload = fields.get("Payload").map(String::as_str).unwrap_or_default();
    let inquiry = Inquiry::parse(payload.as_bytes())
        .map_err(|_| EnvelopeError::new("PayloadIllegal", "Payload is not a 270 of version 005010X279A1."))?;
    let (verdict, mut wait) = (evaluate(&inquiry), Duration::ZERO);
    if let Verdict::Member(patient) = verdict {
        match patient.member {
            MemberBehavior::Stall => return Ok(Reply::Stall),
            MemberBehavior::Dropped => return Ok(Reply::Dropped),
            MemberBehavior::UnreadableResponse => return Ok(Reply::Payload(NOT_X12.to_owned(), wait)),
            MemberBehavior::Late => wait = Duration::from_millis(state.settings.payer.late_ms),
            _ => {}
        }
    }
    let number = random_number();
    let control = ControlNumbers {
        interchange: number,
        group: number,
        transaction: inquiry.control.transaction,
    };
    let trace = format!("SBX{number:09}");
    let text = benefits::answer(&inquiry, verdict, control, &trace, state.clock.now())
        .map_err(|_| EnvelopeError::new("PayloadIllegal", "A value of the 270 does not fit into a 271."))?;
    Ok(Reply::Payload(text, wait))
}

fn respond(state: &AppState, fields: &Fields, outcome: Result<&str, &EnvelopeError>) -> HttpResponse {
    let mut bytes = [0; 16];
    // Without randomness the id is the nil UUID; the response is still valid.
    let _ = rand::fill(&mut bytes);
    let id = uuid::Builder::from_random_bytes(bytes).into_uuid();
    let (content_type, body) = core_envelope::respond(fields, &id, outcome, state.clock.now());
    HttpResponse::Ok().content_type(content_type).body(body)
}

fn matches(fields: &Fields, name: &str, expected: &SecretString) -> bool {
    let given = fields.get(name).map(String::as_bytes).unwrap_or_default();
    verify_slices_are_equal(given, expected.expose_secret().as_bytes()).is_ok()
}

/// 1 to 999,999,999.
fn random_number() -> u32 {
    let id = Uuid::from_bytes({
        let mut bytes = [0; 16];
        let _ = rand::fill(&mut bytes);
        bytes
    });
    u32::try_from(id.as_u128() % 999_999_999).unwrap_or(0) + 1
}
