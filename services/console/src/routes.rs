//! Door 1: HTTP. The routing table is the list below.

mod health;
mod integrations;
mod policies;

use actix_web::web;
use mc_chassis::http::Routes;
use utoipa_actix_web::scope;

/// Title and one sentence for the OpenAPI document.
pub const ABOUT: (&str, &str) = (
    "MedConnect console",
    "The platform's face: health, integrations and measured policies.",
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
                // The same as without the slash; the document names it once.
                .route("/", web::get().to(health::basic_at_slash)),
        )
        .service(scope::scope("/api/v1/integrations").service(integrations::status))
        .service(scope::scope("/api/v1/security").service(policies::policies));
}
