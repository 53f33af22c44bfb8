//! HTTP: the server of every service, problem details, bodies that name invalid fields, traces.

mod answer;
mod body;
mod compression;
mod cors;
mod document;
mod field_errors;
mod gate;
mod headers;
mod origin;
mod plain;
mod problem;
mod server;
mod span;
mod time_limit;
mod translate;

pub use body::{Body, FormOrBody, Params, Path, RawBody};
pub use document::document;
pub use gate::Gate;
pub use headers::{IdempotencyKey, required_header};
pub use origin::Origin;
pub use problem::{FieldError, Problem};
pub use server::{Site, serve};
pub use translate::{answers_as, problems_as};
pub use utoipa_actix_web::service_config::ServiceConfig as Routes;
