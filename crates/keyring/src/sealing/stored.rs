//! Stored data keys: wrapped, in the table `data_keys` of the service's schema, one row per
//! organization.

use super::{Aad, DataKey, Kek, SealError, SealerCache};
use futures_util::future::BoxFuture;
use mc_chassis::transaction::Transaction;
use mc_vocabulary::OrganizationId;
use sqlx::{AssertSqlSafe, PgPool};
use std::{fmt::Display, sync::Arc};

/// Why a stored value could not be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum SealsError {
    /// The table of data keys could not be read.
    #[error("the data keys cannot be read")]
    Database(#[from] sqlx::Error),
    /// The value or key is invalid.
    #[error("a sealed value cannot be used")]
    Seal(#[from] SealError),
}

/// Seals and opens columns of one schema, with a data key per organization that is created on first
/// use.
#[derive(Debug)]
pub struct Seals {
    schema: &'static str,
    pool: PgPool,
    cache: SealerCache,
}

impl Seals {
    /// Seals for `schema`, whose table `data_keys(organization_id, wrapped)` is read through
    /// `pool`, that of the serving role.
    pub fn new(schema: &'static str, pool: PgPool, kek: Kek) -> Self {
        Self {
            schema,
            pool,
            cache: SealerCache::new(kek),
        }
    }

    /// Seals `value` for one row of `column` (`coverages.member`).
    ///
    /// # Errors
    /// [`SealsError::Database`] if the data key cannot be read or stored, [`SealsError::Seal`] if
    /// it does not open or the value cannot be sealed.
    pub async fn seal(
        &self,
        organization_id: OrganizationId,
        column: &'static str,
        row: impl Display,
        value: &[u8],
    ) -> Result<Vec<u8>, SealsError> {
        let key = self.key(organization_id).await?;
        Ok(key.seal(value, &Aad::new(organization_id, column, row))?)
    }

    /// Opens a value sealed by [`Seals::seal`] for the same organization, column and row.
    ///
    /// # Errors
    /// [`SealsError::Database`] if the data key cannot be read, [`SealsError::Seal`] if the value
    /// was changed or moved.
    pub async fn open(
        &self,
        organization_id: OrganizationId,
        column: &'static str,
        row: impl Display,
        sealed: &[u8],
    ) -> Result<Vec<u8>, SealsError> {
        let key = self.key(organization_id).await?;
        Ok(key.open(sealed, &Aad::new(organization_id, column, row))?.to_vec())
    }

    async fn key(&self, organization_id: OrganizationId) -> Result<Arc<DataKey>, SealsError> {
        self.cache
            .get_or_try_load(organization_id, || self.load(organization_id))
            .await
    }

    fn load(&self, organization_id: OrganizationId) -> BoxFuture<'_, Result<Vec<u8>, SealsError>> {
        Box::pin(async move {
            let select = format!(
                "SELECT wrapped FROM {}.data_keys WHERE organization_id = $1",
                self.schema
            );
            let id = organization_id.uuid();
            // Row-level security shows this transaction the organization's key and no other.
            let mut transaction = Transaction::begin(&self.pool, Some(organization_id)).await?;
            if let Some(wrapped) = sqlx::query_scalar(AssertSqlSafe(select.as_str()))
                .bind(id)
                .fetch_optional(&mut *transaction)
                .await?
            {
                return Ok(wrapped);
            }
            let insert = format!(
                "INSERT INTO {}.data_keys (organization_id, wrapped) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                self.schema
            );
            sqlx::query(AssertSqlSafe(insert))
                .bind(id)
                .bind(self.cache.new_wrapped(organization_id)?)
                .execute(&mut *transaction)
                .await?;
            // Another process may have inserted a key first: the stored one is used.
            let wrapped = sqlx::query_scalar(AssertSqlSafe(select.as_str()))
                .bind(id)
                .fetch_one(&mut *transaction)
                .await?;
            transaction.commit().await?;
            Ok(wrapped)
        })
    }
}
