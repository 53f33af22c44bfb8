//! Set up of an upstream: validated settings, its HTTP client, the check of paths.

use std::time::Duration;

use reqwest::{Client, redirect, tls};

use crate::{SetupError, UpstreamConfig, guard};

/// Rejects invalid settings.
pub(crate) fn check(name: &str, config: &UpstreamConfig) -> Result<(), SetupError> {
    if guard::check_url(&config.base_url, config.allow_private_addresses).is_err() {
        let wanted = if config.allow_private_addresses {
            "an http or https URL"
        } else {
            "an https URL to a public address"
        };
        return Err(SetupError::BaseUrl {
            upstream: name.to_owned(),
            wanted,
        });
    }
    if config.base_url.query().is_some() || config.base_url.fragment().is_some() {
        return Err(SetupError::BaseUrl {
            upstream: name.to_owned(),
            wanted: "without query and fragment",
        });
    }
    let numbers = [
        ("deadline_ms", config.deadline_ms > 0),
        ("attempt_timeout_ms", config.attempt_timeout_ms > 0),
        ("breaker.failure_threshold", config.breaker.failure_threshold > 0),
        ("rate.per_second", config.rate.is_none_or(|rate| rate.per_second > 0.0)),
    ];
    match numbers.into_iter().find(|(_, good)| !good) {
        Some((setting, _)) => Err(SetupError::Zero {
            upstream: name.to_owned(),
            setting,
        }),
        None => Ok(()),
    }
}

/// The HTTP client of the upstream: no redirects, no proxy, TLS 1.2 or newer, guarded name
/// resolution.
pub(crate) fn client(config: &UpstreamConfig) -> Result<Client, reqwest::Error> {
    let builder = Client::builder()
        .user_agent(concat!("medconnect/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::none())
        // A proxy would resolve names itself, bypassing the address guard.
        .no_proxy()
        .tls_version_min(tls::Version::TLS_1_2)
        // Shorter than the attempt, so that a failed connection differs from a missing response.
        .connect_timeout(config.attempt_timeout().mul_f64(0.6))
        .pool_idle_timeout(Duration::from_secs(15));
    if config.allow_private_addresses {
        builder.build()
    } else {
        builder.https_only(true).dns_resolver(guard::GuardedResolver).build()
    }
}

/// Whether a segment of the path is `.` or `..` in any spelling that URL parsers resolve.
pub(crate) fn has_dot_segments(path: &str) -> bool {
    let end = path.find(['?', '#']).unwrap_or(path.len());
    path[..end]
        .split(['/', '\\'])
        .any(|segment| matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | ".."))
}
