//! `json --typed`: each transaction set as the typed value of its kind, one line each.

use super::Outcome;
use super::arguments::Json;
use super::damage::{self, Damage};
use super::messages::{self, warn};
use anyhow::Context;
use mc_hipaa::AnyTransaction;
use mc_x12::check::{Ended, InterchangeEnded, Report, check};
use mc_x12::finding::FindingKind;
use mc_x12::guide::Guide;
use mc_x12::walk::Placed;
use mc_x12::{Finding, Limits, Segment, SegmentBuffer, Transaction};
use serde_json::{Value, json};
use std::io::{self, BufWriter, Write};

/// Largest transaction set; it is held as a whole.
const MAX_BYTES: usize = 16 << 20;
/// Most loops of a transaction set. The value and JSON of a loop take about 6 KB, also of an empty
/// one: 300 MB together.
const MAX_LOOPS: u32 = 50_000;

/// Converts each input. Damage of the envelopes, and what has no typed value, is reported.
pub fn run(options: &Json) -> anyhow::Result<Outcome> {
    let settings = damage::settings();
    let mut out = BufWriter::new(io::stdout().lock());
    let outcome = options.inputs.each(|mut input| {
        let mut writer = Writer::new(&mut out, &input.name);
        let checked = check(&mut input.source, Limits::FILE, &settings, &mut writer);
        checked.with_context(|| format!("cannot read {}", input.name))?;
        writer.result?;
        Ok(writer.outcome.and(writer.damage.outcome()))
    })?;
    out.flush()?;
    Ok(outcome)
}

/// Writes every transaction set that has an end, also where its envelopes are damaged.
struct Writer<'w, W> {
    out: &'w mut W,
    name: &'w str,
    damage: Damage,
    /// Ids in lower case were found in the interchange.
    is_lower_case: bool,
    /// GS08.
    version: String,
    /// Of the open transaction set: ST01 to ST03, and the segments between ST and SE.
    header: [String; 3],
    segments: SegmentBuffer,
    loops: u32,
    outcome: Outcome,
    result: io::Result<()>,
}

impl<'w, W: Write> Writer<'w, W> {
    fn new(out: &'w mut W, name: &'w str) -> Self {
        Self {
            out,
            name,
            damage: Damage::of(name),
            is_lower_case: false,
            version: String::new(),
            header: <[String; 3]>::default(),
            segments: SegmentBuffer::default(),
            loops: 0,
            outcome: Outcome::Clean,
            result: Ok(()),
        }
    }

    fn is_too_large(&self) -> bool {
        self.segments.size() > MAX_BYTES || self.loops > MAX_LOOPS
    }

    /// The value with its place in the file, or why it has none.
    fn line(&self) -> Result<Value, String> {
        if self.is_too_large() {
            return Err(format!(
                "a transaction set of more than {MAX_BYTES} bytes or {MAX_LOOPS} loops is left out; mc_hipaa::stream \
                 reads it claim by claim"
            ));
        }
        let [id, control_number, own] = self.header.each_ref().map(String::as_str);
        let version = if own.is_empty() { &self.version } else { own };
        let transaction = Transaction {
            id,
            control_number,
            version,
            segments: self.segments.segments().collect(),
            empty: Vec::new(),
        };
        let read = AnyTransaction::read(&transaction).map_err(|error| {
            if self.is_lower_case {
                // Its codes are in lower case, too.
                "segment ids must be in upper case".to_owned()
            } else {
                error.to_string()
            }
        })?;
        let mut line = serde_json::to_value(&read.value).map_err(|error| error.to_string())?;
        if let Some(fields) = line.as_object_mut() {
            fields.insert("file".to_owned(), json!(self.name));
            fields.insert("transaction".to_owned(), json!(id));
            fields.insert("version".to_owned(), json!(version));
            fields.insert("control".to_owned(), json!(control_number));
            fields.insert("unread".to_owned(), json!(read.unread));
        }
        Ok(line)
    }
}

impl<W: Write> Report for Writer<'_, W> {
    fn finding(&mut self, finding: &Finding<'_>) {
        self.is_lower_case |= finding.kind == FindingKind::LowerCaseId;
        self.damage.take(finding);
    }

    fn group_began(&mut self, gs: &Segment<'_>) {
        gs.element(8).clone_into(&mut self.version);
    }

    fn transaction_began(&mut self, st: &Segment<'_>, _: Option<&'static Guide>) {
        self.header = [1, 2, 3].map(|n| st.element(n).to_owned());
        self.segments.clear();
        self.loops = 0;
    }

    fn segment(&mut self, segment: &Segment<'_>, placed: Option<&Placed>) {
        self.loops = self
            .loops
            .saturating_add(u32::from(placed.is_some_and(|placed| placed.opened)));
        if self.is_too_large() {
            self.segments.clear();
        } else if !matches!(segment.id(), "ST" | "SE") {
            self.segments.push(segment);
        }
    }

    fn transaction_ended(&mut self, ended: &Ended) {
        if ended.is_cut || self.result.is_err() {
            return;
        }
        match self.line() {
            Ok(line) => self.result = writeln!(self.out, "{}", messages::json(&line)),
            Err(error) => {
                let set = damage::transaction_name(&self.header[0], &self.header[1]);
                warn(&format!("{}: {set}: {error}", self.name));
                self.outcome = Outcome::Found;
            }
        }
    }

    fn interchange_ended(&mut self, _: &InterchangeEnded) {
        self.is_lower_case = false;
    }
}
