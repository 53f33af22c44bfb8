//! Published vectors of RFC 6962 proofs, tampered ones included.

use base64::{Engine, prelude::BASE64_STANDARD};
use mc_transparency::{ProofError, verify_consistency_bytes, verify_inclusion_bytes};
use serde::Deserialize;
use std::{fs, path::PathBuf};

#[derive(Deserialize)]
struct Listed {
    file: String,
    kind: String,
    valid: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Inclusion {
    leaf_idx: u64,
    tree_size: u64,
    root: String,
    leaf_hash: String,
    proof: Option<Vec<String>>,
    want_err: bool,
}

#[derive(Deserialize)]
struct Consistency {
    size1: u64,
    size2: u64,
    root1: String,
    root2: String,
    proof: Option<Vec<String>>,
    #[serde(rename = "wantErr")]
    want_err: bool,
}

fn folder() -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/merkle");
    if !folder.join("manifest.json").is_file() {
        eprintln!("skipped: no vectors at {}", folder.display());
        return None;
    }
    Some(folder)
}

fn bytes(text: &str) -> Vec<u8> {
    BASE64_STANDARD.decode(text).unwrap()
}

fn proof(texts: Option<Vec<String>>) -> Vec<Vec<u8>> {
    texts.unwrap_or_default().iter().map(|text| bytes(text)).collect()
}

fn inclusion(vector: Inclusion) -> Result<(), ProofError> {
    let (leaf, root) = (bytes(&vector.leaf_hash), bytes(&vector.root));
    verify_inclusion_bytes(&leaf, vector.leaf_idx, vector.tree_size, &proof(vector.proof), &root)
}

fn consistency(vector: Consistency) -> Result<(), ProofError> {
    let (old, new) = (bytes(&vector.root1), bytes(&vector.root2));
    verify_consistency_bytes(vector.size1, &old, vector.size2, &new, &proof(vector.proof))
}

#[test]
fn every_published_vector_agrees() {
    let Some(folder) = folder() else { return };
    let listed: Vec<Listed> = serde_json::from_str(&fs::read_to_string(folder.join("manifest.json")).unwrap()).unwrap();
    let mut seen = 0;
    for Listed { file, kind, valid } in listed {
        let text = fs::read_to_string(folder.join(&file)).unwrap();
        let (refused, wanted) = if kind.contains("inclusion") {
            let vector: Inclusion = serde_json::from_str(&text).unwrap();
            let wanted = vector.want_err;
            (inclusion(vector).is_err(), wanted)
        } else if kind.contains("consistency") {
            let vector: Consistency = serde_json::from_str(&text).unwrap();
            let wanted = vector.want_err;
            (consistency(vector).is_err(), wanted)
        } else {
            continue;
        };
        assert_eq!(refused, wanted, "{file}");
        assert_eq!(refused, valid != "valid", "{file} as its manifest says");
        seen += 1;
    }
    assert!(seen >= 118, "only {seen} vectors");
}
