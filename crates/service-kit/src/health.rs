//! Health and evidence: the parts that every service has, then those that the service adds.

use crate::transport::{self, Connection};
use futures_util::future::join_all;
use mc_chassis::{
    database_watch::DatabaseWatch,
    health::{Component, Evidence, HealthProbe, Status},
    pools,
};
use mc_keyring::Secrets;
use mc_mailbox::Mailbox;
use mc_vocabulary::Clock;
use redis::aio::ConnectionManager;
use std::{sync::Arc, time::Instant};

/// The health of a service: its database, cache, broker, outbox and secrets, and its own probes.
pub(crate) struct ServiceHealth {
    pub(crate) database: DatabaseWatch,
    pub(crate) database_required: bool,
    pub(crate) redis: Option<ConnectionManager>,
    pub(crate) mailbox: Option<Mailbox>,
    pub(crate) secrets: Secrets,
    pub(crate) required_secrets: Vec<(String, &'static [&'static str])>,
    pub(crate) connections: Vec<Connection>,
    pub(crate) probes: Vec<Arc<dyn HealthProbe>>,
    pub(crate) clock: Clock,
}

#[async_trait::async_trait]
impl HealthProbe for ServiceHealth {
    fn required(&self) -> Vec<Component> {
        if self.database_required {
            vec![self.database.settled()]
        } else {
            Vec::new()
        }
    }

    async fn components(&self) -> Vec<Component> {
        let cache = async {
            match &self.redis {
                Some(redis) => Some(pools::cache_component(redis, &self.clock).await),
                None => None,
            }
        };
        let mailbox = async {
            match &self.mailbox {
                Some(mailbox) => mailbox.components().await,
                None => Vec::new(),
            }
        };
        let own = join_all(self.probes.iter().map(|probe| probe.components()));
        let (cache, secrets, mailbox, own) = tokio::join!(cache, self.secrets_component(), mailbox, own);
        let mut database = self.database.component();
        database.required = self.database_required;
        let mut components = vec![database];
        components.extend(cache);
        components.push(secrets);
        components.extend(mailbox);
        components.extend(own.into_iter().flatten());
        components
    }

    async fn evidence(&self) -> Vec<Evidence> {
        let provider = self.secrets.provider_name();
        let mut found = vec![
            evidence(
                &self.clock,
                "secrets_management",
                provider == "aws_secrets_manager",
                format!("provider {provider}"),
                "the provider of this service's credentials",
            ),
            transport::evidence(&self.connections, &self.clock),
        ];
        found.extend(
            join_all(self.probes.iter().map(|probe| probe.evidence()))
                .await
                .into_iter()
                .flatten(),
        );
        found
    }
}

impl ServiceHealth {
    /// Whether every required secret can be read now.
    async fn secrets_component(&self) -> Component {
        let started = Instant::now();
        let reads = self
            .required_secrets
            .iter()
            .map(|(name, fields)| async move { (name, self.secrets.require(name, fields).await) });
        let missing: Vec<_> = join_all(reads)
            .await
            .into_iter()
            .filter_map(|(name, read)| read.is_err().then_some(name.as_str()))
            .collect();
        let (status, detail) = if missing.is_empty() {
            (Status::Healthy, format!("provider {}", self.secrets.provider_name()))
        } else {
            (Status::Unhealthy, format!("cannot be read: {}", missing.join(", ")))
        };
        pools::component("secrets_manager", status, false, detail, started, &self.clock)
    }
}

/// Evidence for `control`, measured now.
pub fn evidence(clock: &Clock, control: &str, holds: bool, found: String, method: &str) -> Evidence {
    Evidence {
        control: control.to_owned(),
        holds,
        found,
        method: method.to_owned(),
        checked_at: clock.now(),
    }
}

/// Evidence for `encryption_at_rest`: how many of `values`, the newest stored `what`, are sealed.
/// None where there are none: nothing was measured.
pub fn sealed_evidence<V: AsRef<[u8]>>(clock: &Clock, what: &str, values: &[V]) -> Option<Evidence> {
    if values.is_empty() {
        return None;
    }
    let sealed = values
        .iter()
        .filter(|value| mc_keyring::is_sealed(value.as_ref()))
        .count();
    Some(evidence(
        clock,
        "encryption_at_rest",
        sealed == values.len(),
        format!("{sealed} of {} stored {what} are sealed with AES-256-GCM", values.len()),
        "the stored bytes of the newest rows",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_rows_nothing_was_measured_and_a_row_in_clear_does_not_hold() {
        let clock = Clock::System;
        assert!(sealed_evidence::<&[u8]>(&clock, "members", &[]).is_none());
        assert!(!sealed_evidence(&clock, "members", &[b"in clear"]).unwrap().holds);
    }
}
