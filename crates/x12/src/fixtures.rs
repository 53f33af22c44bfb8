//! Envelopes for unit tests.

use crate::guide;
use crate::writer::{ControlNumbers, Envelope, Party, TransactionKind, Usage};

pub(crate) fn envelope() -> Envelope {
    Envelope {
        sender: Party::mutual("SENDER"),
        receiver: Party::mutual("RECEIVER"),
        control: ControlNumbers {
            interchange: 7,
            group: 8,
            transaction: 9,
        },
        created_at: chrono::DateTime::from_timestamp(1_767_323_045, 0).unwrap(),
        usage: Usage::Test,
    }
}

/// A transaction set of these segments in its envelopes.
pub(crate) fn interchange(id: &'static str, version: &'static str, segments: &str) -> String {
    let guide = guide::find_for(id, version, None, false).unwrap();
    let kind = TransactionKind {
        functional_id: guide.functional_group,
        id,
        version,
    };
    let text = envelope().open(kind).unwrap().finish().unwrap();
    let (head, _) = text.split_once("SE*").unwrap();
    let count = segments.matches('~').count() + 2;
    format!("{head}{segments}SE*{count}*0009~GE*1*8~IEA*1*000000007~")
}
