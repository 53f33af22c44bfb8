//! Errors in a resource. They name place and member, never a value, because any value may be PHI.

/// A resource that could not be read or changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FhirError {
    /// Larger than the limit.
    #[error("the resource is larger than {limit} bytes")]
    TooLarge { limit: usize },
    /// Not JSON, not an object, or a member twice.
    #[error("the resource is not a JSON object with each member once, line {line} column {column}")]
    Json { line: usize, column: usize },
    /// `resourceType` is absent or not a type name.
    #[error("resourceType is missing or not a type name")]
    ResourceType,
    /// Another type was needed.
    #[error("the resource is not a {expected}")]
    WrongType { expected: &'static str },
    /// A member has another shape than R4 gives it.
    #[error("{member} has the wrong shape, line {line} column {column} of it")]
    Member { member: String, line: usize, column: usize },
}

impl FhirError {
    /// Takes only the place: serde's message may quote the value.
    pub(crate) fn json(error: &serde_json::Error) -> Self {
        Self::Json {
            line: error.line(),
            column: error.column(),
        }
    }

    pub(crate) fn member(member: &str, error: &serde_json::Error) -> Self {
        Self::Member {
            member: member.to_owned(),
            line: error.line(),
            column: error.column(),
        }
    }
}
