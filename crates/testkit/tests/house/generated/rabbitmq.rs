//! For the broker: exchanges, queues, streams, bindings, and the rights of each service's user.
//! Users and passwords are set apart (`deploy/rabbitmq/apply.sh`).

use super::File;
use crate::services::{Service, Services};
use mc_contracts::topology::{self, Argument, EVENTS, OPERATOR, QUEUES, STREAMS};
use serde_json::{Map, Value, json};

/// The virtual host of tests, where names of exchanges and queues begin with the prefix of a test.
const TESTS: &str = "tests";
/// That prefix, as a regular expression.
const TEST_PREFIX: &str = r"t[0-9a-f]{32}\.";

/// The exchange without a name, in permissions.
const DEFAULT_EXCHANGE: &str = "amq.default";

pub fn files(services: &Services) -> Vec<File> {
    vec![
        File::plain("deploy/rabbitmq/definitions.json", &pretty(&definitions(services))),
        File::plain("deploy/rabbitmq/tests.json", &pretty(&tests(services))),
    ]
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap() + "\n"
}

fn definitions(services: &Services) -> Value {
    let mut exchanges = vec![exchange(EVENTS, "topic")];
    let (mut queues, mut bindings) = (Vec::new(), Vec::new());
    for queue in QUEUES {
        let dead = queue.dead_letters();
        queues.push(declared(queue.name, &queue.arguments(&dead)));
        queues.push(declared(&dead, &topology::Queue::dead_letter_arguments()));
        bindings.extend(queue.bindings.iter().map(|key| binding(EVENTS, queue.name, key)));
    }
    for stream in STREAMS {
        if stream.exchange != EVENTS {
            exchanges.push(exchange(stream.exchange, "fanout"));
        }
        queues.push(declared(stream.name, &stream.arguments()));
        bindings.extend(
            stream
                .bindings
                .iter()
                .map(|key| binding(stream.exchange, stream.name, key)),
        );
    }
    let users = users(services);
    let mut permissions: Vec<_> = users
        .iter()
        .map(|service| permission("/", service, "", &Rights::of(service)))
        .collect();
    permissions.push(permission("/", OPERATOR, "", &Rights::of_operator()));
    json!({
        "permissions": permissions,
        "topic_permissions": users.into_iter().map(topic_permission).chain([operator_topics()]).collect::<Vec<_>>(),
        "policies": [{
            "name": "poison-messages-leave-the-queue", "vhost": "/", "pattern": r"^(?!.*\.dead$)",
            "apply-to": "queues", "priority": 10, "definition": { "delivery-limit": topology::DELIVERY_LIMIT },
        }],
        "exchanges": exchanges,
        "queues": queues,
        "bindings": bindings,
    })
}

/// The same rights in the virtual host of tests, behind any prefix. Exchanges and queues are
/// declared by each test.
fn tests(services: &Services) -> Value {
    let mut permissions: Vec<_> = users(services)
        .iter()
        .map(|service| permission(TESTS, service, TEST_PREFIX, &Rights::of(service)))
        .collect();
    permissions.push(permission(TESTS, OPERATOR, TEST_PREFIX, &Rights::of_operator()));
    json!({ "vhosts": [{ "name": TESTS }], "permissions": permissions })
}

/// The services that use the broker.
fn users(services: &Services) -> Vec<&str> {
    let with_broker = |service: &&Service| service.secrets.contains_key("broker");
    services
        .iter()
        .filter(with_broker)
        .map(|service| service.name.as_str())
        .collect()
}

/// Exchanges that a user publishes to, and queues and streams that it reads.
struct Rights {
    write: Vec<String>,
    read: Vec<String>,
}

impl Rights {
    fn of(service: &str) -> Self {
        let own_exchanges = STREAMS
            .iter()
            .filter(|stream| stream.publisher == Some(service))
            .map(|stream| stream.exchange);
        let own_queues = QUEUES.iter().filter(|queue| queue.consumer() == service);
        let own_streams = STREAMS.iter().filter(|stream| stream.is_read_by(service));
        Self {
            write: [EVENTS].into_iter().chain(own_exchanges).map(str::to_owned).collect(),
            read: own_queues
                .map(|queue| queue.name)
                .chain(own_streams.map(|stream| stream.name))
                .map(str::to_owned)
                .collect(),
        }
    }

    /// Dead letters go back to their queue through the default exchange.
    fn of_operator() -> Self {
        Self {
            write: vec![DEFAULT_EXCHANGE.to_owned(), EVENTS.to_owned()],
            read: QUEUES.iter().map(topology::Queue::dead_letters).collect(),
        }
    }
}

fn permission(vhost: &str, service: &str, prefix: &str, rights: &Rights) -> Value {
    json!({
        "user": topology::user_of(service),
        "vhost": vhost,
        "configure": "^$",
        "write": one_of(prefix, &rights.write),
        "read": one_of(prefix, &rights.read),
    })
}

fn topic_permission(service: &str) -> Value {
    json!({
        "user": topology::user_of(service),
        "vhost": "/",
        "exchange": EVENTS,
        "write": one_of("", &topology::published_by(service)),
        "read": "^$",
    })
}

/// The operator records what it does, and publishes nothing else to the exchange of events.
fn operator_topics() -> Value {
    let mut permission = topic_permission(OPERATOR);
    permission["write"] = json!(one_of("", &[format!("{OPERATOR}.audit.recorded.v1")]));
    permission
}

/// A regular expression that matches exactly these names.
fn one_of(prefix: &str, names: &[String]) -> String {
    let names: Vec<_> = names
        .iter()
        .map(|name| {
            let prefix = if name == DEFAULT_EXCHANGE { "" } else { prefix };
            format!("{prefix}{}", name.replace('.', r"\."))
        })
        .collect();
    format!("^({})$", names.join("|"))
}

fn exchange(name: &str, kind: &str) -> Value {
    json!({ "name": name, "vhost": "/", "type": kind, "durable": true, "auto_delete": false, "internal": false, "arguments": {} })
}

fn declared(name: &str, arguments: &[(&str, Argument)]) -> Value {
    let arguments: Map<String, Value> = arguments
        .iter()
        .map(|(name, value)| {
            let value = match value {
                Argument::Text(text) => json!(text),
                Argument::Number(number) => json!(number),
                Argument::Switch(on) => json!(on),
            };
            ((*name).to_owned(), value)
        })
        .collect();
    json!({ "name": name, "vhost": "/", "durable": true, "auto_delete": false, "arguments": arguments })
}

fn binding(exchange: &str, queue: &str, key: &str) -> Value {
    json!({
        "source": exchange, "vhost": "/", "destination": queue, "destination_type": "queue",
        "routing_key": key, "arguments": {},
    })
}

#[test]
fn every_queue_belongs_to_a_service_that_uses_the_broker() {
    let services = Services::read();
    let users = users(&services);
    for queue in QUEUES {
        assert!(users.contains(&queue.consumer()), "{}", queue.name);
    }
    for service in STREAMS
        .iter()
        .flat_map(|stream| stream.publisher.iter().chain(stream.readers))
    {
        assert!(users.contains(service), "{service}");
    }
}
