//! The log as FHIR AuditEvents (ITI-81).

use crate::app::{TestApp, record};
use mc_contracts::{Actor, ActorKind, AuditRecord, Entity, Interaction, Outcome};
use mc_testkit::AuditTrail;
use mc_vocabulary::Role;
use serde_json::Value;

const FHIR: &str = "/api/v1/integrations/audit/fhir";

fn user(id: &str) -> Actor {
    Actor {
        kind: ActorKind::User,
        roles: vec!["doctor".to_owned()],
        device_id: Some("workstation".to_owned()),
        ..Actor::system(id)
    }
}

fn visit() -> Vec<AuditRecord> {
    let base = |action: &str, minute: u32| {
        let mut record = record(action);
        record.occurred_at = format!("2026-11-22T08:{minute:02}:00Z").parse().unwrap();
        record.actor = user("u-1");
        record.source_ip = Some("192.0.2.1".parse().unwrap());
        record.entity = Some(Entity {
            kind: "Encounter".to_owned(),
            id: "enc-1".to_owned(),
        });
        record
    };
    let mut write = base("ehr.encounter.update", 1);
    write.interaction = Interaction::Update;
    let mut refused = base("ehr.patient_summary.read", 2);
    (refused.outcome, refused.actor) = (Outcome::Denied, user("u-2"));
    let mut login = base("auth.login", 3);
    (login.interaction, login.patient_id, login.entity) = (Interaction::Execute, None, None);
    vec![base("ehr.patient_summary.read", 0), write, refused, login]
}

async fn bundle(app: &TestApp, query: &str) -> Value {
    let token = app.issuer.token(&app.caller(Role::Compliance));
    let response = app
        .get(&format!("{FHIR}/AuditEvent?source=billing&{query}"), Some(&token))
        .await;
    assert_eq!(response.status(), 200, "{query}");
    assert_eq!(response.headers()["Content-Type"], "application/fhir+json");
    let bundle: Value = response.json().await.unwrap();
    assert_eq!(
        (&bundle["resourceType"], &bundle["type"]),
        (&"Bundle".into(), &"searchset".into())
    );
    bundle
}

async fn found(app: &TestApp, query: &str) -> usize {
    bundle(app, query).await["entry"].as_array().map_or(0, Vec::len)
}

#[actix_web::test]
async fn each_parameter_finds_what_it_names() {
    let app = TestApp::start().await;
    app.publish_all(&visit()).await;
    let all = bundle(&app, "_sort=date").await;
    let patient = all["entry"][0]["resource"]["entity"][1]["what"]["identifier"]["value"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(patient.starts_with("pt_"), "{all:#}");
    for (query, count) in [
        ("", 4),
        ("date=2026-11-22", 4),
        ("date=ge2026-11-22T08:01&date=lt2026-11-22T08:03:00Z", 2),
        ("date=2025", 0),
        (&format!("patient={patient}"), 3),
        (&format!("patient=Patient/{patient}"), 3),
        (
            &format!("patient.identifier=urn:medconnect:pseudonym:patient|{patient}"),
            3,
        ),
        ("patient=pat-1", 0),
        ("agent=u-2", 1),
        ("agent.identifier=urn:medconnect:user|u-1", 3),
        ("agent.identifier=urn:other|u-1", 0),
        ("address=192.0.2.1", 4),
        ("action=R", 2),
        ("action=R,U", 3),
        ("outcome=4", 1),
        ("outcome=http://terminology.hl7.org/CodeSystem/audit-event-outcome|0", 3),
        ("outcome=12", 0),
        ("type=rest", 3),
        ("type=http://dicom.nema.org/resources/ontology/DCM|110114", 1),
        ("subtype=update", 1),
        ("subtype=urn:medconnect:audit-action|auth.login", 1),
        ("subtype=110122", 1),
        ("type=rest&subtype=110122", 0),
        ("entity=Encounter/enc-1", 3),
        ("entity.identifier=urn:medconnect:encounter|enc-1", 3),
        ("entity-type=1", 3),
        ("entity-role=http://terminology.hl7.org/CodeSystem/object-role|4", 3),
        ("source.identifier=urn:medconnect:service|billing", 4),
        ("policy=https://example.org/p", 0),
        ("_lastUpdated=ge2020", 4),
    ] {
        assert_eq!(found(&app, query).await, count, "{query}");
    }
}

#[actix_web::test]
async fn reads_and_writes_follow_their_profiles_and_patients_stay_masked() {
    let app = TestApp::start().await;
    app.publish_all(&visit()).await;
    let all = bundle(&app, "_sort=date").await;
    let resource = |n: usize| &all["entry"][n]["resource"];
    let profile = |n: usize| {
        resource(n)["meta"]["profile"][0]
            .as_str()
            .unwrap_or_default()
            .rsplit('/')
            .next()
            .unwrap()
    };
    assert_eq!(profile(0), "IHE.BasicAudit.PatientRead");
    assert_eq!(profile(1), "IHE.BasicAudit.PatientUpdate");
    assert_eq!(profile(2), "", "what was refused is in no profile of BALP");
    assert_eq!(resource(2)["outcome"], "4");
    assert_eq!(resource(0)["agent"][0]["type"]["coding"][0]["code"], "110152");
    assert_eq!(resource(1)["agent"][0]["type"]["coding"][0]["code"], "110153");
    assert!(!all.to_string().contains("pat-1"));
    let id = resource(0)["id"].as_str().unwrap();
    let one = app.read(&format!("{FHIR}/AuditEvent/{id}")).await;
    assert_eq!(&one, resource(0));
    assert_eq!(found(&app, &format!("_id={id}")).await, 1);
    assert_eq!(found(&app, "_id=no-such-event").await, 0);
}

/// What the service of charts puts on record of a refusal by a decision.
#[actix_web::test]
async fn a_refusal_by_a_patients_decision_is_an_authorization_decision_that_names_it() {
    let app = TestApp::start().await;
    let consent = "01936d00-0000-7000-8000-0000000000c0";
    let mut recorded = visit();
    recorded.truncate(3);
    for (record, reason) in recorded
        .iter_mut()
        .zip(["consent_denied", "consent_denied", "no_consent"])
    {
        record.outcome = Outcome::Denied;
        record.details.insert("reason".to_owned(), reason.into());
        if reason == "consent_denied" {
            record.details.insert("consent_id".to_owned(), consent.into());
        }
    }
    app.publish_all(&recorded).await;
    let all = bundle(&app, "_sort=date").await;
    for n in [0, 1] {
        let event = &all["entry"][n]["resource"];
        assert_eq!(
            event["meta"]["profile"][0],
            "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.AuthZconsent"
        );
        assert_eq!(event["outcome"], "4");
        assert!(event["entity"].to_string().contains(consent), "{event:#}");
    }
    let without = &all["entry"][2]["resource"];
    assert!(without["meta"].get("profile").is_none(), "{without:#}");
}

#[actix_web::test]
async fn the_next_link_leads_through_all_and_cannot_be_forged() {
    let app = TestApp::start().await;
    app.publish(5).await;
    let first = bundle(&app, "_count=2&_sort=date").await;
    let (mut seen, mut page) = (Vec::new(), first.clone());
    let token = app.issuer.token(&app.caller(Role::Compliance));
    loop {
        let entries = page["entry"].as_array().unwrap();
        seen.extend(entries.iter().map(|entry| entry["resource"]["id"].to_string()));
        let links = page["link"].as_array().unwrap();
        let Some(next) = links.iter().find(|link| link["relation"] == "next") else {
            break;
        };
        let next = next["url"]
            .as_str()
            .unwrap()
            .strip_prefix(&app.base)
            .unwrap()
            .to_owned();
        let response = app.get(&next, Some(&token)).await;
        assert_eq!(response.status(), 200, "{next}");
        page = response.json().await.unwrap();
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 5);
    let forged = app.get(&format!("{FHIR}/AuditEvent?_cursor=AAAA"), Some(&token)).await;
    assert_eq!(forged.status(), 400);
    let form = reqwest::Client::builder()
        .build()
        .unwrap()
        .post(format!("{}{FHIR}/AuditEvent/_search", app.base));
    let posted = form
        .bearer_auth(&token)
        .form(&[("source", "billing"), ("_count", "3")])
        .send()
        .await
        .unwrap();
    let posted: Value = posted.json().await.unwrap();
    assert_eq!(posted["entry"].as_array().unwrap().len(), 3);
}

#[actix_web::test]
async fn what_is_refused_is_refused_as_an_operation_outcome() {
    let app = TestApp::start().await;
    let token = app.issuer.token(&app.caller(Role::Compliance));
    let doctor = app.issuer.token(&app.caller(Role::Doctor));
    let body = serde_json::json!({ "resourceType": "AuditEvent" });
    let event = "01936d00-0000-7000-8000-000000000001";
    for (method, path, token, status, code) in [
        ("GET", "/AuditEvent", None, 401, "login"),
        ("GET", "/AuditEvent", Some(&doctor), 403, "forbidden"),
        ("GET", &format!("/AuditEvent/{event}"), Some(&token), 404, "not-found"),
        ("GET", "/AuditEvent/not-an-id", Some(&token), 404, "not-found"),
        ("GET", "/AuditEvent?colour=red", Some(&token), 400, "invalid"),
        ("GET", "/AuditEvent?date=yesterday", Some(&token), 400, "invalid"),
        ("POST", "/AuditEvent", Some(&token), 405, "not-supported"),
        (
            "PUT",
            &format!("/AuditEvent/{event}"),
            Some(&token),
            405,
            "not-supported",
        ),
        (
            "DELETE",
            &format!("/AuditEvent/{event}"),
            Some(&token),
            405,
            "not-supported",
        ),
        (
            "PATCH",
            &format!("/AuditEvent/{event}"),
            Some(&token),
            405,
            "not-supported",
        ),
        ("POST", "/AuditEvent/_search", Some(&token), 415, "not-supported"),
    ] {
        let body = (method != "GET" && method != "DELETE").then_some(&body);
        let response = app
            .send(method, &format!("{FHIR}{path}"), token.map(String::as_str), body)
            .await;
        assert_eq!(response.status(), status, "{method} {path}");
        let outcome: Value = response.json().await.unwrap();
        assert_eq!(outcome["resourceType"], "OperationOutcome", "{method} {path}");
        assert_eq!(outcome["issue"][0]["code"], code, "{method} {path}");
        assert!(
            !outcome.to_string().contains("yesterday"),
            "no value of the request is repeated"
        );
    }
    let metadata: Value = app.get(&format!("{FHIR}/metadata"), None).await.json().await.unwrap();
    assert_eq!(metadata["resourceType"], "CapabilityStatement");
    assert_eq!(
        metadata["rest"][0]["resource"][0]["supportedProfile"]
            .as_array()
            .unwrap()
            .len(),
        13
    );
}

#[actix_web::test]
async fn a_caller_who_may_not_search_is_refused_before_the_form_is_read() {
    let app = TestApp::start().await;
    let record = AuditTrail::from_now(&app.database, "audit").await;
    let http = reqwest::Client::builder().build().unwrap();
    for (role, status, recorded) in [
        (Role::Doctor, 403, &["audit.events.search denied"][..]),
        (Role::Compliance, 413, &[]),
    ] {
        let search = http
            .post(format!("{}{FHIR}/AuditEvent/_search", app.base))
            .bearer_auth(app.token(role))
            .body("x".repeat(300_000));
        assert_eq!(search.send().await.unwrap().status(), status, "{role}");
        assert_eq!(record.added().await, recorded, "{role}");
    }
}
