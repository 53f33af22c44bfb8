//! Which database errors pass by themselves.

use crate::{BatchVerdict, Verdict};

impl Verdict {
    /// [`Verdict::Retry`] for an error that a retry can cure, [`Verdict::Reject`] for one that the
    /// same event would meet again.
    pub fn of(error: &sqlx::Error, cause: &'static str) -> Self {
        if is_transient(error) {
            Self::Retry(cause)
        } else {
            Self::Reject(cause)
        }
    }
}

impl BatchVerdict {
    /// As [`Verdict::of`]. A rejected batch is applied event by event.
    pub fn of(error: &sqlx::Error, cause: &'static str) -> Self {
        if is_transient(error) {
            Self::Retry(cause)
        } else {
            Self::Reject(cause)
        }
    }
}

/// Whether the error lies in the state of the server, the connection or the schema, and not in what
/// was sent: by its SQLSTATE (PostgreSQL, appendix A) where the server answered.
pub fn is_transient(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(fault) => fault.code().is_none_or(|code| is_transient_state(&code)),
        // What was read or sent does not fit: it will not fit the next time either.
        sqlx::Error::Decode(_)
        | sqlx::Error::Encode(_)
        | sqlx::Error::ColumnDecode { .. }
        | sqlx::Error::InvalidArgument(_)
        | sqlx::Error::RowNotFound => false,
        _ => true,
    }
}

/// Classes: 08 connection, 25006 read-only transaction (a server that was demoted), 28 and 42501
/// grants not applied yet, 3D and 42P01, 42703 schema not migrated yet, 40 serialization failure
/// and deadlock, 53 resources, 55P03 lock not available, 57 operator intervention and query
/// cancelled, 58 system error.
fn is_transient_state(code: &str) -> bool {
    let class = code.get(..2).unwrap_or_default();
    matches!(class, "08" | "28" | "3D" | "40" | "53" | "57" | "58" | "XX")
        || matches!(code, "25006" | "25P03" | "42501" | "42P01" | "42703" | "55P03")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_of_the_server_pass_and_faults_of_the_event_do_not() {
        for code in ["40001", "40P01", "55P03", "57014", "57P01", "25006", "53300", "08006"] {
            assert!(is_transient_state(code), "{code}");
        }
        for code in ["22P02", "23505", "23514", "22001", "42601"] {
            assert!(!is_transient_state(code), "{code}");
        }
        assert!(is_transient(&sqlx::Error::PoolTimedOut));
        assert!(!is_transient(&sqlx::Error::RowNotFound));
    }
}
