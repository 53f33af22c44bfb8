//! Something that is costly to find out, shared by all who ask at about the same time.

use std::{
    future::Future,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::Mutex;

/// The last finding, for as long as it is good.
pub struct Kept<T> {
    good_for: Duration,
    last: Mutex<Option<(Instant, Arc<T>)>>,
}

impl<T> Kept<T> {
    /// Nothing yet.
    pub fn new(good_for: Duration) -> Self {
        Self {
            good_for,
            last: Mutex::new(None),
        }
    }

    /// The last finding, or a new one where that is too old. Who comes while one is being made waits for it.
    pub async fn get<W: Future<Output = T>>(&self, find: impl FnOnce() -> W) -> Arc<T> {
        let mut last = self.last.lock().await;
        if let Some((at, found)) = &*last
            && at.elapsed() < self.good_for
        {
            return Arc::clone(found);
        }
        let found = Arc::new(find().await);
        *last = Some((Instant::now(), Arc::clone(&found)));
        found
    }
}
