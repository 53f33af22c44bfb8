//! HTTP routes.

mod coverages;
mod shapes;
mod verify_eligibility;

use mc_chassis::http::Routes;
use utoipa_actix_web::scope;

/// Title and description of the OpenAPI document.
pub const ABOUT: (&str, &str) = (
    "MedConnect eligibility",
    "Is the patient covered, and what will the visit cost: coverages, and real-time verification at payers.",
);

/// The routing table.
pub fn routes(config: &mut Routes) {
    config.service(
        scope::scope("/api/v1/integrations/insurance")
            .service(coverages::add_coverage)
            .service(coverages::get_coverage)
            .service(verify_eligibility::verify_by_query)
            .service(verify_eligibility::verify_by_body),
    );
}
