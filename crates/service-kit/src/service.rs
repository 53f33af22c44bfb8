//! What distinguishes one service from another.

use crate::{
    kit::{Identity, Kit},
    settings::{CommonSettings, Settings},
};
use futures_util::future::LocalBoxFuture;
use mc_access::{Verifier, tenancy::WorkerPool};
use mc_chassis::{
    http::{self, Routes},
    pools::{self, Purpose},
    process::{self, App},
    settings::SettingsError,
    telemetry::Telemetry,
};
use mc_keyring::Secrets;
use mc_mailbox::{Mailbox, Queue};
use mc_vocabulary::Clock;
use serde::de::DeserializeOwned;
use sqlx::migrate::Migrator;
use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

/// How long a service that can run without its database waits for it at start.
const OPTIONAL_DATABASE_WAIT: Duration = Duration::from_secs(2);

/// Connections for work as the owner of a schema, on whom row-level security does not bear.
pub struct Owner {
    /// Pool of the owner.
    pub worker_pool: WorkerPool,
    /// The outbox; its events are published by the serving process.
    pub mailbox: Mailbox,
}

/// The future of [`Service::build`].
pub type BuildFuture<'a> = Pin<Box<dyn Future<Output = anyhow::Result<()>> + 'a>>;

/// One service; `S` contains its own settings.
pub struct Service<S: 'static> {
    /// Such as `ehr-proxy`: in metrics, in the path of the OpenAPI document and as
    /// `MC_<SERVICE>__…`.
    pub name: &'static str,
    /// The Postgres schema that it owns.
    pub schema: &'static str,
    /// Title and description of the OpenAPI document.
    pub about: (&'static str, &'static str),
    /// Its routes.
    pub routes: fn(&mut Routes),
    /// Its `config.toml`: every setting with its default.
    pub defaults: &'static str,
    /// The schema's migrations.
    pub migrations: &'static Migrator,
    /// State and workers: adds application data, workers, consumers and probes to the kit.
    pub build: fn(&mut Kit, S) -> BuildFuture<'_>,
    /// The queues that it consumes.
    pub queues: &'static [Queue],
    /// Whether it starts and is ready without its database.
    pub database_optional: bool,
    /// Whether a request is cancelled when its caller disconnects. True for services that stream
    /// for as long as a client listens. A service that changes state elsewhere completes what it
    /// began.
    pub cancel_on_disconnect: bool,
}

impl<S: DeserializeOwned> Service<S> {
    /// The settings: the defaults and the environment.
    ///
    /// # Errors
    /// Naming the setting that is missing, unknown or of the wrong type.
    pub fn settings(&self) -> Result<Settings<S>, SettingsError> {
        Settings::load(self.name, self.defaults)
    }

    /// Wires the service and binds its port. `verifier` replaces the one described by the settings;
    /// tests bring their own.
    ///
    /// # Errors
    /// Naming the setting or secret that is invalid, or the dependency that does not respond.
    pub async fn build(
        &self,
        settings: Settings<S>,
        secrets: Secrets,
        clock: Clock,
        verifier: Option<Verifier>,
        telemetry: Arc<Telemetry>,
    ) -> anyhow::Result<App> {
        let process = ProcessParts {
            secrets,
            clock,
            verifier,
            telemetry,
        };
        let wire = self.wire(settings.own);
        self.identity().build(settings.common, process, wire).await
    }

    /// A kit that is not serving: for additional subcommands of a service.
    ///
    /// # Errors
    /// Naming the setting or secret that is invalid.
    pub async fn kit(&self, settings: CommonSettings, secrets: Secrets, clock: Clock) -> anyhow::Result<Kit> {
        Kit::new(self.identity(), Purpose::Command, settings, secrets, clock).await
    }

    /// Connections for work as the owner of the schema. Its address is in the secret
    /// `database-owner`, which a serving process does not receive. Events wait in the outbox for
    /// the serving process.
    ///
    /// # Errors
    /// If the secret is missing or malformed.
    pub async fn owner(&self, settings: &CommonSettings, secrets: &Secrets, clock: Clock) -> anyhow::Result<Owner> {
        let owner = secrets.require("database-owner", &["url"]).await?;
        let application = format!("{} owner", self.name);
        let pool = pools::postgres(owner.field("url")?, &settings.database, Purpose::Command, &application)?;
        let worker_pool = WorkerPool::new(pool.clone());
        let mailbox = Mailbox::new(
            self.name,
            self.schema,
            pool,
            worker_pool.clone(),
            String::new().into(),
            "",
            clock,
        );
        Ok(Owner { worker_pool, mailbox })
    }

    /// `serve`: returns true if everything succeeded.
    ///
    /// # Errors
    /// As [`Service::build`], or if the server fails.
    pub async fn serve(&self) -> anyhow::Result<bool> {
        let settings = self.settings()?;
        self.identity().serve(settings.common, self.wire(settings.own)).await
    }

    /// `migrate`, as the role that owns the schema: its address is in the secret `database-owner`.
    ///
    /// # Errors
    /// If the secret is missing or a migration fails.
    pub async fn migrate(&self) -> anyhow::Result<bool> {
        self.identity().migrate(self.settings()?.common).await
    }

    fn wire(&self, own: S) -> Wire
    where
        S: 'static,
    {
        let build = self.build;
        Box::new(move |kit| build(kit, own))
    }

    fn identity(&self) -> Identity {
        Identity {
            name: self.name,
            schema: self.schema,
            about: self.about,
            routes: self.routes,
            migrations: self.migrations,
            queues: self.queues,
            database_optional: self.database_optional,
            cancel_on_disconnect: self.cancel_on_disconnect,
        }
    }

    /// `openapi`: the document as text.
    ///
    /// # Errors
    /// If the document cannot be serialized.
    pub fn openapi(&self) -> anyhow::Result<String> {
        Ok(serde_json::to_string_pretty(&http::document(self.about, self.routes))?)
    }
}

/// [`Service::build`], with the service's own settings.
type Wire = Box<dyn for<'a> FnOnce(&'a mut Kit) -> BuildFuture<'a>>;

/// What a process brings to its service.
struct ProcessParts {
    secrets: Secrets,
    clock: Clock,
    verifier: Option<Verifier>,
    telemetry: Arc<Telemetry>,
}

/// The commands, independent of the service's own settings. Their futures are boxed, so that they
/// are compiled once here instead of in every program.
impl Identity {
    fn build(
        self,
        settings: CommonSettings,
        process: ProcessParts,
        wire: Wire,
    ) -> LocalBoxFuture<'static, anyhow::Result<App>> {
        Box::pin(async move {
            let mut kit = Kit::new(self, Purpose::Serving, settings, process.secrets, process.clock).await?;
            if let Some(verifier) = process.verifier {
                kit.set_verifier(verifier);
            }
            self.require_migrated(&kit).await?;
            wire(&mut kit).await?;
            kit.into_app(process.telemetry)
        })
    }

    fn serve(self, settings: CommonSettings, wire: Wire) -> LocalBoxFuture<'static, anyhow::Result<bool>> {
        let telemetry = settings.telemetry.clone();
        let build: process::Build = Box::new(move |telemetry| {
            Box::pin(async move {
                let process = ProcessParts {
                    secrets: Secrets::from_config(&settings.secrets).await?,
                    clock: Clock::System,
                    verifier: None,
                    telemetry,
                };
                self.build(settings, process, wire).await
            })
        });
        process::serve(self.name, telemetry, build)
    }

    fn migrate(self, settings: CommonSettings) -> LocalBoxFuture<'static, anyhow::Result<bool>> {
        Box::pin(async move {
            let secrets = Secrets::from_config(&settings.secrets).await?;
            let owner = secrets.require("database-owner", &["url"]).await?;
            pools::migrate(owner.field("url")?, self.migrations, self.schema).await?;
            Ok(true)
        })
    }

    async fn require_migrated(&self, kit: &Kit) -> anyhow::Result<()> {
        let check = pools::require_migrated(kit.pool(), self.migrations, self.schema, self.name);
        if !self.database_optional {
            return Ok(check.await?);
        }
        if let Ok(checked) = tokio::time::timeout(OPTIONAL_DATABASE_WAIT, check).await {
            return Ok(checked?);
        }
        tracing::warn!("the database is unavailable; starting without it");
        Ok(())
    }
}
