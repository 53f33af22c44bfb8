//! Door 1: HTTP. The outside systems speak their own dialects and stand in no `OpenAPI` document; `_admin` does.

mod admin;
mod dialect;
mod ehr;
mod faulty;
mod payer;
mod stripe;

use crate::domain::fault::Target;
use actix_web::{middleware::from_fn, web};
use mc_chassis::http::Routes;
use utoipa_actix_web::scope;

/// Title and one sentence for the `OpenAPI` document.
pub const ABOUT: (&str, &str) = (
    "MedConnect sandbox",
    "Test mode: a payer, an EHR and Stripe with documented behaviour; these routes switch faults on and off.",
);

/// The routing table.
pub fn routes(config: &mut Routes) {
    config.service(
        scope::scope("/_admin")
            .service(admin::list_faults)
            .service(admin::put_fault)
            .service(admin::delete_faults)
            .service(admin::list_charges)
            .service(admin::authenticate),
    );
    config.map(|plain| plain.configure(outside));
}

/// The outside world.
fn outside(config: &mut web::ServiceConfig) {
    config
        .service(
            web::scope("/payer")
                .wrap(from_fn(|request, next| faulty::meet(Target::Payer, request, next)))
                .route("/core", web::post().to(payer::core)),
        )
        .service(
            web::scope("/ehr")
                .wrap(from_fn(|request, next| faulty::meet(Target::Ehr, request, next)))
                .configure(ehr::routes),
        )
        .service(
            web::scope("/stripe")
                .wrap(from_fn(|request, next| faulty::meet(Target::Stripe, request, next)))
                .configure(stripe::routes),
        );
}
