//! A database and a corner of the broker of its own. Auth publishes, audit consumes.

use mc_contracts::{Actor, AuditRecord, Envelope, Interaction, Outcome, topology::AUDIT_LOG};
use mc_mailbox::Mailbox;
use mc_testkit::{Broker, Database, broker, setting};
use mc_vocabulary::{Clock, OrganizationId};
use sqlx::{AssertSqlSafe, migrate::Migrator};
use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr},
};

static MIGRATOR: Migrator = sqlx::migrate!("../../migrations/auth");

pub struct World {
    pub database: Database,
    pub broker: Broker,
    pub organization_id: OrganizationId,
}

impl World {
    pub async fn new() -> Self {
        let broker = broker();
        broker.declare_queues(&[AUDIT_LOG]).await;
        Self {
            database: Database::fresh("auth", &MIGRATOR).await,
            broker,
            organization_id: OrganizationId::new(),
        }
    }

    /// The mailbox of `service` over the tables of auth.
    pub fn mailbox(&self, service: &'static str) -> Mailbox {
        let (pool, worker_pool) = (self.database.serving.clone(), self.database.worker.clone());
        let (url, prefix) = (self.broker.secret_url(service), &self.broker.prefix);
        Mailbox::new(service, "auth", pool, worker_pool, url, prefix, Clock::System)
    }

    /// Gives the disk back.
    pub async fn drop(self) {
        self.database.serving.close().await;
        self.database.worker.pool().close().await;
        self.database.owner.close().await;
        let server = sqlx::PgPool::connect(&setting("MC_TEST_POSTGRES_URL")).await.unwrap();
        let drop = format!("DROP DATABASE {} WITH (FORCE)", self.database.name);
        sqlx::query(AssertSqlSafe(drop)).execute(&server).await.unwrap();
    }
}

/// A record as a service makes it for a read of patient data; its trace id is the number `n`.
pub fn record(n: u64) -> AuditRecord {
    AuditRecord {
        action: "ehr.patient_summary.read".to_owned(),
        interaction: Interaction::Read,
        outcome: Outcome::Success,
        actor: Actor::system("bench"),
        occurred_at: chrono::Utc::now(),
        source_ip: Some(IpAddr::V4(Ipv4Addr::new(10, 0, 0, 7))),
        trace_id: n.to_string(),
        patient_id: Some(format!("pat-{}", n % 50_000).parse().unwrap()),
        entity: None,
        purpose: Some("TREAT".to_owned()),
        justification: None,
        emergency: false,
        details: BTreeMap::from([(
            "phi_elements_accessed".to_owned(),
            serde_json::json!(["demographics", "medications"]),
        )]),
    }
}

/// The number of a record that was made by [`record`].
pub fn number(envelope: &Envelope) -> u64 {
    envelope.data["trace_id"].as_str().unwrap().parse().unwrap()
}
