//! Keys for tests.

use aws_lc_rs::{rand::SystemRandom, signature::Ed25519KeyPair};
use base64::{Engine, prelude::BASE64_STANDARD};
use mc_transparency::Signer;

/// A new key under a name.
pub fn signer(name: &str) -> Signer {
    let pkcs8 = Ed25519KeyPair::generate_pkcs8v1(&SystemRandom::new()).unwrap();
    let body = BASE64_STANDARD.encode(pkcs8.as_ref());
    Signer::from_pem(
        &format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n"),
        name,
    )
    .unwrap()
}
