//! Cache of secrets.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use super::Credentials;

/// After a failed refresh the old value is used for this long before the next attempt.
const RETRY_AFTER: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub(crate) struct Cache {
    ttl: Duration,
    entries: Mutex<HashMap<String, Entry>>,
}

#[derive(Debug)]
struct Entry {
    credentials: Credentials,
    refresh_at: Instant,
}

impl Cache {
    pub(crate) fn new(ttl: Duration) -> Self {
        Self {
            ttl,
            entries: Mutex::default(),
        }
    }

    /// The value, if it is younger than the time to live.
    pub(crate) fn fresh(&self, name: &str) -> Option<Credentials> {
        let entries = self.lock();
        let entry = entries.get(name)?;
        (Instant::now() < entry.refresh_at).then(|| entry.credentials.clone())
    }

    /// The value of any age; it counts as fresh for a moment, so that a failing provider is not
    /// overloaded.
    pub(crate) fn stale(&self, name: &str) -> Option<Credentials> {
        let mut entries = self.lock();
        let entry = entries.get_mut(name)?;
        entry.refresh_at = Instant::now() + RETRY_AFTER.min(self.ttl);
        Some(entry.credentials.clone())
    }

    pub(crate) fn put(&self, name: &str, credentials: Credentials) {
        let refresh_at = Instant::now() + self.ttl;
        self.lock().insert(
            name.to_owned(),
            Entry {
                credentials,
                refresh_at,
            },
        );
    }

    /// Marks the value as stale; it is kept in case the provider is unavailable.
    pub(crate) fn forget(&self, name: &str) {
        if let Some(entry) = self.lock().get_mut(name) {
            entry.refresh_at = Instant::now();
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
