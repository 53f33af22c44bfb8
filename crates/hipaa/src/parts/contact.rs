//! Contacts: PER.

use super::{At, Identifier, Part, redact_debug};
use mc_x12::{Line, WriteError};
use serde::Serialize;

/// A contact (PER).
#[derive(Clone, PartialEq, Eq, Hash, Default, Serialize)]
pub struct Contact {
    /// PER01, e.g. `IC` information contact.
    pub function: String,
    /// PER02.
    pub name: String,
    /// Up to three: `TE` telephone, `EX` extension, `FX` fax, `EM` mail, `UR` web page, ...
    pub numbers: Vec<Identifier>,
}

redact_debug!(Contact);

impl Contact {
    pub fn new(function: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            function: function.into(),
            name: name.into(),
            numbers: Vec::new(),
        }
    }

    /// With a number.
    #[must_use]
    pub fn number(mut self, qualifier: impl Into<String>, value: impl Into<String>) -> Self {
        self.numbers.push(Identifier::new(qualifier, value));
        self
    }
}

impl Part for Contact {
    const ID: &'static str = "PER";

    fn read(at: At<'_, '_>) -> Self {
        let numbers = [3, 5, 7].into_iter().filter(|n| !at.is_empty(*n));
        Self {
            function: at.text(1),
            name: at.text(2),
            numbers: numbers.map(|n| Identifier::new(at.text(n), at.text(n + 1))).collect(),
        }
    }

    fn line(&self) -> Result<Line, WriteError> {
        if self.numbers.len() > 3 {
            let segment = Self::ID;
            return Err(WriteError::Form { segment, element: 9 });
        }
        let line = Line::new("PER").required(&self.function, 2).data(&self.name, 60);
        Ok(self.numbers.iter().fold(line, |line, number| {
            line.required(&number.qualifier, 2).required(&number.value, 256)
        }))
    }
}
