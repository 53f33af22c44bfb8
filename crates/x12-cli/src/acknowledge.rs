//! `ack`: writes acknowledgements.

use super::Outcome;
use super::arguments::Ack;
use chrono::{DateTime, Utc};
use mc_hipaa::claim_acknowledgement::{ClaimAcknowledger, ReceivedBatch};
use mc_x12::acknowledgement::{Acknowledger, InterchangeOutcome, Values};
use mc_x12::check::check;
use mc_x12::{ControlNumbers, Delimiters, Limits};
use std::io::{self, Write};
use std::time::SystemTime;

/// Checks each input and writes its acknowledgements.
pub fn run(options: &Ack) -> anyhow::Result<Outcome> {
    let settings = options.rules.settings()?;
    let values = if options.values {
        Values::Copied
    } else {
        Values::Withheld
    };
    let mut next = options.control;
    let mut outcome = Outcome::Clean;
    for pending in options.inputs.open()? {
        let mut input = pending.open()?;
        if options.claims {
            let mut acknowledger = ClaimAcknowledger::default();
            let verdict = check(&mut input.source, Limits::FILE, &settings, &mut acknowledger)?;
            if !verdict.is_clean() {
                outcome = Outcome::Found;
            }
            for batch in acknowledger.finish().iter().filter(|batch| !batch.is_rejected) {
                answer_claims(batch, &mut next)?;
            }
            continue;
        }
        let mut acknowledger = Acknowledger::new(values);
        let verdict = check(&mut input.source, Limits::FILE, &settings, &mut acknowledger)?;
        if !verdict.is_clean() {
            outcome = Outcome::Found;
        }
        for outcome in acknowledger.finish() {
            answer(&outcome, options.ta1, &mut next)?;
        }
    }
    Ok(outcome)
}

fn answer_claims(batch: &ReceivedBatch, next: &mut u32) -> anyhow::Result<()> {
    let now = DateTime::<Utc>::from(SystemTime::now());
    let answer = batch.answer(format!("{next:09}"), now.naive_utc());
    let text = answer.to_x12(&batch.envelope(numbers(next), now))?;
    writeln!(io::stdout().lock(), "{text}")?;
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
