//! HTTP in: one server shape, one problem shape, bodies that name the bad field, one trace.

mod body;
mod headers;
mod origin;
mod problem;
mod server;
mod span;

pub use body::{Body, Params};
pub use headers::{IdempotencyKey, required_header};
pub use origin::Origin;
pub use problem::{FieldError, Problem};
pub use server::{Site, document, serve};
pub use utoipa_actix_web::service_config::ServiceConfig as Routes;
