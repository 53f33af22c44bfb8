//! What eligibility remembers. The only place with SQL; plain functions over a connection.

pub mod coverages;
pub mod inquiries;
pub mod verifications;

/// A stored value is not of the form that was stored: a fault of the data, named by its column.
fn corrupt(column: &'static str) -> sqlx::Error {
    sqlx::Error::Decode(format!("{column} holds something unknown").into())
}
