//! Connections for reads that take long.

use super::Kit;
use mc_chassis::pools::{self, Purpose, WorkerPool};
use sqlx::PgPool;

/// Connections for reads that take long.
#[derive(Debug, Clone)]
pub struct LongReads {
    /// As the serving role.
    pub pool: PgPool,
    /// As the worker role.
    pub worker_pool: WorkerPool,
}

impl Kit {
    /// Connections of their own for reads that take long, so that nothing else waits for them.
    ///
    /// # Errors
    /// If an address of the database is malformed.
    pub fn long_reads(&self) -> anyhow::Result<LongReads> {
        let pool = |field| {
            let application = format!("{} long reads", self.application);
            let url = self.database.field(field)?;
            anyhow::Ok(pools::postgres(
                url,
                &self.settings.database,
                Purpose::LongReads,
                &application,
            )?)
        };
        Ok(LongReads {
            pool: pool("serving_url")?,
            worker_pool: WorkerPool::new(pool("worker_url")?),
        })
    }
}
