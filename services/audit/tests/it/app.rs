//! The app under test.

use mc_audit::{
    config::Settings,
    startup::{self, MIGRATOR},
};
use mc_chassis::{lifecycle::Lifecycle, telemetry::Telemetry};
use mc_contracts::{Actor, AuditRecord, Interaction, Outcome};
use mc_keyring::{ExposeSecret, Secrets};
use mc_mailbox::Mailbox;
use mc_testkit::{Broker, Caller, Database, TokenIssuer, broker, eventually};
use mc_vocabulary::{Clock, OrganizationId, Role};
use reqwest::Response;
use serde_json::Value;
use std::{collections::BTreeMap, path::Path, sync::Arc};

pub struct TestApp {
    pub base: String,
    pub database: Database,
    pub broker: Broker,
    pub issuer: TokenIssuer,
    pub organization_id: OrganizationId,
    secrets: tempfile::TempDir,
    change: fn(&mut Settings),
    lifecycle: Lifecycle,
}

impl TestApp {
    pub async fn start() -> Self {
        Self::start_with(Database::fresh("audit", &MIGRATOR).await, broker(), None).await
    }

    /// With breach detection at work.
    pub async fn start_detecting() -> Self {
        let database = Database::fresh("audit", &MIGRATOR).await;
        Self::start_as(database, broker(), None, |settings| {
            settings.detection.every_ms = 50;
            settings.detection.alarms_every_s = 1;
        })
        .await
    }

    pub async fn start_with(database: Database, broker: Broker, database_port: Option<u16>) -> Self {
        // Detection puts events of its own into the log, which most tests count.
        Self::start_as(database, broker, database_port, |settings| {
            settings.detection.every_ms = 0;
        })
        .await
    }

    async fn start_as(
        database: Database,
        broker: Broker,
        database_port: Option<u16>,
        change: fn(&mut Settings),
    ) -> Self {
        mc_chassis::install_crypto();
        let secrets = tempfile::tempdir().unwrap();
        crate::secrets::write(
            secrets.path(),
            database.serving_url_at(database_port).expose_secret(),
            &broker.url,
        );
        Self::serve(database, broker, secrets, OrganizationId::new(), change).await
    }

    async fn serve(
        database: Database,
        broker: Broker,
        secrets: tempfile::TempDir,
        organization_id: OrganizationId,
        change: fn(&mut Settings),
    ) -> Self {
        let issuer = TokenIssuer::new();
        let (base, lifecycle) = process(&broker, &issuer, secrets.path(), change).await;
        let app = Self {
            base,
            database,
            broker,
            issuer,
            organization_id,
            secrets,
            change,
            lifecycle,
        };
        // What is told before there is a queue waits and may be overtaken.
        eventually("the queue", || async {
            app.teller()
                .count_dead_letters(mc_audit::consumers::audit_log::QUEUE)
                .await
        })
        .await;
        app
    }

    /// The same service after it lost its database and broker: keys and the checkpoints outside are what is left.
    pub async fn over(self, database: Database, broker: Broker) -> Self {
        self.stop_serving().await;
        let urls = [
            ("database/url", database.serving_url()),
            ("broker/url", broker.secret_url()),
        ];
        for (name, url) in urls {
            std::fs::write(self.secrets.path().join(name), url.expose_secret()).unwrap();
        }
        Self::serve(database, broker, self.secrets, self.organization_id, self.change).await
    }

    /// Its secrets, with the way to the database as its owner.
    pub fn secrets(&self) -> Secrets {
        let url = self.database.owner_url();
        let folder = self.secrets.path().join("database-owner");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("url"), url.expose_secret()).unwrap();
        Secrets::files(self.secrets.path())
    }

    /// Its settings.
    pub fn settings(&self) -> Settings {
        settings(&self.broker, self.secrets.path())
    }

    /// A second process of the service beside the first.
    pub async fn beside(&self) -> Lifecycle {
        self.beside_at().await.1
    }

    /// As [`TestApp::beside`], and where it answers.
    pub async fn beside_at(&self) -> (String, Lifecycle) {
        process(&self.broker, &self.issuer, self.secrets.path(), self.change).await
    }

    /// The first process ends; database and broker stay.
    pub async fn stop_serving(&self) {
        self.lifecycle.clone().finish().await;
    }

    pub fn caller(&self, role: Role) -> Caller {
        Caller::new(self.organization_id, role)
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

    /// Another service's post box, over the same database and broker.
    pub fn teller(&self) -> Mailbox {
        Mailbox::new(
            "billing",
            "audit",
            self.database.serving.clone(),
            self.broker.secret_url(),
            &self.broker.prefix,
            Clock::System,
        )
    }

    /// Tells `count` things that happened, and waits until they are logged.
    pub async fn tell(&self, count: i64) {
        let before = self.logged().await;
        let teller = self.teller();
        for n in 0..count {
            let told = record(&format!("billing.test.{n}"));
            teller.enqueue_now(Some(self.organization_id), &told).await.unwrap();
        }
        eventually("all events in the log", || async {
            (self.logged().await >= before + count).then_some(())
        })
        .await;
    }

    /// Tells these things, and waits until they are logged.
    pub async fn tell_all(&self, records: &[AuditRecord]) {
        let before = self.logged().await;
        for record in records {
            self.teller()
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

    pub async fn stop(self) {
        self.lifecycle.finish().await;
    }
}

async fn process(
    broker: &Broker,
    issuer: &TokenIssuer,
    secrets: &Path,
    change: fn(&mut Settings),
) -> (String, Lifecycle) {
    let mut settings = settings(broker, secrets);
    change(&mut settings);
    let telemetry = Arc::new(Telemetry::start("audit", &settings.telemetry).unwrap());
    let app = startup::build(
        settings,
        Secrets::files(secrets),
        Clock::System,
        issuer.verifier(),
        telemetry,
    )
    .await
    .unwrap();
    let (base, lifecycle) = (format!("http://127.0.0.1:{}", app.port), app.lifecycle());
    actix_web::rt::spawn(app.run());
    (base, lifecycle)
}

pub fn settings(broker: &Broker, secrets: &Path) -> Settings {
    let mut settings = Settings::load().unwrap();
    settings.http.bind = "127.0.0.1:0".parse().unwrap();
    settings.broker.prefix.clone_from(&broker.prefix);
    settings.checkpoints.every_ms = 50;
    settings.checkpoints.folder = secrets.join("checkpoints").display().to_string();
    settings
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
