//! Door 1: HTTP. The routing table is the list below.

mod payments;
mod webhook;

use mc_chassis::http::Routes;
use utoipa_actix_web::scope;

/// Title and one sentence for the OpenAPI document.
pub const ABOUT: (&str, &str) = (
    "MedConnect billing",
    "What a patient is charged: once, with consent, whether or not the processor is there.",
);

/// The routing table.
pub fn routes(config: &mut Routes) {
    config.service(
        scope::scope("/api/v1/integrations/stripe")
            .service(payments::create)
            .service(payments::show)
            .service(webhook::receive),
    );
}
