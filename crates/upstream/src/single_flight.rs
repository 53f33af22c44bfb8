//! One fetch for all concurrent callers of the same key.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Mutex, PoisonError},
};

use futures_util::{
    FutureExt as _,
    future::{BoxFuture, Shared, WeakShared},
};

use crate::UpstreamError;

type Flight<V, E> = BoxFuture<'static, Result<V, E>>;

/// Concurrent callers of the same key share one future and its result, whether it succeeds or
/// fails. Nothing is cached: the first caller after the end starts a new one. The future runs while
/// at least one caller waits, and is dropped with the last.
pub struct SingleFlight<K, V, E = UpstreamError> {
    flights: Mutex<HashMap<K, WeakShared<Flight<V, E>>>>,
}

impl<K, V, E> Default for SingleFlight<K, V, E> {
    fn default() -> Self {
        Self {
            flights: Mutex::default(),
        }
    }
}

impl<K: Eq + Hash, V: Clone, E: Clone> SingleFlight<K, V, E> {
    /// An empty set of flights.
    pub fn new() -> Self {
        Self::default()
    }

    /// Joins the flight of `key`, or starts one with `make`.
    pub async fn run<Made>(&self, key: K, make: impl FnOnce() -> Made) -> Result<V, E>
    where
        Made: Future<Output = Result<V, E>> + Send + 'static,
    {
        self.join(key, make).await
    }

    fn join<Made>(&self, key: K, make: impl FnOnce() -> Made) -> Shared<Flight<V, E>>
    where
        Made: Future<Output = Result<V, E>> + Send + 'static,
    {
        let mut flights = self.flights.lock().unwrap_or_else(PoisonError::into_inner);
        // Flights that ended or were abandoned are removed here, so that the map holds only flights
        // in progress.
        flights.retain(|_, flight| flight.upgrade().is_some_and(|flight| flight.peek().is_none()));
        if let Some(flight) = flights.get(&key).and_then(WeakShared::upgrade) {
            return flight;
        }
        let flight = make().boxed().shared();
        if let Some(weak) = flight.downgrade() {
            flights.insert(key, weak);
        }
        flight
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::{
            Arc,
            atomic::{AtomicU32, Ordering},
        },
        time::Duration,
    };

    use super::*;

    type Tokens = SingleFlight<&'static str, u32, &'static str>;

    fn fetch(
        count: &Arc<AtomicU32>,
        result: Result<u32, &'static str>,
    ) -> impl Future<Output = Result<u32, &'static str>> + use<> {
        let count = Arc::clone(count);
        async move {
            count.fetch_add(1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(20)).await;
            result
        }
    }

    #[tokio::test(start_paused = true)]
    async fn concurrent_callers_share_one_flight_and_later_ones_start_anew() {
        let (flights, count) = (Tokens::new(), Arc::new(AtomicU32::new(0)));
        let run = || flights.run("token", || fetch(&count, Ok(7)));
        assert_eq!(tokio::join!(run(), run(), run()), (Ok(7), Ok(7), Ok(7)));
        assert_eq!(count.load(Ordering::SeqCst), 1);
        run().await.unwrap();
        assert_eq!(count.load(Ordering::SeqCst), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn an_error_is_shared_but_not_kept() {
        let (flights, count) = (Tokens::new(), Arc::new(AtomicU32::new(0)));
        let failing = || flights.run("token", || fetch(&count, Err("no")));
        assert_eq!(tokio::join!(failing(), failing()), (Err("no"), Err("no")));
        assert_eq!(flights.run("token", || fetch(&count, Ok(1))).await, Ok(1));
        assert_eq!(count.load(Ordering::SeqCst), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_cancelled_caller_does_not_end_the_flight_of_the_others() {
        let (flights, count) = (Tokens::new(), Arc::new(AtomicU32::new(0)));
        let hurried = tokio::time::timeout(Duration::from_millis(5), flights.run("token", || fetch(&count, Ok(7))));
        let (left, stayed) = tokio::join!(hurried, flights.run("token", || fetch(&count, Ok(8))));
        assert!(left.is_err());
        assert_eq!(stayed, Ok(7));
        assert_eq!(count.load(Ordering::SeqCst), 1);
    }
}
