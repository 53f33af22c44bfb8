#![doc = include_str!("../README.md")]

mod attempt;
mod backoff;
mod breaker;
mod budget;
mod call;
mod config;
mod error;
mod guard;
mod probe;
mod setup;
mod single_flight;
mod state;
mod upstream;

pub use breaker::{BreakerChange, BreakerSnapshot, BreakerState};
pub use call::{Answer, Call};
pub use config::{BreakerConfig, RateConfig, UpstreamConfig};
pub use error::{SetupError, UpstreamError};
pub use guard::is_public;
pub use probe::{Probe, ProbeOutcome};
pub use single_flight::SingleFlight;
pub use upstream::{Hooks, Upstream};

/// Types of requests and responses, so that callers need no HTTP client of their own.
pub use reqwest::{Method, Request, RequestBuilder, StatusCode, header};
