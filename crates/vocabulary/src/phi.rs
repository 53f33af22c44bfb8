//! Patient data that cannot be printed by accident.

use std::fmt;

/// Protected health information. `Debug` prints `[phi]`; there is no `Display` and no `Serialize`,
/// so it cannot enter a log, an error or a message. [`Phi::open`] is the only access, and easy to
/// search for.
#[derive(Clone, PartialEq, Eq)]
pub struct Phi<T>(T);

impl<T> Phi<T> {
    /// Wraps a value.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The value.
    pub fn open(&self) -> &T {
        &self.0
    }

    /// Unwraps the value.
    pub fn into_open(self) -> T {
        self.0
    }
}

impl<'de, T: serde::Deserialize<'de>> serde::Deserialize<'de> for Phi<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self)
    }
}

impl<T> fmt::Debug for Phi<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[phi]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printing_shows_nothing() {
        assert_eq!(format!("{:?}", Some(Phi::new("Maria"))), "Some([phi])");
    }
}
