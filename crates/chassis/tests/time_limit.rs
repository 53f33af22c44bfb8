//! A request that takes too long is answered as any other: the same headers, a problem, a trace.
#![expect(clippy::unwrap_used, reason = "a panic here is a failed test")]

use actix_web::{HttpResponse, rt, web};
use async_trait::async_trait;
use mc_chassis::{
    health::{Component, HealthProbe},
    http::{Routes, Site, serve},
    settings::{HttpSettings, TelemetrySettings},
    telemetry::Telemetry,
};
use std::{collections::BTreeMap, net::TcpListener, sync::Arc};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

struct NoComponents;

#[async_trait]
impl HealthProbe for NoComponents {
    async fn components(&self) -> Vec<Component> {
        Vec::new()
    }
}

fn routes(routes: &mut Routes) {
    routes.route("/long", web::get().to(std::future::pending::<HttpResponse>));
}

/// A server whose requests may take 100 ms, and its port.
fn start(telemetry: Arc<Telemetry>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let bind = listener.local_addr().unwrap();
    let settings = HttpSettings {
        bind,
        body_bytes_max: 1024,
        request_timeout_ms: 100,
        stop_grace_ms: 100,
        workers: 1,
        cors_origins: "https://app.clinic.example".to_owned().try_into().unwrap(),
    };
    let site = Site {
        service: "test",
        about: ("Test", "Test"),
        routes,
        data: Arc::new(|_| {}),
        health: Arc::new(NoComponents),
        cancel_on_disconnect: false,
    };
    rt::spawn(serve(listener, &settings, telemetry, site).unwrap());
    bind.port()
}

/// Status, headers and body of the response to `GET path`.
async fn get(port: u16, path: &str) -> (u16, BTreeMap<String, String>, String) {
    let mut connection = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let request =
        format!("GET {path} HTTP/1.1\r\nHost: test\r\nOrigin: https://app.clinic.example\r\nConnection: close\r\n\r\n");
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut response = String::new();
    connection.read_to_string(&mut response).await.unwrap();
    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).unwrap();
    let headers = lines.filter_map(|line| line.split_once(": "));
    let headers = headers.map(|(name, value)| (name.to_lowercase(), value.to_owned()));
    (status.parse().unwrap(), headers.collect(), body.to_owned())
}

#[actix_web::test]
async fn a_request_that_takes_too_long_gets_the_headers_of_every_response_and_a_problem() {
    mc_chassis::install_crypto();
    let telemetry = Arc::new(Telemetry::start("test", &TelemetrySettings::default()).unwrap());
    let port = start(Arc::clone(&telemetry));
    let (_, usual, _) = get(port, "/no-such-route").await;
    let (status, headers, body) = get(port, "/long").await;
    assert_eq!(
        (status, headers.get("retry-after").map(String::as_str)),
        (503, Some("2"))
    );
    for (name, value) in &usual {
        match name.as_str() {
            "content-length" | "date" => {}
            "x-trace-id" => assert_ne!(headers.get(name), Some(value)),
            _ => assert_eq!(headers.get(name), Some(value), "{name}"),
        }
    }
    for name in ["x-trace-id", "strict-transport-security", "access-control-allow-origin"] {
        assert!(usual.contains_key(name), "{name}");
    }
    let problem: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!(headers["content-type"], "application/problem+json");
    assert_eq!(problem["instance"], format!("urn:trace:{}", headers["x-trace-id"]));
    let metrics = telemetry.prometheus_text().unwrap();
    let counted = metrics
        .lines()
        .any(|line| line.contains("http_response_status_code=\"503\""));
    assert!(counted, "its duration is counted: {metrics}");
}
