//! Writes a 999 (005010X231A1) for one group.

use super::outcome::{
    ElementError, GroupOutcome, InterchangeOutcome, SegmentError, SituationalTrigger, TRIGGER, TransactionOutcome,
};
use crate::delimiters::Delimiters;
use crate::error::WriteError;
use crate::line::Line;
use crate::writer::{Builder, ControlNumbers, Header, TransactionKind};
use chrono::{DateTime, Utc};

const KIND: TransactionKind = TransactionKind {
    functional_id: "FA",
    id: "999",
    version: "005010X231A1",
};

/// Maximum length of CTX01-2 (data element 9998).
const VALUE: usize = 35;
/// Maximum number of situational triggers of one segment or element.
const TRIGGERS: usize = 9;

/// Whether a value of the input can be written in the acknowledgement.
fn is_written(value: &str, delimiters: Delimiters) -> bool {
    let fits = |c: char| !delimiters.contains(c) && (c == ' ' || c.is_ascii_graphic());
    value.chars().all(fits)
}

impl GroupOutcome {
    /// The 999 of this group, in an interchange of its own addressed to the sender. A delimiter
    /// that an id of the interchange contains gives way to another. A value that contains a
    /// delimiter of the acknowledgement is left out; a name or control number in an invalid format
    /// is cut to what fits. A qualifier that is none is written as
    /// [`crate::Party::answered`] has it.
    ///
    /// # Errors
    /// [`WriteError`] where the sender or receiver id of the interchange is blank or holds a
    /// control character.
    pub fn to_x12(
        &self,
        of: &InterchangeOutcome,
        control: ControlNumbers,
        created_at: DateTime<Utc>,
        delimiters: Delimiters,
    ) -> Result<String, WriteError> {
        let header = Header {
            sender: of.receiver.answered(),
            receiver: of.sender.answered(),
            control,
            created_at,
            usage: of.usage,
            kind: KIND,
        };
        let delimiters = header.delimiters(delimiters, &[]);
        let mut builder = Builder::new(&header, delimiters)?;
        builder.push(
            Line::new("AK1")
                .required(&fitting(&self.functional_id, "?", 2, delimiters), 2)
                .required(&fitting(&self.control, "0", 9, delimiters), 9)
                .data(&fitting(&self.version, "", 12, delimiters), 12),
        )?;
        for transaction in &self.transactions {
            transaction.write(&mut builder, delimiters)?;
        }
        let count = |n: usize| n.to_string();
        let received = self.received();
        let mut line = Line::new("AK9")
            .code(self.verdict())
            .code(&self.stated.map_or(received, |stated| stated as usize).to_string())
            .code(&count(received))
            .code(&count(self.accepted()));
        for code in self.codes.iter().take(5) {
            line = line.code(code);
        }
        builder.push(line)?;
        builder.finish()
    }
}

/// The part of a text that can be written; `instead` where nothing is left.
fn fitting(text: &str, instead: &str, max: usize, delimiters: Delimiters) -> String {
    let writable = |c: &char| !delimiters.contains(*c) && (*c == ' ' || c.is_ascii_graphic());
    let text: String = text.chars().filter(writable).take(max).collect();
    match text.trim_end() {
        "" => instead.to_owned(),
        text => text.to_owned(),
    }
}

impl TransactionOutcome {
    fn write(&self, builder: &mut Builder, delimiters: Delimiters) -> Result<(), WriteError> {
        builder.push(
            Line::new("AK2")
                .required(&fitting(&self.id, "???", 3, delimiters), 3)
                .required(&fitting(&self.control, "0000", 9, delimiters), 9)
                .data(&fitting(&self.version, "", 35, delimiters), 35),
        )?;
        for segment in &self.segments {
            segment.write(builder, delimiters)?;
        }
        let mut line = Line::new("IK5").code(if self.accepted { "A" } else { "R" });
        for code in self.codes.iter().take(5) {
            line = line.code(code);
        }
        builder.push(line)
    }
}

impl SegmentError {
    fn write(&self, builder: &mut Builder, delimiters: Delimiters) -> Result<(), WriteError> {
        builder.push(
            Line::new("IK3")
                .required(&self.id, 3)
                .code(&self.position.to_string())
                .data(&self.loop_id, 4)
                .code(&self.code),
        )?;
        write_triggers(&self.triggers, builder, delimiters)?;
        if let Some(unit) = self.unit.as_ref().filter(|unit| is_written(&unit.value, delimiters)) {
            builder.push(Line::new("CTX").composite(vec![unit.kind.clone(), unit.value.clone()], VALUE))?;
        }
        self.elements
            .iter()
            .try_for_each(|element| element.write(builder, delimiters))
    }
}

impl ElementError {
    fn write(&self, builder: &mut Builder, delimiters: Delimiters) -> Result<(), WriteError> {
        let writable = |value: &&String| is_written(value, delimiters);
        let value = self.value.as_ref().filter(writable).map_or("", String::as_str);
        builder.push(
            Line::new("IK4")
                .composite(position(self.at), 6)
                .code(&number(self.number))
                .code(&self.code)
                .data(value, 99),
        )?;
        write_triggers(&self.triggers, builder, delimiters)
    }
}

/// C030: element, component, repetition, as far as they are needed.
fn position((element, component, repetition): (u8, u8, u16)) -> Vec<String> {
    let mut at = vec![element.to_string()];
    if component > 0 || repetition > 1 {
        at.push(if component > 0 {
            component.to_string()
        } else {
            String::new()
        });
    }
    if repetition > 1 {
        at.push(repetition.to_string());
    }
    at
}

fn number(number: u16) -> String {
    if number == 0 { String::new() } else { number.to_string() }
}

/// At most nine, as the guide allows.
fn write_triggers(
    triggers: &[SituationalTrigger],
    builder: &mut Builder,
    delimiters: Delimiters,
) -> Result<(), WriteError> {
    triggers.iter().take(TRIGGERS).try_for_each(|trigger| {
        builder.push(
            Line::new("CTX")
                .data(TRIGGER, VALUE)
                .required(&fitting(&trigger.id, "???", 3, delimiters), 3)
                .code(&trigger.position.map_or(String::new(), |position| position.to_string()))
                .data(&fitting(&trigger.loop_id, "", 6, delimiters), 6)
                .composite(trigger.at.map(position).unwrap_or_default(), 6)
                .code(&number(trigger.number)),
        )
    })
}
