//! Faults in tables, with file and line.

use std::fmt;

/// A mistake in a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The table.
    pub file: String,
    /// Its line, from 1.
    pub line: usize,
    /// What is wrong and how to correct it.
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.what)
    }
}

/// A place in a table, for faults.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct At<'a> {
    /// The table.
    pub file: &'a str,
    /// Its line, from 1.
    pub line: usize,
}

impl At<'_> {
    /// The fault at this place.
    pub fn fault(&self, what: impl Into<String>) -> Fault {
        Fault {
            file: self.file.to_owned(),
            line: self.line,
            what: what.into(),
        }
    }

    /// The fault at this place, as a result.
    pub fn fail<T>(&self, what: impl Into<String>) -> Result<T, Fault> {
        Err(self.fault(what))
    }
}
