//! Every route of every service: what it puts on record, and what that is in FHIR. Written to `docs/audit-events.md`.
#![expect(clippy::unwrap_used, reason = "a panic here is a failed test")]

use mc_audit::domain::catalogue::{CATALOGUE, Entry, entry_of};
use mc_fhir::audit_event::{Code, Kind};
use serde_json::Value;
use std::{collections::BTreeSet, fmt::Write, fs, path::PathBuf};

/// What a route puts on record.
enum Told {
    /// These actions.
    As(&'static [&'static str]),
    /// Nothing, and why.
    Not(&'static str),
}
use Told::{As, Not};

const AUDIT: &str = "/api/v1/integrations/audit";
const HASHES: &str = "hashes and signatures; nothing of an event";
const FIGURES: &str = "figures of the platform; nothing of a patient";
const RULES: &str = "rules and settings; nothing of a patient";

#[rustfmt::skip]
const ROUTES: &[(&str, &str, Told)] = &[
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
    ("POST", "/api/v1/integrations/stripe/payment-intent", As(&["billing.payment_intent.created", "billing.payment.processed"])),
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
const AUDIT_ROUTES: &[(&str, &str, Told)] = &[
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
    ("POST", "/inventory/{kind}/{record_id}/complete", As(&["audit.inventory.complete"])),
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

fn table() -> impl Iterator<Item = (&'static str, String, &'static Told)> {
    let others = ROUTES
        .iter()
        .map(|(method, path, told)| (*method, (*path).to_owned(), told));
    others.chain(
        AUDIT_ROUTES
            .iter()
            .map(|(method, path, told)| (*method, format!("{AUDIT}{path}"), told)),
    )
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every route that a service's OpenAPI document tells.
fn told() -> BTreeSet<(String, String)> {
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
    let told = told();
    let missing: Vec<_> = told.difference(&above).collect();
    assert!(missing.is_empty(), "say what these put on record: {missing:#?}");
    let stale: Vec<_> = above.difference(&told).collect();
    assert!(stale.is_empty(), "no document tells these: {stale:#?}");
    let unknown: Vec<_> = actions().filter(|action| entry_of(action).is_none()).collect();
    assert!(unknown.is_empty(), "the catalogue does not know {unknown:?}");
}

fn actions() -> impl Iterator<Item = &'static str> {
    table()
        .filter_map(|(_, _, told)| if let As(actions) = told { Some(*actions) } else { None })
        .flatten()
        .copied()
}

fn code(code: Option<Code>) -> String {
    code.map_or_else(String::new, |code| format!("`{}` {}", code.code, code.display))
}

fn row(entry: &Entry) -> String {
    let profile = |patient| {
        entry
            .kind
            .profile(patient)
            .map(|url: String| url.rsplit('/').next().unwrap().to_owned())
    };
    let profile = match (profile(true), profile(false)) {
        (Some(with), Some(without)) if with == without => with,
        (Some(with), Some(without)) => format!("{with}; without a patient {without}"),
        _ => "none".to_owned(),
    };
    let classes: Vec<_> = entry.classes.iter().map(|class| format!("{class:?}")).collect();
    let (kind, subtype) = (code(Some(entry.kind.category())), code(entry.kind.subtype()));
    format!(
        "| `{}` | {kind} | {subtype} | {profile} | {} |",
        entry.action,
        classes.join(", ")
    )
}

#[test]
fn the_document_of_audit_events_is_up_to_date() {
    let mut text = "# Audit events\n\nWritten by the code (`services/audit`: `domain/catalogue.rs`, `tests/routes.rs`).\n\n## What each route puts on record\n\nA refusal is on record as the access would be, with outcome `denied`.\n\n| route | action |\n|---|---|\n".to_owned();
    for (method, path, told) in table() {
        let told = match told {
            As(actions) => actions
                .iter()
                .map(|action| format!("`{action}`"))
                .collect::<Vec<_>>()
                .join(", "),
            Not(why) => format!("nothing: {why}"),
        };
        writeln!(text, "| `{method} {path}` | {told} |").unwrap();
    }
    text += "\n## What each action is in FHIR\n\n`AuditEvent.type`, first `subtype` (our action is a further one) and the profile of IHE BALP that `meta.profile` names where everything it asks for is known and the action succeeded. With `consent_id` and `reason` in its details a refusal becomes `AuthZ-Consent` under `IHE.BasicAudit.AuthZconsent`. The last column is what reports and detection read it as.\n\n| action | type | subtype | profile | class |\n|---|---|---|---|---|\n";
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
