//! A service as in production, with real servers, for one test.

use crate::{Broker, Caller, Database, TokenIssuer, broker, redis_url, servers::Leftovers};
use base64::{Engine, prelude::BASE64_STANDARD};
use mc_access::Verifier;
use mc_chassis::{lifecycle::Lifecycle, telemetry::Telemetry};
use mc_contracts::Queue;
use mc_keyring::Secrets;
use mc_service_kit::{BrokerSettings, Service, Settings};
use mc_vocabulary::{Clock, OrganizationId, Role};
use secrecy::ExposeSecret;
use serde::de::DeserializeOwned;
use sqlx::AssertSqlSafe;
use std::{
    path::Path,
    sync::{Arc, Mutex},
    thread::JoinHandle,
    time::{Duration, Instant},
};
use tempfile::TempDir;
use tokio::sync::oneshot;

/// Queue that takes every event of a test, so that an outbox empties although the consumers are not
/// running.
const SINK: &str = "test.sink";

/// Time limit for the start of a service.
const START_LIMIT: Duration = Duration::from_secs(30);

/// Time limit for publishing the last events.
const SETTLE_LIMIT: Duration = Duration::from_secs(5);

/// Time limit for a stopped service to end.
const STOP_LIMIT: Duration = Duration::from_secs(20);

/// Options of a test.
pub struct TestOptions {
    /// Port through which the service reaches Postgres, such as that of a chaos proxy.
    pub database_port: Option<u16>,
    /// Port through which the service reaches RabbitMQ, such as that of a chaos proxy.
    pub broker_port: Option<u16>,
    /// The service's clock.
    pub clock: Clock,
    /// Verifies access tokens. None: the service's own verifier.
    pub verifier: Option<Verifier>,
    /// Why the test ends with unpublished events, dead letters or an open transaction. None: it
    /// fails if any is left.
    pub leaves: Option<&'static str>,
}

impl Default for TestOptions {
    fn default() -> Self {
        Self {
            database_port: None,
            broker_port: None,
            clock: Clock::System,
            verifier: None,
            leaves: None,
        }
    }
}

/// The secrets folder of a service under test: `<secret>/<field>`, as the provider `files` reads
/// it.
pub struct SecretFiles {
    folder: TempDir,
}

impl SecretFiles {
    /// Keys that every service may need; no addresses.
    pub fn new() -> Self {
        let this = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        let key = BASE64_STANDARD.encode([7; 32]);
        this.write("sealing-key/key_id", "s1");
        this.write("sealing-key/key", &key);
        this.write("blind-index/key", &key);
        this.write("redis/url", redis_url().expose_secret());
        this
    }

    /// Writes one field of a secret.
    pub fn write(&self, field: &str, value: &str) {
        let path = self.folder.path().join(field);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, value).unwrap();
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

impl Default for SecretFiles {
    fn default() -> Self {
        Self::new()
    }
}

/// One service on a port, database, queues and secrets of its own. It runs on a thread of its own,
/// so that it can complete its work when the test is over.
///
/// When dropped, it stops the service and fails the test if an unpublished event, a dead letter or
/// an open transaction is left ([`TestOptions::leaves`] states an exception).
pub struct ServiceUnderTest {
    /// `http://127.0.0.1:<port>`.
    pub base: String,
    /// The service's database, with its schema migrated.
    pub database: Database,
    /// The service's part of the broker.
    pub broker: Broker,
    /// Signs the access tokens of callers.
    pub issuer: TokenIssuer,
    /// The organization of the test's callers.
    pub organization_id: OrganizationId,
    /// The service's secrets.
    pub secrets: SecretFiles,
    name: &'static str,
    schema: &'static str,
    leaves: Option<&'static str>,
    process: Mutex<Option<Process>>,
}

/// A running service.
struct Process {
    lifecycle: Lifecycle,
    thread: JoinHandle<()>,
}

/// A second process of the service, with the same database, broker and secrets.
pub struct SecondProcess {
    /// `http://127.0.0.1:<port>`.
    pub base: String,
    process: Option<Process>,
}

impl SecondProcess {
    /// Stops it gracefully, as dropping it does.
    pub fn stop(mut self) {
        self.stop_process();
    }

    fn stop_process(&mut self) {
        if let Some(process) = self.process.take() {
            process.stop();
        }
    }
}

impl Drop for SecondProcess {
    fn drop(&mut self) {
        self.stop_process();
    }
}

impl ServiceUnderTest {
    /// Starts `service` with a new database and broker prefix. `arrange` sets its own settings and
    /// further secrets.
    pub async fn start<S: DeserializeOwned + Send + 'static>(
        service: &'static Service<S>,
        options: TestOptions,
        arrange: impl FnOnce(&mut Settings<S>, &SecretFiles),
    ) -> Self {
        let database = Database::fresh(service.schema, service.migrations).await;
        Self::start_on(service, database, broker(), options, arrange).await
    }

    /// The same with this database and broker.
    pub async fn start_on<S: DeserializeOwned + Send + 'static>(
        service: &'static Service<S>,
        database: Database,
        broker: Broker,
        options: TestOptions,
        arrange: impl FnOnce(&mut Settings<S>, &SecretFiles),
    ) -> Self {
        let secrets = SecretFiles::new();
        let (serving, worker) = (
            database.serving_url_at(options.database_port),
            database.worker_url_at(options.database_port),
        );
        secrets.write("database/serving_url", serving.expose_secret());
        secrets.write("database/worker_url", worker.expose_secret());
        let mut settings = settings(service, &broker);
        if settings.common.broker.is_some() {
            broker.declare_queues(service.queues).await;
            broker.declare_streams().await;
            broker.declare(SINK, "#").await;
            secrets.write("broker/url", &broker.url_at(service.name, options.broker_port));
        }
        // Auth signs with the key of the test's callers, so that both accept each other's tokens.
        let issuer = TokenIssuer::new();
        secrets.write("signing-key/private_key_pem", issuer.private_key_pem());
        secrets.write("signing-key/kid", "test");
        arrange(&mut settings, &secrets);
        let mut this = Self {
            base: String::new(),
            database,
            broker,
            issuer,
            organization_id: OrganizationId::new(),
            secrets,
            name: service.name,
            schema: service.schema,
            leaves: options.leaves,
            process: Mutex::new(None),
        };
        let verifier = match options.verifier {
            Some(verifier) => Some(verifier),
            None if settings.common.access.is_some() => Some(this.issuer.verifier()),
            None => None,
        };
        this.serve(service, settings, options.clock, verifier).await;
        this
    }

    /// Starts the process again with its remaining state, after [`ServiceUnderTest::stop`].
    pub async fn serve<S: DeserializeOwned + Send + 'static>(
        &mut self,
        service: &'static Service<S>,
        settings: Settings<S>,
        clock: Clock,
        verifier: Option<Verifier>,
    ) {
        let secrets = Secrets::files(self.secrets.path());
        let (port, process) = spawn(service, settings, secrets, clock, verifier).await;
        self.base = format!("http://127.0.0.1:{port}");
        *self.process.lock().unwrap() = Some(process);
    }

    /// A caller of the test's organization.
    pub fn caller(&self, role: Role) -> Caller {
        Caller::new(self.organization_id, role)
    }

    /// A token of such a caller.
    pub fn token(&self, role: Role) -> String {
        self.issuer.token(&self.caller(role))
    }

    /// The count of audit records with outcome `denied` in the outbox.
    pub(crate) async fn count_denied(&self) -> i64 {
        let sql = format!(
            "SELECT count(*) FROM {}.outbox WHERE envelope -> 'data' ->> 'outcome' = 'denied'",
            self.schema
        );
        sqlx::query_scalar(AssertSqlSafe(sql))
            .fetch_one(&self.database.owner)
            .await
            .unwrap()
    }

    /// Stops the process gracefully; database, broker and secrets remain.
    pub fn stop(&self) {
        let process = self.process.lock().unwrap().take();
        if let Some(process) = process {
            process.stop();
        }
    }

    /// Settings for another process of `service`: a free port, and the same prefix of the broker.
    pub fn settings<S: DeserializeOwned>(&self, service: &'static Service<S>) -> Settings<S> {
        settings(service, &self.broker)
    }

    /// Starts a second process.
    pub async fn second_process<S: DeserializeOwned + Send + 'static>(
        &self,
        service: &'static Service<S>,
        settings: Settings<S>,
    ) -> SecondProcess {
        let (secrets, verifier) = (Secrets::files(self.secrets.path()), self.issuer.verifier());
        let (port, process) = spawn(service, settings, secrets, Clock::System, Some(verifier)).await;
        SecondProcess {
            base: format!("http://127.0.0.1:{port}"),
            process: Some(process),
        }
    }

    /// Stops the process and continues with another database and broker; only the secrets remain.
    pub async fn move_to(&mut self, database: Database, broker: Broker, queues: &[Queue]) {
        self.stop();
        broker.declare_queues(queues).await;
        broker.declare_streams().await;
        self.secrets
            .write("database/serving_url", database.serving_url().expose_secret());
        self.secrets
            .write("database/worker_url", database.worker_url().expose_secret());
        self.secrets.write("broker/url", &broker.url_of(self.name));
        self.database = database;
        self.broker = broker;
    }

    /// What the service left behind: unpublished events, dead letters and open transactions. Waits
    /// a moment for the relay to publish the last events.
    fn leftovers(&self) -> Vec<String> {
        let (database, schema, name) = (self.database.owner_url(), self.schema, self.name);
        let broker = self.broker.clone();
        block_on(async move {
            let limit = Instant::now() + SETTLE_LIMIT;
            loop {
                let mut left = Leftovers::of_database(&database, schema, name).await;
                if left.is_empty() || Instant::now() > limit {
                    left.extend(broker.dead_letters().await);
                    return left;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        })
    }
}

/// Runs `future` in a runtime and thread of its own: the runtime of the test is blocked while a
/// value is dropped.
fn block_on<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> T {
    let work = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.unwrap().block_on(future)
    };
    std::thread::spawn(work).join().unwrap()
}

impl Drop for ServiceUnderTest {
    fn drop(&mut self) {
        let is_checked = !std::thread::panicking() && self.leaves.is_none() && self.process.lock().unwrap().is_some();
        let left = if is_checked { self.leftovers() } else { Vec::new() };
        self.stop();
        let broker = self.broker.clone();
        block_on(async move { broker.delete_streams().await });
        assert!(
            left.is_empty(),
            "the test left {}; if that is intended, state why in TestOptions::leaves",
            left.join(", ")
        );
    }
}

impl Process {
    fn stop(self) {
        self.lifecycle.stop();
        let limit = Instant::now() + STOP_LIMIT;
        while !self.thread.is_finished() {
            assert!(Instant::now() < limit, "the service did not stop within {STOP_LIMIT:?}");
            std::thread::sleep(Duration::from_millis(5));
        }
        assert!(self.thread.join().is_ok(), "the service panicked");
    }
}

fn settings<S: DeserializeOwned>(service: &'static Service<S>, broker: &Broker) -> Settings<S> {
    let mut settings = service.settings().unwrap();
    settings.common.http.bind = "127.0.0.1:0".parse().unwrap();
    if settings.common.broker.is_some() {
        settings.common.broker = Some(BrokerSettings {
            prefix: broker.prefix.clone(),
        });
    }
    settings
}

/// Serves on a thread and runtime of its own.
async fn spawn<S: DeserializeOwned + Send + 'static>(
    service: &'static Service<S>,
    settings: Settings<S>,
    secrets: Secrets,
    clock: Clock,
    verifier: Option<Verifier>,
) -> (u16, Process) {
    mc_chassis::install_crypto();
    let (sender, started) = oneshot::channel();
    let thread = std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let telemetry = Arc::new(Telemetry::start(service.name, &settings.common.telemetry).unwrap());
            match service.build(settings, secrets, clock, verifier, telemetry).await {
                Ok(app) => {
                    sender.send(Ok((app.port, app.lifecycle()))).unwrap();
                    app.run().await.unwrap();
                }
                Err(error) => sender.send(Err(format!("{error:#}"))).unwrap(),
            }
        });
    });
    let (port, lifecycle) = tokio::time::timeout(START_LIMIT, started)
        .await
        .expect("the service does not start")
        .unwrap()
        .unwrap();
    (port, Process { lifecycle, thread })
}
