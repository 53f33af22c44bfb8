//! Limits, addresses, probes.

use std::sync::Arc;

use mc_upstream::{Probe, SetupError, UpstreamError};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::*;

#[tokio::test]
async fn a_body_beyond_the_limit_is_not_read_and_does_not_count_for_the_breaker() {
    let server = server(vec![status(200).set_body_bytes(vec![b'x'; 100_001])]).await;
    let mut config = config(&server.uri());
    config.body_bytes_max = 100_000;
    let upstream = upstream(config);
    let error = upstream.send(get(&upstream)).await.unwrap_err();
    assert_eq!(error, UpstreamError::BodyTooLarge { limit_bytes: 100_000 });
    assert_eq!(
        (received(&server).await, upstream.snapshot().consecutive_failures),
        (1, 0)
    );
}

#[tokio::test]
async fn a_connection_that_breaks_off_is_retried_only_when_idempotent() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let serve = async {
        for answer in [
            "",
            "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok",
            "",
        ] {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut buffer = [0; 1024];
            let _ = stream.read(&mut buffer).await.unwrap();
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    };
    let upstream = upstream(config(&base));
    let calls = async {
        let answer = upstream.send(get(&upstream)).await.unwrap();
        assert_eq!((answer.attempts, answer.body.as_ref()), (2, b"ok".as_slice()));
        let error = upstream.send(post(&upstream)).await.unwrap_err();
        assert_eq!((error.clone(), error.may_have_acted()), (UpstreamError::Broken, true));
    };
    tokio::join!(serve, calls);
}

#[tokio::test]
async fn outside_test_mode_names_and_addresses_of_private_networks_are_refused() {
    let server = server(vec![status(200)]).await;
    let port = server.address().port();
    let mut config = config("https://api.example.org");
    config.allow_private_addresses = false;
    let upstream = upstream(config);
    for address in [
        server.uri(),
        format!("https://127.0.0.1:{port}/"),
        format!("https://[::1]:{port}/"),
        format!("https://localhost:{port}/"),
    ] {
        let request = upstream
            .request_url(Method::GET, address.parse().unwrap())
            .build()
            .unwrap();
        let call = Call {
            operation: "read_thing",
            request,
            idempotent: true,
            deadline: None,
        };
        assert_eq!(
            upstream.send(call).await.unwrap_err(),
            UpstreamError::AddressRefused,
            "{address}"
        );
    }
    assert_eq!(received(&server).await, 0);
    assert_eq!(upstream.snapshot().consecutive_failures, 0);
}

#[tokio::test]
async fn invalid_settings_are_refused_at_start() {
    let refused = |change: fn(&mut UpstreamConfig)| {
        let mut config = UpstreamConfig::at("https://api.example.org".parse().unwrap());
        change(&mut config);
        Upstream::new("payer", config, Clock::System, Hooks::default()).err()
    };
    assert!(refused(|_| ()).is_none());
    assert!(matches!(
        refused(|config| config.base_url = "http://api.example.org".parse().unwrap()),
        Some(SetupError::BaseUrl { .. })
    ));
    assert!(matches!(
        refused(|config| config.deadline_ms = 0),
        Some(SetupError::Zero {
            setting: "deadline_ms",
            ..
        })
    ));
}

#[tokio::test]
async fn errors_and_debug_hold_no_url() {
    let upstream = upstream(config(&unused_address().await));
    let request = upstream
        .request(Method::GET, "Patient/secret-id?name=Doe")
        .build()
        .unwrap();
    let call = Call {
        operation: "read_thing",
        request,
        idempotent: false,
        deadline: None,
    };
    let shown = format!("{call:?}");
    let error = upstream.send(call).await.unwrap_err();
    let shown = format!("{shown} {error} {error:?}");
    assert!(!shown.contains("secret-id") && !shown.contains("Doe"), "{shown}");
}

#[tokio::test]
async fn a_probe_bypasses_the_breaker_and_its_outcome_is_cached() {
    let server = server(vec![status(401), status(503)]).await;
    let upstream = upstream(config(&server.uri()));
    upstream.force_open();
    let probe = Arc::new(Probe::new(upstream.clone(), |upstream| {
        upstream.request(Method::GET, "").build()
    }));
    let (first, second) = tokio::join!(probe.check(), probe.check());
    assert!(first.ok && first == second, "{first:?}");
    assert_eq!((first.status, received(&server).await), (Some(401), 1));

    let outcome = upstream.probe(upstream.request(Method::GET, "").build().unwrap()).await;
    assert_eq!(
        (outcome.ok, outcome.status, outcome.error_kind),
        (false, Some(503), Some("unavailable"))
    );
    let away = super::upstream(config(&unused_address().await));
    let outcome = away.probe(away.request(Method::GET, "").build().unwrap()).await;
    assert_eq!((outcome.ok, outcome.error_kind), (false, Some("connect")));
    assert_eq!(away.snapshot().consecutive_failures, 0);
}
