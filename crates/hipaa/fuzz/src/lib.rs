//! The property that each fuzz target checks, and their shared input format. libFuzzer runs the
//! targets; the tests of the crate repeat the kept inputs.

pub mod acknowledgement;
pub mod checker;
pub mod reader;
pub mod tree;
pub mod views;

use mc_x12::{ControlNumbers, Envelope, Interchange, Party, Transaction, Usage};

/// Valid interchanges, one of each kind, which inputs damage.
const SOUND: [&[u8]; 13] = [
    include_bytes!("../seeds/837.x12"),
    include_bytes!("../seeds/837-institutional.x12"),
    include_bytes!("../seeds/837-dental.x12"),
    include_bytes!("../seeds/837-other.x12"),
    include_bytes!("../seeds/835.x12"),
    include_bytes!("../seeds/834.x12"),
    include_bytes!("../seeds/276.x12"),
    include_bytes!("../seeds/277.x12"),
    include_bytes!("../seeds/270.x12"),
    include_bytes!("../seeds/271.x12"),
    include_bytes!("../seeds/278.x12"),
    include_bytes!("../seeds/278-answer.x12"),
    include_bytes!("../seeds/820.x12"),
];

/// The input bytes as they are; or, where the first byte is below 128, a damaged valid interchange.
/// The first byte selects the interchange. Each change has four bytes: the offset (two), the
/// operation (overwrite, insert, remove a range, insert a copied segment) and its operand.
pub fn input(data: &[u8]) -> Vec<u8> {
    match data.split_first() {
        Some((which, damage)) if *which < 128 => damaged(SOUND[usize::from(*which) % SOUND.len()], damage),
        Some((_, raw)) => raw.to_vec(),
        None => Vec::new(),
    }
}

fn damaged(sound: &[u8], damage: &[u8]) -> Vec<u8> {
    let mut bytes = sound.to_vec();
    for change in damage.chunks_exact(4).take(64) {
        // A segment without end would be doubled repeatedly.
        if bytes.is_empty() || bytes.len() > 1 << 15 {
            break;
        }
        let at = usize::from(u16::from_le_bytes([change[0], change[1]])) % bytes.len();
        let what = change[3];
        match change[2] % 4 {
            0 => bytes[at] = what,
            1 => bytes.insert(at, what),
            2 => drop(bytes.drain(at..(at + usize::from(what)).min(sound.len()).min(bytes.len()).max(at))),
            _ => {
                let segments: Vec<Vec<u8>> = bytes
                    .split_inclusive(|byte| *byte == b'~')
                    .map(<[u8]>::to_vec)
                    .collect();
                let (from, to) = (usize::from(what) % segments.len(), at % segments.len());
                let offset: usize = segments[..to].iter().map(Vec::len).sum();
                bytes.splice(offset..offset, segments[from].iter().copied());
            }
        }
    }
    bytes
}

/// Calls `see` for each transaction set of an input with valid envelopes.
pub fn each_transaction(data: &[u8], see: impl FnMut(&Transaction<'_>)) {
    let bytes = input(data);
    if let Ok(interchange) = Interchange::parse(&bytes) {
        interchange.transactions().for_each(see);
    }
}

/// An envelope for written values.
pub fn envelope() -> Envelope {
    Envelope {
        sender: Party::mutual("SENDER"),
        receiver: Party::mutual("RECEIVER"),
        control: ControlNumbers {
            interchange: 1,
            group: 1,
            transaction: 1,
        },
        created_at: chrono::DateTime::from_timestamp(1_704_164_640, 0).unwrap_or_default(),
        usage: Usage::Test,
    }
}

/// A value that can be written reads back. Where it was read completely, it is then written as the
/// same text; where a code was unreadable, what it opens may be absent the next time.
pub fn round_trips<V, E>(
    is_complete: bool,
    view: &V,
    write: impl Fn(&V) -> Result<String, E>,
    read: impl Fn(&Transaction<'_>) -> Option<V>,
) {
    let Ok(text) = write(view) else { return };
    let interchange = Interchange::parse(text.as_bytes()).expect("written text has valid envelopes");
    let transaction = interchange
        .transactions()
        .next()
        .expect("written text holds a transaction set");
    let again = read(transaction).expect("written text is read");
    let twice = write(&again).ok();
    assert!(
        !is_complete || twice.is_some_and(|twice| twice == text),
        "the text changes when it is read and written again"
    );
}
