//! Keys that sign checkpoints (Ed25519), and the text by which verifiers know them.

use super::Checkpoint;
use aws_lc_rs::{
    digest::{SHA256, digest},
    signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use std::{fmt, str::FromStr};

/// Signature type 1 of signed-note: Ed25519.
const ED25519_TYPE: u8 = 0x01;

const ID_LENGTH: usize = 4;

/// A key that cannot be used; says what was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The private key.
    #[error("expected an Ed25519 private key in PKCS#8 PEM")]
    Private,
    /// The name.
    #[error("expected a key name without spaces and plus signs")]
    Name,
    /// The text of a verifier key.
    #[error("expected a verifier key: name+id+key, with the id that name and key give")]
    Verifier,
}

/// Signs checkpoints.
pub struct Signer {
    pair: Ed25519KeyPair,
    verifier: VerifierKey,
}

impl Signer {
    /// A signer with the name that its signatures carry.
    pub fn from_pem(pem: &str, name: &str) -> Result<Self, KeyError> {
        let body: String = pem
            .lines()
            .map(str::trim)
            .filter(|line| !line.starts_with("-----"))
            .collect();
        let der = BASE64_STANDARD.decode(body).map_err(|_| KeyError::Private)?;
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der).map_err(|_| KeyError::Private)?;
        let public = pair.public_key().as_ref().try_into().map_err(|_| KeyError::Private)?;
        let verifier = VerifierKey::new(name, public)?;
        Ok(Self { pair, verifier })
    }

    /// The key that checks its signatures.
    pub fn verifier(&self) -> &VerifierKey {
        &self.verifier
    }

    /// The checkpoint as a signed note.
    pub fn sign(&self, checkpoint: &Checkpoint) -> String {
        let text = checkpoint.to_text();
        let signature = self.pair.sign(text.as_bytes());
        let signature = [self.verifier.id.as_slice(), signature.as_ref()].concat();
        let name = &self.verifier.name;
        format!("{text}\n\u{2014} {name} {}\n", BASE64_STANDARD.encode(signature))
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.verifier)
    }
}

/// A public key with its name, written `name+id+key`.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    id: [u8; ID_LENGTH],
    public: [u8; 32],
}

impl VerifierKey {
    /// A key under a name.
    pub fn new(name: &str, public: [u8; 32]) -> Result<Self, KeyError> {
        if !is_name(name) {
            return Err(KeyError::Name);
        }
        let hashed = digest(&SHA256, &[name.as_bytes(), b"\n", &[ED25519_TYPE], &public].concat());
        let mut id = [0; ID_LENGTH];
        id.copy_from_slice(&hashed.as_ref()[..ID_LENGTH]);
        Ok(Self {
            name: name.to_owned(),
            id,
            public,
        })
    }

    /// The name that its signatures carry.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether a signature says that this key made it.
    pub(super) fn is(&self, name: &str, id: &[u8]) -> bool {
        self.name == name && self.id == id
    }

    /// Whether it did.
    pub(super) fn verifies(&self, text: &str, signature: &[u8]) -> bool {
        let key = UnparsedPublicKey::new(&ED25519, &self.public);
        key.verify(text.as_bytes(), signature).is_ok()
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = BASE64_STANDARD.encode([&[ED25519_TYPE], self.public.as_slice()].concat());
        write!(f, "{}+{}+{key}", self.name, hex::encode(self.id))
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifierKey({self})")
    }
}

impl FromStr for VerifierKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let read = || {
            // The base64 may hold plus signs itself.
            let mut parts = text.splitn(3, '+');
            let (name, _, key) = (parts.next()?, parts.next()?, parts.next()?);
            let bytes = BASE64_STANDARD.decode(key).ok()?;
            let public = bytes.strip_prefix(&[ED25519_TYPE])?.try_into().ok()?;
            Self::new(name, public).ok()
        };
        read().filter(|key| key.to_string() == text).ok_or(KeyError::Verifier)
    }
}

/// Names are not empty and hold neither spaces nor plus signs.
pub(super) fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c == '+' || c < ' ')
}
