//! Origin of a request, for audit events.

use crate::telemetry;
use actix_web::{FromRequest, HttpRequest, dev::Payload};
use std::{
    convert::Infallible,
    future::{Ready, ready},
    net::IpAddr,
};

/// Origin of a request.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// The caller's address: the last hop reported by the front door, else the peer.
    pub ip: Option<IpAddr>,
    /// W3C trace id, 32 hex digits; the caller receives it in `X-Trace-Id`.
    pub trace_id: String,
}

impl Origin {
    /// The origin of `request`. `X-Forwarded-For` is trusted only from a peer on loopback or a
    /// private network.
    pub fn of(request: &HttpRequest) -> Self {
        let peer = request.peer_addr().map(|address| address.ip());
        let forwarded = request
            .headers()
            .get("X-Forwarded-For")
            .and_then(|value| value.to_str().ok())
            .and_then(|hops| hops.rsplit(',').next())
            .and_then(|hop| hop.trim().parse().ok());
        let ip = if peer.is_some_and(is_near) {
            forwarded.or(peer)
        } else {
            peer
        };
        Self {
            ip,
            trace_id: telemetry::trace_id().unwrap_or_default(),
        }
    }
}

fn is_near(peer: IpAddr) -> bool {
    match peer {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_private(),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local(),
    }
}

impl FromRequest for Origin {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(request)))
    }
}
