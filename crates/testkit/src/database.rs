//! A private database with the real schemas, roles and migrations.

use crate::servers::setting;
use mc_access::tenancy::WorkerPool;
use secrecy::SecretString;
use sqlx::{
    AssertSqlSafe, Connection, Executor, PgConnection, PgPool,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::{
    path::{Path, PathBuf},
    str::FromStr,
};

/// The database of one test. The test does not drop it, so that a failure can be inspected; the
/// next `make test` does.
pub struct Database {
    /// Name, on the server of `MC_TEST_POSTGRES_URL`.
    pub name: String,
    /// The owner's pool, without restrictions: for arranging and asserting.
    pub owner: PgPool,
    /// The pool of a service's requests: its serving role, under tenant isolation.
    pub serving: PgPool,
    /// The pool of a service's workers: its worker role, across organizations.
    pub worker: WorkerPool,
    schema: String,
}

impl Database {
    /// A new database with `schema` migrated by `migrator`.
    ///
    /// # Panics
    /// If the server cannot be reached or a migration fails.
    pub async fn fresh(schema: &str, migrator: &Migrator) -> Self {
        let server = PgConnectOptions::from_str(&setting("MC_TEST_POSTGRES_URL")).expect("MC_TEST_POSTGRES_URL");
        let name = format!("test_{}", uuid::Uuid::now_v7().simple());
        let mut admin = PgConnection::connect_with(&server)
            .await
            .expect("Postgres of the tests");
        admin
            .execute(AssertSqlSafe(format!("CREATE DATABASE {name} STRATEGY FILE_COPY")))
            .await
            .unwrap();
        let options = server.database(&name);
        let owner = PgPoolOptions::new()
            .max_connections(3)
            .connect_with(options.clone())
            .await
            .unwrap();
        for script in deploy_scripts() {
            let sql = std::fs::read_to_string(&script).expect("deploy/postgres");
            owner.execute(AssertSqlSafe(sql)).await.unwrap();
        }
        migrator.run(&owner).await.unwrap();
        let pool = |purpose: &str| {
            let role = format!("mc_{schema}_{purpose}");
            PgPoolOptions::new()
                .max_connections(4)
                .acquire_timeout(std::time::Duration::from_secs(2))
                .connect_lazy_with(options.clone().options([("role", role)]))
        };
        Self {
            serving: pool("serving"),
            worker: WorkerPool::new(pool("worker")),
            name,
            owner,
            schema: schema.to_owned(),
        }
    }

    /// The URL of this database with the serving role of its service.
    pub fn serving_url(&self) -> SecretString {
        self.serving_url_at(None)
    }

    /// The same through another port, such as that of a [`crate::ChaosProxy`].
    pub fn serving_url_at(&self, port: Option<u16>) -> SecretString {
        self.url_of("serving", port)
    }

    /// The URL of this database with the worker role of its service.
    pub fn worker_url(&self) -> SecretString {
        self.worker_url_at(None)
    }

    /// The same through another port.
    pub fn worker_url_at(&self, port: Option<u16>) -> SecretString {
        self.url_of("worker", port)
    }

    fn url_of(&self, purpose: &str, port: Option<u16>) -> SecretString {
        let mut url = url::Url::parse(&setting("MC_TEST_POSTGRES_URL")).unwrap();
        url.set_path(&self.name);
        if let Some(port) = port {
            url.set_port(Some(port)).unwrap();
        }
        url.query_pairs_mut()
            .append_pair("options", &format!("-c role=mc_{}_{purpose}", self.schema));
        url.to_string().into()
    }

    /// The URL of this database with its owner.
    pub fn owner_url(&self) -> SecretString {
        let mut url = url::Url::parse(&setting("MC_TEST_POSTGRES_URL")).unwrap();
        url.set_path(&self.name);
        url.to_string().into()
    }

    /// The result of a counting query, run as the owner.
    pub async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.owner).await.unwrap()
    }
}

/// The scripts of `deploy/postgres`, in their order.
fn deploy_scripts() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/postgres");
    let files = std::fs::read_dir(folder).expect("deploy/postgres");
    let mut scripts: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    scripts.retain(|script| script.extension().is_some_and(|extension| extension == "sql"));
    scripts.sort();
    scripts
}
