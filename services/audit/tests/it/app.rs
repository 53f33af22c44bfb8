//! The app under test.

use mc_audit::{config::Settings, consumers::audit_log, startup::SERVICE};
use mc_contracts::{Actor, AuditRecord, Interaction, Outcome};
use mc_keyring::{ExposeSecret, Secrets};
use mc_mailbox::Mailbox;
use mc_testkit::{Broker, Database, SecondProcess, ServiceUnderTest, TestOptions, broker, eventually};
use mc_vocabulary::{Clock, Role};
use reqwest::Response;
use serde_json::Value;
use std::{collections::BTreeMap, ops::Deref, path::Path};

pub struct TestApp {
    service: ServiceUnderTest,
    change: fn(&mut Settings),
}

impl Deref for TestApp {
    type Target = ServiceUnderTest;

    fn deref(&self) -> &ServiceUnderTest {
        &self.service
    }
}

impl TestApp {
    pub async fn start() -> Self {
        let database = Database::fresh(SERVICE.schema, SERVICE.migrations).await;
        Self::start_with(database, broker(), TestOptions::default()).await
    }

    /// With breach detection at work.
    pub async fn start_detecting() -> Self {
        Self::start_detecting_with(TestOptions::default()).await
    }

    pub async fn start_detecting_with(options: TestOptions) -> Self {
        let database = Database::fresh(SERVICE.schema, SERVICE.migrations).await;
        Self::start_as(database, broker(), options, |settings| {
            settings.detection.every_ms = 50;
            settings.detection.alarms_every_s = 1;
        })
        .await
    }

    pub async fn start_with(database: Database, broker: Broker, options: TestOptions) -> Self {
        // Detection puts events of its own into the log, which most tests count.
        Self::start_as(database, broker, options, |settings| settings.detection.every_ms = 0).await
    }

    async fn start_as(database: Database, broker: Broker, options: TestOptions, change: fn(&mut Settings)) -> Self {
        let service = ServiceUnderTest::start_on(&SERVICE, database, broker, options, |settings, secrets| {
            crate::secrets::write_checkpoint_key(secrets);
            arrange(&mut settings.own, secrets.path());
            change(&mut settings.own);
        })
        .await;
        Self { service, change }
    }

    /// The same service after it lost its database and broker: keys and the checkpoints outside are
    /// what is left.
    pub async fn over(mut self, database: Database, broker: Broker) -> Self {
        self.service.move_to(database, broker);
        let (settings, verifier) = (self.settings(), self.issuer.verifier());
        self.service
            .serve(&SERVICE, settings, Clock::System, Some(verifier))
            .await;
        eventually("the queue", || self.service.broker.ready(audit_log::QUEUE.name)).await;
        self
    }

    /// Its secrets, with the address of the database's owner.
    pub fn secrets(&self) -> Secrets {
        let url = self.database.owner_url();
        self.service.secrets.write("database-owner/url", url.expose_secret());
        Secrets::files(self.service.secrets.path())
    }

    /// Its settings.
    pub fn settings(&self) -> mc_service_kit::Settings<Settings> {
        let mut settings = self.service.settings(&SERVICE);
        arrange(&mut settings.own, self.service.secrets.path());
        (self.change)(&mut settings.own);
        settings
    }

    /// A second process of the service beside the first.
    pub async fn beside(&self) -> SecondProcess {
        self.service.second_process(&SERVICE, self.settings()).await
    }

    pub async fn get(&self, path: &str, token: Option<&str>) -> Response {
        self.send("GET", path, token, None).await
    }

    pub async fn read(&self, path: &str) -> Value {
        let token = self.issuer.token(&self.caller(Role::Compliance));
        let response = self.get(path, Some(&token)).await;
        assert_eq!(response.status(), 200);
        response.json().await.unwrap()
    }

    /// The outbox of another service, over the same database and broker.
    pub fn publisher(&self) -> Mailbox {
        Mailbox::new(
            "billing",
            "audit",
            self.database.serving.clone(),
            self.database.worker.clone(),
            self.broker.secret_url(),
            &self.broker.prefix,
            Clock::System,
        )
    }

    /// Publishes `count` events and waits until they are logged.
    pub async fn publish(&self, count: i64) {
        let before = self.logged().await;
        let publisher = self.publisher();
        for n in 0..count {
            let recorded = record(&format!("billing.test.{n}"));
            publisher
                .enqueue_now(Some(self.organization_id), &recorded)
                .await
                .unwrap();
        }
        eventually("all events in the log", || async {
            (self.logged().await >= before + count).then_some(())
        })
        .await;
    }

    /// Publishes these records and waits until they are logged.
    pub async fn publish_all(&self, records: &[AuditRecord]) {
        let before = self.logged().await;
        for record in records {
            self.publisher()
                .enqueue_now(Some(self.organization_id), record)
                .await
                .unwrap();
        }
        let after = before + i64::try_from(records.len()).unwrap();
        eventually("all of them in the log", || async {
            (self.logged().await >= after).then_some(())
        })
        .await;
    }

    /// The first event of the organisation's log.
    pub async fn first_event(&self) -> String {
        sqlx::query_scalar::<_, uuid::Uuid>(
            "SELECT event_id FROM audit.events WHERE organization_id = $1 ORDER BY log_index LIMIT 1",
        )
        .bind(self.organization_id.uuid())
        .fetch_one(&self.database.owner)
        .await
        .unwrap()
        .to_string()
    }

    pub async fn logged(&self) -> i64 {
        self.database.count("SELECT count(*) FROM audit.events").await
    }

    /// The verdict over the organisation's log.
    pub async fn verdict(&self) -> Value {
        self.read("/api/v1/integrations/audit/verification").await
    }

    /// Waits for a checkpoint of the organisation's whole log, and gives its size.
    pub async fn checkpointed(&self) -> i64 {
        eventually("a checkpoint of all", || async {
            let behind = self
                .database
                .count(
                    "SELECT count(*) FROM (SELECT organization_id, max(size) AS size FROM audit.batches GROUP BY 1) b \
                     LEFT JOIN (SELECT organization_id, max(size) AS size FROM audit.checkpoints GROUP BY 1) c USING (organization_id) \
                     WHERE c.size IS DISTINCT FROM b.size",
                )
                .await;
            (behind == 0).then_some(())
        })
        .await;
        self.logged().await
    }

    /// What the owner of the database may do.
    pub async fn as_owner(&self, sql: &str) {
        sqlx::query(sqlx::AssertSqlSafe(sql.to_owned()))
            .execute(&self.database.owner)
            .await
            .unwrap();
    }

    /// Calls with a method and a JSON body; what is posted has a key of its own.
    pub async fn send(&self, method: &str, path: &str, token: Option<&str>, body: Option<&Value>) -> Response {
        let key = (method == "POST").then(|| mc_vocabulary::EventId::new().to_string());
        self.send_under(key.as_deref(), method, path, token, body).await
    }

    /// As [`TestApp::send`], under this `Idempotency-Key`.
    pub async fn send_under(
        &self,
        key: Option<&str>,
        method: &str,
        path: &str,
        token: Option<&str>,
        body: Option<&Value>,
    ) -> Response {
        let method = method.parse().unwrap();
        let mut request = reqwest::Client::builder()
            .build()
            .unwrap()
            .request(method, format!("{}{path}", self.base));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        request.send().await.unwrap()
    }
}

/// The settings that every test needs; checkpoints go into a folder beside the secrets.
pub fn arrange(settings: &mut Settings, secrets: &Path) {
    settings.checkpoints.every_ms = 50;
    settings.checkpoints.folder = secrets.join("checkpoints").display().to_string();
}

pub fn record(action: &str) -> AuditRecord {
    AuditRecord {
        action: action.to_owned(),
        interaction: Interaction::Read,
        outcome: Outcome::Success,
        actor: Actor::system("test"),
        occurred_at: chrono::Utc::now(),
        source_ip: None,
        trace_id: "0af7651916cd43dd8448eb211c80319c".to_owned(),
        patient_id: Some("pat-1".parse().unwrap()),
        entity: None,
        purpose: Some("TREAT".to_owned()),
        justification: Some("scheduled_appointment".to_owned()),
        emergency: false,
        details: BTreeMap::new(),
    }
}
