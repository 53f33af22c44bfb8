//! SMART Backend Services: the client assertion of a token request (private key JWT, RFC 7523).

use chrono::{DateTime, Duration, TimeZone, Utc};
use jsonwebtoken::{
    Algorithm, DecodingKey, Validation, decode, decode_header,
    jwk::{AlgorithmParameters, EllipticCurve, JwkSet},
};
use serde::Deserialize;

/// Longest `jti` that is accepted.
const MAX_JTI_LENGTH: usize = 151;
/// How far ahead `exp` may be.
const MAX_LIFETIME: Duration = Duration::minutes(5);
/// Accepted clock difference.
const SKEW: Duration = Duration::seconds(30);

/// A registered client.
#[derive(Debug, Clone, Deserialize)]
pub struct Client {
    /// `iss` and `sub` of its assertions.
    pub client_id: String,
    /// The organization whose charts it may read.
    pub organization: String,
    /// Its public keys.
    pub jwks: JwkSet,
    /// The widest scope that it may be granted.
    pub scope: String,
}

/// A valid assertion. The caller must check that its `jti` was not used before.
#[derive(Debug)]
pub struct Assertion<'c> {
    pub client: &'c Client,
    pub jti: String,
    /// How long the `jti` must be stored.
    pub expires_at: DateTime<Utc>,
}

/// Why an assertion is invalid; callers of test mode get this text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AssertionError {
    /// Not a JWT with claims iss, sub, aud, exp and jti.
    #[error("client_assertion is not a JWT with iss, sub, aud, exp and jti")]
    Unreadable,
    /// Not ES384 or RS384.
    #[error("alg must be ES384 or RS384")]
    Algorithm,
    /// Not a registered client.
    #[error("iss and sub must both be a registered client_id")]
    Client,
    /// No key of this id and kind.
    #[error("kid names no registered key of this kind")]
    Key,
    /// The signature is not by that key.
    #[error("the signature is not by the registered key")]
    Signature,
    /// Not meant for this endpoint.
    #[error("aud must be the URL of this token endpoint")]
    Audience,
    /// Over, or too long.
    #[error("exp must be in the future and at most 5 minutes ahead; iat and nbf must not be in the future")]
    Time,
    /// No id, or an oversized one.
    #[error("jti must be 1 to 151 characters")]
    Id,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    exp: i64,
    iat: Option<i64>,
    nbf: Option<i64>,
    jti: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

/// Checks everything but whether `jti` is new.
///
/// # Errors
/// [`AssertionError`], the first that is found.
pub fn check<'c>(
    assertion: &str,
    clients: &'c [Client],
    token_url: &str,
    now: DateTime<Utc>,
) -> Result<Assertion<'c>, AssertionError> {
    let header = decode_header(assertion).map_err(|_| AssertionError::Unreadable)?;
    if !matches!(header.alg, Algorithm::ES384 | Algorithm::RS384) {
        return Err(AssertionError::Algorithm);
    }
    // The key that verifies the signature is known only from the claims, which are trusted
    // afterwards.
    let claimed: Claims = jsonwebtoken::dangerous::insecure_decode(assertion)
        .map_err(|_| AssertionError::Unreadable)?
        .claims;
    let client = clients
        .iter()
        .find(|client| client.client_id == claimed.iss && claimed.iss == claimed.sub)
        .ok_or(AssertionError::Client)?;
    let jwk = header
        .kid
        .as_deref()
        .and_then(|kid| client.jwks.find(kid))
        .ok_or(AssertionError::Key)?;
    let fits = match (&jwk.algorithm, header.alg) {
        (AlgorithmParameters::EllipticCurve(key), Algorithm::ES384) => key.curve == EllipticCurve::P384,
        (AlgorithmParameters::RSA(_), Algorithm::RS384) => true,
        _ => false,
    };
    let key = DecodingKey::from_jwk(jwk)
        .ok()
        .filter(|_| fits)
        .ok_or(AssertionError::Key)?;
    let claims = decode::<Claims>(assertion, &key, &signature_only(header.alg))
        .map_err(|_| AssertionError::Signature)?
        .claims;
    check_claims(&claims, token_url, now)?;
    let expires_at = Utc.timestamp_opt(claims.exp, 0).single().ok_or(AssertionError::Time)?;
    Ok(Assertion {
        client,
        jti: claims.jti,
        expires_at,
    })
}

/// The claims are checked by [`check_claims`], with our own clock.
fn signature_only(algorithm: Algorithm) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    validation
}

fn check_claims(claims: &Claims, token_url: &str, now: DateTime<Utc>) -> Result<(), AssertionError> {
    let meant_for_us = match &claims.aud {
        Audience::One(one) => one == token_url,
        Audience::Many(many) => many.iter().any(|one| one == token_url),
    };
    if !meant_for_us {
        return Err(AssertionError::Audience);
    }
    let (now_s, skew_s) = (now.timestamp(), SKEW.num_seconds());
    let too_far = now_s + MAX_LIFETIME.num_seconds() + skew_s;
    let in_future = |time: Option<i64>| time.is_some_and(|time| time > now_s + skew_s);
    if claims.exp <= now_s || claims.exp > too_far || in_future(claims.iat) || in_future(claims.nbf) {
        return Err(AssertionError::Time);
    }
    if claims.jti.is_empty() || claims.jti.len() > MAX_JTI_LENGTH {
        return Err(AssertionError::Id);
    }
    Ok(())
}
