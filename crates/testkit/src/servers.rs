//! The real servers that tests share.

use lapin::{
    Connection, ConnectionProperties,
    options::{BasicGetOptions, QueueDeclareOptions},
    types::FieldTable,
};
use secrecy::SecretString;
use std::path::Path;

/// A setting of the test machine, from the environment or `.run/test.env`.
///
/// # Panics
/// Where it stands in neither, saying what to run.
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

/// Where Redis is.
pub fn redis_url() -> SecretString {
    setting("MC_TEST_REDIS_URL").into()
}

/// The broker, and a corner of it for one test.
#[derive(Clone, Debug)]
pub struct Broker {
    /// AMQP address.
    pub url: String,
    /// Put before every exchange and queue.
    pub prefix: String,
}

/// The broker, and a fresh corner of it. Its queues expire by themselves.
pub fn broker() -> Broker {
    Broker {
        url: setting("MC_TEST_RABBITMQ_URL"),
        prefix: format!("t{}.", uuid::Uuid::now_v7().simple()),
    }
}

impl Broker {
    /// The address as services take it.
    pub fn secret_url(&self) -> SecretString {
        self.url.clone().into()
    }

    /// How many messages wait in `queue` (without the prefix); None where it does not exist.
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

    /// Takes one message out of `queue`, as JSON.
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
    /// Declares `queue` and binds it, as its consumer would: for tests of those who publish.
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
        expiring.insert("x-expires".into(), lapin::types::AMQPValue::LongInt(600_000));
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
