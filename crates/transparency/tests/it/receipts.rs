//! Receipts and the example of the checkpoint specification.

use crate::signing::signer;
use mc_transparency::{
    Checkpoint, Frontier, Hash, NoteError, ProofError, Receipt, ReceiptError, Tile, TileId, inclusion_nodes, resolve,
};
use std::{collections::BTreeMap, fs};

fn receipt(index: u64, size: u64) -> (Receipt, mc_transparency::VerifierKey) {
    let leaves: Vec<_> = (0..size)
        .map(|n| format!("{{\"version\":2,\"event\":{n}}}").into_bytes())
        .collect();
    let hashes: Vec<_> = leaves.iter().map(|leaf| Hash::leaf(leaf)).collect();
    let mut frontier = Frontier::new();
    frontier.extend(hashes.iter().copied());
    let tiles = BTreeMap::from([(TileId { level: 0, index: 0 }, Tile::new(hashes).unwrap())]);
    let signer = signer("audit.test");
    let receipt = Receipt {
        leaf: leaves[usize::try_from(index).unwrap()].clone(),
        index,
        proof: resolve(&inclusion_nodes(index, size).unwrap(), &Frontier::new(), &tiles).unwrap(),
        note: signer.sign(&Checkpoint::new("audit.test/acme", size, frontier.root())),
    };
    (receipt, signer.verifier().clone())
}

#[test]
fn a_receipt_survives_its_text_and_proves_its_entry() {
    for (index, size) in [(0, 1), (0, 2), (6, 7), (99, 200)] {
        let (receipt, key) = receipt(index, size);
        let read: Receipt = receipt.to_string().parse().unwrap();
        assert_eq!(read, receipt);
        assert_eq!(read.origin(), Some("audit.test/acme"));
        assert_eq!(read.verify(&[key]).unwrap().size, size);
    }
}

#[test]
fn a_changed_receipt_proves_nothing() {
    let (receipt, key) = receipt(6, 7);
    let keys = [key];
    let changed = |change: fn(&mut Receipt)| {
        let mut changed = receipt.clone();
        change(&mut changed);
        changed.verify(&keys).unwrap_err()
    };
    assert_eq!(changed(|r| r.leaf[0] ^= 1), ReceiptError::Proof(ProofError::WrongRoot));
    assert_eq!(
        changed(|r| r.index = 7),
        ReceiptError::Proof(ProofError::BeyondTree { index: 7, size: 7 })
    );
    assert!(matches!(changed(|r| r.index = 5), ReceiptError::Proof(_)));
    assert!(matches!(
        changed(|r| r.proof.truncate(1)),
        ReceiptError::Proof(ProofError::Length { given: 1, needed: 2 })
    ));
    assert_eq!(
        changed(|r| r.note = r.note.replace("\n7\n", "\n8\n")),
        ReceiptError::Note(NoteError::BadSignature)
    );
    assert_eq!(
        receipt.verify(&[signer("audit.test").verifier().clone()]),
        Err(ReceiptError::Note(NoteError::UnknownKeys))
    );
}

#[test]
fn another_text_is_no_receipt() {
    let text = receipt(6, 7).0.to_string();
    for (from, to, line) in [
        ("tlog-proof@v1", "tlog-proof@v2", 1),
        ("extra ", "extra  ", 2),
        ("index 6", "index 06", 3),
        ("index 6", "index -6", 3),
        ("index 6\n", "index 6\nAAAA\n", 4),
    ] {
        assert_eq!(
            text.replace(from, to).parse::<Receipt>(),
            Err(ReceiptError::Malformed { line }),
            "{to}"
        );
    }
    assert!(text.split("\n\n").next().unwrap().parse::<Receipt>().is_err());
}

#[test]
fn the_checkpoint_of_the_specification_is_of_our_form() {
    let folder = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/merkle/spec-examples");
    let Ok(files) = fs::read_dir(&folder) else {
        eprintln!("skipped: no examples at {}", folder.display());
        return;
    };
    for file in files {
        let note = fs::read_to_string(file.unwrap().path()).unwrap();
        let (text, _) = note.split_once("\n\n").unwrap();
        let checkpoint = Checkpoint::parse(&format!("{text}\n")).unwrap();
        assert_eq!(checkpoint.size, 20_852_163);
        // Its key was not published: the note is well formed and signed by nobody we know.
        assert_eq!(
            mc_transparency::checkpoint::verify(&note, &[]),
            Err(NoteError::UnknownKeys)
        );
    }
}
