//! The parts of a service, created once from its settings and secrets.

mod counts;
mod long_reads;

use crate::{
    breakers::{self, BreakerSubject},
    health::ServiceHealth,
    sessions,
    settings::CommonSettings,
    transport::Connection,
    worker::{Next, Turn, Worker},
};
use actix_web::web::{Data, ServiceConfig};
use anyhow::Context;
use futures_util::future::LocalBoxFuture;
use mc_access::{Verifier, refusal_log, tenancy::WorkerPool};
use mc_chassis::{
    database_watch::{DatabaseWatch, Heard},
    health::HealthProbe,
    http::{Routes, Site},
    lifecycle::Lifecycle,
    pools::{self, Purpose},
    process::App,
    telemetry::Telemetry,
};
use mc_contracts::Envelope;
use mc_idempotency::Idempotency;
use mc_keyring::{Credentials, ExposeSecret, Kek, Seals, Secrets};
use mc_mailbox::{BatchVerdict, Hearing, Mailbox, Queue, Verdict};
use mc_upstream::{BreakerChange, Hooks, Upstream, UpstreamConfig};
use mc_vocabulary::Clock;
use redis::aio::ConnectionManager;
use sqlx::{PgPool, migrate::Migrator};
use std::{fmt::Display, future::Future, pin::Pin, sync::Arc, time::Duration};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

pub use counts::Count;
pub use long_reads::LongReads;

/// How often expired idempotency keys are deleted.
const SWEEP_INTERVAL: Duration = Duration::from_mins(10);

/// Fields of the secret `database`: the addresses of the serving and the worker role.
const DATABASE_FIELDS: &[&str] = &["serving_url", "worker_url"];
const DATABASE_ADVICE: &str = "secret database: `serving_url` names role mc_<schema>_serving, `worker_url` \
     mc_<schema>_worker (deploy/postgres makes both); `url` is for the programs of the last release alone";

type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Adds application data of handlers to an actix application.
type AddData = Arc<dyn Fn(&mut ServiceConfig) + Send + Sync>;

/// The service a kit is for: what does not depend on its own settings.
#[derive(Clone, Copy)]
pub(crate) struct Identity {
    pub(crate) name: &'static str,
    pub(crate) schema: &'static str,
    pub(crate) about: (&'static str, &'static str),
    pub(crate) routes: fn(&mut Routes),
    pub(crate) migrations: &'static Migrator,
    pub(crate) queues: &'static [Queue],
    pub(crate) database_optional: bool,
    pub(crate) cancel_on_disconnect: bool,
}

/// The parts of a service. Each is created from settings and secrets on first use; parts in use are
/// included in the service's health and started with it.
pub struct Kit {
    identity: Identity,
    /// Names its connections in Postgres.
    application: String,
    settings: CommonSettings,
    secrets: Secrets,
    clock: Clock,
    lifecycle: Lifecycle,
    pool: PgPool,
    heard: Heard,
    worker_pool: WorkerPool,
    database: Credentials,
    mailbox: Option<Mailbox>,
    redis: Option<ConnectionManager>,
    idempotency: Option<Idempotency>,
    verifier: Option<Verifier>,
    breaker_changes: (UnboundedSender<BreakerChange>, UnboundedReceiver<BreakerChange>),
    breaker_subject: BreakerSubject,
    required_secrets: Vec<(String, &'static [&'static str])>,
    connections: Vec<Connection>,
    probes: Vec<Arc<dyn HealthProbe>>,
    data: Vec<AddData>,
    tasks: Vec<(&'static str, Task)>,
}

impl Kit {
    /// `purpose` is [`Purpose::Serving`] or, for a subcommand, [`Purpose::Command`].
    pub(crate) fn new(
        identity: Identity,
        purpose: Purpose,
        settings: CommonSettings,
        secrets: Secrets,
        clock: Clock,
    ) -> LocalBoxFuture<'static, anyhow::Result<Self>> {
        Box::pin(async move {
            let database = secrets
                .require("database", DATABASE_FIELDS)
                .await
                .context(DATABASE_ADVICE)?;
            let (url, worker_url) = (database.field("serving_url")?, database.field("worker_url")?);
            let (application, workers) = match purpose {
                Purpose::Command => (format!("{} command", identity.name), Purpose::Command),
                _ => (identity.name.to_owned(), Purpose::Worker),
            };
            let heard = Heard::default();
            let pool = pools::postgres_heard(url, &settings.database, purpose, &application, heard.clone())?;
            let worker_pool = pools::postgres(
                worker_url,
                &settings.database,
                workers,
                &format!("{application} worker"),
            )?;
            let mut connections = vec![
                Connection::to("database", url.expose_secret()),
                Connection::to("database (workers)", worker_url.expose_secret()),
            ];
            if let Some(collector) = &settings.telemetry.otlp_endpoint {
                connections.push(Connection::to("trace collector", collector.as_str()));
            }
            Ok(Self {
                connections,
                identity,
                application,
                settings,
                secrets,
                clock,
                lifecycle: Lifecycle::new(),
                pool,
                heard,
                worker_pool: WorkerPool::new(worker_pool),
                database,
                mailbox: None,
                redis: None,
                idempotency: None,
                verifier: None,
                breaker_changes: unbounded_channel(),
                breaker_subject: breakers::platform_upstream,
                required_secrets: Vec::new(),
                probes: Vec::new(),
                data: Vec::new(),
                tasks: Vec::new(),
            })
        })
    }

    /// The clock of the process.
    pub fn clock(&self) -> Clock {
        self.clock.clone()
    }

    /// The secrets. [`Kit::require`] is for those that the service cannot run without.
    pub fn secrets(&self) -> Secrets {
        self.secrets.clone()
    }

    /// The stop signals of the process.
    pub fn lifecycle(&self) -> Lifecycle {
        self.lifecycle.clone()
    }

    /// The pool of the serving role.
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// The pool of the worker role.
    pub fn worker_pool(&self) -> &WorkerPool {
        &self.worker_pool
    }

    /// A secret with these fields; health reports its loss.
    ///
    /// # Errors
    /// If the secret is missing or lacks fields, which are named.
    pub async fn require(
        &mut self,
        secret: impl Into<String>,
        fields: &'static [&'static str],
    ) -> anyhow::Result<Credentials> {
        let secret = secret.into();
        let credentials = self.secrets.require(&secret, fields).await?;
        self.required_secrets.push((secret, fields));
        Ok(credentials)
    }

    /// The outbox and inbox. Its relay runs as long as the service.
    ///
    /// # Errors
    /// If the broker's settings or secret are missing.
    pub fn mailbox(&mut self) -> LocalBoxFuture<'_, anyhow::Result<Mailbox>> {
        Box::pin(async move {
            if let Some(mailbox) = &self.mailbox {
                return Ok(mailbox.clone());
            }
            let prefix = self
                .settings
                .broker
                .as_ref()
                .context("setting broker.prefix is missing")?;
            let prefix = prefix.prefix.clone();
            let broker = self.require("broker", &["url"]).await?;
            let url = broker.field("url")?.clone();
            self.connections.push(Connection::to("broker", url.expose_secret()));
            let mailbox = Mailbox::new(
                self.identity.name,
                self.identity.schema,
                self.pool.clone(),
                self.worker_pool.clone(),
                url,
                &prefix,
                self.clock(),
            );
            let relay = mailbox.clone().relay(self.lifecycle.stopping());
            self.spawn("relay", relay);
            let watching = mailbox.clone().watch_outbox(self.lifecycle.stopping());
            self.spawn("outbox", watching);
            if !self.identity.queues.is_empty() {
                let watching = mailbox.clone();
                let watching = watching.watch_dead_letters(self.identity.queues, self.lifecycle.stopping());
                self.spawn("dead letters", watching);
            }
            self.mailbox = Some(mailbox.clone());
            Ok(mailbox)
        })
    }

    /// Seals and opens columns with patient data, with a data key for each organization.
    ///
    /// # Errors
    /// If the secret `sealing-key` is missing or malformed.
    pub fn seals(&mut self) -> LocalBoxFuture<'_, anyhow::Result<Seals>> {
        Box::pin(async move {
            let key = self.require("sealing-key", &["key_id", "key"]).await?;
            Ok(Seals::new(
                self.identity.schema,
                self.pool.clone(),
                Kek::from_credentials(&key)?,
            ))
        })
    }

    /// The stored responses for repeated `Idempotency-Key`s.
    pub fn idempotency(&mut self) -> Idempotency {
        if let Some(idempotency) = &self.idempotency {
            return idempotency.clone();
        }
        let idempotency = Idempotency::new(self.identity.schema, self.pool.clone());
        self.worker(
            Worker::every("idempotency keys", SWEEP_INTERVAL),
            &Arc::new(idempotency.clone()),
            |idempotency, _| async move {
                let is_more_left = idempotency.sweep().await?;
                Ok::<_, sqlx::Error>(if is_more_left { Next::Now } else { Next::Idle })
            },
        );
        self.idempotency = Some(idempotency.clone());
        idempotency
    }

    /// Redis: a cache and a counter.
    ///
    /// # Errors
    /// If the secret `redis` is missing or its address malformed.
    pub fn redis(&mut self) -> LocalBoxFuture<'_, anyhow::Result<ConnectionManager>> {
        Box::pin(async move {
            if let Some(redis) = &self.redis {
                return Ok(redis.clone());
            }
            let credentials = self.require("redis", &["url"]).await?;
            let url = credentials.field("url")?;
            self.connections.push(Connection::to("cache", url.expose_secret()));
            let redis = pools::redis(url)?;
            self.redis = Some(redis.clone());
            Ok(redis)
        })
    }

    /// The hooks of upstreams: breaker changes are published to the platform; rate budgets are
    /// stored in Redis if the service uses it.
    pub fn upstream_hooks(&self) -> Hooks {
        Hooks {
            breaker_changes: Some(self.breaker_changes.0.clone()),
            redis: self.redis.clone(),
        }
    }

    /// An external system.
    ///
    /// # Errors
    /// Naming the invalid setting.
    pub fn upstream(&mut self, name: &str, config: UpstreamConfig) -> anyhow::Result<Upstream> {
        self.add_connection(name, config.base_url.as_str());
        Ok(Upstream::new(name, config, self.clock(), self.upstream_hooks())?)
    }

    /// Names breakers in events differently from their upstreams.
    pub fn name_breakers(&mut self, subject: BreakerSubject) {
        self.breaker_subject = subject;
    }

    /// Adds an address that the service itself connects to, to the evidence for encryption in
    /// transit.
    pub fn add_connection(&mut self, name: impl Into<String>, url: &str) {
        self.connections.push(Connection::to(name, url));
    }

    /// Verifies access tokens with `verifier` instead of the one described by `settings.access`.
    /// The first call counts, so that a test's verifier is kept.
    pub fn set_verifier(&mut self, verifier: Verifier) {
        self.verifier.get_or_insert(verifier);
    }

    /// Data that handlers extract as `Data<T>`.
    pub fn add_data<T: Send + Sync + 'static>(&mut self, data: Data<T>) {
        self.data.push(Arc::new(move |config: &mut ServiceConfig| {
            config.app_data(data.clone());
        }));
    }

    /// Adds the service's own components and evidence.
    pub fn add_probe(&mut self, probe: Arc<dyn HealthProbe>) {
        self.probes.push(probe);
    }

    /// Runs a task beside the server. It ends when [`Lifecycle::stopping`] is cancelled.
    pub fn spawn(&mut self, name: &'static str, task: impl Future<Output = ()> + Send + 'static) {
        self.tasks.push((name, Box::pin(task)));
    }

    /// Repeats `step` beside the server, see [`Worker`].
    pub fn worker<T, F, W, E>(&mut self, worker: Worker, state: &Arc<T>, step: F)
    where
        T: Send + Sync + 'static,
        F: Fn(Arc<T>, Turn) -> W + Send + Sync + 'static,
        W: Future<Output = Result<Next, E>> + Send + 'static,
        E: Display + Send + 'static,
    {
        let (name, state) = (worker.name(), Arc::clone(state));
        let step = move |turn| step(Arc::clone(&state), turn);
        self.spawn(name, worker.run(self.lifecycle.stopping(), step));
    }

    /// Applies the events of `queue`, one at a time.
    ///
    /// # Errors
    /// As [`Kit::mailbox`].
    pub async fn consume<T, F, W>(&mut self, queue: Queue, state: &Arc<T>, handle: F) -> anyhow::Result<()>
    where
        T: Send + Sync + 'static,
        F: Fn(Arc<T>, Envelope) -> W + Send + Sync + 'static,
        W: Future<Output = Verdict> + Send + 'static,
    {
        let state = Arc::clone(state);
        let handle = move |envelope| handle(Arc::clone(&state), envelope);
        let consuming = self.mailbox().await?.consume(queue, self.lifecycle.stopping(), handle);
        self.spawn(queue.name, consuming);
        Ok(())
    }

    /// Applies the events of `queue`, at most `max_batch` in one transaction.
    ///
    /// # Errors
    /// As [`Kit::mailbox`].
    pub async fn consume_in_batches<T, F, W>(
        &mut self,
        queue: Queue,
        max_batch: u16,
        state: &Arc<T>,
        handle: F,
    ) -> anyhow::Result<()>
    where
        T: Send + Sync + 'static,
        F: Fn(Arc<T>, Arc<Vec<Envelope>>) -> W + Send + Sync + 'static,
        W: Future<Output = BatchVerdict> + Send + 'static,
    {
        let state = Arc::clone(state);
        let handle = move |envelopes| handle(Arc::clone(&state), envelopes);
        let stopping = self.lifecycle.stopping();
        let consuming = self
            .mailbox()
            .await?
            .consume_in_batches(queue, max_batch, stopping, handle);
        self.spawn(queue.name, consuming);
        Ok(())
    }

    /// Calls `handle` with every broadcast event, such as a revoked session, in each process; see
    /// [`Mailbox::broadcasts`]. The result says whether this process hears them now.
    ///
    /// # Errors
    /// As [`Kit::mailbox`].
    pub async fn broadcasts(&mut self, handle: impl Fn(&Envelope) + Send + Sync + 'static) -> anyhow::Result<Hearing> {
        let hearing = Hearing::default();
        let mailbox = self.mailbox().await?;
        let task = mailbox.broadcasts(self.lifecycle.stopping(), hearing.clone(), handle);
        self.spawn("broadcasts", task);
        Ok(hearing)
    }

    /// Starts the tasks and binds the port.
    pub(crate) fn into_app(mut self, telemetry: Arc<Telemetry>) -> anyhow::Result<App> {
        self.add_verifier()?;
        if let Some(mailbox) = self.mailbox.clone() {
            let log = refusal_log(mailbox.clone());
            self.data.push(Arc::new(move |config: &mut ServiceConfig| {
                config.app_data(log.clone());
            }));
            let (sender, changes) = std::mem::replace(&mut self.breaker_changes, unbounded_channel());
            drop(sender);
            let publishing = breakers::publish_breaker_changes(
                self.worker_pool.clone(),
                mailbox,
                self.breaker_subject,
                changes,
                self.lifecycle.stopping(),
            );
            self.spawn("breaker changes", publishing);
        }
        let longest_statement = Duration::from_millis(self.settings.database.statement_timeout_ms);
        let database = DatabaseWatch::new(self.pool.clone(), self.heard.clone(), longest_statement, self.clock());
        self.spawn("database", database.clone().run(self.lifecycle.stopping()));
        for (name, task) in self.tasks {
            self.lifecycle.spawn(name, task);
        }
        let health = ServiceHealth {
            database,
            database_required: !self.identity.database_optional,
            redis: self.redis,
            mailbox: self.mailbox,
            secrets: self.secrets,
            required_secrets: self.required_secrets,
            connections: self.connections,
            probes: self.probes,
            clock: self.clock,
        };
        let data = self.data;
        let site = Site {
            service: self.identity.name,
            about: self.identity.about,
            routes: self.identity.routes,
            data: Arc::new(move |config: &mut ServiceConfig| {
                for add in &data {
                    add(config);
                }
            }),
            health: Arc::new(health),
            cancel_on_disconnect: self.identity.cancel_on_disconnect,
        };
        App::new(&self.settings.http, telemetry, site, self.lifecycle)
    }

    fn add_verifier(&mut self) -> anyhow::Result<()> {
        if let Some(access) = self.settings.access.clone() {
            self.connections.push(Connection::to("token keys", &access.jwks_url));
            if self.verifier.is_none() {
                self.verifier = Some(Verifier::new(access, self.clock())?);
            }
        }
        if let Some(verifier) = self.verifier.take() {
            let verifier = self.reject_ended_sessions(verifier)?;
            self.add_data(Data::new(verifier));
        }
        Ok(())
    }

    /// A service without a mailbox hears of no ends and queries auth instead.
    fn reject_ended_sessions(&mut self, verifier: Verifier) -> anyhow::Result<Verifier> {
        let Some(mailbox) = self.mailbox.clone() else {
            return Ok(verifier.rejecting_ended_sessions(Arc::default(), || false)?);
        };
        let (verifier, hearing) = sessions::hear_of_ends(verifier, mailbox, self.lifecycle.stopping())?;
        self.spawn("ends of sessions", hearing);
        Ok(verifier)
    }
}
