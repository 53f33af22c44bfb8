//! A costly result, shared by callers who come at about the same time.

use std::{
    future::Future,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::Mutex;

/// The last result, for as long as it is valid.
#[derive(Debug)]
pub struct Cached<T> {
    valid_for: Duration,
    last: Mutex<Option<(Instant, Arc<T>)>>,
}

impl<T> Cached<T> {
    /// Empty.
    pub fn new(valid_for: Duration) -> Self {
        Self {
            valid_for,
            last: Mutex::new(None),
        }
    }

    /// The last result, or a new one where that is too old. Callers who come while it is computed
    /// wait for it.
    pub async fn get<W: Future<Output = T>>(&self, compute: impl FnOnce() -> W) -> Arc<T> {
        self.get_if(|_| true, compute).await
    }

    /// The same, where only results for which `is_valid` holds are kept.
    pub async fn get_if<W: Future<Output = T>>(
        &self,
        is_valid: impl FnOnce(&T) -> bool,
        compute: impl FnOnce() -> W,
    ) -> Arc<T> {
        let mut last = self.last.lock().await;
        if let Some((at, result)) = &*last
            && at.elapsed() < self.valid_for
        {
            return Arc::clone(result);
        }
        let result = Arc::new(compute().await);
        *last = is_valid(&result).then(|| (Instant::now(), Arc::clone(&result)));
        result
    }
}
