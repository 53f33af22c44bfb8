//! The unwrapped data keys of the organizations that this process serves.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use mc_vocabulary::OrganizationId;
use tokio::sync::OnceCell;

use super::{DataKey, Kek, SealError};

/// Caches each organization's unwrapped data key in memory. [`Seals`](super::Seals) stores them
/// wrapped.
pub struct SealerCache {
    kek: Kek,
    keys: Mutex<HashMap<OrganizationId, Arc<OnceCell<Arc<DataKey>>>>>,
}

impl SealerCache {
    /// An empty cache for one key encryption key.
    pub fn new(kek: Kek) -> Self {
        Self {
            kek,
            keys: Mutex::default(),
        }
    }

    /// The key that wraps the data keys.
    pub fn kek(&self) -> &Kek {
        &self.kek
    }

    /// A new data key for an organization, wrapped, for the caller to store. Two processes may do
    /// so at once: insert with `on conflict do nothing`, then read the stored key and pass it to
    /// [`SealerCache::get_or_try_load`].
    ///
    /// # Errors
    /// [`SealError::Library`] if no key can be generated or wrapped.
    pub fn new_wrapped(&self, organization_id: OrganizationId) -> Result<Vec<u8>, SealError> {
        self.kek.wrap(&DataKey::generate()?, organization_id)
    }

    /// The organization's data key. If it is not cached, `load` fetches the wrapped key from the
    /// store; concurrent callers share one load, and the next caller repeats a failed one.
    ///
    /// # Errors
    /// The error of `load`, or [`SealError`] if the key cannot be unwrapped.
    pub async fn get_or_try_load<E, Load>(
        &self,
        organization_id: OrganizationId,
        load: impl FnOnce() -> Load,
    ) -> Result<Arc<DataKey>, E>
    where
        E: From<SealError>,
        Load: Future<Output = Result<Vec<u8>, E>>,
    {
        let cell = {
            let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(keys.entry(organization_id).or_default())
        };
        let key = cell
            .get_or_try_init(|| async {
                let wrapped = load().await?;
                Ok::<_, E>(Arc::new(self.kek.unwrap(&wrapped, organization_id)?))
            })
            .await?;
        Ok(Arc::clone(key))
    }
}

impl fmt::Debug for SealerCache {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SealerCache")
            .field("kek", &self.kek)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Credentials;

    #[tokio::test]
    async fn a_key_is_loaded_once_and_a_failed_load_is_repeated() {
        let fields = [
            ("key_id", "k1"),
            ("key", "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="),
        ];
        let cache = SealerCache::new(Kek::from_credentials(&Credentials::from_fields("sealing-key", fields)).unwrap());
        let organization = OrganizationId::new();
        let wrapped = cache.new_wrapped(organization).unwrap();

        let failed = cache
            .get_or_try_load(organization, || async { Err(SealError::Library) })
            .await;
        assert!(matches!(failed, Err(SealError::Library)));
        let load = || async { Ok::<_, SealError>(wrapped.clone()) };
        let first = cache.get_or_try_load(organization, load).await.unwrap();
        let again = cache
            .get_or_try_load(organization, || async { Err(SealError::Library) })
            .await
            .unwrap();
        assert_eq!(first.id(), again.id());
    }
}
