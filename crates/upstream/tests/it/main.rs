//! Calls against a real HTTP server on the loopback interface.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod breaker;
mod budget;
mod retries;
mod safety;
mod trace;

use std::time::Duration;

use mc_upstream::{BreakerConfig, Call, Hooks, Method, Upstream, UpstreamConfig};
use mc_vocabulary::Clock;
use wiremock::{Mock, MockServer, ResponseTemplate, matchers::any};

/// Test mode with short delays.
fn config(base_url: &str) -> UpstreamConfig {
    let mut config = UpstreamConfig::at(base_url.parse().unwrap());
    config.allow_private_addresses = true;
    config.backoff_initial_ms = 10;
    config.attempt_timeout_ms = 1_000;
    config.deadline_ms = 10_000;
    config.breaker = BreakerConfig {
        failure_threshold: 3,
        open_ms: 30_000,
    };
    config
}

fn upstream(config: UpstreamConfig) -> Upstream {
    upstream_at(config, Clock::System, Hooks::default())
}

fn upstream_at(config: UpstreamConfig, clock: Clock, hooks: Hooks) -> Upstream {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    Upstream::new("payer", config, clock, hooks).unwrap()
}

fn get(upstream: &Upstream) -> Call {
    let request = upstream.request(Method::GET, "things/1").build().unwrap();
    Call {
        operation: "read_thing",
        request,
        idempotent: true,
        deadline: None,
    }
}

fn post(upstream: &Upstream) -> Call {
    let request = upstream.request(Method::POST, "things").body("{}").build().unwrap();
    Call {
        operation: "create_thing",
        request,
        idempotent: false,
        deadline: None,
    }
}

/// Responds with each template in turn, then with the last one forever.
async fn server(answers: Vec<ResponseTemplate>) -> MockServer {
    let server = MockServer::start().await;
    let last = answers.len() - 1;
    for (index, answer) in answers.into_iter().enumerate() {
        let mock = Mock::given(any()).respond_with(answer);
        if index == last {
            mock.mount(&server).await;
        } else {
            mock.up_to_n_times(1).mount(&server).await;
        }
    }
    server
}

fn status(code: u16) -> ResponseTemplate {
    ResponseTemplate::new(code)
}

fn slow(milliseconds: u64) -> ResponseTemplate {
    ResponseTemplate::new(200).set_delay(Duration::from_millis(milliseconds))
}

async fn received(server: &MockServer) -> usize {
    server.received_requests().await.unwrap().len()
}

/// An address without a listener.
async fn unused_address() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}
