//! The live tail.

use crate::app::{TestApp, record};
use mc_testkit::{Caller, eventually};
use mc_vocabulary::{OrganizationId, Role};
use reqwest::Response;
use std::time::Duration;

const STREAM: &str = "/api/v1/integrations/audit/events/stream";

async fn open(app: &TestApp, caller: &Caller, last: Option<&str>) -> Response {
    let request = reqwest::Client::builder()
        .build()
        .unwrap()
        .get(format!("{}{STREAM}", app.base));
    let mut request = request.bearer_auth(app.issuer.token(caller));
    if let Some(last) = last {
        request = request.header("Last-Event-ID", last);
    }
    request.send().await.unwrap()
}

/// Reads until the text holds `word`, or for ten seconds.
async fn until(stream: &mut Response, text: &mut String, word: &str) {
    let reading = async {
        while !text.contains(word) {
            let Some(chunk) = stream.chunk().await.unwrap() else {
                return;
            };
            text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    };
    tokio::time::timeout(Duration::from_secs(10), reading).await.unwrap();
    assert!(text.contains(word), "{text}");
}

#[actix_web::test]
async fn events_of_ones_own_organisation_come_as_they_are_logged_and_masked() {
    let app = TestApp::start().await;
    app.publish(2).await;
    let caller = app.caller(Role::Compliance);
    let mut stream = open(&app, &caller, None).await;
    assert_eq!(stream.headers()["Content-Type"], "text/event-stream");
    assert_eq!(stream.headers()["X-Accel-Buffering"], "no");
    let mut text = String::new();
    until(&mut stream, &mut text, "audit.events.stream").await;
    app.publish_in(OrganizationId::new(), &[record("test.elsewhere")]).await;
    app.publish_in(app.organization_id, &[record("test.live")]).await;
    until(&mut stream, &mut text, "test.live").await;
    assert!(!text.contains("test.elsewhere") && !text.contains("pat-1"), "{text}");
    assert!(
        !text.contains("billing.test.0"),
        "events from before the start are not sent: {text}"
    );
}

#[actix_web::test]
async fn a_reader_who_comes_back_misses_nothing() {
    let app = TestApp::start().await;
    app.publish(4).await;
    let caller = app.caller(Role::Compliance);
    let mut stream = open(&app, &caller, Some("1")).await;
    let mut text = String::new();
    until(&mut stream, &mut text, "billing.test.3").await;
    assert!(text.contains("id: 2\n") && text.contains("billing.test.2"), "{text}");
    assert!(!text.contains("billing.test.1"), "{text}");
    for bad in ["x", "-1", "99999999999999"] {
        assert_eq!(open(&app, &caller, Some(bad)).await.status(), 400, "{bad}");
    }
}

#[actix_web::test]
async fn too_many_readers_are_refused_and_places_come_free() {
    let app = TestApp::start().await;
    let caller = app.caller(Role::Compliance);
    let mut open_ones = Vec::new();
    for _ in 0..16 {
        open_ones.push(open(&app, &caller, None).await);
    }
    let refused = open(&app, &caller, None).await;
    assert_eq!(refused.status(), 429);
    assert!(refused.headers().contains_key("Retry-After"));
    let other = Caller::new(OrganizationId::new(), Role::Compliance);
    assert_eq!(
        open(&app, &other, None).await.status(),
        200,
        "another organisation has places of its own"
    );
    // Nothing is left to write to them: that a reader is gone must show by itself.
    for stream in &mut open_ones {
        until(stream, &mut String::new(), "id: 15\n").await;
    }
    open_ones.clear();
    eventually("a free place", || async {
        (open(&app, &caller, None).await.status() == 200).then_some(())
    })
    .await;
}

#[actix_web::test]
async fn tails_end_when_the_process_stops() {
    let app = TestApp::start().await;
    let mut stream = open(&app, &app.caller(Role::Compliance), None).await;
    app.stop();
    let ended = async { while stream.chunk().await.ok().flatten().is_some() {} };
    tokio::time::timeout(Duration::from_secs(5), ended).await.unwrap();
}
