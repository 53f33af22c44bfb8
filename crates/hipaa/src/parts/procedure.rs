//! Procedures: the composite C003.

use super::{At, redact_debug};
use mc_x12::WriteError;
use serde::Serialize;

/// A procedure with its modifiers (C003).
#[derive(Clone, PartialEq, Eq, Hash, Default, Serialize)]
pub struct Procedure {
    /// `HC` HCPCS and CPT, `AD` dental, `N4` NDC, `NU` revenue code, ...
    pub qualifier: String,
    pub code: String,
    /// Up to four.
    pub modifiers: Vec<String>,
    pub description: String,
    /// C003-08: the last code of a range.
    pub last_code: String,
}

redact_debug!(Procedure);

impl Procedure {
    pub fn new(qualifier: impl Into<String>, code: impl Into<String>) -> Self {
        Self {
            qualifier: qualifier.into(),
            code: code.into(),
            ..Self::default()
        }
    }

    /// Adds modifiers.
    #[must_use]
    pub fn modified<S: Into<String>>(mut self, modifiers: impl IntoIterator<Item = S>) -> Self {
        self.modifiers.extend(modifiers.into_iter().map(Into::into));
        self
    }

    /// `None` where element `n` is empty.
    pub(crate) fn read(at: At<'_, '_>, n: usize) -> Option<Self> {
        if at.is_empty(n) {
            return None;
        }
        let [qualifier, code, modifiers @ .., description, last_code] = at.first_components::<8>(n);
        let modifiers = modifiers.iter().filter(|modifier| !modifier.is_empty());
        Some(Self {
            qualifier: qualifier.to_owned(),
            code: code.to_owned(),
            modifiers: modifiers.map(|modifier| (*modifier).to_owned()).collect(),
            description: description.to_owned(),
            last_code: last_code.to_owned(),
        })
    }

    /// The components, for element `element` of `segment`.
    pub(crate) fn components(&self, segment: &'static str, element: usize) -> Result<Vec<String>, WriteError> {
        if self.modifiers.len() > 4 {
            return Err(WriteError::Form { segment, element });
        }
        let mut parts = vec![self.qualifier.clone(), self.code.clone()];
        parts.extend((0..4).map(|at| self.modifiers.get(at).cloned().unwrap_or_default()));
        parts.push(self.description.clone());
        parts.push(self.last_code.clone());
        Ok(composite(parts))
    }
}

/// Components without empty ones at the end.
pub(crate) fn composite(mut parts: Vec<String>) -> Vec<String> {
    while parts.last().is_some_and(String::is_empty) {
        parts.pop();
    }
    parts
}
