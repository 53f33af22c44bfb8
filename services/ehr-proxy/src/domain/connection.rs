//! An organization's connection to its EHR.

use mc_vocabulary::{ConnectionId, OrganizationId};
use url::Url;

/// How we authenticate to an EHR.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectionKind {
    /// SMART Backend Services: `private_key_jwt`, ES384 or RS384.
    SmartBackendServices,
}

impl ConnectionKind {
    /// The text in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SmartBackendServices => "smart_backend_services",
        }
    }
}

/// An organization's connection to its EHR. It names the secret and never contains it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// Id.
    pub id: ConnectionId,
    /// The organization that owns it (tenant).
    pub organization_id: OrganizationId,
    /// Authentication method.
    pub kind: ConnectionKind,
    /// Base URL of the FHIR API.
    pub base_url: Url,
    /// Secret with `client_id`, `private_key_pem`, `kid`.
    pub secret_name: String,
    /// Requested scopes, separated by spaces.
    pub scope: String,
    /// Incremented by each change.
    pub revision: i64,
}
