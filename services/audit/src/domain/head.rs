//! Heads: the size and last link of the log, signed (C2SP signed-note with an Ed25519 key).

use super::Link;
use aws_lc_rs::{
    digest::{SHA256, digest},
    signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use mc_keyring::{Credentials, ExposeSecret};

/// A signed statement about the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// How many events.
    pub size: i64,
    /// The last link.
    pub link: Link,
    /// The signed note.
    pub note: String,
}

/// The signing key is not what it should be; says what to do.
#[derive(Debug, thiserror::Error)]
#[error("secret checkpoint-key: field {0} is not usable: expected an Ed25519 private key in PKCS#8 PEM and a name")]
pub struct HeadKeyError(&'static str);

/// Signs and checks heads.
pub struct HeadKey {
    pair: Ed25519KeyPair,
    name: String,
}

impl HeadKey {
    /// The key of secret `checkpoint-key`: `private_key_pem`, `name`.
    ///
    /// # Errors
    /// [`HeadKeyError`] naming the field.
    pub fn new(credentials: &Credentials) -> Result<Self, HeadKeyError> {
        let field = |name| {
            credentials
                .get(name)
                .map(|value| value.expose_secret().to_owned())
                .ok_or(HeadKeyError(name))
        };
        let (pem, name) = (field("private_key_pem")?, field("name")?);
        let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
        let der = BASE64_STANDARD
            .decode(body.trim())
            .map_err(|_| HeadKeyError("private_key_pem"))?;
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der).map_err(|_| HeadKeyError("private_key_pem"))?;
        Ok(Self { pair, name })
    }

    /// Signs size and link. Text: origin, size, link in base64, each on its line; then a blank line and the signature line.
    pub fn sign(&self, size: i64, link: Link) -> Head {
        let text = format!("{}\n{size}\n{}\n", self.name, BASE64_STANDARD.encode(link.as_bytes()));
        let signature = [&self.id()[..], self.pair.sign(text.as_bytes()).as_ref()].concat();
        let note = format!("{text}\n\u{2014} {} {}\n", self.name, BASE64_STANDARD.encode(signature));
        Head { size, link, note }
    }

    /// What a note of ours says; None where it is not ours or its signature is bad.
    pub fn read(&self, note: &str) -> Option<Head> {
        let (text, signatures) = note.split_once("\n\n")?;
        let text = format!("{text}\n");
        let line = signatures
            .lines()
            .find_map(|line| line.strip_prefix(&format!("\u{2014} {} ", self.name)))?;
        let signature = BASE64_STANDARD.decode(line).ok()?;
        let signature = signature.strip_prefix(&self.id()[..])?;
        UnparsedPublicKey::new(&ED25519, self.pair.public_key().as_ref())
            .verify(text.as_bytes(), signature)
            .ok()?;
        let mut lines = text.lines().skip(1);
        let size = lines.next()?.parse().ok()?;
        let link = Link::stored(&BASE64_STANDARD.decode(lines.next()?).ok()?)?;
        Some(Head {
            size,
            link,
            note: note.to_owned(),
        })
    }

    /// The verifier key, as C2SP writes it: `name+id+base64(0x01 ‖ public key)`.
    pub fn public(&self) -> String {
        let id = hex::encode(self.id());
        let key = [&[0x01], self.pair.public_key().as_ref()].concat();
        format!("{}+{id}+{}", self.name, BASE64_STANDARD.encode(key))
    }

    fn id(&self) -> [u8; 4] {
        let hashed = digest(
            &SHA256,
            &[self.name.as_bytes(), b"\n\x01", self.pair.public_key().as_ref()].concat(),
        );
        let mut id = [0; 4];
        id.copy_from_slice(&hashed.as_ref()[..4]);
        id
    }
}

#[cfg(test)]
pub(super) fn test_key() -> HeadKey {
    let pkcs8 = Ed25519KeyPair::generate_pkcs8v1(&aws_lc_rs::rand::SystemRandom::new()).unwrap();
    let pem = format!(
        "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
        BASE64_STANDARD.encode(pkcs8.as_ref())
    );
    let fields = [("private_key_pem", pem.as_str()), ("name", "audit.test")];
    HeadKey::new(&Credentials::from_fields("checkpoint-key", fields)).unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_reads_back_and_a_changed_one_does_not() {
        let key = test_key();
        let head = key.sign(7, Link::origin().then(b"a"));
        assert_eq!(key.read(&head.note), Some(head.clone()));
        assert_eq!(key.read(&head.note.replace("\n7\n", "\n6\n")), None);
        assert_eq!(test_key().read(&head.note), None, "another key");
    }
}
