//! Door 1: HTTP. The routing table is the list below.

mod alert_view;
mod alerts;
mod asked;
mod bounds;
mod disclosures;
mod events;
mod fhir;
mod fhir_outcome;
mod inventory;
mod inventory_view;
mod known;
mod log;
mod once;
mod patients;
mod proofs;
mod reconciliation;
mod reports;
mod retention;
mod rules;
mod stream;
mod verification;

use actix_web::middleware::from_fn;
use mc_chassis::http::Routes;
pub use stream::Tails;
use utoipa_actix_web::scope;

/// Title and one sentence for the OpenAPI document.
pub const ABOUT: (&str, &str) = (
    "MedConnect audit",
    "What happened: a log that proves itself, and who may read it.",
);

/// The routing table.
pub fn routes(config: &mut Routes) {
    // What speaks FHIR says its problems as OperationOutcome. It stands first: the other scope's path is the beginning of this one's.
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
            .service(reports::ask)
            .service(reports::list)
            .service(reports::follow)
            .service(reports::take)
            .service(log::recent)
            .service(verification::verification)
            .service(reconciliation::reconciliation)
            .service(proofs::checkpoint)
            .service(proofs::inclusion)
            .service(proofs::consistency)
            .service(proofs::tile)
            .service(retention::retention)
            .service(retention::holds)
            .service(retention::place)
            .service(retention::release)
            .service(proofs::receipt)
            .service(alerts::list)
            .service(alerts::read)
            .service(alerts::update)
            .service(rules::rules)
            .service(rules::learn)
            .service(known::set_workforce)
            .service(known::get_networks)
            .service(known::replace_networks)
            .service(inventory::list)
            .service(inventory::add)
            .service(inventory::read)
            .service(inventory::update)
            .service(inventory::complete),
    );
}
