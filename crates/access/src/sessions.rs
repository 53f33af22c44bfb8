//! Whether the session of a valid token is still open.
//!
//! A process hears of ended sessions by broadcast. While it does not hear, it queries auth; while
//! auth does not answer either, a token holds until it expires.

use crate::{
    principal::Claims,
    revocations::{Revocations, SessionState},
};
use mc_vocabulary::{Clock, SessionId};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::{Duration, Instant},
};

/// How long auth's answer that a session is open counts, from when it was queried, and how long auth
/// is not queried after it did not answer.
const ANSWER_COUNTS: Duration = Duration::from_secs(1);
/// Time limit for an answer.
const ANSWER_LIMIT: Duration = Duration::from_secs(1);
/// Answers, and queries under way, that are remembered.
const MAX_ANSWERS: usize = 10_000;

/// Where a process inquires about a session whose end it may not have heard of.
#[async_trait::async_trait]
pub trait SessionSource: Send + Sync {
    /// Whether the session of a valid token with these claims is open; None where that is not
    /// known now.
    async fn is_open(&self, token: &str, claims: &Claims) -> Option<bool>;
}

/// Queries auth's `/me` with the token itself: nothing is learned that its bearer could not learn.
pub(crate) struct AuthSessions {
    pub http: reqwest::Client,
    pub url: reqwest::Url,
}

#[async_trait::async_trait]
impl SessionSource for AuthSessions {
    async fn is_open(&self, token: &str, _claims: &Claims) -> Option<bool> {
        let request = self.http.get(self.url.clone()).bearer_auth(token).timeout(ANSWER_LIMIT);
        let status = request.send().await.ok()?.status();
        match status.as_u16() {
            200 => Some(true),
            401 => Some(false),
            _ => None,
        }
    }
}

/// Decides whether sessions are open.
pub(crate) struct Sessions {
    revocations: Arc<Revocations>,
    is_hearing: Box<dyn Fn() -> bool + Send + Sync>,
    source: Option<Arc<dyn SessionSource>>,
    clock: Clock,
    answers: Mutex<Answers>,
}

#[derive(Default)]
struct Answers {
    open_since: HashMap<SessionId, Instant>,
    unanswered_since: Option<Instant>,
    /// Queries under way: whoever holds the lock queries, the others wait for what it learns.
    queries: HashMap<SessionId, Weak<tokio::sync::Mutex<()>>>,
}

impl Sessions {
    pub fn new(
        revocations: Arc<Revocations>,
        is_hearing: Box<dyn Fn() -> bool + Send + Sync>,
        source: Option<Arc<dyn SessionSource>>,
        clock: Clock,
    ) -> Self {
        Self {
            revocations,
            is_hearing,
            source,
            clock,
            answers: Mutex::default(),
        }
    }

    /// Whether the session of a valid token with these claims is open, or cannot be known to have
    /// ended. A machine's token has no session.
    pub async fn is_open(&self, token: &str, claims: &Claims) -> bool {
        let Some(session_id) = claims.sid else {
            return true;
        };
        let now = self.clock.now().timestamp();
        match self.revocations.state(session_id, now) {
            SessionState::Ended => return false,
            SessionState::NotReported if (self.is_hearing)() => return true,
            SessionState::NotReported | SessionState::Unknown => {}
        }
        let Some(source) = self.source.as_ref().filter(|_| self.must_query(session_id)) else {
            return true;
        };
        let query = self.query(session_id);
        let _turn = query.lock().await;
        // Another request may have queried meanwhile.
        if self.revocations.state(session_id, now) == SessionState::Ended {
            return false;
        }
        if !self.must_query(session_id) {
            return true;
        }
        let queried_at = Instant::now();
        match source.is_open(token, claims).await {
            Some(true) => {
                self.remember_open(session_id, queried_at);
                true
            }
            Some(false) => {
                self.revocations.record(session_id, claims.exp, now);
                false
            }
            None => {
                tracing::warn!(
                    "ended sessions are not heard of, and auth does not answer; tokens hold until they expire"
                );
                self.lock().unanswered_since = Some(Instant::now());
                true
            }
        }
    }

    fn must_query(&self, session_id: SessionId) -> bool {
        let answers = self.lock();
        let counts = |since: &Instant| since.elapsed() < ANSWER_COUNTS;
        !answers.open_since.get(&session_id).is_some_and(counts)
            && !answers.unanswered_since.as_ref().is_some_and(counts)
    }

    /// The lock of the queries about a session. A query whose request went away releases it, and
    /// the next request queries.
    fn query(&self, session_id: SessionId) -> Arc<tokio::sync::Mutex<()>> {
        let mut answers = self.lock();
        if let Some(query) = answers.queries.get(&session_id).and_then(Weak::upgrade) {
            return query;
        }
        if answers.queries.len() >= MAX_ANSWERS {
            answers.queries.retain(|_, query| query.strong_count() > 0);
        }
        let query = Arc::default();
        answers.queries.insert(session_id, Arc::downgrade(&query));
        query
    }

    fn remember_open(&self, session_id: SessionId, queried_at: Instant) {
        let mut answers = self.lock();
        answers.unanswered_since = None;
        if answers.open_since.len() >= MAX_ANSWERS {
            answers.open_since.retain(|_, since| since.elapsed() < ANSWER_COUNTS);
        }
        if answers.open_since.len() < MAX_ANSWERS {
            answers.open_since.insert(session_id, queried_at);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Answers> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
