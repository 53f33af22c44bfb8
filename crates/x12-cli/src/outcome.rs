//! What a command found.

/// The outcome of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// No errors in the data.
    Clean,
    /// Errors in the data, which were reported.
    Found,
}

impl Outcome {
    /// Errors in either.
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Clean, Self::Clean) => Self::Clean,
            _ => Self::Found,
        }
    }
}
