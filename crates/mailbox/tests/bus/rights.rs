//! The rights in deploy/rabbitmq/definitions.json, as the broker applies them: imported into a
//! virtual host of its own.

use crate::record;
use lapin::{
    BasicProperties, Channel, Connection, ConnectionProperties,
    options::{
        BasicConsumeOptions, BasicPublishOptions, ConfirmSelectOptions, QueueBindOptions, QueueDeclareOptions,
        QueueDeleteOptions, QueuePurgeOptions,
    },
    types::FieldTable,
};
use mc_contracts::topology::{self, AUDIT_CHECKPOINTS, AUDIT_LOG, BROADCAST, EVENTS, QUEUES, user_of};
use mc_testkit::{Broker, broker, envelope, setting};
use serde_json::{Value, json};
use std::path::Path;

/// A virtual host with the definitions of production.
struct Host {
    name: String,
    broker: Broker,
}

impl Host {
    async fn new() -> Self {
        let this = Self {
            name: format!("definitions-{}", uuid::Uuid::now_v7().simple()),
            broker: broker(),
        };
        this.put(&format!("vhosts/{}", this.name), json!({})).await;
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/rabbitmq/definitions.json");
        let text = std::fs::read_to_string(path).unwrap();
        let definitions: Value =
            serde_json::from_str(&text.replace(r#""vhost": "/""#, &format!(r#""vhost": "{}""#, this.name))).unwrap();
        let imported = this
            .request(reqwest::Method::POST, "definitions")
            .json(&definitions)
            .send()
            .await
            .unwrap();
        assert!(imported.status().is_success(), "{}", imported.text().await.unwrap());
        this
    }

    fn request(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        let account = reqwest::Url::parse(&self.broker.operator_url).unwrap();
        let management = setting("MC_TEST_RABBITMQ_MANAGEMENT_URL");
        reqwest::Client::builder()
            .build()
            .unwrap()
            .request(method, format!("{management}/api/{path}"))
            .basic_auth(account.username(), account.password())
    }

    async fn put(&self, path: &str, body: Value) {
        let done = self
            .request(reqwest::Method::PUT, path)
            .json(&body)
            .send()
            .await
            .unwrap();
        assert!(done.status().is_success(), "{path}: {}", done.status());
    }

    async fn remove(&self) {
        let path = format!("vhosts/{}", self.name);
        self.request(reqwest::Method::DELETE, &path).send().await.unwrap();
    }

    /// A channel of `service`; a refused operation closes it.
    async fn channel(&self, service: &str) -> Channel {
        let mut url = reqwest::Url::parse(&self.broker.url_of(service)).unwrap();
        url.set_path(&self.name);
        let connection = Connection::connect(url.as_str(), ConnectionProperties::default())
            .await
            .unwrap();
        let channel = connection.create_channel().await.unwrap();
        channel.confirm_select(ConfirmSelectOptions::default()).await.unwrap();
        channel
    }

    async fn publishes(&self, service: &str, exchange: &str, key: &str) -> bool {
        let event = envelope("auth", None, &record("x")).data.to_string();
        let properties = BasicProperties::default().with_user_id(user_of(service).into());
        let channel = self.channel(service).await;
        let options = BasicPublishOptions::default();
        let sent = channel
            .basic_publish(exchange.into(), key.into(), options, event.as_bytes(), properties)
            .await;
        match sent {
            Ok(confirm) => confirm.await.is_ok_and(|confirm| confirm.is_ack()),
            Err(_) => false,
        }
    }

    async fn consumes(&self, service: &str, queue: &str) -> bool {
        let channel = self.channel(service).await;
        let prefetch = lapin::options::BasicQosOptions::default();
        channel.basic_qos(1, prefetch).await.unwrap();
        let options = BasicConsumeOptions::default();
        channel
            .basic_consume(queue.into(), "".into(), options, FieldTable::default())
            .await
            .is_ok()
    }
}

#[tokio::test]
async fn billing_cannot_forge_a_consent_or_a_record_nor_touch_a_queue_or_the_checkpoints() {
    mc_chassis::install_crypto();
    let host = Host::new().await;
    let mut allowed = Vec::new();
    for (what, exchange, key) in [
        ("a consent", EVENTS, "ehr-proxy.consent.recorded.v1"),
        ("a record of auth", EVENTS, "auth.audit.recorded.v1"),
        ("a revocation", EVENTS, "auth.access.revoked.v1"),
        ("a checkpoint", AUDIT_CHECKPOINTS.exchange, ""),
        ("past the exchange", "", AUDIT_LOG.name),
        ("into its own queue", "", "billing.consents"),
    ] {
        if host.publishes("billing", exchange, key).await {
            allowed.push(what);
        }
    }
    let checkpoints = AUDIT_CHECKPOINTS.name;
    let delete = |name: &'static str| {
        let host = &host;
        async move {
            let options = QueueDeleteOptions::default();
            host.channel("billing").await.queue_delete(name.into(), options).await
        }
    };
    for (what, name) in [
        ("deletes the checkpoints", checkpoints),
        ("deletes the log's queue", AUDIT_LOG.name),
    ] {
        if delete(name).await.is_ok() {
            allowed.push(what);
        }
    }
    let channel = host.channel("billing").await;
    if channel
        .queue_purge(AUDIT_LOG.name.into(), QueuePurgeOptions::default())
        .await
        .is_ok()
    {
        allowed.push("purges the log's queue");
    }
    let channel = host.channel("billing").await;
    let declared = channel
        .queue_declare(
            "billing.own".into(),
            QueueDeclareOptions::default(),
            FieldTable::default(),
        )
        .await;
    if declared.is_ok() {
        allowed.push("declares a queue");
    }
    let channel = host.channel("billing").await;
    let bound = channel
        .queue_bind(
            "billing.consents".into(),
            EVENTS.into(),
            "#".into(),
            QueueBindOptions::default(),
            FieldTable::default(),
        )
        .await;
    if bound.is_ok() {
        allowed.push("binds its queue to everything");
    }
    for queue in [AUDIT_LOG.name, "billing.consents.dead", checkpoints] {
        if host.consumes("billing", queue).await {
            allowed.push(queue);
        }
    }
    host.remove().await;
    assert!(allowed.is_empty(), "billing may: {allowed:?}");
}

#[tokio::test]
async fn every_service_publishes_its_own_events_and_reads_its_own_queues() {
    mc_chassis::install_crypto();
    let host = Host::new().await;
    for service in ["auth", "billing", "ehr-proxy", "eligibility", "audit", "console"] {
        for key in topology::published_by(service) {
            assert!(host.publishes(service, EVENTS, &key).await, "{service} publishes {key}");
        }
        for queue in QUEUES.iter().filter(|queue| queue.consumer() == service) {
            assert!(
                host.consumes(service, queue.name).await,
                "{service} reads {}",
                queue.name
            );
        }
        assert!(
            host.consumes(service, BROADCAST.name).await,
            "{service} hears broadcasts"
        );
    }
    assert!(host.publishes("audit", AUDIT_CHECKPOINTS.exchange, "").await);
    assert!(host.consumes("audit", AUDIT_CHECKPOINTS.name).await);
    host.remove().await;
}
