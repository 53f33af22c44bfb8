//! What is retried, what is not, and within what time.

use std::time::{Duration, Instant};

use mc_upstream::{Call, Method, UpstreamError};

use super::*;

#[tokio::test]
async fn transient_statuses_are_retried_until_any_2xx() {
    let server = server(vec![status(429), status(503), status(502), status(204)]).await;
    let upstream = upstream(config(&server.uri()));
    let answer = upstream.send(get(&upstream)).await.unwrap();
    assert_eq!((answer.status.as_u16(), answer.attempts), (204, 4));
}

#[tokio::test]
async fn retries_end_after_the_configured_number() {
    let server = server(vec![status(504)]).await;
    let upstream = upstream(config(&server.uri()));
    let error = upstream.send(get(&upstream)).await.unwrap_err();
    assert_eq!(
        error,
        UpstreamError::Unavailable {
            status: 504,
            retry_after: None
        }
    );
    assert_eq!(received(&server).await, 4);
}

#[tokio::test]
async fn a_retry_that_was_not_executed_does_not_hide_an_attempt_that_may_have_been() {
    let server = server(vec![status(503), status(429)]).await;
    let mut config = config(&server.uri());
    config.retries_max = 1;
    let upstream = upstream(config);
    let error = upstream.send(get(&upstream)).await.unwrap_err();
    assert_eq!(received(&server).await, 2);
    assert_eq!((error.kind(), error.may_have_acted()), ("unavailable", true));
}

#[tokio::test]
async fn a_500_fails_at_once_and_a_4xx_or_a_redirect_is_left_to_the_caller() {
    let broken = server(vec![status(500)]).await;
    let upstream = upstream(config(&broken.uri()));
    assert_eq!(upstream.send(get(&upstream)).await.unwrap_err().kind(), "unavailable");
    assert_eq!(received(&broken).await, 1);
    for code in [302, 400, 404, 409] {
        let server = server(vec![status(code).insert_header("location", "http://127.0.0.1:1/")]).await;
        let upstream = super::upstream(config(&server.uri()));
        let answer = upstream.send(get(&upstream)).await.unwrap();
        assert_eq!((answer.status.as_u16(), answer.attempts), (code, 1));
        assert_eq!(upstream.snapshot().consecutive_failures, 0);
    }
}

#[tokio::test]
async fn a_call_that_is_not_idempotent_is_sent_once() {
    for answer in [status(503), status(429), slow(1_500)] {
        let server = server(vec![answer]).await;
        let upstream = upstream(config(&server.uri()));
        let error = upstream.send(post(&upstream)).await.unwrap_err();
        assert!(error.retryable(), "{error}");
        assert_eq!(received(&server).await, 1, "{error}");
    }
}

#[tokio::test]
async fn a_call_that_never_left_is_retried_even_when_not_idempotent() {
    let mut config = config(&unused_address().await);
    config.backoff_initial_ms = 40;
    let upstream = upstream(config);
    let started = Instant::now();
    let error = upstream.send(post(&upstream)).await.unwrap_err();
    assert_eq!((error.clone(), error.may_have_acted()), (UpstreamError::Connect, false));
    assert!(
        started.elapsed() >= Duration::from_millis(7 * 40 * 8 / 10),
        "three waits of 40, 80 and 160 ms"
    );
}

#[tokio::test]
async fn retry_after_replaces_the_backoff_when_the_deadline_allows() {
    let server = server(vec![status(429).insert_header("retry-after", "1"), status(200)]).await;
    let upstream = upstream(config(&server.uri()));
    let answer = upstream.send(get(&upstream)).await.unwrap();
    assert!(
        answer.elapsed >= Duration::from_secs(1) && answer.attempts == 2,
        "{answer:?}"
    );
}

#[tokio::test]
async fn retry_after_beyond_the_deadline_is_returned_at_once() {
    let server = server(vec![status(429).insert_header("retry-after", "60")]).await;
    let upstream = upstream(config(&server.uri()));
    let started = Instant::now();
    let error = upstream.send(get(&upstream)).await.unwrap_err();
    assert_eq!(
        error,
        UpstreamError::RateLimited {
            retry_after: Some(Duration::from_mins(1))
        }
    );
    assert!(started.elapsed() < Duration::from_secs(5));
    assert_eq!(upstream.snapshot().last_error_kind, Some("rate_limited"));
}

#[tokio::test]
async fn a_slow_attempt_is_cut_off_and_the_next_may_succeed() {
    let server = server(vec![slow(2_000), status(200)]).await;
    let upstream = upstream(config(&server.uri()));
    assert_eq!(upstream.send(get(&upstream)).await.unwrap().attempts, 2);
}

#[tokio::test]
async fn the_deadline_holds_over_all_attempts() {
    let server = server(vec![slow(2_000)]).await;
    let mut config = config(&server.uri());
    config.attempt_timeout_ms = 200;
    let upstream = upstream(config);
    let started = Instant::now();
    let call = Call {
        deadline: Some(Duration::from_millis(450)),
        ..get(&upstream)
    };
    assert_eq!(upstream.send(call).await.unwrap_err(), UpstreamError::Timeout);
    assert!(
        started.elapsed() < Duration::from_millis(1_900),
        "{:?}",
        started.elapsed()
    );
}

#[tokio::test]
async fn the_path_of_the_base_url_is_kept_and_dot_segments_are_refused() {
    let upstream = upstream(config("http://127.0.0.1:9/fhir/r4"));
    let url = |path: &str| {
        upstream
            .request(Method::GET, path)
            .build()
            .map(|request| request.url().to_string())
    };
    assert_eq!(
        url("Patient/1?x=y").unwrap(),
        "http://127.0.0.1:9/fhir/r4/Patient/1?x=y"
    );
    assert_eq!(url("/Patient").unwrap(), "http://127.0.0.1:9/fhir/r4/Patient");
    assert_eq!(url("").unwrap(), "http://127.0.0.1:9/fhir/r4");
    for path in [
        "Patient/..",
        "Patient/../../admin",
        "Patient/%2E%2e",
        "Patient\\..",
        "./x",
    ] {
        assert!(url(path).is_err(), "{path}");
    }
    assert!(url("Patient?name=..").is_ok());
}
