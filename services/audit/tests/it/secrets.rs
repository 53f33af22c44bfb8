//! The checkpoint key of a test app.

use aws_lc_rs::{rand::SystemRandom, signature::Ed25519KeyPair};
use base64::{Engine, prelude::BASE64_STANDARD};
use mc_testkit::SecretFiles;

/// Writes a fresh one.
pub fn write_checkpoint_key(secrets: &SecretFiles) {
    let pkcs8 = Ed25519KeyPair::generate_pkcs8v1(&SystemRandom::new()).unwrap();
    let pem = format!(
        "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
        BASE64_STANDARD.encode(pkcs8.as_ref())
    );
    secrets.write("checkpoint-key/private_key_pem", &pem);
    secrets.write("checkpoint-key/name", "audit.test");
}
