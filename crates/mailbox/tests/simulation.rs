//! A seeded simulation of failures between commit and effect: processes die between publish and
//! mark and between apply and acknowledge, and the broker or the database drops every connection.
//! The invariant: each effect exactly once.
//!
//! The servers are real; the faults and their timing follow from a seed that is printed.
//! `MC_SEED=<n>` replays one.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a panic here is a failed test"
)]

use mc_access::tenancy::{self, WorkerPool};
use mc_contracts::{Actor, AuditRecord, Envelope, Interaction, Outcome, Queue, topology};
use mc_mailbox::{Mailbox, Verdict};
use mc_testkit::{Broker, ChaosProxy, Database, broker, eventually, setting};
use mc_vocabulary::Clock;
use rand::{Rng, SeedableRng, rngs::StdRng};
use secrecy::SecretString;
use sqlx::{PgPool, migrate::Migrator, postgres::PgPoolOptions};
use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

static MIGRATOR: Migrator = sqlx::migrate!("../../migrations/auth");
const QUEUE: Queue = Queue {
    ordered: false,
    ..topology::AUDIT_LOG
};
const EVENTS: u64 = 120;
const FAULTS: usize = 14;

fn record(n: u64) -> AuditRecord {
    AuditRecord {
        action: format!("world.event.{n}"),
        interaction: Interaction::Execute,
        outcome: Outcome::Success,
        actor: Actor::system("world"),
        occurred_at: chrono::Utc::now(),
        source_ip: None,
        trace_id: String::new(),
        patient_id: None,
        entity: None,
        purpose: None,
        justification: None,
        emergency: false,
        details: BTreeMap::new(),
    }
}

/// One process that relays and consumes, until it is killed.
struct Process {
    relay: JoinHandle<()>,
    consumer: JoinHandle<()>,
}

struct World {
    database: Database,
    broker: Broker,
    through_broker: ChaosProxy,
    through_database: ChaosProxy,
    /// Index of the delivery, over all deliveries, at which the consumer dies.
    die_at: Arc<AtomicU64>,
}

impl World {
    async fn new() -> Self {
        let database = Database::fresh("auth", &MIGRATOR).await;
        sqlx::query("CREATE TABLE auth.effects (action text NOT NULL)")
            .execute(&database.owner)
            .await
            .unwrap();
        let broker = broker();
        broker.declare_queues(&[QUEUE]).await;
        let through_broker = ChaosProxy::before_url(&broker.operator_url).await;
        let through_database = ChaosProxy::before_url(&setting("MC_TEST_POSTGRES_URL")).await;
        Self {
            database,
            broker,
            through_broker,
            through_database,
            die_at: Arc::new(AtomicU64::new(u64::MAX)),
        }
    }

    fn pool(&self) -> PgPool {
        use secrecy::ExposeSecret;
        let url = self.database.worker_url_at(Some(self.through_database.port));
        PgPoolOptions::new()
            .max_connections(3)
            .acquire_timeout(Duration::from_millis(700))
            .connect_lazy(url.expose_secret())
            .unwrap()
    }

    /// The mailbox of `service` over the tables of auth.
    fn mailbox(&self, service: &'static str) -> Mailbox {
        let url = self.broker.url_at(service, Some(self.through_broker.port));
        Mailbox::new(
            service,
            "auth",
            self.pool(),
            WorkerPool::new(self.pool()),
            SecretString::from(url),
            &self.broker.prefix,
            Clock::System,
        )
    }

    fn start(&self) -> Process {
        let mailbox = self.mailbox("audit");
        let never = CancellationToken::new();
        let relay = tokio::spawn(self.mailbox("auth").relay(never.clone()));
        let (pool, applying, die_at) = (WorkerPool::new(self.pool()), mailbox.clone(), Arc::clone(&self.die_at));
        let consumer = tokio::spawn(mailbox.consume(QUEUE, never, move |envelope| {
            let (pool, mailbox, die_at) = (pool.clone(), applying.clone(), Arc::clone(&die_at));
            async move { apply(&pool, &mailbox, envelope, &die_at).await }
        }));
        Process { relay, consumer }
    }
}

impl Process {
    /// As SIGKILL: nothing is finished.
    fn kill(&self) {
        self.relay.abort();
        self.consumer.abort();
    }
}

async fn apply(pool: &WorkerPool, mailbox: &Mailbox, envelope: Envelope, die_at: &AtomicU64) -> Verdict {
    match try_apply(pool, mailbox, &envelope).await {
        Ok(()) => {
            // Dies after the commit and before the acknowledgement: the broker redelivers.
            if die_at.fetch_sub(1, Ordering::SeqCst) == 0 {
                std::future::pending::<()>().await;
            }
            Verdict::Done
        }
        Err(_) => Verdict::Retry("the database is away"),
    }
}

async fn try_apply(pool: &WorkerPool, mailbox: &Mailbox, envelope: &Envelope) -> Result<(), sqlx::Error> {
    let record: AuditRecord = envelope.event().map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
    let mut transaction = tenancy::begin_as_platform(pool).await?;
    if mailbox
        .is_first_delivery(&mut transaction, "world", envelope.id)
        .await?
    {
        sqlx::query("INSERT INTO auth.effects VALUES ($1)")
            .bind(&record.action)
            .execute(&mut *transaction)
            .await?;
    }
    transaction.commit().await
}

async fn run(seed: u64) {
    println!("seed {seed}");
    let mut chance = StdRng::seed_from_u64(seed);
    let world = World::new().await;
    let grant = "GRANT SELECT, INSERT ON auth.effects TO mc_auth_worker";
    sqlx::query(grant).execute(&world.database.owner).await.unwrap();
    let writer = Mailbox::new(
        "auth",
        "auth",
        world.database.serving.clone(),
        world.database.worker.clone(),
        world.broker.secret_url("auth"),
        &world.broker.prefix,
        Clock::System,
    );
    let mut process = world.start();
    let mut enqueued = 0;
    for fault in 0..FAULTS {
        for _ in 0..EVENTS / u64::try_from(FAULTS).unwrap() {
            writer.enqueue_now(None, &record(enqueued)).await.unwrap();
            enqueued += 1;
        }
        tokio::time::sleep(Duration::from_millis(chance.random_range(0..120))).await;
        match chance.random_range(0..5) {
            0 => world.through_broker.cut(),
            1 => world.through_database.cut(),
            2 => world.die_at.store(chance.random_range(0..6), Ordering::SeqCst),
            3 => {
                // The state after a crash between publish and mark: published, but not marked.
                let sql = "UPDATE auth.outbox SET published_at = NULL WHERE sequence % 3 = $1";
                sqlx::query(sql)
                    .bind(i64::try_from(fault % 3).unwrap())
                    .execute(&world.database.owner)
                    .await
                    .unwrap();
            }
            _ => {}
        }
        tokio::time::sleep(Duration::from_millis(chance.random_range(0..150))).await;
        world.through_broker.restore();
        world.through_database.restore();
        if chance.random_bool(0.6) {
            process.kill();
            world.die_at.store(u64::MAX, Ordering::SeqCst);
            process = world.start();
        }
    }
    process.kill();
    world.die_at.store(u64::MAX, Ordering::SeqCst);
    let process = world.start();
    eventually(&format!("every effect, seed {seed}"), || async {
        let waiting = world
            .database
            .count("SELECT count(*) FROM auth.outbox WHERE published_at IS NULL")
            .await;
        let effects = world
            .database
            .count("SELECT count(DISTINCT action) FROM auth.effects")
            .await;
        (waiting == 0 && u64::try_from(effects).unwrap() == enqueued).then_some(())
    })
    .await;
    let applied = world.database.count("SELECT count(*) FROM auth.effects").await;
    assert_eq!(
        u64::try_from(applied).unwrap(),
        enqueued,
        "seed {seed}: an effect was applied twice"
    );
    process.kill();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_effect_happens_once_whatever_dies() {
    mc_chassis::install_crypto();
    let seeds: Vec<u64> = match std::env::var("MC_SEED") {
        Ok(seed) => vec![seed.parse().unwrap()],
        Err(_) => vec![1, 2, 3, rand::rng().random_range(0..1_000_000)],
    };
    for seed in seeds {
        run(seed).await;
    }
}
