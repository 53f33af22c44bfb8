//! The secrets of a test app, as files.

use aws_lc_rs::{rand::SystemRandom, signature::Ed25519KeyPair};
use base64::{Engine, prelude::BASE64_STANDARD};
use std::path::Path;

/// Writes them below `folder`.
pub fn write(folder: &Path, database_url: &str, broker_url: &str) {
    let key = BASE64_STANDARD.encode([7; 32]);
    let pkcs8 = Ed25519KeyPair::generate_pkcs8v1(&SystemRandom::new()).unwrap();
    let pem = format!(
        "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
        BASE64_STANDARD.encode(pkcs8.as_ref())
    );
    for (name, value) in [
        ("database/url", database_url),
        ("broker/url", broker_url),
        ("checkpoint-key/private_key_pem", &pem),
        ("checkpoint-key/name", "audit.test"),
        ("sealing-key/key_id", "s1"),
        ("sealing-key/key", &key),
        ("blind-index/key", &key),
    ] {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, value).unwrap();
    }
}
