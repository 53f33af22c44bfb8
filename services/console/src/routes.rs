//! HTTP routes.

mod health;
mod integrations;
mod pages;
mod policies;

use actix_web::web;
use mc_chassis::http::Routes;
use utoipa_actix_web::scope;

/// Title and description of the OpenAPI document.
pub const ABOUT: (&str, &str) = (
    "MedConnect console",
    "The platform's health, integrations and measured policies.",
);

/// The routing table.
pub fn routes(config: &mut Routes) {
    config
        .service(
            scope::scope("/api/v1/health")
                .service(health::basic)
                .service(health::detailed)
                .service(health::liveness)
                .service(health::readiness)
                // The same as without the slash; the document lists it once.
                .route("/", web::get().to(health::basic_at_slash)),
        )
        .service(scope::scope("/api/v1/integrations").service(integrations::status))
        .service(scope::scope("/api/v1/security").service(policies::policies))
        // Pages are for people and not part of the API's document.
        .route("/", web::get().to(pages::overview))
        .route("/reference", web::get().to(pages::reference_list))
        .route("/reference/{service}", web::get().to(pages::reference));
}
