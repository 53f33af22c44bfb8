//! SMART Backend Services: who asks for a token (private key JWT, RFC 7523).

use chrono::{DateTime, Duration, TimeZone, Utc};
use jsonwebtoken::{
    Algorithm, DecodingKey, Validation, decode, decode_header,
    jwk::{AlgorithmParameters, EllipticCurve, JwkSet},
};
use serde::Deserialize;

/// Longest `jti` that is taken.
const JTI_LENGTH_MAX: usize = 151;
/// How far ahead `exp` may be.
const LIFE_MAX: Duration = Duration::minutes(5);
/// How far clocks may disagree.
const SKEW: Duration = Duration::seconds(30);

/// A registered client.
#[derive(Debug, Clone, Deserialize)]
pub struct Client {
    /// `iss` and `sub` of its assertions.
    pub client_id: String,
    /// Whose charts it may see.
    pub organization: String,
    /// Its public keys.
    pub jwks: JwkSet,
    /// The most it may be given.
    pub scope: String,
}

/// An assertion that stands, but for its `jti`, which must not have been seen before.
#[derive(Debug)]
pub struct Assertion<'c> {
    /// Whose.
    pub client: &'c Client,
    /// Its id.
    pub jti: String,
    /// Until when the id must be remembered.
    pub expires_at: DateTime<Utc>,
}

/// Why an assertion does not stand; the text goes to the caller, as a test mode should tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AssertionFault {
    /// Not a JWT with claims iss, sub, aud, exp and jti.
    #[error("client_assertion is no JWT with iss, sub, aud, exp and jti")]
    Unreadable,
    /// Not ES384 or RS384.
    #[error("alg must be ES384 or RS384")]
    Algorithm,
    /// Nobody of this name.
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
/// [`AssertionFault`], the first that is found.
pub fn check<'c>(
    assertion: &str,
    clients: &'c [Client],
    token_url: &str,
    now: DateTime<Utc>,
) -> Result<Assertion<'c>, AssertionFault> {
    let header = decode_header(assertion).map_err(|_| AssertionFault::Unreadable)?;
    if !matches!(header.alg, Algorithm::ES384 | Algorithm::RS384) {
        return Err(AssertionFault::Algorithm);
    }
    // Which key must check the signature is known only from the claims: they are believed afterwards.
    let claimed: Claims = jsonwebtoken::dangerous::insecure_decode(assertion)
        .map_err(|_| AssertionFault::Unreadable)?
        .claims;
    let client = clients
        .iter()
        .find(|client| client.client_id == claimed.iss && claimed.iss == claimed.sub)
        .ok_or(AssertionFault::Client)?;
    let jwk = header
        .kid
        .as_deref()
        .and_then(|kid| client.jwks.find(kid))
        .ok_or(AssertionFault::Key)?;
    let fits = match (&jwk.algorithm, header.alg) {
        (AlgorithmParameters::EllipticCurve(key), Algorithm::ES384) => key.curve == EllipticCurve::P384,
        (AlgorithmParameters::RSA(_), Algorithm::RS384) => true,
        _ => false,
    };
    let key = DecodingKey::from_jwk(jwk)
        .ok()
        .filter(|_| fits)
        .ok_or(AssertionFault::Key)?;
    let claims = decode::<Claims>(assertion, &key, &signature_only(header.alg))
        .map_err(|_| AssertionFault::Signature)?
        .claims;
    check_claims(&claims, token_url, now)?;
    let expires_at = Utc.timestamp_opt(claims.exp, 0).single().ok_or(AssertionFault::Time)?;
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

fn check_claims(claims: &Claims, token_url: &str, now: DateTime<Utc>) -> Result<(), AssertionFault> {
    let meant_for_us = match &claims.aud {
        Audience::One(one) => one == token_url,
        Audience::Many(many) => many.iter().any(|one| one == token_url),
    };
    if !meant_for_us {
        return Err(AssertionFault::Audience);
    }
    let (now_s, skew_s) = (now.timestamp(), SKEW.num_seconds());
    let too_far = now_s + LIFE_MAX.num_seconds() + skew_s;
    let in_future = |time: Option<i64>| time.is_some_and(|time| time > now_s + skew_s);
    if claims.exp <= now_s || claims.exp > too_far || in_future(claims.iat) || in_future(claims.nbf) {
        return Err(AssertionFault::Time);
    }
    if claims.jti.is_empty() || claims.jti.len() > JTI_LENGTH_MAX {
        return Err(AssertionFault::Id);
    }
    Ok(())
}
