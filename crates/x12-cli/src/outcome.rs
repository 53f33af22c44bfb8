//! What a command found.

/// The outcome of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// No errors in the data.
    Clean,
    /// Errors in the data, which were reported.
    Found,
    /// A file could not be used; the others were.
    Unusable,
}

impl Outcome {
    /// The worse of both.
    pub fn and(self, other: Self) -> Self {
        self.max(other)
    }
}
