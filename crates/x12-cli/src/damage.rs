//! Damage of envelopes, for the commands that do not list every finding.

use super::Outcome;
use super::messages::{many, warn};
use mc_x12::check::{Ended, GroupEnded, InterchangeEnded, Report, Settings};
use mc_x12::guide::Guide;
use mc_x12::walk::Placed;
use mc_x12::{Finding, Level, Segment};

/// Findings that are printed for one input; the rest is counted.
pub const PRINTED: u32 = 20;

/// Syntax only, and every finding: none of an envelope is lost behind those of elements.
pub fn settings() -> Settings {
    Settings {
        level: Level::Syntax,
        findings: u32::MAX,
        ..Settings::default()
    }
}

/// Prints to standard error where an input is cut or its envelopes contradict each other.
pub struct Damage {
    name: String,
    found: u32,
}

impl Damage {
    /// No damage of the input with this name.
    pub fn of(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            found: 0,
        }
    }

    /// Takes a finding of the input; returns whether it is damage.
    pub fn take(&mut self, finding: &Finding<'_>) -> bool {
        if !finding.is_envelope_damage() {
            return false;
        }
        self.found = self.found.saturating_add(1);
        if self.found <= PRINTED {
            warn(&format!("{}: {finding} ({})", self.name, finding.place));
        }
        true
    }

    /// The outcome of the input.
    pub fn outcome(&self) -> Outcome {
        if self.found > PRINTED {
            let more = self.found - PRINTED;
            let more = many(more.into(), "more error");
            warn(&format!("{}: {more} of envelopes", self.name));
        }
        if self.found == 0 {
            Outcome::Clean
        } else {
            Outcome::Found
        }
    }
}

/// Passes everything on, and takes damage out of the findings.
pub struct WithDamage<'w, R> {
    pub report: &'w mut R,
    pub damage: &'w mut Damage,
}

impl<R: Report> Report for WithDamage<'_, R> {
    fn finding(&mut self, finding: &Finding<'_>) {
        self.damage.take(finding);
        self.report.finding(finding);
    }

    fn unlisted(&mut self, finding: &Finding<'_>) {
        self.report.unlisted(finding);
    }

    fn interchange_began(&mut self, isa: &Segment<'_>) {
        self.report.interchange_began(isa);
    }

    fn acknowledgement(&mut self, ta1: &Segment<'_>) {
        self.report.acknowledgement(ta1);
    }

    fn group_began(&mut self, gs: &Segment<'_>) {
        self.report.group_began(gs);
    }

    fn transaction_began(&mut self, st: &Segment<'_>, guide: Option<&'static Guide>) {
        self.report.transaction_began(st, guide);
    }

    fn segment(&mut self, segment: &Segment<'_>, placed: Option<&Placed>) {
        self.report.segment(segment, placed);
    }

    fn transaction_ended(&mut self, ended: &Ended) {
        self.report.transaction_ended(ended);
    }

    fn group_ended(&mut self, ended: &GroupEnded) {
        self.report.group_ended(ended);
    }

    fn interchange_ended(&mut self, ended: &InterchangeEnded) {
        self.report.interchange_ended(ended);
    }
}

/// ST01 and ST02 for messages.
pub fn transaction_name(id: &str, control: &str) -> String {
    format!("{} {}", number(id, 3), number(control, 9))
}

/// A code or control number for messages; `?` where it does not have its form: in a damaged file it
/// may be any text, also of a patient.
pub fn number(text: &str, max: usize) -> &str {
    let has_form = (1..=max).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if has_form { text } else { "?" }
}
