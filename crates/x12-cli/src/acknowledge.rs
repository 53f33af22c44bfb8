//! `ack`: writes acknowledgements.

use super::Outcome;
use super::arguments::Ack;
use super::inputs::Input;
use chrono::{DateTime, Utc};
use mc_hipaa::claim_acknowledgement::{ClaimSpooler, SpooledBatch};
use mc_x12::acknowledgement::{Acknowledger, InterchangeOutcome, Values};
use mc_x12::check::{Checker, Report, Settings, Verdict};
use mc_x12::{ControlNumbers, Delimiters, Limits, StreamError, StreamReader};
use std::io::{self, Read, Seek, Write};
use std::time::SystemTime;

/// Bytes of claims that wait in memory; more wait in a temporary file.
const IN_MEMORY: usize = 4 << 20;

/// Checks each input and writes its acknowledgements, those of an interchange when it has ended.
pub fn run(options: &Ack) -> anyhow::Result<Outcome> {
    let settings = options.rules.settings()?;
    let mut next = options.control;
    let mut outcome = Outcome::Clean;
    for pending in options.inputs.open()? {
        let mut input = pending.open()?;
        let of_input = if options.claims {
            claims(&mut input, &settings, &mut next)?
        } else {
            envelopes(&mut input, &settings, options, &mut next)?
        };
        outcome = outcome.and(of_input);
    }
    Ok(outcome)
}

/// Writes the 277CA of each transaction set of claims that the 999 accepts. The claims wait in a
/// temporary file, which has no name and ends with the process.
fn claims(input: &mut Input, settings: &Settings, next: &mut u32) -> anyhow::Result<Outcome> {
    let mut spooler = ClaimSpooler::new(tempfile::spooled_tempfile(IN_MEMORY));
    let verdict = check_each(input, settings, &mut spooler, |spooler| {
        while let Some(batch) = spooler.next_ended()? {
            answer_claims(batch, next)?;
        }
        Ok(())
    })?;
    Ok(of(&verdict))
}

/// Writes the 999 of each group, or the TA1 of each interchange.
fn envelopes(input: &mut Input, settings: &Settings, options: &Ack, next: &mut u32) -> anyhow::Result<Outcome> {
    let values = if options.values {
        Values::Copied
    } else {
        Values::Withheld
    };
    let mut write = |outcomes: Vec<InterchangeOutcome>| {
        let mut outcomes = outcomes.iter();
        outcomes.try_for_each(|outcome| answer(outcome, options.ta1, next))
    };
    let mut acknowledger = Acknowledger::new(values);
    let verdict = check_each(input, settings, &mut acknowledger, |acknowledger| {
        write(acknowledger.take_ended())
    })?;
    let is_complete = acknowledger.is_complete();
    write(acknowledger.finish())?;
    if !is_complete {
        let name = &input.name;
        anstream::eprintln!(
            "medconnect-x12: {name}: there are too many errors or transaction sets to list all of them"
        );
        return Ok(Outcome::Found);
    }
    Ok(of(&verdict))
}

fn of(verdict: &Verdict) -> Outcome {
    if verdict.is_clean() {
        Outcome::Clean
    } else {
        Outcome::Found
    }
}

/// Checks an input; `after` follows each segment.
fn check_each<R: Report>(
    input: &mut Input,
    settings: &Settings,
    report: &mut R,
    mut after: impl FnMut(&mut R) -> anyhow::Result<()>,
) -> anyhow::Result<Verdict> {
    let mut reader = StreamReader::new(&mut input.source, Limits::FILE);
    let mut checker = Checker::new(settings);
    loop {
        match reader.next_segment() {
            Some(Ok(segment)) => checker.segment(&segment, report),
            Some(Err(StreamError::Read(error))) => checker.unreadable(&error, report),
            Some(Err(StreamError::Source(error))) => return Err(error.into()),
            None => return Ok(checker.finish(report)),
        }
        after(report)?;
    }
}

fn answer_claims<S: Read + Seek>(mut batch: SpooledBatch<'_, S>, next: &mut u32) -> anyhow::Result<()> {
    let now = DateTime::<Utc>::from(SystemTime::now());
    let reference = format!("{next:09}");
    let envelope = batch.envelope(numbers(next), now);
    let mut out = io::stdout().lock();
    batch.write(&reference, &envelope, &mut out)?;
    writeln!(out)?;
    Ok(())
}

/// The next control number, in each envelope.
fn numbers(next: &mut u32) -> ControlNumbers {
    let control = ControlNumbers {
        interchange: *next,
        group: *next,
        transaction: *next,
    };
    *next += 1;
    control
}

fn answer(outcome: &InterchangeOutcome, ta1: bool, next: &mut u32) -> anyhow::Result<()> {
    let now = SystemTime::now().into();
    let mut out = io::stdout().lock();
    if ta1 {
        if let Some(text) = outcome.to_ta1(*next, now, Delimiters::STANDARD)? {
            *next += 1;
            writeln!(out, "{text}")?;
        }
        return Ok(());
    }
    // A 999 is not answered with a 999.
    for group in outcome.groups.iter().filter(|group| group.functional_id != "FA") {
        writeln!(
            out,
            "{}",
            group.to_x12(outcome, numbers(next), now, Delimiters::STANDARD)?
        )?;
    }
    Ok(())
}
