//! Access tokens for tests, signed like those of auth.

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::Utc;
use jsonwebtoken::{
    Algorithm, EncodingKey, Header,
    jwk::{Jwk, JwkSet},
};
use mc_access::{AccessSettings, Claims, Verifier};
use mc_vocabulary::{Clock, OrganizationId, PatientId, Role, SessionId, UserId};

/// A token issuer with a key of its own, and the settings of a verifier that accepts its tokens.
pub struct TokenIssuer {
    key: EncodingKey,
    private_key_pem: String,
    /// The public key, as in `jwks.json`.
    pub keys: JwkSet,
}

/// A caller of the API.
#[derive(Clone)]
pub struct Caller {
    /// Organization of the caller.
    pub organization_id: OrganizationId,
    /// User id.
    pub user_id: UserId,
    /// Roles.
    pub roles: Vec<Role>,
    /// For role patient: the caller's own patient id.
    pub patient_id: Option<PatientId>,
}

impl Caller {
    /// A new caller with `role` in `organization_id`.
    pub fn new(organization_id: OrganizationId, role: Role) -> Self {
        Self {
            organization_id,
            user_id: UserId::new(),
            roles: vec![role],
            patient_id: None,
        }
    }

    /// Sets the caller's patient id.
    pub fn patient(mut self, id: &str) -> Self {
        self.patient_id = Some(id.parse().unwrap());
        self
    }
}

impl Default for TokenIssuer {
    fn default() -> Self {
        Self::new()
    }
}

impl TokenIssuer {
    /// An issuer with a new key.
    pub fn new() -> Self {
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).unwrap();
        let key = EncodingKey::from_ec_der(pkcs8.as_ref());
        let mut jwk = Jwk::from_encoding_key(&key, Algorithm::ES256).unwrap();
        jwk.common.key_id = Some("test".to_owned());
        let body = BASE64_STANDARD.encode(pkcs8.as_ref());
        Self {
            key,
            private_key_pem: format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n"),
            keys: JwkSet { keys: vec![jwk] },
        }
    }

    /// The key as stored in auth's secret `signing-key`; its `kid` is `test`.
    pub fn private_key_pem(&self) -> &str {
        &self.private_key_pem
    }

    /// Settings of a verifier of these tokens.
    pub fn settings() -> AccessSettings {
        AccessSettings {
            jwks_url: "http://127.0.0.1:9/none".to_owned(),
            issuer: "https://medconnect.dev/auth".to_owned(),
            audience: "medconnect".to_owned(),
        }
    }

    /// A verifier that accepts this issuer's tokens.
    pub fn verifier(&self) -> Verifier {
        Verifier::with_keys(Self::settings(), &self.keys, Clock::System)
    }

    /// A token valid for five minutes.
    pub fn token(&self, caller: &Caller) -> String {
        self.sign(caller, 300)
    }

    /// A token that expired a minute ago.
    pub fn expired(&self, caller: &Caller) -> String {
        self.sign(caller, -60)
    }

    fn sign(&self, caller: &Caller, seconds: i64) -> String {
        let now = Utc::now().timestamp();
        let mut header = Header::new(Algorithm::ES256);
        header.kid = Some("test".to_owned());
        let settings = Self::settings();
        let claims = Claims {
            iss: settings.issuer,
            aud: settings.audience,
            sub: caller.user_id.to_string(),
            exp: now + seconds,
            iat: now,
            jti: uuid::Uuid::now_v7().to_string(),
            org: caller.organization_id,
            roles: caller.roles.clone(),
            permissions: Vec::new(),
            sid: Some(SessionId::new()),
            device_id: Some("test".to_owned()),
            patient_id: caller.patient_id.clone(),
            client: false,
        };
        jsonwebtoken::encode(&header, &claims, &self.key).unwrap()
    }
}
