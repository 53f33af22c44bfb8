//! `json`: interchanges as nested JSON, written while they are read, so that memory does not depend
//! on the size of the file.

use super::Outcome;
use super::arguments::Json;
use super::damage::{self, Damage};
use super::messages;
use anyhow::Context;
use mc_x12::check::{InterchangeEnded, Report, check};
use mc_x12::guide::{Content, Guide};
use mc_x12::walk::Placed;
use mc_x12::{Finding, Limits, Segment};
use serde_json::{Value, json};
use std::io::{self, BufWriter, Write};

/// Converts each input. Only damage of the envelopes is reported; `validate` reports other errors.
pub fn run(options: &Json) -> anyhow::Result<Outcome> {
    let settings = damage::settings();
    options.inputs.each(|mut input| {
        let mut writer = Writer::new(BufWriter::new(io::stdout().lock()), Damage::of(&input.name));
        let checked = check(&mut input.source, Limits::FILE, &settings, &mut writer);
        checked.with_context(|| format!("cannot read {}", input.name))?;
        Ok(writer.finish()?)
    })
}

/// Writes nested lists and tracks the open ones and their commas.
struct Writer<W: Write> {
    out: W,
    /// For each open list: whether it has an entry.
    begun: Vec<bool>,
    /// Number of open lists outside the loops of the current transaction set.
    outside: usize,
    damage: Damage,
    result: io::Result<()>,
}

impl<W: Write> Writer<W> {
    fn new(out: W, damage: Damage) -> Self {
        Self {
            out,
            begun: Vec::new(),
            outside: 0,
            damage,
            result: Ok(()),
        }
    }

    fn put(&mut self, text: &str) {
        if self.result.is_ok() {
            self.result = self.out.write_all(text.as_bytes());
        }
    }

    fn item(&mut self, text: &str) {
        if self
            .begun
            .last_mut()
            .is_some_and(|begun| std::mem::replace(begun, true))
        {
            self.put(",");
        }
        self.put(text);
    }

    /// Opens an object whose last field is a list.
    fn open(&mut self, head: &Value, list: &str) {
        let head = messages::json(head);
        self.item(head.strip_suffix('}').unwrap_or(&head));
        self.put(&format!(",\"{list}\":["));
        self.begun.push(false);
    }

    fn close_to(&mut self, depth: usize) {
        while self.begun.len() > depth {
            self.begun.pop();
            self.put("]}");
            if self.begun.is_empty() {
                self.put("\n");
            }
        }
    }

    fn finish(mut self) -> io::Result<Outcome> {
        self.close_to(0);
        self.result?;
        self.out.flush()?;
        Ok(self.damage.outcome())
    }
}

impl<W: Write> Report for Writer<W> {
    fn finding(&mut self, finding: &Finding<'_>) {
        self.damage.take(finding);
    }

    fn interchange_began(&mut self, isa: &Segment<'_>) {
        self.close_to(0);
        self.open(&json!({ "isa": elements(isa, None) }), "groups");
    }

    fn group_began(&mut self, gs: &Segment<'_>) {
        self.close_to(1);
        self.open(&json!({ "gs": elements(gs, None) }), "transactions");
    }

    fn transaction_began(&mut self, st: &Segment<'_>, guide: Option<&'static Guide>) {
        self.close_to(2);
        let name = guide.map(|guide| guide.name);
        self.open(
            &json!({ "transaction": st.element(1), "control": st.element(2), "name": name }),
            "content",
        );
        self.outside = self.begun.len();
    }

    fn segment(&mut self, segment: &Segment<'_>, placed: Option<&Placed>) {
        if let Some(placed) = placed {
            // The list of the root is already open.
            self.close_to(self.outside + placed.kept - 1);
            if placed.opened {
                let within = placed.within;
                self.open(&json!({ "loop": within.id, "name": within.name }), "content");
            }
        }
        let name = placed.map(|placed| placed.of.name);
        let text = json!({ "segment": segment.id(), "name": name, "elements": elements(segment, placed) });
        self.item(&messages::json(&text));
    }

    fn transaction_ended(&mut self, _: &mc_x12::check::Ended) {
        self.close_to(2);
    }

    fn interchange_ended(&mut self, _: &InterchangeEnded) {
        self.close_to(0);
    }
}

/// Elements as text; repetitions and components as lists.
fn elements(segment: &Segment<'_>, placed: Option<&Placed>) -> Vec<Value> {
    let delimiters = segment.delimiters();
    let text = segment.text();
    let all = text.split(delimiters.element()).skip(1);
    let is_isa = segment.id() == "ISA";
    let one = |(at, text): (usize, &str)| {
        let of = placed.and_then(|placed| placed.of.elements.get(at));
        let composite = of.is_some_and(|of| matches!(of.content, Content::Composite(_)));
        let part = |text: &str| {
            if composite || text.contains(delimiters.component()) {
                json!(text.split(delimiters.component()).collect::<Vec<_>>())
            } else {
                json!(text)
            }
        };
        match delimiters.repetition() {
            // ISA11 and ISA16 are delimiters.
            _ if is_isa => json!(text),
            Some(separator) if text.contains(separator) => text.split(separator).map(part).collect(),
            _ => part(text),
        }
    };
    all.enumerate().map(one).collect()
}
