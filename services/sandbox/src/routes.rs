//! HTTP routes. The OpenAPI document has those of `_admin`; the simulated systems follow the
//! documentation of their originals.

mod admin;
mod ehr;
mod error_formats;
mod fault_injection;
mod payer;
mod stripe;

use crate::domain::fault::Target;
use actix_web::{middleware::from_fn, web};
use mc_chassis::http::Routes;
use utoipa_actix_web::scope;

/// Title and description of the OpenAPI document.
pub const ABOUT: (&str, &str) = (
    "MedConnect sandbox",
    "Test mode: a payer, an EHR and Stripe with documented behavior; these routes switch faults on and off.",
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

/// The simulated systems.
fn outside(config: &mut web::ServiceConfig) {
    config
        .service(
            web::scope("/payer")
                .wrap(from_fn(|request, next| {
                    fault_injection::inject(Target::Payer, request, next)
                }))
                .route("/core", web::post().to(payer::core)),
        )
        .service(
            web::scope("/ehr")
                .wrap(from_fn(|request, next| {
                    fault_injection::inject(Target::Ehr, request, next)
                }))
                .configure(ehr::routes),
        )
        .service(
            web::scope("/stripe")
                .wrap(from_fn(|request, next| {
                    fault_injection::inject(Target::Stripe, request, next)
                }))
                .configure(stripe::routes),
        );
}
