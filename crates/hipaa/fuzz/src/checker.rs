//! Any input is checked, and all findings are counted.

use super::input;
use mc_x12::check::{Report, Settings, check};
use mc_x12::{Finding, Limits};

#[derive(Default)]
struct FindingCounts(u64);

impl Report for FindingCounts {
    fn finding(&mut self, finding: &Finding<'_>) {
        self.0 += 1;
        // Each finding has a sentence, a place and a code.
        assert!(!format!("{finding} {} {finding:?}", finding.place).is_empty());
        assert!(!finding.kind.code().place_and_value().1.is_empty());
    }
}

/// Any input is checked, and all findings are counted.
pub fn holds(data: &[u8]) {
    let Some((first, rest)) = data.split_first() else {
        return;
    };
    let bytes = input(rest);
    let settings = Settings {
        findings: if *first == 0 { 1000 } else { u32::from(*first) },
        near_versions: first % 2 == 0,
        ..Settings::default()
    };
    let mut counts = FindingCounts::default();
    let Ok(verdict) = check(&bytes[..], Limits::FILE, &settings, &mut counts) else {
        return;
    };
    assert!(counts.0 <= verdict.errors + verdict.warnings);
    assert!(verdict.accepted <= verdict.transactions);
}
