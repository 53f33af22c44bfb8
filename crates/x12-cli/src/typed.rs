//! `json --typed`: each transaction set as the typed value of its kind, one line each.

use super::Outcome;
use super::arguments::Json;
use mc_hipaa::AnyTransaction;
use mc_hipaa::stream::interchanges;
use mc_x12::{Interchange, Transaction};
use serde_json::json;
use std::io::{self, BufWriter, Write};

/// Largest interchange; it is held as a whole.
const MAX_BYTES: usize = 256 << 20;

/// Converts each input. What has no typed value is named on standard error.
pub fn run(options: &Json) -> anyhow::Result<Outcome> {
    let mut out = BufWriter::new(io::stdout().lock());
    let mut outcome = Outcome::Clean;
    for pending in options.inputs.open()? {
        let mut input = pending.open()?;
        for text in interchanges(&mut input.source, MAX_BYTES) {
            let converted = text
                .map_err(anyhow::Error::from)
                .and_then(|text| interchange(&input.name, &text, &mut out));
            outcome = outcome.and(match converted {
                Ok(outcome) => outcome,
                Err(error) if error.is::<io::Error>() => return Err(error),
                Err(error) => {
                    anstream::eprintln!("medconnect-x12: {}: {error:#}", input.name);
                    Outcome::Found
                }
            });
        }
    }
    out.flush()?;
    Ok(outcome)
}

fn interchange(name: &str, text: &[u8], out: &mut impl Write) -> anyhow::Result<Outcome> {
    let interchange = Interchange::parse(text)?;
    let mut outcome = Outcome::Clean;
    for transaction in interchange.transactions() {
        if let Some(line) = line(name, transaction) {
            serde_json::to_writer(&mut *out, &line).map_err(io::Error::from)?;
            out.write_all(b"\n")?;
        } else {
            outcome = Outcome::Found;
        }
    }
    Ok(outcome)
}

/// The value with its place in the file; `None` where it has none, which was reported.
fn line(name: &str, transaction: &Transaction<'_>) -> Option<serde_json::Value> {
    match AnyTransaction::read(transaction) {
        Ok(read) => {
            let mut line = json!({
                "file": name,
                "transaction": transaction.id,
                "version": transaction.version,
                "control": transaction.control_number,
            });
            if let (Some(line), Ok(serde_json::Value::Object(value))) =
                (line.as_object_mut(), serde_json::to_value(read.value))
            {
                line.extend(value);
                line.insert("unread".to_owned(), json!(read.unread));
            }
            Some(line)
        }
        Err(error) => {
            let (id, control) = (transaction.id, transaction.control_number);
            anstream::eprintln!("medconnect-x12: {name}: {id} {control}: {error}");
            None
        }
    }
}
