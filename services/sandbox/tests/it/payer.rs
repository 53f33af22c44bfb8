use crate::app::TestApp;
use mc_hipaa::eligibility::{Inquiry, Organization, Provider, Response, Status, Subscriber};
use mc_sandbox::domain::fixtures::{TestPatient, find_member};
use mc_x12::{ControlNumbers, Party, Usage};
use reqwest::multipart::Form;
use std::time::{Duration, Instant};

fn inquiry(patient: &TestPatient) -> Inquiry {
    Inquiry {
        sender: Party::mutual("MEDCONNECT"),
        receiver: Party::mutual("SANDBOXPAYER"),
        control: ControlNumbers {
            interchange: 1,
            group: 1,
            transaction: 1,
        },
        usage: Usage::Test,
        reference: "R1".to_owned(),
        submitted_at: "2026-03-01T10:00:00Z".parse().unwrap(),
        payer: Organization {
            name: "Sandbox Health Plan".to_owned(),
            id: "SBX01".to_owned(),
        },
        provider: Provider {
            name: "Northside Clinic".to_owned(),
            npi: "1467560003".to_owned(),
        },
        subscriber: Subscriber {
            member_id: patient.member_id.to_owned(),
            family: patient.family.to_owned(),
            given: patient.given.to_owned(),
            birth_date: patient.born(),
            gender: None,
        },
        trace_number: "T1".to_owned(),
        trace_originator: "9MEDCONNEC".to_owned(),
        service_types: vec!["30".to_owned()],
        service_date: "2026-03-01".parse().unwrap(),
    }
}

/// Sends an envelope; `change` replaces fields.
async fn send(app: &TestApp, payload: &str, change: &[(&str, &str)]) -> Result<String, reqwest::Error> {
    let (user, password) = (
        app.secret("eligibility/payer-sandbox/username"),
        app.secret("eligibility/payer-sandbox/password"),
    );
    let mut fields = vec![
        ("PayloadType", "X12_270_Request_005010X279A1"),
        ("ProcessingMode", "RealTime"),
        ("PayloadID", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"),
        ("TimeStamp", "2026-03-01T10:20:34Z"),
        ("UserName", &user),
        ("Password", &password),
        ("SenderID", "MEDCONNECT"),
        ("ReceiverID", "SANDBOXPAYER"),
        ("CORERuleVersion", "2.2.0"),
        ("Payload", payload),
    ];
    for (name, value) in change {
        fields.retain(|(own, _)| own != name);
        fields.push((name, value));
    }
    let form = fields.into_iter().fold(Form::new(), |form, (name, value)| {
        form.text(name.to_owned(), value.to_owned())
    });
    let request = app
        .http
        .post(format!("{}/payer/core", app.base))
        .multipart(form)
        .timeout(Duration::from_secs(5));
    let answer = request.send().await?;
    assert_eq!(answer.status(), 200);
    let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
    let text = answer.text().await?;
    assert!(text.starts_with(&format!("--{}", kind.split_once("boundary=").unwrap().1)));
    Ok(text)
}

fn field(text: &str, name: &str) -> String {
    let (_, rest) = text.split_once(&format!("name=\"{name}\"\r\n\r\n")).unwrap();
    rest.split("\r\n--").next().unwrap().to_owned()
}

async fn inquire(app: &TestApp, member_id: &str) -> Result<Response, reqwest::Error> {
    let payload = inquiry(find_member(member_id).unwrap()).to_x12().unwrap();
    let text = send(app, &payload, &[]).await?;
    assert_eq!(field(&text, "ErrorCode"), "Success");
    Ok(Response::parse(field(&text, "Payload").as_bytes()).unwrap())
}

#[actix_web::test]
async fn members_have_the_documented_benefits() {
    let app = TestApp::start().await;
    let active = inquire(&app, "W100200300").await.unwrap();
    let summary = active.summary("30");
    assert_eq!(
        (summary.status, summary.copay.unwrap().to_string().as_str()),
        (Status::Active, "25")
    );
    assert_eq!(summary.deductible_remaining.unwrap().amount.to_string(), "450");
    assert!(active.payer_trace().unwrap().number.starts_with("SBX"));
    assert_eq!(
        inquire(&app, "W100200301").await.unwrap().summary("30").status,
        Status::Inactive
    );
    assert_eq!(inquire(&app, "W100200302").await.unwrap().rejections[0].code, "75");
    assert_eq!(inquire(&app, "W100200303").await.unwrap().rejections[0].code, "42");
}

#[actix_web::test]
async fn members_misbehave_as_documented() {
    let app = TestApp::start().await;
    let started = Instant::now();
    assert_eq!(
        inquire(&app, "W100200305").await.unwrap().summary("30").status,
        Status::Active
    );
    assert!(started.elapsed() >= Duration::from_millis(300), "late");
    let payload = inquiry(find_member("W100200306").unwrap()).to_x12().unwrap();
    let unreadable = send(&app, &payload, &[]).await.unwrap();
    assert!(field(&unreadable, "Payload").starts_with("<html>"));
    for (dropped, patience_ms) in [("W100200307", 0), ("W100200304", 1400)] {
        let started = Instant::now();
        let error = inquire(&app, dropped).await.unwrap_err();
        assert!(
            error.is_request() && !error.is_status() && !error.is_timeout(),
            "{dropped}: {error:?}"
        );
        assert!(started.elapsed() >= Duration::from_millis(patience_ms), "{dropped}");
    }
}

#[actix_web::test]
async fn an_envelope_that_is_not_of_the_rule_is_refused_by_code() {
    let app = TestApp::start().await;
    let payload = inquiry(find_member("W100200300").unwrap()).to_x12().unwrap();
    for (name, value, code) in [
        ("Password", "wrong", "UnAuthorized"),
        ("PayloadType", "X12_837_Request_005010X222A1", "PayloadTypeIllegal"),
        ("CORERuleVersion", "1.1.0", "VersionMismatch"),
        ("Payload", "ISA*", "PayloadIllegal"),
        ("SenderID", "", "SenderIDRequired"),
    ] {
        let text = send(&app, &payload, &[(name, value)]).await.unwrap();
        assert_eq!(
            (field(&text, "PayloadType").as_str(), field(&text, "ErrorCode").as_str()),
            ("CoreEnvelopeError", code)
        );
    }
    let plain = app
        .http
        .post(format!("{}/payer/core", app.base))
        .body("x")
        .send()
        .await
        .unwrap();
    assert_eq!(plain.status(), 415);
}
