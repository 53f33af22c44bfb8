#![doc = include_str!("../README.md")]

mod blind_index;
mod key;
mod normal_form;
mod pseudonym;
mod sealing;
mod secrets;

pub use blind_index::BlindIndex;
pub use normal_form::{normal_address, normal_words};
pub use pseudonym::Pseudonym;
pub use sealing::{Aad, DataKey, Kek, SealError, SealerCache, Seals, SealsError, is_sealed};
pub use secrets::{Credentials, Secrets, SecretsConfig, SecretsError, SecretsProvider};

/// The parts of `secrecy` that callers need: the type of a field's value, and the trait whose
/// `expose_secret` returns it.
pub use secrecy::{ExposeSecret, SecretString};
