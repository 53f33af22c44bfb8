//! Signed notes (C2SP signed-note).

use super::{Checkpoint, VerifierKey, is_refused, key::is_name};
use base64::{Engine, prelude::BASE64_STANDARD};

/// Signature lines that are read; the format asks for 16 at least.
const SIGNATURES_MAX: usize = 64;

const ID_LENGTH: usize = 4;

/// Why a note cannot be verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// No text, blank line and signature lines.
    #[error("not a signed note")]
    Malformed,
    /// A key that is known did not make the signature under its name.
    #[error("the signature is not that of the key it names")]
    BadSignature,
    /// None of its signatures is by a given key.
    #[error("no signature by a key that was given")]
    UnknownKeys,
    /// Signed, but no checkpoint.
    #[error("the note is not a checkpoint")]
    NotCheckpoint,
}

/// Checks a note and reads the checkpoint in it. Signatures by keys that are not given are passed
/// over; of the given keys every signature must be good, and there must be one.
pub fn verify(note: &str, keys: &[VerifierKey]) -> Result<Checkpoint, NoteError> {
    // The last blank line ends the text, whose own last LF is signed.
    let blank = note.rfind("\n\n").ok_or(NoteError::Malformed)?;
    let (text, signatures) = (&note[..=blank], &note[blank + 2..]);
    let signatures = signatures.strip_suffix('\n').ok_or(NoteError::Malformed)?;
    if note.contains(is_refused) || signatures.split('\n').count() > SIGNATURES_MAX {
        return Err(NoteError::Malformed);
    }
    let mut known = false;
    for line in signatures.split('\n') {
        let (name, signature) = signature(line).ok_or(NoteError::Malformed)?;
        let (id, signature) = signature.split_at(ID_LENGTH);
        for key in keys.iter().filter(|key| key.is(name, id)) {
            if !key.verifies(text, signature) {
                return Err(NoteError::BadSignature);
            }
            known = true;
        }
    }
    if !known {
        return Err(NoteError::UnknownKeys);
    }
    Checkpoint::parse(text).ok_or(NoteError::NotCheckpoint)
}

/// Name and signature of a signature line, the key's id before the signature.
fn signature(line: &str) -> Option<(&str, Vec<u8>)> {
    let (name, signature) = line.strip_prefix("\u{2014} ")?.split_once(' ')?;
    let signature = BASE64_STANDARD.decode(signature).ok()?;
    (is_name(name) && signature.len() > ID_LENGTH).then_some((name, signature))
}

#[cfg(test)]
mod tests {
    use super::{super::Signer, *};
    use crate::Hash;
    use aws_lc_rs::{rand::SystemRandom, signature::Ed25519KeyPair};

    fn signer(name: &str) -> Signer {
        let pkcs8 = Ed25519KeyPair::generate_pkcs8v1(&SystemRandom::new()).unwrap();
        let body = BASE64_STANDARD.encode(pkcs8.as_ref());
        Signer::from_pem(
            &format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n"),
            name,
        )
        .unwrap()
    }

    fn line(note: &str) -> &str {
        note.rsplit_once("\n\n").unwrap().1
    }

    #[test]
    fn a_note_reads_back_and_a_changed_one_does_not() {
        let signer = signer("audit.test");
        let checkpoint = Checkpoint::new("audit.test", 7, Hash::leaf(b"a"));
        let (note, keys) = (signer.sign(&checkpoint), [signer.verifier().clone()]);
        assert_eq!(verify(&note, &keys), Ok(checkpoint));
        assert_eq!(
            verify(&note.replace("\n7\n", "\n6\n"), &keys),
            Err(NoteError::BadSignature)
        );
        assert_eq!(verify(&note, &[]), Err(NoteError::UnknownKeys));
        for broken in [
            note.trim_end(),
            note.trim_end_matches(line(&note)),
            &note.replace("\n\n", "\n"),
            "",
        ] {
            assert_eq!(verify(broken, &keys), Err(NoteError::Malformed), "{broken:?}");
        }
        assert_eq!(
            verify(&note.replace("audit", "au\tdit"), &keys),
            Err(NoteError::Malformed)
        );
    }

    #[test]
    fn other_keys_of_the_same_name_and_witnesses_are_passed_over() {
        let (ours, other) = (signer("audit.test"), signer("audit.test"));
        let checkpoint = Checkpoint::new("audit.test", 7, Hash::leaf(b"a"));
        let mut note = ours.sign(&checkpoint);
        for n in 0..15 {
            note.push_str(line(&signer(&format!("witness{n}.test")).sign(&checkpoint)));
        }
        assert_eq!(
            verify(&note, &[ours.verifier().clone()]),
            Ok(checkpoint.clone()),
            "16 signatures"
        );
        assert_eq!(verify(&note, &[other.verifier().clone()]), Err(NoteError::UnknownKeys));
        // One known key signed, the other's line is of another text.
        let elsewhere = other.sign(&Checkpoint::new("audit.test", 8, Hash::leaf(b"b")));
        note.push_str(line(&elsewhere));
        let both = [ours.verifier().clone(), other.verifier().clone()];
        assert_eq!(verify(&note, &both), Err(NoteError::BadSignature));
        assert_eq!(verify(&note, &both[..1]), Ok(checkpoint));
    }

    #[test]
    fn a_verifier_key_is_read_from_its_text_and_from_no_other() {
        let text = signer("audit.test").verifier().to_string();
        assert_eq!(text.parse::<VerifierKey>().unwrap().to_string(), text);
        for broken in [
            text.replace("audit", "other"),
            text.replace('+', " "),
            format!("{text}="),
            text[1..].to_owned(),
        ] {
            assert!(broken.parse::<VerifierKey>().is_err(), "{broken}");
        }
        // The vector that the Go implementation of notes documents.
        let vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        assert!(vkey.parse::<VerifierKey>().is_ok());
    }
}
