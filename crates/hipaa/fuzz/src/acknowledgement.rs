//! Findings become a 999 and a TA1, which read back equal.

use super::{envelope, input};
use mc_x12::acknowledgement::{Acknowledger, Functional, InterchangeAcknowledgement, InterchangeOutcome, Values};
use mc_x12::check::{Settings, check};
use mc_x12::{Delimiters, Interchange, Limits};

fn answer(outcome: &InterchangeOutcome) {
    let envelope = envelope();
    for group in &outcome.groups {
        let written = group.to_x12(outcome, envelope.control, envelope.created_at, Delimiters::STANDARD);
        let Ok(text) = written else { continue };
        let read = Interchange::parse(text.as_bytes()).expect("a 999 has valid envelopes");
        let transaction = read.transactions().next().expect("a 999 is a transaction set");
        let read = Functional::read(transaction).expect("a 999 is read");
        assert_eq!(read.verdict, group.verdict());
        assert_eq!(read.counts.2 as usize, group.accepted());
        assert_eq!(read.transactions.len(), group.transactions.len());
        for (read, written) in read.transactions.iter().zip(&group.transactions) {
            assert_eq!(
                (read.accepted, read.segments.len()),
                (written.accepted, written.segments.len())
            );
            for (read, written) in read.segments.iter().zip(&written.segments) {
                assert_eq!(
                    (&read.id, &read.code, read.position),
                    (&written.id, &written.code, written.position)
                );
                let places = read
                    .elements
                    .iter()
                    .map(|element| (element.at, element.number, &element.code));
                assert!(
                    places.eq(written
                        .elements
                        .iter()
                        .map(|element| (element.at, element.number, &element.code)))
                );
            }
        }
    }
    if let Ok(Some(text)) = outcome.to_ta1(1, envelope.created_at, Delimiters::STANDARD) {
        let read = Interchange::parse(text.as_bytes()).expect("a TA1 has valid envelopes");
        let ta1 = InterchangeAcknowledgement::read(&read.acknowledgements[0]).expect("a TA1 is read");
        assert_eq!((ta1.verdict.as_str(), ta1.note.as_str()), outcome.interchange_note());
    }
}

/// Findings become a 999 and a TA1, which read back equal.
pub fn holds(data: &[u8]) {
    let bytes = input(data);
    let mut acknowledger = Acknowledger::with_limit(300, Values::Copied);
    if check(&bytes[..], Limits::FILE, &Settings::default(), &mut acknowledger).is_ok() {
        acknowledger.finish().iter().for_each(answer);
    }
    if let Ok(interchange) = Interchange::parse(&bytes) {
        for transaction in interchange.transactions() {
            let _ = Functional::read(transaction);
        }
    }
}
