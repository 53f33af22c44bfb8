//! The token endpoint.

use super::PublicUrl;
use crate::{
    AppState,
    actions::issue_token::{TokenError, TokenRequest, issue_token},
};
use actix_web::{
    HttpResponse, ResponseError,
    http::header::CACHE_CONTROL,
    web::{Bytes, Data},
};
use mc_chassis::http::Problem;
use serde_json::json;
use url::form_urlencoded;

/// `POST /ehr/oauth2/token`, form-encoded (RFC 6749 section 4.4, RFC 7523).
pub async fn token(state: Data<AppState>, public: PublicUrl, body: Bytes) -> HttpResponse {
    let mut request = TokenRequest {
        token_url: public.token_url(),
        ..TokenRequest::default()
    };
    for (name, value) in form_urlencoded::parse(&body) {
        let field = match name.as_ref() {
            "grant_type" => &mut request.grant_type,
            "client_assertion_type" => &mut request.client_assertion_type,
            "client_assertion" => &mut request.client_assertion,
            "scope" => &mut request.scope,
            _ => continue,
        };
        *field = value.into_owned();
    }
    match issue_token(&state, &request).await {
        Ok(issued) => HttpResponse::Ok()
            .insert_header((CACHE_CONTROL, "no-store"))
            .json(json!({
                "access_token": issued.access_token,
                "token_type": "bearer",
                "expires_in": issued.expires_in,
                "scope": issued.scope,
            })),
        Err(TokenError::Refused { code, reason }) => {
            HttpResponse::BadRequest().json(json!({ "error": code, "error_description": reason }))
        }
        Err(TokenError::Database(error)) => Problem::from(error).error_response(),
    }
}
