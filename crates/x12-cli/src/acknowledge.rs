//! `ack`: writes acknowledgements.
//!
//! An answer that cannot be written costs its interchange only: it is named on standard error, and
//! what follows is answered.

use super::Outcome;
use super::arguments::Ack;
use super::damage::{Damage, PRINTED, WithDamage, number, transaction_name};
use super::inputs::Input;
use super::messages::{many, warn};
use anyhow::Context;
use chrono::{DateTime, Utc};
use mc_hipaa::claim_acknowledgement::{ClaimSpooler, SpoolError, SpooledBatch};
use mc_x12::acknowledgement::{Acknowledger, GroupOutcome, InterchangeOutcome, Values};
use mc_x12::check::{Checker, Report, Settings};
use mc_x12::{ControlNumbers, Delimiters, Limits, StreamError, StreamReader, WriteError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::time::SystemTime;

/// Bytes of claims, and of a response, that wait in memory; more wait in a temporary file.
const IN_MEMORY: usize = 4 << 20;

/// Checks each input and writes its acknowledgements, those of an interchange when it has ended.
pub fn run(options: &Ack) -> anyhow::Result<Outcome> {
    let settings = options.rules.settings()?;
    let mut next = options.control;
    options.inputs.each(|mut input| {
        let mut answers = Answers {
            name: input.name.clone(),
            next,
            rejected: 0,
            outcome: Outcome::Clean,
        };
        let of_input = if options.claims {
            claims(&mut input, &settings, &mut answers)?
        } else {
            envelopes(&mut input, &settings, options, &mut answers)?
        };
        next = answers.next;
        if let Some(more) = answers.rejected.checked_sub(PRINTED + 1) {
            let sets = many(u64::from(more) + 1, "more transaction set");
            warn(&format!("{}: no 277CA of {sets}: the 999 rejects them", answers.name));
        }
        Ok(of_input.and(answers.outcome))
    })
}

/// Writes the 277CA of each transaction set of claims that the 999 accepts. The claims wait in a
/// temporary file, which has no name and ends with the process.
fn claims(input: &mut Input, settings: &Settings, answers: &mut Answers) -> anyhow::Result<Outcome> {
    let mut spooler = ClaimSpooler::new(tempfile::spooled_tempfile(IN_MEMORY));
    // Claims hold no attachments: memory stays small whatever a file states.
    let binary_bytes = Limits::REAL_TIME.binary_bytes;
    let limits = Limits {
        binary_bytes,
        ..Limits::FILE
    };
    check_each(input, limits, settings, &mut spooler, |spooler| {
        for control in spooler.take_rejected() {
            answers.reject(&control);
        }
        while let Some(batch) = spooler.next_ended()? {
            answers.claims(batch)?;
        }
        Ok(())
    })
}

/// Writes the 999 of each group, or the TA1 of each interchange.
fn envelopes(input: &mut Input, settings: &Settings, options: &Ack, answers: &mut Answers) -> anyhow::Result<Outcome> {
    let values = if options.values {
        Values::Copied
    } else {
        Values::Withheld
    };
    let mut write = |outcomes: Vec<InterchangeOutcome>| {
        let mut outcomes = outcomes.iter();
        outcomes.try_for_each(|outcome| answers.envelopes(outcome, options.ta1))
    };
    let mut acknowledger = Acknowledger::new(values);
    let outcome = check_each(input, Limits::FILE, settings, &mut acknowledger, |acknowledger| {
        write(acknowledger.take_ended())
    })?;
    let is_complete = acknowledger.is_complete();
    write(acknowledger.finish())?;
    if !is_complete {
        let (name, max) = (&input.name, Acknowledger::DEFAULT_LIMIT);
        warn(&format!(
            "{name}: a 999 lists at most {max} transaction sets and errors of an interchange; the rest is counted"
        ));
        return Ok(Outcome::Found);
    }
    Ok(outcome)
}

/// Checks an input within `limits`; `after` follows each segment.
fn check_each<R: Report>(
    input: &mut Input,
    limits: Limits,
    settings: &Settings,
    report: &mut R,
    mut after: impl FnMut(&mut R) -> anyhow::Result<()>,
) -> anyhow::Result<Outcome> {
    let mut damage = Damage::of(&input.name);
    let mut reader = StreamReader::new(&mut input.source, limits);
    let mut checker = Checker::new(settings);
    let verdict = loop {
        let damage = &mut damage;
        let mut with_damage = WithDamage { report, damage };
        match reader.next_segment() {
            Some(Ok(segment)) => checker.segment(&segment, &mut with_damage),
            Some(Err(StreamError::Read(error))) => checker.unreadable(&error, &mut with_damage),
            Some(Err(StreamError::Source(error))) => {
                return Err(error).with_context(|| format!("cannot read {}", input.name));
            }
            None => break checker.finish(&mut with_damage),
        }
        after(report)?;
    };
    if verdict.interchanges == 0 {
        warn(&format!(
            "{}: there is no interchange that could be acknowledged",
            input.name
        ));
    }
    let clean = if verdict.is_clean() {
        Outcome::Clean
    } else {
        Outcome::Found
    };
    Ok(clean.and(damage.outcome()))
}

/// Writes the answers to an input.
struct Answers {
    name: String,
    /// The next control number.
    next: u32,
    /// Transaction sets of claims that the 999 rejects.
    rejected: u32,
    /// Whether each was written in full.
    outcome: Outcome,
}

impl Answers {
    /// The next control number, in each envelope. It is used up when an answer was written.
    fn numbers(&self) -> ControlNumbers {
        ControlNumbers {
            interchange: self.next,
            group: self.next,
            transaction: self.next,
        }
    }

    fn envelopes(&mut self, outcome: &InterchangeOutcome, ta1: bool) -> anyhow::Result<()> {
        let now = SystemTime::now().into();
        let interchange = &outcome.control;
        if ta1 {
            return match outcome.to_ta1(self.next, now, Delimiters::STANDARD) {
                Ok(None) => Ok(()),
                Ok(Some(text)) => self.put(&text),
                Err(error) => {
                    self.refuse(interchange, "its TA1", error);
                    Ok(())
                }
            };
        }
        // A 999 is not answered with a 999.
        let is_answered = |group: &&GroupOutcome| group.functional_id != "FA";
        for group in outcome.groups.iter().filter(is_answered) {
            match group.to_x12(outcome, self.numbers(), now, Delimiters::STANDARD) {
                Ok(text) => self.put(&text)?,
                Err(error) => {
                    let what = format!("the 999 of group {}", number(&group.control, 9));
                    self.refuse(interchange, &what, error);
                }
            }
        }
        Ok(())
    }

    fn claims<S: Read + Seek>(&mut self, mut batch: SpooledBatch<'_, S>) -> anyhow::Result<()> {
        let now = DateTime::<Utc>::from(SystemTime::now());
        let envelope = batch.envelope(self.numbers(), now);
        let interchange = batch.interchange().to_owned();
        let what = format!("the 277CA of transaction {}", transaction_name("837", batch.control()));
        // A part of an interchange is not written.
        let mut text = tempfile::spooled_tempfile(IN_MEMORY);
        match batch.write(&format!("{:09}", self.next), &envelope, &mut text) {
            Ok(0) => {}
            Ok(amounts) => {
                let what = format!("{what} leaves out {amounts} amounts of more than 18 characters (STC04, AMT02)");
                self.incomplete(&interchange, &what);
            }
            Err(SpoolError::Write(error)) => {
                self.refuse(&interchange, &what, error);
                return Ok(());
            }
            Err(error) => return Err(error.into()),
        }
        text.seek(SeekFrom::Start(0))?;
        let mut out = io::stdout().lock();
        io::copy(&mut text, &mut out)?;
        writeln!(out)?;
        self.next = self.next.saturating_add(1);
        Ok(())
    }

    /// Says why a transaction set of claims has no 277CA.
    fn reject(&mut self, control: &str) {
        self.rejected = self.rejected.saturating_add(1);
        if self.rejected > PRINTED {
            return;
        }
        let set = transaction_name("837", control);
        warn(&format!(
            "{}: transaction {set} has no 277CA: the 999 rejects it",
            self.name
        ));
    }

    fn put(&mut self, text: &str) -> anyhow::Result<()> {
        writeln!(io::stdout().lock(), "{text}")?;
        self.next = self.next.saturating_add(1);
        Ok(())
    }

    /// Names an answer that cannot be written.
    fn refuse(&mut self, interchange: &str, what: &str, error: WriteError) {
        self.incomplete(interchange, &format!("{what} cannot be written: {error}"));
    }

    fn incomplete(&mut self, interchange: &str, what: &str) {
        warn(&format!(
            "{}: interchange {}: {what}",
            self.name,
            number(interchange, 9)
        ));
        self.outcome = Outcome::Found;
    }
}
