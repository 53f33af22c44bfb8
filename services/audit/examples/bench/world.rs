//! A database and a corner of the broker of its own, and events like those of a clinic.

use mc_audit::{AppState, commands, startup::SERVICE};
use mc_contracts::{Actor, ActorKind, AuditRecord, Entity, Envelope, Interaction, Outcome};
use mc_keyring::{ExposeSecret, Secrets};
use mc_mailbox::{Mailbox, Publisher};
use mc_service_kit::BrokerSettings;
use mc_testkit::{Broker, Database, SecretFiles, broker, setting};
use mc_vocabulary::{Clock, EventId, OrganizationId};
use rand::{Rng, SeedableRng, rngs::StdRng};
use std::{collections::BTreeMap, sync::Arc};
use uuid::Uuid;

#[path = "../../tests/it/secrets.rs"]
mod secrets;

pub struct World {
    pub database: Database,
    broker: Broker,
    pub state: Arc<AppState>,
    pub organization_id: OrganizationId,
    _secrets: SecretFiles,
}

impl World {
    pub async fn new() -> Self {
        let database = Database::fresh(SERVICE.schema, SERVICE.migrations).await;
        let broker = broker();
        let secrets = SecretFiles::new();
        secrets.write("database/serving_url", database.serving_url().expose_secret());
        secrets.write("database/worker_url", database.worker_url().expose_secret());
        broker.declare_queues(SERVICE.queues).await;
        broker.declare_streams().await;
        secrets.write("broker/url", &broker.url_of(SERVICE.name));
        secrets::write_checkpoint_key(&secrets);
        let mut settings = SERVICE.settings().unwrap();
        settings.common.broker = Some(BrokerSettings {
            prefix: broker.prefix.clone(),
        });
        settings.own.checkpoints.folder = secrets.path().join("checkpoints").display().to_string();
        let state = commands::state(settings, Secrets::files(secrets.path()), Clock::System)
            .await
            .unwrap();
        Self {
            database,
            broker,
            state: Arc::new(state),
            organization_id: OrganizationId::new(),
            _secrets: secrets,
        }
    }

    /// A connection of the service whose events these are.
    pub async fn publisher(&self) -> Publisher {
        let (url, clock) = (self.broker.secret_url(Events::SOURCE), Clock::System);
        let (pool, worker_pool) = (self.database.serving.clone(), self.database.worker.clone());
        let prefix = &self.broker.prefix;
        let mailbox = Mailbox::new(Events::SOURCE, "audit", pool, worker_pool, url, prefix, clock);
        mailbox.publisher().await.unwrap()
    }

    /// Gives the disk back.
    pub async fn drop(self) {
        self.broker.delete_streams().await;
        self.state.pool.close().await;
        self.state.worker_pool.pool().close().await;
        self.database.serving.close().await;
        self.database.worker.pool().close().await;
        let name = self.database.name.clone();
        self.database.owner.close().await;
        let server = sqlx::PgPool::connect(&setting("MC_TEST_POSTGRES_URL")).await.unwrap();
        let drop = format!("DROP DATABASE {name} WITH (FORCE)");
        sqlx::query(sqlx::AssertSqlSafe(drop)).execute(&server).await.unwrap();
    }
}

const ACTIONS: [(&str, Interaction); 6] = [
    ("ehr.patient_summary.read", Interaction::Read),
    ("ehr.encounter.update", Interaction::Update),
    ("insurance.eligibility.verify", Interaction::Execute),
    ("billing.payment_intent.created", Interaction::Create),
    ("ehr.consent.record", Interaction::Create),
    ("auth.login", Interaction::Execute),
];

/// Events in the order of their making, from a seed.
pub struct Events {
    random: StdRng,
    organization_id: OrganizationId,
}

impl Events {
    /// The service that publishes them.
    pub const SOURCE: &str = "ehr-proxy";

    pub fn new(seed: u64, organization_id: OrganizationId) -> Self {
        Self {
            random: StdRng::seed_from_u64(seed),
            organization_id,
        }
    }

    pub fn next(&mut self) -> Envelope {
        let (action, interaction) = ACTIONS[self.random.random_range(0..ACTIONS.len())];
        let now = chrono::Utc::now();
        let patient = self.random.random_range(0..50_000_u32);
        let record = AuditRecord {
            action: action.to_owned(),
            interaction,
            outcome: Outcome::Success,
            actor: Actor {
                kind: ActorKind::User,
                id: Uuid::from_u128(self.random.random_range(0..300_u128)).to_string(),
                roles: vec!["doctor".to_owned()],
                session_id: Some(Uuid::from_u128(self.random.random_range(0..3_000_u128)).to_string()),
                device_id: None,
            },
            occurred_at: now,
            source_ip: Some(std::net::IpAddr::from([10, 0, 0, self.random.random_range(1..250)])),
            trace_id: format!("{:032x}", self.random.random::<u128>()),
            patient_id: Some(format!("pat-{patient}").parse().unwrap()),
            entity: Some(Entity {
                kind: "Encounter".to_owned(),
                id: format!("enc-{patient}-{}", self.random.random_range(0..10)),
            }),
            purpose: Some("TREAT".to_owned()),
            justification: None,
            emergency: false,
            details: BTreeMap::from([(
                "phi_elements_accessed".to_owned(),
                serde_json::json!(["demographics", "medications"]),
            )]),
        };
        Envelope {
            id: EventId::new(),
            event_type: "ehr-proxy.audit.recorded.v1".to_owned(),
            source: Self::SOURCE.to_owned(),
            time: now,
            subject: None,
            organization_id: Some(self.organization_id),
            trace: std::collections::HashMap::new(),
            data: serde_json::to_value(record).unwrap(),
        }
    }

    pub fn take(&mut self, count: usize) -> Vec<Envelope> {
        (0..count).map(|_| self.next()).collect()
    }
}
