//! HTTP routes, by subject. The list below is the routing table.

mod compliance;
mod idempotency;
mod log;
mod preconditions;
mod reports;
mod validators;

use actix_web::middleware::from_fn;
use compliance::{alerts, inventory, reconciliation, roster, rules};
pub use log::stream::Tails;
use log::{events, fhir, fhir_outcome, holds, proofs, recent, retention, stream, verification};
use mc_chassis::http::Routes;
use reports::{disclosures, patients, requests};
use utoipa_actix_web::scope;

/// Title and one sentence for the OpenAPI document.
pub const ABOUT: (&str, &str) = (
    "MedConnect audit",
    "What happened: a log that proves itself, and who may read it.",
);

/// Detail of the refusal to read the log.
const LOG_FORBIDDEN_DETAIL: &str = "Only compliance and admins read the audit log.";
/// Detail of the refusal to change records of compliance.
const RECORDS_FORBIDDEN_DETAIL: &str = "Only compliance and admins keep compliance's records.";

/// The routing table.
pub fn routes(config: &mut Routes) {
    // The FHIR scope renders problems as OperationOutcome. It comes first, because its path begins
    // with that of the other scope.
    config.service(
        scope::scope("/api/v1/integrations/audit/fhir")
            .service(fhir::metadata)
            .service(fhir::search)
            .service(fhir::search_by_post)
            .service(fhir::read)
            .wrap(from_fn(fhir_outcome::as_operation_outcome)),
    );
    config.service(
        scope::scope("/api/v1/integrations/audit")
            .service(events::search)
            .service(events::search_by_patient)
            .service(stream::tail)
            .service(events::read)
            .service(events::unmask)
            .service(patients::accesses)
            .service(disclosures::disclose)
            .service(requests::create)
            .service(requests::list)
            .service(requests::follow)
            .service(requests::download)
            .service(recent::recent)
            .service(verification::verification)
            .service(reconciliation::reconciliation)
            .service(proofs::checkpoint)
            .service(proofs::inclusion)
            .service(proofs::consistency)
            .service(proofs::tile)
            .service(retention::retention)
            .service(holds::list)
            .service(holds::place)
            .service(holds::release)
            .service(proofs::receipt)
            .service(alerts::list)
            .service(alerts::read)
            .service(alerts::update)
            .service(rules::rules)
            .service(rules::learn)
            .service(roster::set_workforce)
            .service(roster::get_networks)
            .service(roster::replace_networks)
            .service(inventory::list)
            .service(inventory::add)
            .service(inventory::read)
            .service(inventory::update)
            .service(inventory::complete),
    );
}
