#![doc = include_str!("../README.md")]

mod blind_index;
mod key;
mod pseudonym;
mod sealing;
mod secrets;
mod words;

pub use blind_index::BlindIndex;
pub use pseudonym::Pseudonym;
pub use sealing::{Aad, DataKey, Kek, SealError, SealerCache, Seals, SealsError, is_sealed};
pub use secrets::{Credentials, Secrets, SecretsConfig, SecretsError, SecretsProvider};
pub use words::{normal_address, normal_words};

/// The parts of `secrecy` that callers need: the wrapper of a field's value and the trait whose
/// `expose_secret` opens it.
pub use secrecy::{ExposeSecret, SecretString};
