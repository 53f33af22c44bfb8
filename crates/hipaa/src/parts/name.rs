//! Persons and organizations: NM1 and N1.

use super::{At, Part, either, redact_debug};
use mc_x12::{Line, WriteError};
use serde::Serialize;

/// An id and its qualifier (data elements 66 and 67).
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Identifier {
    /// `XX` NPI, `MI` member id, `PI` payer id, `FI` tax id, ...
    pub qualifier: String,
    pub value: String,
}

/// A person or an organization in a role (NM1).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct Name {
    /// NM101, e.g. `IL` insured, `85` billing provider.
    pub role: String,
    /// NM102: a person, not an organization; `None` where the code is unknown.
    pub is_person: Option<bool>,
    /// NM103: family name, or the name of the organization.
    pub last: String,
    pub first: String,
    pub middle: String,
    pub prefix: String,
    pub suffix: String,
    /// NM108, NM109.
    pub id: Option<Identifier>,
    /// NM110: the relation of the person to the member, or the status of the provider.
    pub relation: String,
}

/// An organization in a role (N1).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct Organization {
    /// N101, e.g. `PR` payer, `PE` payee.
    pub role: String,
    pub name: String,
    /// N103, N104.
    pub id: Option<Identifier>,
}

redact_debug!(Identifier, Name, Organization);

impl Identifier {
    pub fn new(qualifier: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            qualifier: qualifier.into(),
            value: value.into(),
        }
    }

    /// Elements `n` and `n + 1`; `None` where both are empty.
    pub(crate) fn read(at: At<'_, '_>, n: usize) -> Option<Self> {
        let id = Self::new(at.text(n), at.text(n + 1));
        (!at.is_empty(n) || !at.is_empty(n + 1)).then_some(id)
    }

    fn put(id: Option<&Self>, line: Line) -> Line {
        let (qualifier, value) = id.map_or(("", ""), |id| (id.qualifier.as_str(), id.value.as_str()));
        line.data(qualifier, 2).data(value, 80)
    }
}

impl Name {
    /// A person.
    pub fn person(role: impl Into<String>, last: impl Into<String>, first: impl Into<String>) -> Self {
        Self {
            role: role.into(),
            is_person: Some(true),
            last: last.into(),
            first: first.into(),
            ..Self::default()
        }
    }

    /// An organization.
    pub fn organization(role: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            role: role.into(),
            is_person: Some(false),
            last: name.into(),
            ..Self::default()
        }
    }

    /// Sets the id.
    #[must_use]
    pub fn with_id(mut self, qualifier: impl Into<String>, value: impl Into<String>) -> Self {
        self.id = Some(Identifier::new(qualifier, value));
        self
    }

    /// The id with this qualifier.
    pub fn id(&self, qualifier: &str) -> Option<&str> {
        let id = self.id.as_ref().filter(|id| id.qualifier == qualifier)?;
        Some(&id.value)
    }

    /// The National Provider Identifier (qualifier `XX`).
    pub fn npi(&self) -> Option<&str> {
        self.id("XX")
    }
}

impl Organization {
    pub fn new(role: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            role: role.into(),
            name: name.into(),
            id: None,
        }
    }

    /// Sets the id.
    #[must_use]
    pub fn with_id(mut self, qualifier: impl Into<String>, value: impl Into<String>) -> Self {
        self.id = Some(Identifier::new(qualifier, value));
        self
    }
}

impl Part for Name {
    const ID: &'static str = "NM1";

    fn read(at: At<'_, '_>) -> Self {
        Self {
            role: at.text(1),
            is_person: at.either(2, "1", "2"),
            last: at.text(3),
            first: at.text(4),
            middle: at.text(5),
            prefix: at.text(6),
            suffix: at.text(7),
            id: Identifier::read(at, 8),
            relation: at.text(10),
        }
    }

    fn line(&self) -> Result<Line, WriteError> {
        let line = Line::new("NM1")
            .required(&self.role, 3)
            .required(either(self.is_person, "1", "2"), 1)
            .data(&self.last, 60)
            .data(&self.first, 35)
            .data(&self.middle, 25)
            .data(&self.prefix, 10)
            .data(&self.suffix, 10);
        Ok(Identifier::put(self.id.as_ref(), line).data(&self.relation, 2))
    }
}

impl Part for Organization {
    const ID: &'static str = "N1";

    fn read(at: At<'_, '_>) -> Self {
        Self {
            role: at.text(1),
            name: at.text(2),
            id: Identifier::read(at, 3),
        }
    }

    fn line(&self) -> Result<Line, WriteError> {
        let line = Line::new("N1").required(&self.role, 3).data(&self.name, 60);
        Ok(Identifier::put(self.id.as_ref(), line))
    }
}
