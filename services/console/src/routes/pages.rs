//! Pages for people: what this is and what runs, and the API reference. Open to everyone, as health
//! is.

mod overview;
mod reference;

use super::{ABOUT, health::survey, routes};
use crate::AppState;
use actix_web::{HttpResponse, http::StatusCode, web::Data};
use maud::Markup;
use mc_chassis::{
    http::{Origin, Path, document},
    telemetry,
};
use mc_pages::{CONTENT_TYPE, Link, Page, content_security_policy, error_page};
use std::sync::Arc;

/// The navigation of every page.
const NAVIGATION: &[Link] = &[
    Link {
        path: "/",
        name: "Overview",
    },
    Link {
        path: "/reference",
        name: "API reference",
    },
    Link {
        path: "/api/v1/health/detailed",
        name: "Health as JSON",
    },
];

/// What the console calls itself in the reference.
const CONSOLE: &str = "console";

/// `GET /`: what this is, what runs, and the first steps.
pub async fn overview(state: Data<AppState>, origin: Origin) -> HttpResponse {
    let platform = survey(&state, origin).await;
    respond("A clinic's integrations, in one place", overview::content(&platform))
}

/// `GET /reference`: the documents of all services.
pub async fn reference_list(state: Data<AppState>) -> HttpResponse {
    let names: Vec<_> = state.services.names().chain([CONSOLE]).collect();
    respond("API reference", reference::list(&names))
}

/// `GET /reference/{service}`: the operations and schemas of one service.
pub async fn reference(state: Data<AppState>, name: Path<String>) -> HttpResponse {
    let document = if *name == CONSOLE {
        serde_json::to_value(document(ABOUT, routes)).ok().map(Arc::new)
    } else if state.services.names().any(|known| known == *name) {
        state.services.document(&name).await
    } else {
        return refuse(
            StatusCode::NOT_FOUND,
            "No such service",
            "The services are listed in the API reference.",
        );
    };
    let Some(document) = document else {
        let advice = "The service does not answer now, so its document cannot be shown. Try again shortly.";
        return refuse(StatusCode::SERVICE_UNAVAILABLE, "The service is away", advice);
    };
    respond(&format!("API reference: {}", *name), reference::content(&document))
}

fn respond(title: &str, content: Markup) -> HttpResponse {
    let page = Page {
        title,
        navigation: NAVIGATION,
        content,
    };
    html(StatusCode::OK, page.to_html())
}

fn refuse(status: StatusCode, title: &str, advice: &str) -> HttpResponse {
    html(
        status,
        error_page(NAVIGATION, title, advice, telemetry::trace_id().as_deref()),
    )
}

fn html(status: StatusCode, body: String) -> HttpResponse {
    HttpResponse::build(status)
        .content_type(CONTENT_TYPE)
        .insert_header(("Content-Security-Policy", content_security_policy()))
        .body(body)
}
