//! Counts the findings of a transaction set and passes them on.

use super::Settings;
use super::report::{Report, Verdict};
use crate::finding::{Code, Finding, FindingKind, Place, Severity};

/// The findings that have been reported.
#[derive(Debug, Default)]
pub(super) struct FindingCounts {
    pub(super) errors: u32,
    pub(super) warnings: u32,
    /// Errors of single claims, which a 277CA reports.
    pub(super) of_claims: u32,
    /// Whether it was reported that there are more.
    more: bool,
    /// Whether kinds that repeat everywhere were reported.
    reported_once: ReportedOnce,
}

/// Kinds that are reported once, as they usually repeat everywhere.
#[derive(Debug, Default)]
struct ReportedOnce {
    national: bool,
    lower_case: bool,
    line_ends: bool,
}

impl ReportedOnce {
    /// Whether a finding of this kind was reported before. Remembers it.
    fn was(&mut self, kind: FindingKind) -> bool {
        let before = match kind {
            FindingKind::NationalCharacter => &mut self.national,
            FindingKind::LowerCaseId => &mut self.lower_case,
            FindingKind::LineEndInSegment => &mut self.line_ends,
            _ => return false,
        };
        std::mem::replace(before, true)
    }
}

/// Counts findings and passes them on, up to the limit of the settings.
pub(super) struct Reporter<'t> {
    pub(super) counts: &'t mut FindingCounts,
    pub(super) settings: &'t Settings,
    pub(super) verdict: &'t mut Verdict,
    pub(super) report: &'t mut dyn Report,
}

impl Reporter<'_> {
    pub(super) fn report(&mut self, kind: FindingKind, place: Place, value: Option<&str>) {
        if kind.level() > self.settings.level || self.counts.reported_once.was(kind) {
            return;
        }
        let count = self.counts.errors.saturating_add(self.counts.warnings);
        match kind.severity() {
            Severity::Error => {
                self.counts.errors = self.counts.errors.saturating_add(1);
                let of_claim = matches!(kind.code(), Code::Claim(..));
                self.counts.of_claims = self.counts.of_claims.saturating_add(u32::from(of_claim));
            }
            Severity::Warning => self.counts.warnings = self.counts.warnings.saturating_add(1),
        }
        let place = place.with_element_of(kind);
        let finding = Finding { kind, place, value };
        self.verdict.count(&finding);
        let max = self.settings.findings;
        if count < max {
            return self.report.finding(&finding);
        }
        self.report.unlisted(&finding);
        if !std::mem::replace(&mut self.counts.more, true) {
            // The last finding reports that there are more. Further errors still reject the
            // transaction set.
            let kind = FindingKind::TooManyFindings { max };
            let finding = Finding {
                kind,
                place: Place { element: None, ..place },
                value: None,
            };
            self.verdict.count(&finding);
            self.report.finding(&finding);
        }
    }
}
