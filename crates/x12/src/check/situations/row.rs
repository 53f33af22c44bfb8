//! What a rule has besides its name.

use super::Situation;
use crate::finding::{Code, Severity};

/// Severity, code of the acknowledgement and sentence of a rule.
pub(super) struct Row {
    pub(super) severity: Severity,
    pub(super) code: Code,
    /// Category and status of a 277CA.
    pub(super) status: (&'static str, &'static str),
    pub(super) sentence: &'static str,
}

impl Situation {
    pub(crate) fn severity(self) -> Severity {
        self.row().severity
    }

    pub(crate) fn code(self) -> Code {
        self.row().code
    }

    /// Category and status (code sources 507 and 508) with which a 277CA rejects a claim.
    pub(crate) fn claim_status(self) -> (&'static str, &'static str) {
        self.row().status
    }

    pub(crate) fn sentence(self) -> &'static str {
        self.row().sentence
    }
}
