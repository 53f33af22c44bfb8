//! How an organisation reaches its EHR.

use mc_vocabulary::{ConnectionId, OrganizationId};
use url::Url;

/// How we prove to an EHR who we are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectionKind {
    /// SMART Backend Services: `private_key_jwt`, ES384 or RS384.
    SmartBackendServices,
}

impl ConnectionKind {
    /// The word in the table and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SmartBackendServices => "smart_backend_services",
        }
    }
}

/// An organisation's connection to its EHR. Names the secret, never holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// Which.
    pub id: ConnectionId,
    /// Whose.
    pub organization_id: OrganizationId,
    /// How we prove who we are.
    pub kind: ConnectionKind,
    /// Where its FHIR API begins.
    pub base_url: Url,
    /// Secret with `client_id`, `private_key_pem`, `kid`.
    pub secret_name: String,
    /// Scopes asked for, separated by spaces.
    pub scope: String,
    /// Counts changes.
    pub revision: i64,
}
