//! 999, TA1 and 277CA for valid and invalid claims of this folder.

use super::{Written, at, claims as batches};
use mc_hipaa::claim_acknowledgement::ClaimAcknowledger;
use mc_x12::acknowledgement::{Acknowledger, InterchangeOutcome, Values};
use mc_x12::check::{Report, Settings, check};
use mc_x12::{ControlNumbers, Delimiters, Limits};
use std::error::Error;

const CONTROL: ControlNumbers = ControlNumbers {
    interchange: 1,
    group: 2,
    transaction: 3,
};

fn checked_with<R: Report>(text: &str, mut by: R) -> Result<R, Box<dyn Error>> {
    check(text.as_bytes(), Limits::FILE, &Settings::default(), &mut by)?;
    Ok(by)
}

fn outcome(text: &str) -> Result<InterchangeOutcome, Box<dyn Error>> {
    let outcomes = checked_with(text, Acknowledger::new(Values::Copied))?.finish();
    Ok(outcomes.into_iter().next().ok_or("no interchange")?)
}

fn functional(text: &str) -> Written {
    let outcome = outcome(text)?;
    let group = outcome.groups.first().ok_or("no group")?;
    Ok(group.to_x12(&outcome, CONTROL, at().and_utc(), Delimiters::STANDARD)?)
}

fn interchange(text: &str) -> Written {
    let answer = outcome(text)?.to_ta1(1, at().and_utc(), Delimiters::STANDARD)?;
    Ok(answer.ok_or("a TA1 is not answered")?)
}

pub fn accepted() -> Written {
    functional(&batches::professional()?)
}

/// Wrong codes, a missing segment, an extra segment, and one without a place.
pub fn rejected() -> Written {
    let wrong = batches::professional()?
        .replacen("*CI~", "*XX~", 1)
        .replacen("DTP*472*", "DTP*472*D8*20240102~DTP*472*", 1)
        .replacen("~HI*", "~CL1*1~HI*", 1)
        .replacen("REF*EI*", "REF*ZZ*", 1);
    functional(&wrong)
}

pub fn received() -> Written {
    interchange(&batches::professional()?)
}

pub fn broken() -> Written {
    interchange(&batches::professional()?.replacen("IEA*1*000000007", "IEA*1*000000008", 1))
}

/// One claim is rejected: its charge is not the sum of its lines.
pub fn claims() -> Written {
    let wrong = batches::professional()?.replacen("CLM*CLAIM2*150", "CLM*CLAIM2*151", 1);
    let batches = checked_with(&wrong, ClaimAcknowledger::default())?.finish();
    let batch = batches.first().ok_or("no claims")?;
    let answer = batch.answer("ACK1", at());
    Ok(answer.to_x12(&batch.envelope(CONTROL, at().and_utc()))?)
}
