//! The broker that tests share: a prefix for each test, the users of the services, and the operator
//! who declares exchanges, queues and streams.

use crate::{eventually, servers::setting};
use lapin::{
    Channel, Connection, ConnectionProperties, ExchangeKind,
    options::{BasicGetOptions, ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions, QueueDeleteOptions},
    types::{AMQPValue, FieldTable, LongString},
};
use mc_access::tenancy::WorkerPool;
use mc_contracts::{
    Envelope, Event,
    topology::{self, Argument, EVENTS, Queue, STREAMS, Stream},
};
use mc_mailbox::{Mailbox, Publication};
use mc_vocabulary::{Clock, EventId, OrganizationId};
use secrecy::SecretString;
use sqlx::PgPool;
use std::collections::HashMap;

/// Queues of tests expire by themselves, soon: those of a whole run would fill the broker's memory,
/// and then it blocks publishers.
const EXPIRES_MS: i32 = 120_000;

/// The broker, with a prefix for one test.
#[derive(Clone, Debug)]
pub struct Broker {
    /// AMQP address, as the operator.
    pub operator_url: String,
    /// Prefix of every exchange and queue.
    pub prefix: String,
}

/// The broker with a new prefix. Its queues expire by themselves.
pub fn broker() -> Broker {
    Broker {
        operator_url: setting("MC_TEST_RABBITMQ_URL"),
        prefix: format!("t{}.", uuid::Uuid::now_v7().simple()),
    }
}

impl Broker {
    /// The address with the user of `service`.
    ///
    /// # Panics
    /// If the broker has no such user.
    pub fn url_of(&self, service: &str) -> String {
        self.url_at(service, None)
    }

    /// The same through another port, such as that of a [`crate::ChaosProxy`].
    pub fn url_at(&self, service: &str, port: Option<u16>) -> String {
        let (user, file) = (topology::user_of(service), setting("MC_TEST_RABBITMQ_ACCOUNTS"));
        let accounts = std::fs::read_to_string(&file).expect("MC_TEST_RABBITMQ_ACCOUNTS");
        let password = accounts
            .lines()
            .filter_map(|line| line.split_once(' '))
            .find(|(name, _)| *name == user)
            .map_or_else(
                || panic!("the broker has no user {user}: run `deploy/local/up.sh infra`"),
                |(_, password)| password,
            );
        let mut url = url::Url::parse(&self.operator_url).unwrap();
        url.set_username(&user).unwrap();
        url.set_password(Some(password)).unwrap();
        if port.is_some() {
            url.set_port(port).unwrap();
        }
        url.into()
    }

    /// The address with the user of `service`, as a secret.
    pub fn secret_url(&self, service: &str) -> SecretString {
        self.url_of(service).into()
    }

    /// Declares, as the operator's definitions do, the exchange of events, and `queues` with their
    /// dead letters.
    pub async fn declare_queues(&self, queues: &[Queue]) {
        let (connection, channel) = self.open().await;
        self.declare_exchange(&channel, EVENTS, ExchangeKind::Topic).await;
        for queue in queues {
            self.declare_consumed(&channel, queue).await;
        }
        close(connection).await;
    }

    /// Declares every stream. They do not expire: the test deletes them.
    pub async fn declare_streams(&self) {
        let (connection, channel) = self.open().await;
        self.declare_exchange(&channel, EVENTS, ExchangeKind::Topic).await;
        for stream in STREAMS {
            self.declare_stream(&channel, stream).await;
        }
        close(connection).await;
    }

    /// Declares a queue that takes the events of `binding`: for tests of publishers.
    pub async fn declare(&self, queue: &str, binding: &str) {
        let (connection, channel) = self.open().await;
        self.declare_exchange(&channel, EVENTS, ExchangeKind::Topic).await;
        self.declare_queue(&channel, queue, &[], &[binding]).await;
        close(connection).await;
    }

    /// Publishes `events` as `service` would, past its outbox.
    ///
    /// # Panics
    /// If no queue takes them.
    pub async fn publish_as<E: Event>(
        &self,
        service: &'static str,
        organization_id: Option<OrganizationId>,
        events: &[E],
    ) {
        let envelopes: Vec<_> = events
            .iter()
            .map(|event| envelope(service, organization_id, event))
            .collect();
        self.publish(service, &envelopes).await;
    }

    /// Publishes `envelopes` with the user of `service`.
    ///
    /// # Panics
    /// If no queue takes them.
    pub async fn publish(&self, service: &'static str, envelopes: &[Envelope]) {
        let no_database = PgPool::connect_lazy("postgres://localhost/none").unwrap();
        let (url, clock) = (self.secret_url(service), Clock::System);
        let mailbox = Mailbox::new(
            service,
            "none",
            no_database.clone(),
            WorkerPool::new(no_database),
            url,
            &self.prefix,
            clock,
        );
        let publisher = mailbox.publisher().await.unwrap();
        let published = publisher.publish(envelopes).await;
        assert!(
            published.iter().all(|publication| *publication == Publication::Taken),
            "{published:?}"
        );
        publisher.close().await;
    }

    /// Number of messages in `queue` (without the prefix); None if it does not exist.
    pub async fn ready(&self, queue: &str) -> Option<u32> {
        let (connection, channel) = self.open().await;
        let options = QueueDeclareOptions {
            passive: true,
            ..Default::default()
        };
        let found = channel
            .queue_declare(self.name(queue).into(), options, FieldTable::default())
            .await;
        let count = found.ok().map(|queue| queue.message_count());
        close(connection).await;
        count
    }

    /// Takes one message from `queue`, as JSON.
    pub async fn take(&self, queue: &str) -> Option<serde_json::Value> {
        let (connection, channel) = self.open().await;
        let got = channel
            .basic_get(self.name(queue).into(), BasicGetOptions { no_ack: true })
            .await
            .ok()
            .flatten();
        let value = got.and_then(|message| serde_json::from_slice(&message.delivery.data).ok());
        close(connection).await;
        value
    }

    /// Dead letters under this prefix, as `<count> dead letters in <queue>`.
    pub(crate) async fn dead_letters(&self) -> Vec<String> {
        let mut left = Vec::new();
        for name in self.queues().await {
            let queue = name.strip_prefix(&self.prefix).unwrap_or(&name);
            if queue.rsplit('.').next() == Some("dead")
                && let Some(count @ 1..) = self.ready(queue).await
            {
                left.push(format!("{count} dead letters in {queue}"));
            }
        }
        left
    }

    /// Deletes the streams under this prefix.
    pub async fn delete_streams(&self) {
        let (connection, channel) = self.open().await;
        for stream in STREAMS {
            let name = self.name(stream.name);
            channel
                .queue_delete(name.into(), QueueDeleteOptions::default())
                .await
                .unwrap();
        }
        close(connection).await;
    }

    async fn open(&self) -> (Connection, Channel) {
        let connection = Connection::connect(&self.operator_url, ConnectionProperties::default())
            .await
            .unwrap();
        let channel = connection.create_channel().await.unwrap();
        (connection, channel)
    }

    fn name(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    async fn declare_exchange(&self, channel: &Channel, name: &str, kind: ExchangeKind) {
        let durable = ExchangeDeclareOptions {
            durable: true,
            ..Default::default()
        };
        channel
            .exchange_declare(self.name(name).into(), kind, durable, FieldTable::default())
            .await
            .unwrap();
    }

    async fn declare_consumed(&self, channel: &Channel, queue: &Queue) {
        let dead = queue.dead_letters();
        self.declare_queue(channel, &dead, &Queue::dead_letter_arguments(), &[])
            .await;
        let arguments = queue.arguments(&self.name(&dead));
        self.declare_queue(channel, queue.name, &arguments, queue.bindings)
            .await;
    }

    async fn declare_queue(&self, channel: &Channel, name: &str, arguments: &[(&str, Argument)], bindings: &[&str]) {
        let mut table = table(arguments);
        table.insert("x-expires".into(), AMQPValue::LongInt(EXPIRES_MS));
        self.declare_with(channel, name, table, EVENTS, bindings).await;
    }

    async fn declare_stream(&self, channel: &Channel, stream: &Stream) {
        if stream.exchange != EVENTS {
            self.declare_exchange(channel, stream.exchange, ExchangeKind::Fanout)
                .await;
        }
        let table = table(&stream.arguments());
        self.declare_with(channel, stream.name, table, stream.exchange, stream.bindings)
            .await;
    }

    async fn declare_with(&self, channel: &Channel, name: &str, table: FieldTable, exchange: &str, bindings: &[&str]) {
        let durable = QueueDeclareOptions {
            durable: true,
            ..Default::default()
        };
        channel
            .queue_declare(self.name(name).into(), durable, table)
            .await
            .unwrap();
        for key in bindings {
            let (queue, exchange) = (self.name(name).into(), self.name(exchange).into());
            channel
                .queue_bind(
                    queue,
                    exchange,
                    (*key).into(),
                    QueueBindOptions::default(),
                    FieldTable::default(),
                )
                .await
                .unwrap();
        }
    }

    /// Every queue under this prefix. RabbitMQ's list fails while another queue is being declared;
    /// it is requested again.
    async fn queues(&self) -> Vec<String> {
        let management = setting("MC_TEST_RABBITMQ_MANAGEMENT_URL");
        let url = format!(
            "{}/api/queues?columns=name&name={}&pagination=true&page=1&page_size=100",
            management.trim_end_matches('/'),
            self.prefix
        );
        let account = url::Url::parse(&self.operator_url).unwrap();
        let http = reqwest::Client::builder().build().unwrap();
        let listed = eventually("RabbitMQ lists the queues", || async {
            let request = http.get(&url).basic_auth(account.username(), account.password());
            request.send().await.ok()?.json::<serde_json::Value>().await.ok()?["items"]
                .as_array()
                .cloned()
        })
        .await;
        listed
            .iter()
            .map(|queue| queue["name"].as_str().unwrap_or_default().to_owned())
            .collect()
    }
}

/// An event as the outbox of `service` would hold it.
pub fn envelope<E: Event>(service: &str, organization_id: Option<OrganizationId>, event: &E) -> Envelope {
    Envelope {
        id: EventId::new(),
        event_type: format!("{service}.{}", E::NAME),
        source: service.to_owned(),
        time: chrono::Utc::now(),
        subject: event.subject(),
        organization_id,
        trace: HashMap::new(),
        data: serde_json::to_value(event).unwrap(),
    }
}

fn table(arguments: &[(&str, Argument)]) -> FieldTable {
    let mut table = FieldTable::default();
    for (name, value) in arguments {
        let value = match value {
            Argument::Text(text) => AMQPValue::LongString(LongString::from(text.as_str())),
            Argument::Number(number) => AMQPValue::LongInt(*number),
            Argument::Switch(on) => AMQPValue::Boolean(*on),
        };
        table.insert((*name).into(), value);
    }
    table
}

async fn close(connection: Connection) {
    let _ = connection.close(200, "done".into()).await;
}
