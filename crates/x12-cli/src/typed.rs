//! `json --typed`: each transaction set as the typed value of its kind, one line each.

use super::Outcome;
use super::arguments::Json;
use super::damage::{self, Damage};
use mc_hipaa::AnyTransaction;
use mc_hipaa::stream::interchanges;
use mc_x12::check::{Report, check};
use mc_x12::{Finding, Limits, SegmentReader, Transaction};
use serde_json::{Value, json};
use std::io::{self, BufWriter, Write};

/// Largest interchange; it is held as a whole.
const MAX_BYTES: usize = 256 << 20;

/// Converts each input. Damage of the envelopes, and what has no typed value, is reported.
pub fn run(options: &Json) -> anyhow::Result<Outcome> {
    let mut out = BufWriter::new(io::stdout().lock());
    let mut outcome = Outcome::Clean;
    for pending in options.inputs.open()? {
        let mut input = pending.open()?;
        for text in interchanges(&mut input.source, MAX_BYTES) {
            outcome = outcome.and(match text {
                Ok(text) => interchange(&input.name, &text, &mut out)?,
                Err(error) => {
                    anstream::eprintln!("medconnect-x12: {}: {error}", input.name);
                    Outcome::Found
                }
            });
        }
    }
    out.flush()?;
    Ok(outcome)
}

/// Takes damage of the envelopes out of the findings.
struct Envelopes(Damage);

impl Report for Envelopes {
    fn finding(&mut self, finding: &Finding<'_>) {
        self.0.take(finding);
    }
}

/// Writes every transaction set that has an end, also where its envelopes are damaged.
fn interchange(name: &str, text: &[u8], out: &mut impl Write) -> io::Result<Outcome> {
    let mut envelopes = Envelopes(Damage::of(name));
    check(text, Limits::FILE, &damage::settings(), &mut envelopes)?;
    let mut outcome = envelopes.0.outcome();
    let (mut version, mut open) = ("", None);
    // Unreadable text was reported as damage.
    for segment in SegmentReader::new(text, Limits::FILE).into_iter().flatten().flatten() {
        match segment.id() {
            "GS" => version = segment.element(8),
            "ST" => {
                let own = Some(segment.element(3)).filter(|version| !version.is_empty());
                open = Some(Transaction {
                    id: segment.element(1),
                    control_number: segment.element(2),
                    version: own.unwrap_or(version),
                    segments: Vec::new(),
                });
            }
            "SE" => {
                let Some(transaction) = open.take() else { continue };
                match line(name, &transaction) {
                    Some(line) => writeln!(out, "{line}")?,
                    None => outcome = Outcome::Found,
                }
            }
            _ => {
                if let Some(transaction) = &mut open {
                    transaction.segments.push(segment);
                }
            }
        }
    }
    Ok(outcome)
}

/// The value with its place in the file; `None` where it has none, which is reported.
fn line(name: &str, transaction: &Transaction<'_>) -> Option<Value> {
    let (id, control) = (transaction.id, transaction.control_number);
    let read = match AnyTransaction::read(transaction) {
        Ok(read) => read,
        Err(error) => {
            let set = damage::transaction_name(id, control);
            anstream::eprintln!("medconnect-x12: {name}: {set}: {error}");
            return None;
        }
    };
    let mut line = serde_json::to_value(&read.value).ok()?;
    let fields = line.as_object_mut()?;
    fields.insert("file".to_owned(), json!(name));
    fields.insert("transaction".to_owned(), json!(id));
    fields.insert("version".to_owned(), json!(transaction.version));
    fields.insert("control".to_owned(), json!(control));
    fields.insert("unread".to_owned(), json!(read.unread));
    Some(line)
}
