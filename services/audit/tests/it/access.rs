//! Every route, as nobody, as somebody who may not, with an expired token; none of the document is
//! missing.

use crate::app::TestApp;
use mc_vocabulary::Role;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const READERS: &[Role] = &[Role::Compliance, Role::Admin];
const UNMASKERS: &[Role] = &[Role::Compliance];
/// Read by anybody: it says what the server can do, and nothing of the log.
const OPEN: (&str, &str) = ("GET", "/fhir/metadata");

/// A route, and a call of it that those who may make it can make. `{event}` stands for the id of a
/// logged event.
struct Route {
    method: &'static str,
    template: &'static str,
    call: &'static str,
    body: Option<fn() -> Value>,
    allowed: &'static [Role],
    answer: u16,
}

const fn read(template: &'static str, call: &'static str) -> Route {
    Route {
        method: "GET",
        template,
        call,
        body: None,
        allowed: READERS,
        answer: 200,
    }
}

/// Below `/api/v1/integrations/audit`.
const ROUTES: &[Route] = &[
    read("/events", "/events"),
    Route {
        body: Some(|| json!({ "patient_id": "pat-1" })),
        method: "POST",
        ..read("/events/search", "/events/search")
    },
    read("/events/stream", "/events/stream"),
    read("/events/{event_id}", "/events/{event}"),
    Route {
        body: Some(|| json!({ "justification": "request of the privacy officer" })),
        method: "POST",
        allowed: UNMASKERS,
        ..read("/events/{event_id}/unmask", "/events/{event}/unmask")
    },
    read("/fhir/AuditEvent", "/fhir/AuditEvent"),
    Route {
        method: "POST",
        ..read("/fhir/AuditEvent/_search", "/fhir/AuditEvent/_search")
    },
    read("/fhir/AuditEvent/{id}", "/fhir/AuditEvent/{event}"),
    read("/patients/{id}/accesses", "/patients/pat-1/accesses"),
    Route {
        body: Some(
            || json!({ "patient_id": "pat-1", "disclosed_at": "2026-03-01T08:00:00Z", "recipient": "County health department", "description": "immunisation record", "purpose": "PUBHLTH" }),
        ),
        method: "POST",
        answer: 201,
        ..read("/disclosures", "/disclosures")
    },
    Route {
        body: Some(|| json!({ "kind": "retention", "from": "2026-01-01T00:00:00Z", "to": "2026-02-01T00:00:00Z" })),
        method: "POST",
        answer: 202,
        ..read("/reports", "/reports")
    },
    read("/reports", "/reports"),
    Route {
        answer: 404,
        ..read("/reports/{id}", "/reports/{event}")
    },
    Route {
        answer: 404,
        ..read("/reports/{id}/content", "/reports/{event}/content")
    },
    read("/recent", "/recent"),
    read("/checkpoint", "/checkpoint"),
    read("/verification", "/verification"),
    read("/reconciliation", "/reconciliation"),
    read("/proofs/inclusion", "/proofs/inclusion?index=0&size=1"),
    read("/proofs/consistency", "/proofs/consistency?from=1&to=1"),
    read("/tile/{path}", "/tile/0/000.p/1"),
    read("/events/{event_id}/receipt", "/events/{event}/receipt"),
    read("/retention", "/retention"),
    read("/legal-holds", "/legal-holds"),
    Route {
        // One user more with every call: the same hold twice is a conflict.
        body: Some(|| json!({ "kind": "user", "user_id": uuid::Uuid::now_v7(), "reason": "matter 1" })),
        method: "POST",
        answer: 201,
        ..read("/legal-holds", "/legal-holds")
    },
    Route {
        body: Some(|| json!({ "reason": "matter closed" })),
        method: "POST",
        answer: 404,
        ..read(
            "/legal-holds/{hold_id}/release",
            "/legal-holds/0190a8e2-0000-7000-8000-000000000001/release",
        )
    },
    read("/alerts", "/alerts"),
    read("/alerts/{alert_id}", "/alerts/{alert}"),
    Route {
        body: Some(|| json!({ "note": "looked at" })),
        method: "PATCH",
        ..read("/alerts/{alert_id}", "/alerts/{alert}")
    },
    read("/rules", "/rules"),
    Route {
        method: "POST",
        ..read("/rules/learning", "/rules/learning")
    },
    Route {
        body: Some(|| json!({ "family_name": "Quixano" })),
        method: "PUT",
        ..read(
            "/workforce/{user_id}",
            "/workforce/01936d00-0000-7000-8000-000000000001",
        )
    },
    read("/inventory/{kind}", "/inventory/agreements"),
    Route {
        body: Some(|| json!({ "title": "Clearing house", "due_at": "2030-01-01T00:00:00Z" })),
        method: "POST",
        answer: 201,
        ..read("/inventory/{kind}", "/inventory/agreements")
    },
    read("/inventory/{kind}/{record_id}", "/inventory/agreements/{record}"),
    Route {
        body: Some(|| json!({ "notes": "signed" })),
        method: "PATCH",
        ..read("/inventory/{kind}/{record_id}", "/inventory/agreements/{record}")
    },
    Route {
        body: Some(|| json!({})),
        method: "POST",
        answer: 404,
        ..read(
            "/inventory/{kind}/{record_id}/complete",
            "/inventory/agreements/0190a8e2-0000-7000-8000-000000000001/complete",
        )
    },
    read("/networks", "/networks"),
    Route {
        body: Some(|| json!({ "networks": [] })),
        method: "PUT",
        ..read("/networks", "/networks")
    },
];

#[actix_web::test]
async fn only_those_who_may_get_an_answer() {
    let app = TestApp::start().await;
    app.publish(1).await;
    app.checkpointed().await;
    let (event, alert) = (app.first_event().await, app.alert().await);
    let record = app.record_kept().await;
    for route in ROUTES {
        let path = format!(
            "/api/v1/integrations/audit{}",
            route
                .call
                .replace("{event}", &event)
                .replace("{alert}", &alert)
                .replace("{record}", &record)
        );
        let call = async |token: Option<&str>| {
            let body = route.body.map(|body| body());
            app.send(route.method, &path, token, body.as_ref()).await.status()
        };
        let name = format!("{} {}", route.method, route.template);
        assert_eq!(call(None).await, 401, "{name}");
        assert_eq!(call(Some("a.b.c")).await, 401, "{name}");
        let expired = app.issuer.expired(&app.caller(Role::Compliance));
        assert_eq!(call(Some(&expired)).await, 401, "{name}");
        for role in Role::ALL {
            let token = app.issuer.token(&app.caller(*role));
            let expected = if route.allowed.contains(role) {
                route.answer
            } else {
                403
            };
            assert_eq!(call(Some(&token)).await, expected, "{name} as {role}");
        }
    }
}

#[test]
fn no_route_of_the_document_is_missing_above() {
    let document = mc_chassis::http::document(mc_audit::routes::ABOUT, mc_audit::routes::routes);
    let document = serde_json::to_value(document).unwrap();
    let recorded: BTreeSet<(String, String)> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, methods)| {
            let path = path.trim_start_matches("/api/v1/integrations/audit").to_owned();
            let methods: Vec<_> = methods.as_object().unwrap().keys().cloned().collect();
            methods
                .into_iter()
                .map(move |method| (method.to_uppercase(), path.clone()))
        })
        .collect();
    let above = ROUTES.iter().map(|route| (route.method, route.template)).chain([OPEN]);
    let above = above
        .map(|(method, template)| (method.to_owned(), template.to_owned()))
        .collect();
    assert_eq!(recorded, above);
}
