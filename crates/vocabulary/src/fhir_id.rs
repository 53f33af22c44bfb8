//! Logical ids of FHIR resources of an external EHR.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// The text is not a FHIR id: 1 to 64 letters, digits, `-` or `.` (FHIR R4 2.24.0.1, *id*).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected an id of 1 to 64 characters of A-Z, a-z, 0-9, '-' and '.'")]
pub struct InvalidFhirId;

macro_rules! fhir_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
        #[serde(try_from = "String", into = "String")]
        #[schema(value_type = String, pattern = "^[A-Za-z0-9.-]{1,64}$", min_length = 1, max_length = 64)]
        pub struct $name(String);

        impl $name {
            /// The id as text, safe as a path segment.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidFhirId;
            fn from_str(text: &str) -> Result<Self, InvalidFhirId> {
                let valid = (1..=64).contains(&text.len())
                    && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.');
                // "." and ".." would change the path of a URL.
                if valid && !text.bytes().all(|b| b == b'.') { Ok(Self(text.to_owned())) } else { Err(InvalidFhirId) }
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidFhirId;
            fn try_from(text: String) -> Result<Self, InvalidFhirId> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

fhir_id!(
    /// A Patient of an EHR.
    PatientId
);
fhir_id!(
    /// An Encounter of an EHR: one visit.
    EncounterId
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_could_change_a_path_is_refused() {
        for bad in ["", ".", "..", "a/b", "a b", "é", &"x".repeat(65)] {
            assert_eq!(bad.parse::<PatientId>(), Err(InvalidFhirId), "{bad:?}");
        }
        assert!("pat-1.A".parse::<PatientId>().is_ok());
    }
}
