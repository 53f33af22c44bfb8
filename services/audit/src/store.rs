//! What audit stores, by subject. The only place with SQL.

pub mod compliance;
pub mod log;
pub mod reports;

use sqlx::postgres::PgQueryResult;

/// Requires that a statement changed `expected` rows, otherwise [`sqlx::Error::RowNotFound`].
fn rows(expected: usize) -> impl FnOnce(PgQueryResult) -> Result<(), sqlx::Error> {
    move |changed| {
        if changed.rows_affected() == expected as u64 {
            Ok(())
        } else {
            Err(sqlx::Error::RowNotFound)
        }
    }
}
