//! The public keys of access tokens.

use crate::AppState;
use actix_web::{HttpResponse, get, http::header::CacheControl, http::header::CacheDirective, web::Data};

/// The public keys that verify access tokens (RFC 7517).
#[utoipa::path(tag = "keys", security(()), responses((status = 200, description = "JSON Web Key Set", body = serde_json::Value)))]
#[get("/jwks.json")]
pub async fn jwks(state: Data<AppState>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(CacheControl(vec![CacheDirective::Public, CacheDirective::MaxAge(300)]))
        .json(state.signer.public())
}
