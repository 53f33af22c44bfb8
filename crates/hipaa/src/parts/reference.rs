//! References: REF.

use super::{At, Part, redact_debug};
use mc_x12::{Line, WriteError};
use serde::Serialize;

/// A reference (REF).
#[derive(Clone, PartialEq, Eq, Hash, Default, Serialize)]
pub struct Reference {
    /// REF01, e.g. `F8` original claim, `6R` line control number, `EI` employer id.
    pub qualifier: String,
    /// REF02.
    pub value: String,
    /// REF03.
    pub description: String,
    /// REF04-02 with qualifier 2U: the payer that the reference belongs to.
    pub payer_id: String,
}

redact_debug!(Reference);

impl Reference {
    pub fn new(qualifier: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            qualifier: qualifier.into(),
            value: value.into(),
            ..Self::default()
        }
    }

    /// The first value with this qualifier.
    pub fn find<'r>(references: &'r [Self], qualifier: &str) -> Option<&'r str> {
        let found = references.iter().find(|r| r.qualifier == qualifier)?;
        Some(&found.value)
    }
}

impl Part for Reference {
    const ID: &'static str = "REF";

    fn read(at: At<'_, '_>) -> Self {
        Self {
            qualifier: at.text(1),
            value: at.text(2),
            description: at.text(3),
            payer_id: at.component(4, 2),
        }
    }

    fn line(&self) -> Result<Line, WriteError> {
        let payer = if self.payer_id.is_empty() {
            Vec::new()
        } else {
            vec!["2U".to_owned(), self.payer_id.clone()]
        };
        Ok(Line::new("REF")
            .required(&self.qualifier, 3)
            .data(&self.value, 50)
            .data(&self.description, 80)
            .composite(payer, 50))
    }
}
