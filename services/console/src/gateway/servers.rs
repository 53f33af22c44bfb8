//! The servers, checked directly: independent of what the services report.

use crate::domain::{BreakerState, Part, ServerParts, Status};
use mc_chassis::{
    health::{self, Component},
    pools,
};
use mc_keyring::Secrets;
use mc_vocabulary::Clock;
use redis::aio::ConnectionManager;
use secrecy::{ExposeSecret, SecretString};
use sqlx::PgPool;
use std::time::{Duration, Instant};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use url::Url;

const BROKER_TIMEOUT: Duration = Duration::from_secs(1);

/// Protocol header of AMQP 0-9-1 (section 4.2.2); a broker answers with a method frame.
const AMQP_HEADER: &[u8; 8] = b"AMQP\x00\x00\x09\x01";
const METHOD_FRAME: u8 = 1;

/// Checks the servers.
pub struct Servers {
    pub pool: PgPool,
    pub redis: ConnectionManager,
    pub broker: BrokerAddress,
    pub secrets: Secrets,
    pub clock: Clock,
}

/// The broker's address without its credentials.
#[derive(Debug, Clone)]
pub struct BrokerAddress {
    host: String,
    port: u16,
    tls: bool,
}

impl BrokerAddress {
    /// Of an AMQP URL; None where it names no host.
    pub fn of(url: &SecretString) -> Option<Self> {
        let url = Url::parse(url.expose_secret()).ok()?;
        let tls = url.scheme() == "amqps";
        Some(Self {
            host: url.host_str()?.to_owned(),
            port: url.port().unwrap_or(if tls { 5671 } else { 5672 }),
            tls,
        })
    }
}

impl Servers {
    /// All of them concurrently, within about a second.
    pub async fn check(&self) -> ServerParts {
        let database = async {
            // The console works without its database; only the breakers' history is missing.
            let mut component = pools::database_component(&self.pool, &self.clock).await;
            component.required = false;
            component
        };
        let (database, broker, cache, secrets) = tokio::join!(
            database,
            self.broker(),
            pools::cache_component(&self.redis, &self.clock),
            self.secrets(),
        );
        ServerParts {
            database: database.into(),
            broker: broker.into(),
            cache: cache.into(),
            secrets: secrets.into(),
        }
    }

    async fn broker(&self) -> Component {
        let started = Instant::now();
        let (status, detail) = match tokio::time::timeout(BROKER_TIMEOUT, greet(&self.broker)).await {
            Ok(Ok(true)) => (health::Status::Healthy, "answers"),
            Ok(Ok(false)) => (health::Status::Unhealthy, "answers, but not as a broker"),
            Ok(Err(_)) => (health::Status::Unhealthy, "refuses connections"),
            Err(_) => (health::Status::Unhealthy, "no answer within a second"),
        };
        pools::component("broker", status, false, detail, started, &self.clock)
    }

    /// Whether the console's own secrets can be read.
    async fn secrets(&self) -> Component {
        let started = Instant::now();
        let (status, detail) = match self.secrets.require("database", &["serving_url", "worker_url"]).await {
            Ok(_) => (
                health::Status::Healthy,
                format!("provider {}", self.secrets.provider_name()),
            ),
            Err(_) => (
                health::Status::Unhealthy,
                "the console's secrets cannot be read".to_owned(),
            ),
        };
        pools::component("secrets_manager", status, false, detail, started, &self.clock)
    }
}

/// Whether a broker answers at the address. With TLS, whether a connection is accepted.
async fn greet(address: &BrokerAddress) -> std::io::Result<bool> {
    let mut stream = TcpStream::connect((address.host.as_str(), address.port)).await?;
    if address.tls {
        return Ok(true);
    }
    stream.write_all(AMQP_HEADER).await?;
    Ok(stream.read_u8().await? == METHOD_FRAME)
}

impl From<Component> for Part {
    fn from(component: Component) -> Self {
        Self {
            name: component.name,
            status: match component.status {
                health::Status::Healthy => Status::Healthy,
                health::Status::Degraded => Status::Degraded,
                health::Status::Unhealthy => Status::Unhealthy,
            },
            required: component.required,
            detail: component.detail,
            breaker: component.breaker.as_deref().and_then(BreakerState::of),
            checked_at: component.checked_at,
        }
    }
}
