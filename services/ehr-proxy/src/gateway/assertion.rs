//! The signed assertion by which we authenticate (SMART Backend Services; RFC 7523 section 2.2).

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use mc_keyring::{Credentials, ExposeSecret};
use mc_vocabulary::EventId;
use serde::Serialize;

/// Lifetime of an assertion in seconds; the standard allows 300.
const LIFETIME_S: i64 = 240;

/// Names an invalid field of the secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("field {0} is invalid")]
pub struct AssertionKeyError(pub &'static str);

/// A client's id and private key.
pub struct AssertionKey {
    client_id: String,
    kid: String,
    key: EncodingKey,
    algorithm: Algorithm,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    exp: i64,
    jti: String,
}

impl AssertionKey {
    /// From a secret with `client_id`, `private_key_pem` (P-384 in PKCS#8 for ES384, or RSA for
    /// RS384) and `kid`.
    ///
    /// # Errors
    /// [`AssertionKeyError`] naming the invalid field.
    pub fn new(credentials: &Credentials) -> Result<Self, AssertionKeyError> {
        let field = |name| {
            credentials
                .get(name)
                .map(|value| value.expose_secret().to_owned())
                .ok_or(AssertionKeyError(name))
        };
        let pem = field("private_key_pem")?;
        let curve = EncodingKey::from_ec_pem(pem.as_bytes()).map(|key| (key, Algorithm::ES384));
        let rsa = || EncodingKey::from_rsa_pem(pem.as_bytes()).map(|key| (key, Algorithm::RS384));
        let (key, algorithm) = curve
            .or_else(|_| rsa())
            .map_err(|_| AssertionKeyError("private_key_pem"))?;
        let this = Self {
            client_id: field("client_id")?,
            kid: field("kid")?,
            key,
            algorithm,
        };
        // Detects a key of another curve now instead of on first use.
        this.sign("https://example.org/token", 0)?;
        Ok(this)
    }

    /// The client's id.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// `ES384` or `RS384`.
    pub fn algorithm(&self) -> &'static str {
        if self.algorithm == Algorithm::ES384 {
            "ES384"
        } else {
            "RS384"
        }
    }

    /// A new assertion for the token endpoint `audience`, valid for one use.
    ///
    /// # Errors
    /// [`AssertionKeyError`] if the key cannot sign.
    pub fn sign(&self, audience: &str, now_s: i64) -> Result<String, AssertionKeyError> {
        let mut header = Header::new(self.algorithm);
        header.kid = Some(self.kid.clone());
        let claims = Claims {
            iss: &self.client_id,
            sub: &self.client_id,
            aud: audience,
            exp: now_s + LIFETIME_S,
            jti: EventId::new().to_string(),
        };
        jsonwebtoken::encode(&header, &claims, &self.key).map_err(|_| AssertionKeyError("private_key_pem"))
    }
}
