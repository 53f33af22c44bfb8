//! Door 1: HTTP. The routing table is the list below.

mod log;
mod proofs;
mod reconciliation;
mod verification;

use mc_chassis::http::Routes;
use utoipa_actix_web::scope;

/// Title and one sentence for the OpenAPI document.
pub const ABOUT: (&str, &str) = (
    "MedConnect audit",
    "What happened: a log that proves itself, and who may read it.",
);

/// The routing table.
pub fn routes(config: &mut Routes) {
    config.service(
        scope::scope("/api/v1/integrations/audit")
            .service(log::recent)
            .service(verification::verification)
            .service(reconciliation::reconciliation)
            .service(proofs::checkpoint)
            .service(proofs::inclusion)
            .service(proofs::consistency)
            .service(proofs::tile)
            .service(proofs::receipt),
    );
}
