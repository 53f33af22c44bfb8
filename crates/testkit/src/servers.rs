//! The servers that tests share.

use crate::eventually;
use lapin::{
    Connection, ConnectionProperties,
    options::{BasicGetOptions, QueueDeclareOptions, QueueDeleteOptions},
    types::FieldTable,
};
use secrecy::SecretString;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use std::path::Path;

/// A setting of the test environment, from the environment or `.run/test.env`.
///
/// # Panics
/// If it is missing in both.
pub fn setting(name: &str) -> String {
    if let Ok(value) = std::env::var(name) {
        return value;
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.run/test.env");
    let text = std::fs::read_to_string(&file).unwrap_or_default();
    text.lines()
        .filter_map(|line| line.split_once('='))
        .find(|(key, _)| *key == name)
        .map_or_else(
            || panic!("{name} is not set: run `make test`, or `deploy/local/up.sh infra` once"),
            |(_, value)| value.to_owned(),
        )
}

/// Address of Redis.
pub fn redis_url() -> SecretString {
    setting("MC_TEST_REDIS_URL").into()
}

/// The broker, with a prefix for one test.
#[derive(Clone, Debug)]
pub struct Broker {
    /// AMQP address.
    pub url: String,
    /// Prefix of every exchange and queue.
    pub prefix: String,
}

/// The broker with a new prefix. Its queues expire by themselves.
pub fn broker() -> Broker {
    Broker {
        url: setting("MC_TEST_RABBITMQ_URL"),
        prefix: format!("t{}.", uuid::Uuid::now_v7().simple()),
    }
}

impl Broker {
    /// The address as a secret.
    pub fn secret_url(&self) -> SecretString {
        self.url.clone().into()
    }

    /// Number of messages in `queue` (without the prefix); None if it does not exist.
    pub async fn ready(&self, queue: &str) -> Option<u32> {
        let connection = Connection::connect(&self.url, ConnectionProperties::default())
            .await
            .unwrap();
        let channel = connection.create_channel().await.unwrap();
        let options = QueueDeclareOptions {
            passive: true,
            ..Default::default()
        };
        let found = channel
            .queue_declare(format!("{}{queue}", self.prefix).into(), options, FieldTable::default())
            .await;
        let count = found.ok().map(|queue| queue.message_count());
        let _ = connection.close(200, "done".into()).await;
        count
    }

    /// Takes one message from `queue`, as JSON.
    pub async fn take(&self, queue: &str) -> Option<serde_json::Value> {
        let connection = Connection::connect(&self.url, ConnectionProperties::default())
            .await
            .unwrap();
        let channel = connection.create_channel().await.unwrap();
        let name = format!("{}{queue}", self.prefix);
        let got = channel
            .basic_get(name.into(), BasicGetOptions { no_ack: true })
            .await
            .ok()
            .flatten();
        let value = got.and_then(|message| serde_json::from_slice(&message.delivery.data).ok());
        let _ = connection.close(200, "done".into()).await;
        value
    }
}

impl Broker {
    /// Declares and binds `queue`, as its consumer would: for tests of publishers.
    pub async fn declare(&self, queue: &str, binding: &str) {
        use lapin::options::{ExchangeDeclareOptions, QueueBindOptions};
        let connection = Connection::connect(&self.url, ConnectionProperties::default())
            .await
            .unwrap();
        let channel = connection.create_channel().await.unwrap();
        let (exchange, name) = (
            format!("{}medconnect.events", self.prefix),
            format!("{}{queue}", self.prefix),
        );
        let durable = ExchangeDeclareOptions {
            durable: true,
            ..Default::default()
        };
        channel
            .exchange_declare(
                exchange.clone().into(),
                lapin::ExchangeKind::Topic,
                durable,
                FieldTable::default(),
            )
            .await
            .unwrap();
        let options = QueueDeclareOptions {
            durable: true,
            ..Default::default()
        };
        let mut expiring = FieldTable::default();
        expiring.insert("x-expires".into(), lapin::types::AMQPValue::LongInt(120_000));
        channel
            .queue_declare(name.clone().into(), options, expiring)
            .await
            .unwrap();
        channel
            .queue_bind(
                name.into(),
                exchange.into(),
                binding.into(),
                QueueBindOptions::default(),
                FieldTable::default(),
            )
            .await
            .unwrap();
        let _ = connection.close(200, "done".into()).await;
    }
}

impl Broker {
    /// Dead letters under this prefix, as `<count> dead letters in <queue>`.
    pub(crate) async fn dead_letters(&self) -> Vec<String> {
        let mut left = Vec::new();
        for (name, _) in self.queues().await {
            let queue = name.strip_prefix(&self.prefix).unwrap_or(&name);
            if queue.rsplit('.').next() == Some("dead")
                && let Some(count @ 1..) = self.ready(queue).await
            {
                left.push(format!("{count} dead letters in {queue}"));
            }
        }
        left
    }

    /// Deletes the streams under this prefix: unlike queues, streams cannot expire.
    pub(crate) async fn delete_streams(&self) {
        let streams = self.queues().await.into_iter().filter(|(_, kind)| kind == "stream");
        let connection = Connection::connect(&self.url, ConnectionProperties::default())
            .await
            .unwrap();
        let channel = connection.create_channel().await.unwrap();
        for (name, _) in streams {
            channel
                .queue_delete(name.into(), QueueDeleteOptions::default())
                .await
                .unwrap();
        }
        let _ = connection.close(200, "done".into()).await;
    }

    /// Name and type of every queue under this prefix. RabbitMQ's list fails while another queue is
    /// being declared; it is requested again.
    async fn queues(&self) -> Vec<(String, String)> {
        let management = setting("MC_TEST_RABBITMQ_MANAGEMENT_URL");
        let url = format!(
            "{}/api/queues?columns=name,type&name={}&pagination=true&page=1&page_size=100",
            management.trim_end_matches('/'),
            self.prefix
        );
        let account = url::Url::parse(&self.url).unwrap();
        let http = reqwest::Client::builder().build().unwrap();
        let listed = eventually("RabbitMQ lists the queues", || async {
            let request = http.get(&url).basic_auth(account.username(), account.password());
            request.send().await.ok()?.json::<serde_json::Value>().await.ok()?["items"]
                .as_array()
                .cloned()
        })
        .await;
        let text = |queue: &serde_json::Value, member: &str| queue[member].as_str().unwrap_or_default().to_owned();
        listed
            .iter()
            .map(|queue| (text(queue, "name"), text(queue, "type")))
            .collect()
    }
}

/// What a test left behind.
pub(crate) struct Leftovers;

impl Leftovers {
    /// Unpublished events in the outbox of `schema`, and transactions that `service` left open.
    pub(crate) async fn of_database(url: &SecretString, schema: &str, service: &str) -> Vec<String> {
        use secrecy::ExposeSecret;
        let mut owner = PgConnection::connect(url.expose_secret()).await.unwrap();
        let mut left = Vec::new();
        let outbox: bool = sqlx::query_scalar("SELECT to_regclass($1 || '.outbox') IS NOT NULL")
            .bind(schema)
            .fetch_one(&mut owner)
            .await
            .unwrap();
        if outbox {
            let sql = format!("SELECT count(*) FROM {schema}.outbox WHERE published_at IS NULL");
            let unpublished: i64 = sqlx::query_scalar(AssertSqlSafe(sql))
                .fetch_one(&mut owner)
                .await
                .unwrap();
            if unpublished > 0 {
                left.push(format!("{unpublished} unpublished events"));
            }
        }
        let open: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name IN ($1, $1 || ' worker', $1 || ' long reads') AND state LIKE 'idle in transaction%'",
        )
        .bind(service)
        .fetch_one(&mut owner)
        .await
        .unwrap();
        if open > 0 {
            left.push(format!("{open} open transactions"));
        }
        left
    }
}
