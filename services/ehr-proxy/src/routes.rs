//! HTTP: the routing table.

mod access_headers;
mod connection;
mod consents;
mod encounter;
mod operation_outcome;
mod patient_summary;
mod problems;

use actix_web::middleware::from_fn;
use mc_chassis::http::Routes;
use operation_outcome::as_operation_outcome;
use utoipa_actix_web::scope;

/// Title and description of the `OpenAPI` document.
pub const ABOUT: (&str, &str) = (
    "MedConnect ehr-proxy",
    "Charts in external EHRs, as FHIR R4: consent, minimum necessary, audit.",
);

/// The routing table. Problems of FHIR routes become an `OperationOutcome` here.
pub fn routes(config: &mut Routes) {
    config
        .service(
            scope::scope("/api/v1/integrations/ehr/patient-summary")
                .service(patient_summary::patient_summary)
                .wrap(from_fn(as_operation_outcome)),
        )
        .service(
            scope::scope("/api/v1/integrations/ehr/encounter")
                .service(encounter::put_encounter)
                .wrap(from_fn(as_operation_outcome)),
        )
        .service(
            scope::scope("/api/v1/integrations/ehr")
                .service(consents::post_consent)
                .service(consents::get_consents)
                .service(connection::put_connection)
                .service(connection::get_connection),
        );
}
