//! Every route of every service: what it puts on record, which test sees that, and what it is in
//! FHIR. Written to `docs/audit-events.md`.
#![expect(clippy::unwrap_used, reason = "a panic here is a failed test")]

use mc_audit::domain::catalogue::{CATALOGUE, Entry, entry_of};
use mc_balp::{Code, Kind};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    fs,
    path::PathBuf,
};

/// What a route puts on record.
enum Recorded {
    /// These actions.
    As(&'static [&'static str]),
    /// Nothing, and why.
    Not(&'static str),
}
use Recorded::{As, Not};

/// This file, for messages.
const TABLE: &str = "services/audit/tests/routes.rs";
const AUDIT: &str = "/api/v1/integrations/audit";
const HASHES: &str = "hashes and signatures; nothing of an event";
const FIGURES: &str = "figures of the platform; nothing of a patient";
const RULES: &str = "rules and settings; nothing of a patient";

#[rustfmt::skip]
const ROUTES: &[(&str, &str, Recorded)] = &[
    ("POST", "/api/v1/auth/clients", As(&["auth.client.add"])),
    ("GET", "/api/v1/auth/jwks.json", Not("public keys")),
    ("POST", "/api/v1/auth/login", As(&["auth.login"])),
    ("POST", "/api/v1/auth/logout", As(&["auth.logout"])),
    ("GET", "/api/v1/auth/me", Not("the caller's own sign-in")),
    ("POST", "/api/v1/auth/mfa/verify", As(&["auth.mfa.verify"])),
    ("POST", "/api/v1/auth/refresh", As(&["auth.refresh"])),
    ("POST", "/api/v1/auth/service-token", As(&["auth.service_token"])),
    ("POST", "/api/v1/auth/users", As(&["auth.user.add"])),
    ("POST", "/api/v1/auth/validate", Not("the caller's own token")),
    ("POST", "/api/v1/billing/payment-intent/{payment_id}/cancel", As(&["billing.payment.canceled", "billing.payment.processed"])),
    ("POST", "/api/v1/integrations/stripe/payment-intent", As(&["billing.payment_intent.created", "billing.payment.processed", "billing.payment.read"])),
    ("GET", "/api/v1/integrations/stripe/payment-intent/{payment_id}", As(&["billing.payment.read"])),
    ("POST", "/api/v1/integrations/stripe/webhook", As(&["billing.payment.processed"])),
    ("GET", "/api/v1/health", Not(FIGURES)),
    ("GET", "/api/v1/health/detailed", Not(FIGURES)),
    ("GET", "/api/v1/health/liveness", Not(FIGURES)),
    ("GET", "/api/v1/health/readiness", Not(FIGURES)),
    ("GET", "/api/v1/integrations/status", Not(FIGURES)),
    ("GET", "/api/v1/security/policies", Not(FIGURES)),
    ("GET", "/api/v1/integrations/ehr/connection", Not(RULES)),
    ("PUT", "/api/v1/integrations/ehr/connection", As(&["ehr.connection.set"])),
    ("GET", "/api/v1/integrations/ehr/consents", As(&["ehr.consent.list"])),
    ("POST", "/api/v1/integrations/ehr/consents", As(&["ehr.consent.record"])),
    ("PUT", "/api/v1/integrations/ehr/encounter/{id}", As(&["ehr.encounter.update_attempt", "ehr.encounter.update", "ehr.emergency_override"])),
    ("GET", "/api/v1/integrations/ehr/patient-summary/{id}", As(&["ehr.patient_summary.read", "ehr.emergency_override"])),
    ("POST", "/api/v1/integrations/insurance/coverages", As(&["insurance.coverage.add"])),
    ("GET", "/api/v1/integrations/insurance/coverages/{coverage_id}", As(&["insurance.coverage.read"])),
    ("GET", "/api/v1/integrations/insurance/verify-eligibility", As(&["insurance.eligibility.verify"])),
    ("POST", "/api/v1/integrations/insurance/verify-eligibility", As(&["insurance.eligibility.verify"])),
];

/// Below [`AUDIT`].
#[rustfmt::skip]
const AUDIT_ROUTES: &[(&str, &str, Recorded)] = &[
    ("GET", "/alerts", As(&["audit.alert.list"])),
    ("GET", "/alerts/{alert_id}", As(&["audit.alert.read"])),
    ("PATCH", "/alerts/{alert_id}", As(&["audit.alert.update"])),
    ("GET", "/checkpoint", Not(HASHES)),
    ("POST", "/disclosures", As(&["audit.disclosure.record"])),
    ("GET", "/events", As(&["audit.events.search"])),
    ("POST", "/events/search", As(&["audit.events.search"])),
    ("GET", "/events/stream", As(&["audit.events.stream"])),
    ("GET", "/events/{event_id}", As(&["audit.event.read"])),
    ("GET", "/events/{event_id}/receipt", As(&["audit.receipt.read"])),
    ("POST", "/events/{event_id}/unmask", As(&["audit.event.unmask"])),
    ("GET", "/fhir/AuditEvent", As(&["audit.events.search", "audit.event.read"])),
    ("POST", "/fhir/AuditEvent/_search", As(&["audit.events.search", "audit.event.read"])),
    ("GET", "/fhir/AuditEvent/{id}", As(&["audit.event.read"])),
    ("GET", "/fhir/metadata", Not(RULES)),
    ("GET", "/inventory/{kind}", As(&["audit.inventory.list"])),
    ("POST", "/inventory/{kind}", As(&["audit.inventory.add"])),
    ("GET", "/inventory/{kind}/{record_id}", As(&["audit.inventory.read"])),
    ("PATCH", "/inventory/{kind}/{record_id}", As(&["audit.inventory.update"])),
    ("POST", "/inventory/{kind}/{record_id}/complete", As(&["audit.inventory.complete", "audit.inventory.add"])),
    ("GET", "/legal-holds", As(&["audit.hold.list"])),
    ("POST", "/legal-holds", As(&["audit.hold.place"])),
    ("POST", "/legal-holds/{hold_id}/release", As(&["audit.hold.release"])),
    ("GET", "/networks", Not(RULES)),
    ("PUT", "/networks", As(&["audit.network.set"])),
    ("GET", "/patients/{id}/accesses", As(&["audit.patient_accesses.read"])),
    ("GET", "/proofs/consistency", Not(HASHES)),
    ("GET", "/proofs/inclusion", Not(HASHES)),
    ("GET", "/recent", As(&["audit.recent.read"])),
    ("GET", "/reconciliation", Not(FIGURES)),
    ("GET", "/reports", As(&["audit.report.list"])),
    ("POST", "/reports", As(&["audit.report.request", "audit.report.built"])),
    ("GET", "/reports/{id}", As(&["audit.report.read"])),
    ("GET", "/reports/{id}/content", As(&["audit.report.download"])),
    ("GET", "/retention", As(&["audit.retention.read"])),
    ("GET", "/rules", Not(RULES)),
    ("POST", "/rules/learning", As(&["audit.thresholds.learn"])),
    ("GET", "/tile/{path}", Not(HASHES)),
    ("GET", "/verification", Not("a verdict over the log; nothing of an event")),
    ("PUT", "/workforce/{user_id}", As(&["audit.workforce.set"])),
];

/// Services with an audit trail, and the prefix of their routes in `audit_trail.rs`; a route below
/// another prefix is written in full there. Each has tests that call them in
/// `tests/it/audit_trail.rs`.
const WALKS: &[(&str, &str)] = &[
    ("auth", "/api/v1/auth"),
    ("billing", "/api/v1/integrations/stripe"),
    ("ehr-proxy", "/api/v1/integrations/ehr"),
    ("eligibility", "/api/v1/integrations/insurance"),
    ("audit", AUDIT),
];

fn table() -> impl Iterator<Item = (&'static str, String, &'static Recorded)> {
    let others = ROUTES
        .iter()
        .map(|(method, path, recorded)| (*method, (*path).to_owned(), recorded));
    others.chain(
        AUDIT_ROUTES
            .iter()
            .map(|(method, path, recorded)| (*method, format!("{AUDIT}{path}"), recorded)),
    )
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every route in the OpenAPI document of a service.
fn recorded() -> BTreeSet<(String, String)> {
    let audit = mc_chassis::http::document(mc_audit::routes::ABOUT, mc_audit::routes::routes);
    let mut documents = vec![serde_json::to_value(audit).unwrap()];
    for file in fs::read_dir(root().join("docs/openapi")).unwrap() {
        let path = file.unwrap().path();
        if !path.ends_with("audit.json") {
            documents.push(serde_json::from_slice(&fs::read(path).unwrap()).unwrap());
        }
    }
    let routes = |document: &Value| -> Vec<(String, String)> {
        let paths = document["paths"].as_object().unwrap().clone().into_iter();
        paths
            .flat_map(|(path, methods)| {
                let methods: Vec<_> = methods
                    .as_object()
                    .unwrap()
                    .keys()
                    .map(|method| method.to_uppercase())
                    .collect();
                methods.into_iter().map(move |method| (method, path.clone()))
            })
            .collect()
    };
    documents.iter().flat_map(routes).collect()
}

#[test]
fn every_route_of_every_service_says_what_it_puts_on_record() {
    let above: BTreeSet<_> = table().map(|(method, path, _)| (method.to_owned(), path)).collect();
    let recorded = recorded();
    let missing: Vec<_> = recorded.difference(&above).collect();
    assert!(
        missing.is_empty(),
        "add these to {TABLE}, ROUTES (of the audit service: AUDIT_ROUTES), with what they record: {missing:#?}"
    );
    let stale: Vec<_> = above.difference(&recorded).collect();
    assert!(
        stale.is_empty(),
        "in no OpenAPI document (make build openapi), remove them from {TABLE}: {stale:#?}"
    );
    let unknown: Vec<_> = actions().filter(|action| entry_of(action).is_none()).collect();
    assert!(
        unknown.is_empty(),
        "add these to CATALOGUE in services/audit/src/domain/catalogue.rs: {unknown:?}"
    );
}

fn actions() -> impl Iterator<Item = &'static str> {
    table()
        .filter_map(|(_, _, recorded)| {
            if let As(actions) = recorded {
                Some(*actions)
            } else {
                None
            }
        })
        .flatten()
        .copied()
}

/// A route, as `GET /api/v1/auth/me`.
type Route = String;
/// For each route the actions seen of it, and for each of those the tests that see it. The empty
/// action: that it was called.
type Seen = BTreeMap<Route, BTreeMap<String, BTreeSet<String>>>;

/// What the services' walks see.
fn seen() -> Seen {
    let mut seen = Seen::new();
    for (service, prefix) in WALKS {
        let file = root().join(format!("services/{service}/tests/it/audit_trail.rs"));
        note_seen(service, prefix, &fs::read_to_string(file).unwrap(), &mut seen);
    }
    seen
}

/// The prefixes of a service's routes that are written in full.
const OTHER_PREFIXES: &[&str] = &["/api/v1/billing"];

/// In each test function: a literal `GET /path` begins a call, and the actions up to the next such
/// literal are what it adds.
fn note_seen(service: &str, prefix: &str, source: &str, seen: &mut Seen) {
    for test in source.split("#[actix_web::test]\nasync fn ").skip(1) {
        let (name, rest) = test.split_once('(').unwrap();
        let body = rest.split("\n}\n").next().unwrap();
        let (test, mut route) = (format!("{service}: `audit_trail::{name}`"), None);
        for literal in body.split('"').skip(1).step_by(2) {
            if let Some((method @ ("GET" | "POST" | "PUT" | "PATCH" | "DELETE"), path)) = literal.split_once(' ') {
                let path = path.split('?').next().unwrap();
                let prefix = if path.starts_with("/api/") { "" } else { prefix };
                route = Some(format!("{method} {prefix}{path}"));
            }
            let action = entry_of(literal).map_or("", |entry| entry.action);
            if let Some(route) = &route {
                let of_route = seen.entry(route.clone()).or_default();
                of_route.entry(action.to_owned()).or_default().insert(test.clone());
            }
        }
    }
}

/// The tests that see the route put on record what the table says; where it says nothing, those
/// that call it.
fn seen_by<'a>(seen: &'a Seen, method: &str, path: &str, recorded: &Recorded) -> BTreeSet<&'a str> {
    let nothing: &[&str] = &[""];
    let actions = if let As(actions) = recorded { actions } else { nothing };
    let of_route = seen.get(&format!("{method} {path}"));
    let tests = actions.iter().filter_map(|action| of_route?.get(*action));
    tests.flatten().map(String::as_str).collect()
}

#[test]
fn a_test_sees_every_route_put_on_record_what_the_table_says_and_nothing_else() {
    let seen = seen();
    let mut routes = BTreeSet::new();
    for (method, path, recorded) in table() {
        let route = format!("{method} {path}");
        let prefixes = WALKS.iter().map(|(_, prefix)| prefix);
        if !prefixes.chain(OTHER_PREFIXES).any(|prefix| path.starts_with(prefix)) {
            assert!(
                matches!(recorded, Recorded::Not(_)),
                "{route}: add its service to WALKS in {TABLE}"
            );
            continue;
        }
        let found = seen.get(&route);
        let found = found.unwrap_or_else(|| panic!("no test in audit_trail.rs calls {route}"));
        let found: BTreeSet<_> = found.keys().map(String::as_str).filter(|a| !a.is_empty()).collect();
        let expected: BTreeSet<_> = if let As(actions) = recorded { actions } else { &[][..] }
            .iter()
            .copied()
            .collect();
        assert_eq!(
            found, expected,
            "{route}: what audit_trail.rs sees, and what the table says"
        );
        routes.insert(route);
    }
    let unknown: Vec<_> = seen.keys().filter(|route| !routes.contains(*route)).collect();
    assert!(
        unknown.is_empty(),
        "audit_trail.rs calls what the table does not know: {unknown:?}"
    );
}

#[test]
fn what_a_test_sees_is_read_from_its_calls() {
    let source = "#[actix_web::test]\nasync fn first(x: X) {\n    step(\"GET /a/{id}?b=c\", &[\"auth.login\"]);\n    step(\"POST /a\", \
        &[\"auth.login denied\"]);\n}\n\nfn other() {\n    \"auth.logout\"\n}\n#[actix_web::test]\nasync fn second() {\n    \
        step(\"POST /a\", &[\"auth.refresh\"]);\n}\n";
    let mut seen = Seen::new();
    note_seen("auth", "/p", source, &mut seen);
    let by = |route: &str, action: &str| {
        seen[route]
            .get(action)
            .cloned()
            .unwrap_or_default()
            .into_iter()
            .collect::<Vec<_>>()
    };
    assert_eq!(by("GET /p/a/{id}", "auth.login"), ["auth: `audit_trail::first`"]);
    assert!(by("POST /p/a", "auth.login").is_empty(), "a refusal is no access");
    assert_eq!(by("POST /p/a", "auth.refresh"), ["auth: `audit_trail::second`"]);
    assert_eq!(by("POST /p/a", "").len(), 2);
    assert_eq!(seen.len(), 2);
}

fn code(code: Option<Code>) -> String {
    code.map_or_else(String::new, |code| format!("`{}` {}", code.code, code.display))
}

/// The profile of BALP that an action's event keeps, with a patient and without.
fn profile(entry: &Entry) -> String {
    let profile = |patient| {
        entry
            .kind
            .profile(patient)
            .map(|url: String| url.rsplit('/').next().unwrap().to_owned())
    };
    match (profile(true), profile(false)) {
        (Some(with), Some(without)) if with == without => with,
        (Some(with), Some(without)) => format!("{with}; without a patient {without}"),
        _ => "none".to_owned(),
    }
}

fn row(entry: &Entry) -> String {
    let classes: Vec<_> = entry.classes.iter().map(|class| format!("{class:?}")).collect();
    let (kind, subtype) = (code(Some(entry.kind.category())), code(entry.kind.subtype()));
    let profile = profile(entry);
    format!(
        "| `{}` | {kind} | {subtype} | {profile} | {} |",
        entry.action,
        classes.join(", ")
    )
}

/// A route, what it puts on record, which tests see that, and which profiles of BALP it is in.
fn row_of_route(seen: &Seen, method: &str, path: &str, recorded: &Recorded) -> String {
    let tests: Vec<_> = seen_by(seen, method, path, recorded).into_iter().collect();
    let (actions, profiles) = match recorded {
        As(actions) => {
            let names: Vec<_> = actions.iter().map(|action| format!("`{action}`")).collect();
            let mut profiles: Vec<_> = actions
                .iter()
                .filter_map(|action| entry_of(action))
                .map(profile)
                .collect();
            profiles.dedup();
            (names.join(", "), profiles.join(", "))
        }
        Not(why) => (format!("nothing: {why}"), String::new()),
    };
    format!("| `{method} {path}` | {actions} | {} | {profiles} |", tests.join(", "))
}

#[test]
fn the_document_of_audit_events_is_up_to_date() {
    let mut text = "# Audit events\n\nWritten by the code (`services/audit`: `domain/catalogue.rs`, `tests/routes.rs`).\n\n## What each route puts on record\n\nA caller without permission for a recorded action gets 403 (404 for the coverage of another patient), and the attempt is\nrecorded like the access itself, with outcome `denied`. A call without a valid token (401) is anonymous and not recorded; a\nfailed sign-in is recorded.\n\nThe tests in the third column, in `services/<service>/tests/it/audit_trail.rs`, call the route of the running service and\ncheck that its outbox contains exactly these actions, or none. Where the column is empty, the service has no audit records\nat all. The last column is the profile of IHE BALP, in the order of the actions.\n\n| route | action | seen by | profile |\n|---|---|---|---|\n".to_owned();
    let seen = seen();
    for (method, path, recorded) in table() {
        writeln!(text, "{}", row_of_route(&seen, method, &path, recorded)).unwrap();
    }
    text += "\n## What each action is in FHIR\n\n`AuditEvent.type`, first `subtype` (our action is a further one) and the profile of IHE BALP. `meta.profile` names the\nprofile if the action succeeded and everything that the profile requires is known. A refusal with `consent_id` and\n`reason` in its details becomes `AuthZ-Consent` under `IHE.BasicAudit.AuthZconsent`. The last column is the class of the\naction in reports and detection.\n\n| action | type | subtype | profile | class |\n|---|---|---|---|---|\n";
    for entry in CATALOGUE {
        writeln!(text, "{}", row(entry)).unwrap();
    }
    let other = code(Some(Kind::Other.category()));
    writeln!(text, "| any other | {other} |  | none |  |").unwrap();
    is("docs/audit-events.md", &text);
}

#[expect(clippy::disallowed_methods, reason = "says whether to write")]
fn is(file: &str, text: &str) {
    let path = root().join(file);
    if std::env::var("MC_UPDATE_DOCS").is_ok() {
        fs::write(&path, text).unwrap();
    }
    let stands = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        stands, text,
        "{file} is out of date: MC_UPDATE_DOCS=1 cargo test -p mc-audit --test routes"
    );
}
