//! Damage of envelopes, for the commands that convert files without checking their content.

use super::Outcome;
use mc_x12::check::Settings;
use mc_x12::{Finding, Level};

/// Findings that are printed for one input; the rest is counted.
const PRINTED: u32 = 20;

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
            anstream::eprintln!("medconnect-x12: {}: {finding} ({})", self.name, finding.place);
        }
        true
    }

    /// The outcome of the input.
    pub fn outcome(&self) -> Outcome {
        if self.found > PRINTED {
            let more = self.found - PRINTED;
            anstream::eprintln!("medconnect-x12: {}: {more} more errors of envelopes", self.name);
        }
        if self.found == 0 {
            Outcome::Clean
        } else {
            Outcome::Found
        }
    }
}

/// ST01 and ST02 for messages; `?` where one does not have its form: in a damaged file it may be
/// any text, also of a patient.
pub fn transaction_name(id: &str, control: &str) -> String {
    let shown = |text: &str, max: usize| {
        let has_form = (1..=max).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        if has_form { text.to_owned() } else { "?".to_owned() }
    };
    format!("{} {}", shown(id, 3), shown(control, 9))
}
