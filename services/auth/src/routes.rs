//! HTTP routes.

mod accounts;
mod keys;
mod service_token;
mod session;
mod sign_in;

use mc_chassis::http::Routes;
use utoipa_actix_web::scope;

/// Title and description of the OpenAPI document.
pub const ABOUT: (&str, &str) = (
    "MedConnect auth",
    "Identity: organizations, users, second factors, tokens and their keys.",
);

/// The routing table.
pub fn routes(config: &mut Routes) {
    config.service(
        scope::scope("/api/v1/auth")
            .service(sign_in::login)
            .service(sign_in::verify_mfa)
            .service(sign_in::refresh)
            .service(session::logout)
            .service(session::validate)
            .service(session::me)
            .service(service_token::service_token)
            .service(accounts::add_user)
            .service(accounts::add_client)
            .service(keys::jwks),
    );
}
