//! HTTP routes.

mod cancel;
mod payments;
mod webhook;

use mc_chassis::http::Routes;
use utoipa_actix_web::scope;

/// Title and description of the OpenAPI document.
pub const ABOUT: (&str, &str) = (
    "MedConnect billing",
    "Charges patients once, with consent, even while the payment processor is unavailable.",
);

/// The routing table.
pub fn routes(config: &mut Routes) {
    config.service(
        scope::scope("/api/v1/integrations/stripe")
            .service(payments::create_payment)
            .service(payments::get_payment)
            .service(webhook::receive),
    );
    config.service(scope::scope("/api/v1/billing").service(cancel::cancel_payment));
}
