//! Fresh keys and passwords.

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rand,
    rsa::{self, KeySize},
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
        Ed25519KeyPair,
    },
};
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD, Engine};
use jsonwebtoken::{
    Algorithm, EncodingKey,
    jwk::{Jwk, PublicKeyUse},
};

/// The cryptographic library could not make or read a key.
#[derive(Debug, thiserror::Error)]
#[error("the cryptographic library could not make a key")]
pub struct KeyError;

impl From<aws_lc_rs::error::Unspecified> for KeyError {
    fn from(_: aws_lc_rs::error::Unspecified) -> Self {
        Self
    }
}

impl From<jsonwebtoken::errors::Error> for KeyError {
    fn from(_: jsonwebtoken::errors::Error) -> Self {
        Self
    }
}

fn random<const N: usize>() -> Result<[u8; N], KeyError> {
    let mut bytes = [0; N];
    rand::fill(&mut bytes)?;
    Ok(bytes)
}

/// 24 characters that need no escaping in a URL, a form or JSON.
pub fn password() -> Result<String, KeyError> {
    Ok(BASE64_URL_SAFE_NO_PAD.encode(random::<18>()?))
}

/// 48 hexadecimal digits.
pub fn token() -> Result<String, KeyError> {
    Ok(hex::encode(random::<24>()?))
}

/// 32 bytes in base64, as the keyring reads them.
pub fn key_32() -> Result<String, KeyError> {
    Ok(BASE64_STANDARD.encode(random::<32>()?))
}

/// A unique key id.
pub fn key_id(purpose: &str) -> Result<String, KeyError> {
    Ok(format!("{purpose}-{}", hex::encode(random::<4>()?)))
}

/// P-256 private key, PKCS#8 PEM (ES256).
pub fn p256_pem() -> Result<String, KeyError> {
    ecdsa_pem(&ECDSA_P256_SHA256_FIXED_SIGNING)
}

/// P-384 private key, PKCS#8 PEM (ES384).
pub fn p384_pem() -> Result<String, KeyError> {
    ecdsa_pem(&ECDSA_P384_SHA384_FIXED_SIGNING)
}

fn ecdsa_pem(algorithm: &'static EcdsaSigningAlgorithm) -> Result<String, KeyError> {
    let document = EcdsaKeyPair::generate_pkcs8(algorithm, &rand::SystemRandom::new())?;
    Ok(pem(document.as_ref()))
}

/// Ed25519 private key, PKCS#8 PEM.
pub fn ed25519_pem() -> Result<String, KeyError> {
    // PKCS#8 version 1: version 2 also holds the public key, and older readers refuse it.
    let document = Ed25519KeyPair::generate_pkcs8v1(&rand::SystemRandom::new())?;
    Ok(pem(document.as_ref()))
}

/// RSA private key of 3072 bits, PKCS#8 PEM (RS384).
pub fn rsa_pem() -> Result<String, KeyError> {
    let pair = rsa::KeyPair::generate(KeySize::Rsa3072)?;
    let document: Pkcs8V1Der<'_> = pair.as_der()?;
    Ok(pem(document.as_ref()))
}

/// The public half as the authorization server registers it (RFC 7517).
pub fn public_jwk(private_key_pem: &str, algorithm: Algorithm, kid: &str) -> Result<Jwk, KeyError> {
    let key = match algorithm {
        Algorithm::RS384 => EncodingKey::from_rsa_pem(private_key_pem.as_bytes())?,
        _ => EncodingKey::from_ec_pem(private_key_pem.as_bytes())?,
    };
    let mut jwk = Jwk::from_encoding_key(&key, algorithm)?;
    jwk.common.key_id = Some(kid.to_owned());
    jwk.common.public_key_use = Some(PublicKeyUse::Signature);
    Ok(jwk)
}

/// RFC 7468 text of a PKCS#8 document.
fn pem(der: &[u8]) -> String {
    let text = BASE64_STANDARD.encode(der);
    let mut out = String::from("-----BEGIN PRIVATE KEY-----\n");
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, following) = rest.split_at(rest.len().min(64));
        out.push_str(line);
        out.push('\n');
        rest = following;
    }
    out.push_str("-----END PRIVATE KEY-----\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use jsonwebtoken::{DecodingKey, Header, Validation, decode, encode};
    use serde_json::json;

    #[test]
    fn a_signature_of_each_key_verifies_with_its_public_half() {
        for (pem, algorithm) in [
            (p256_pem(), Algorithm::ES256),
            (p384_pem(), Algorithm::ES384),
            (rsa_pem(), Algorithm::RS384),
        ] {
            let pem = pem.unwrap();
            let jwk = public_jwk(&pem, algorithm, "k1").unwrap();
            let key = match algorithm {
                Algorithm::RS384 => EncodingKey::from_rsa_pem(pem.as_bytes()),
                _ => EncodingKey::from_ec_pem(pem.as_bytes()),
            };
            let token = encode(
                &Header::new(algorithm),
                &json!({ "exp": 4_000_000_000_u64 }),
                &key.unwrap(),
            )
            .unwrap();
            let verified = decode::<serde_json::Value>(
                &token,
                &DecodingKey::from_jwk(&jwk).unwrap(),
                &Validation::new(algorithm),
            );
            assert!(verified.is_ok(), "{algorithm:?}");
            let text = serde_json::to_string(&jwk).unwrap();
            assert!(!text.contains("\"d\""), "a public key must not hold the private one");
        }
    }

    #[test]
    fn an_ed25519_key_is_pkcs8_version_1() {
        let text = ed25519_pem().unwrap();
        let der = BASE64_STANDARD
            .decode(text.lines().filter(|line| !line.starts_with('-')).collect::<String>())
            .unwrap();
        assert_eq!(der.len(), 48);
        assert!(Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der).is_ok());
    }
}
