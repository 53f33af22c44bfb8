//! Tokens: signed ones that every service verifies, and opaque ones of which we keep a hash.

use super::{Account, Machine};
use aws_lc_rs::digest;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Duration, Utc};
use jsonwebtoken::{
    Algorithm, EncodingKey, Header,
    jwk::{Jwk, JwkSet, PublicKeyUse},
};
use mc_access::Claims;
use mc_keyring::{Credentials, ExposeSecret};
use mc_vocabulary::{EventId, OrganizationId, Role, SessionId};
use std::collections::BTreeSet;

/// Lifetimes of tokens.
#[derive(Debug, Clone, Copy)]
pub struct TokenLifetimes {
    /// Of an access token.
    pub access: Duration,
    /// Of a session with all its refreshes.
    pub session: Duration,
}

/// The signing key cannot be used; the message names the field and what is expected.
#[derive(Debug, thiserror::Error)]
#[error("secret signing-key: field {0} is not usable: expected a P-256 private key in PKCS#8 PEM and a key id")]
pub struct SigningKeyError(&'static str);

/// Signs access tokens with ES256 (RFC 7518 section 3.4).
pub struct Signer {
    key: EncodingKey,
    kid: String,
    public: JwkSet,
    issuer: String,
    audience: String,
}

impl Signer {
    /// Signs with the secret `signing-key`: `private_key_pem`, `kid`.
    ///
    /// # Errors
    /// Naming the field that cannot be used.
    pub fn new(credentials: &Credentials, issuer: &str, audience: &str) -> Result<Self, SigningKeyError> {
        let field = |name| credentials.get(name).map(|value| value.expose_secret().to_owned());
        let pem = field("private_key_pem").ok_or(SigningKeyError("private_key_pem"))?;
        let kid = field("kid").ok_or(SigningKeyError("kid"))?;
        let key = EncodingKey::from_ec_pem(pem.as_bytes()).map_err(|_| SigningKeyError("private_key_pem"))?;
        let mut jwk = Jwk::from_encoding_key(&key, Algorithm::ES256).map_err(|_| SigningKeyError("private_key_pem"))?;
        jwk.common.key_id = Some(kid.clone());
        jwk.common.public_key_use = Some(PublicKeyUse::Signature);
        let public = JwkSet { keys: vec![jwk] };
        Ok(Self {
            key,
            kid,
            public,
            issuer: issuer.to_owned(),
            audience: audience.to_owned(),
        })
    }

    /// The public keys, as served at `jwks.json`.
    pub fn public(&self) -> &JwkSet {
        &self.public
    }

    /// An access token of a person; None where signing fails.
    pub fn for_account(
        &self,
        account: &Account,
        session: SessionId,
        device_id: &str,
        now: DateTime<Utc>,
        lifetime: Duration,
    ) -> Option<String> {
        let mut claims = self.claims(
            account.id.to_string(),
            account.organization_id,
            &account.roles,
            now,
            lifetime,
        );
        claims.sid = Some(session);
        claims.device_id = Some(device_id.to_owned());
        claims.patient_id.clone_from(&account.patient_id);
        self.sign(&claims)
    }

    /// An access token of a machine; None where signing fails.
    pub fn for_machine(&self, machine: &Machine, now: DateTime<Utc>, lifetime: Duration) -> Option<String> {
        let mut claims = self.claims(
            machine.id.to_string(),
            machine.organization_id,
            &machine.roles,
            now,
            lifetime,
        );
        claims.client = true;
        self.sign(&claims)
    }

    fn claims(
        &self,
        sub: String,
        org: OrganizationId,
        roles: &[Role],
        now: DateTime<Utc>,
        lifetime: Duration,
    ) -> Claims {
        let permissions: BTreeSet<_> = roles.iter().flat_map(|role| role.permissions()).copied().collect();
        Claims {
            iss: self.issuer.clone(),
            aud: self.audience.clone(),
            sub,
            exp: (now + lifetime).timestamp(),
            iat: now.timestamp(),
            jti: EventId::new().to_string(),
            org,
            roles: roles.to_vec(),
            permissions: permissions.into_iter().collect(),
            sid: None,
            device_id: None,
            patient_id: None,
            client: false,
        }
    }

    fn sign(&self, claims: &Claims) -> Option<String> {
        let mut header = Header::new(Algorithm::ES256);
        header.kid = Some(self.kid.clone());
        jsonwebtoken::encode(&header, claims, &self.key).ok()
    }
}

/// A random token of 256 bits. Only its hash is stored.
#[derive(Clone)]
pub struct Opaque(String);

impl Opaque {
    /// A fresh one; None where the random number generator fails.
    pub fn generate() -> Option<Self> {
        let mut bytes = [0; 32];
        aws_lc_rs::rand::fill(&mut bytes).ok()?;
        Some(Self(BASE64_URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// One that a caller presented.
    pub fn presented(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The token itself, for its one response.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// SHA-256 for the store; 256 bits of entropy need no salt.
    pub fn hash(&self) -> Vec<u8> {
        digest::digest(&digest::SHA256, self.0.as_bytes()).as_ref().to_vec()
    }
}
