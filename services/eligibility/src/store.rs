//! The tables of schema `eligibility`. The only place with SQL.

pub mod coverages;
pub mod inquiries;
pub mod verifications;

/// A stored value cannot be read; the error names its column.
fn corrupt(column: &'static str) -> sqlx::Error {
    sqlx::Error::Decode(format!("{column} holds an unreadable value").into())
}
