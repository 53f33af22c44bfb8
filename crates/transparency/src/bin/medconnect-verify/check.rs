//! The three checks, from files.

use crate::outcome::Outcome;
use mc_transparency::{
    Checkpoint, CompareError, Hash, NoteError, Receipt, ReceiptError, Relation, VerifierKey, checkpoint,
    compare_checkpoints, export,
};
use serde_json::{Value, json};
use std::{
    fs::{self, File},
    io::BufReader,
    path::Path,
};

/// Checks a whole log.
pub fn export(file: &Path, keys: &[VerifierKey]) -> Outcome {
    let name = file.display().to_string();
    let checked = File::open(file)
        .map_err(export::ExportError::Io)
        .and_then(|file| export::verify(BufReader::with_capacity(1 << 20, file), keys));
    let (header, verdict) = match checked {
        Ok(checked) => (checked.header, checked.verdict),
        Err(error) => return Outcome::unclear(name, error.to_string()),
    };
    let facts = json!({
        "organization_id": header.organization_id,
        "exported_at": header.exported_at,
        "entries": verdict.size,
        "signed_entries": verdict.signed_size,
        "pruned_to_their_hash": verdict.stubs,
        "root": verdict.root,
    });
    let outcome = if verdict.ok {
        Outcome::whole(name, verdict.reason)
    } else {
        Outcome::damaged(name, verdict.tampering, verdict.first_bad, verdict.reason)
    };
    outcome.with(&header.origin, facts)
}

/// Checks the proof of one event.
pub fn receipt(file: &Path, keys: &[VerifierKey]) -> Outcome {
    let name = file.display().to_string();
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) => return Outcome::unclear(name, error.to_string()),
    };
    let receipt: Receipt = match text.parse() {
        Ok(receipt) => receipt,
        Err(error @ ReceiptError::Malformed { .. }) => return Outcome::unclear(name, error.to_string()),
        Err(error) => return Outcome::damaged(name, None, None, error.to_string()),
    };
    match receipt.verify(keys) {
        Ok(checkpoint) => {
            let facts = json!({
                "index": receipt.index,
                "entries": checkpoint.size,
                "event": String::from_utf8_lossy(&receipt.leaf),
            });
            Outcome::whole(name, "The event is in the log.").with(&checkpoint.origin, facts)
        }
        Err(error) => Outcome::damaged(name, None, Some(receipt.index), error.to_string()),
    }
}

/// Compares two checkpoints.
pub fn checkpoints(old: &Path, new: &Path, proof: Option<&Path>, keys: &[VerifierKey]) -> Outcome {
    let name = format!("{} -> {}", old.display(), new.display());
    let read = || {
        let (old, new) = (note(old, keys)?, note(new, keys)?);
        let proof = proof
            .map(hashes)
            .transpose()
            .map_err(|reason| Outcome::unclear(name.clone(), reason))?;
        Ok((old, new, proof))
    };
    let (old, new, proof) = match read() {
        Ok(read) => read,
        Err(outcome) => return outcome,
    };
    let facts = json!({ "old_entries": old.size, "new_entries": new.size });
    let outcome = match compare_checkpoints(&old, &new, proof.as_deref()) {
        Ok(Relation::Same) => Outcome::whole(name, "Both say the same."),
        Ok(Relation::Grown) => Outcome::whole(name, "The log has grown and holds all that it held."),
        Ok(Relation::Unproven) => Outcome::unclear(name, "that the one grew into the other needs a proof (--proof)"),
        Ok(Relation::Tampered(kind)) => {
            Outcome::damaged(name, Some(kind), Some(old.size.min(new.size)), kind.sentence())
        }
        Err(error @ (CompareError::Origins | CompareError::Proof(_))) => Outcome::unclear(name, error.to_string()),
    };
    outcome.with(&new.origin, facts)
}

fn note(file: &Path, keys: &[VerifierKey]) -> Result<Checkpoint, Outcome> {
    let name = file.display().to_string();
    let text = fs::read_to_string(file).map_err(|error| Outcome::unclear(name.clone(), error.to_string()))?;
    checkpoint::verify(&text, keys).map_err(|error| match error {
        NoteError::BadSignature | NoteError::UnknownKeys => {
            let kind = mc_transparency::Tampering::ForgedCheckpoint;
            Outcome::damaged(name, Some(kind), None, error.to_string())
        }
        NoteError::Malformed | NoteError::NotCheckpoint => Outcome::unclear(name, error.to_string()),
    })
}

/// The hashes of a proof: lines of base64, or a list in JSON.
fn hashes(file: &Path) -> Result<Vec<Hash>, String> {
    let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let listed = |value: Value| serde_json::from_value(value["proof"].clone()).ok();
    let lines = || text.lines().map(Hash::from_base64).collect();
    let hashes = match serde_json::from_str(&text) {
        Ok(value) => listed(value),
        Err(_) => lines(),
    };
    hashes.ok_or_else(|| format!("{}: not a proof", file.display()))
}
