//! Random parts of ids.

use aws_lc_rs::rand;

const ALPHABET: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// `length` letters and digits.
pub fn alphanumeric(length: usize) -> String {
    bytes(length)
        .iter()
        .map(|byte| char::from(ALPHABET[usize::from(*byte) % ALPHABET.len()]))
        .collect()
}

/// `length` random bytes. Where the random number generator fails all are zero, and the store
/// refuses the ids as duplicates.
pub fn bytes(length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    if rand::fill(&mut bytes).is_err() {
        tracing::error!("the random number generator failed");
    }
    bytes
}
