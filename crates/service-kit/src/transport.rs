//! Evidence for the policy `encryption_in_transit`: how this process reaches everything it connects
//! to.

use mc_chassis::health::Evidence;
use mc_vocabulary::Clock;
use url::Url;

/// One address in use, without credentials: its purpose and whether the connection is encrypted.
#[derive(Debug, Clone)]
pub(crate) struct Connection {
    pub(crate) name: String,
    pub(crate) encrypted: bool,
}

impl Connection {
    /// The connection to `url`, by its scheme and, for Postgres, its `sslmode`.
    pub(crate) fn to(name: impl Into<String>, url: &str) -> Self {
        let encrypted = Url::parse(url).is_ok_and(|url| is_encrypted(&url));
        Self {
            name: name.into(),
            encrypted,
        }
    }
}

/// A local socket never leaves the machine; a `sslmode` below `require` may fall back to plain
/// text.
fn is_encrypted(url: &Url) -> bool {
    match url.scheme() {
        "https" | "amqps" | "rediss" => true,
        // The last one counts, as it does for the driver.
        "postgres" | "postgresql" => url
            .query_pairs()
            .filter(|(name, _)| name == "sslmode")
            .last()
            .is_some_and(|(_, value)| matches!(&*value, "require" | "verify-ca" | "verify-full")),
        _ => false,
    }
}

/// The evidence for all connections of the process.
pub(crate) fn evidence(connections: &[Connection], clock: &Clock) -> Evidence {
    let plain: Vec<_> = connections
        .iter()
        .filter(|connection| !connection.encrypted)
        .map(|connection| connection.name.as_str())
        .collect();
    let found = if plain.is_empty() {
        format!("all {} connections are encrypted", connections.len())
    } else {
        format!(
            "{} of {} connections are not encrypted: {}",
            plain.len(),
            connections.len(),
            plain.join(", ")
        )
    };
    Evidence {
        control: "encryption_in_transit".to_owned(),
        holds: plain.is_empty(),
        found,
        method:
            "the addresses in use of Postgres, RabbitMQ, Redis, the token keys, the trace collector and other services; TLS 1.2 is the floor"
                .to_owned(),
        checked_at: clock.now(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_connections_are_named_and_encrypted_ones_counted() {
        let clock = Clock::System;
        let database = |mode: &str| Connection::to("database", &format!("postgres://u:p@db/medconnect{mode}"));
        let all = [
            database("?sslmode=verify-full"),
            Connection::to("broker", "amqps://u:p@broker"),
            Connection::to("cache", "rediss://:p@cache"),
            Connection::to("token keys", "https://auth/jwks.json"),
        ];
        assert!(evidence(&all, &clock).holds);
        for mode in [
            "",
            "?sslmode=prefer",
            "?sslmode=disable",
            "?sslmode=require&sslmode=disable",
        ] {
            let found = evidence(&[database(mode), Connection::to("broker", "amqp://u:p@b")], &clock);
            assert!(!found.holds);
            assert_eq!(found.found, "2 of 2 connections are not encrypted: database, broker");
        }
    }
}
