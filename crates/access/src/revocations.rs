//! Sessions that ended before their access tokens do.

use mc_vocabulary::SessionId;
use std::{
    collections::{BTreeSet, HashMap},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Sessions that a process remembers: about 10 MiB.
const MAX_SESSIONS: usize = 50_000;

/// The sessions that have ended while access tokens of theirs have not expired. Bounded: where more
/// have ended, those whose tokens expire first are forgotten, and until those tokens have expired
/// no session counts as known to be open.
#[derive(Debug)]
pub struct Revocations {
    ended: Mutex<Ended>,
    max_sessions: usize,
}

#[derive(Debug, Default)]
struct Ended {
    /// Expiry of a session's last token, in seconds since 1970.
    expiry: HashMap<SessionId, i64>,
    by_expiry: BTreeSet<(i64, SessionId)>,
    /// Expiry of the last token of a session that was forgotten.
    forgotten_until: i64,
}

/// What is known of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionState {
    /// It has ended.
    Ended,
    /// No end was reported.
    NotReported,
    /// Its end may have been reported and forgotten.
    Unknown,
}

impl Default for Revocations {
    fn default() -> Self {
        Self::with_capacity(MAX_SESSIONS)
    }
}

impl Revocations {
    /// Remembers at most `max_sessions` sessions.
    pub fn with_capacity(max_sessions: usize) -> Self {
        Self {
            ended: Mutex::default(),
            max_sessions,
        }
    }

    /// Remembers that a session has ended, until its last token expires at `expires_at`. Times are
    /// in seconds since 1970. The same report again changes nothing.
    pub fn record(&self, session_id: SessionId, expires_at: i64, now: i64) {
        let mut ended = self.lock();
        ended.forget_expired(now);
        if expires_at <= now {
            return;
        }
        if let Some(known) = ended.expiry.get(&session_id).copied() {
            if known >= expires_at {
                return;
            }
            ended.by_expiry.remove(&(known, session_id));
        }
        ended.expiry.insert(session_id, expires_at);
        ended.by_expiry.insert((expires_at, session_id));
        if ended.expiry.len() > self.max_sessions
            && let Some((expires_at, session_id)) = ended.by_expiry.pop_first()
        {
            ended.expiry.remove(&session_id);
            ended.forgotten_until = ended.forgotten_until.max(expires_at);
        }
    }

    /// What is known of a session at `now`.
    pub fn state(&self, session_id: SessionId, now: i64) -> SessionState {
        let ended = self.lock();
        if ended
            .expiry
            .get(&session_id)
            .is_some_and(|expires_at| *expires_at > now)
        {
            SessionState::Ended
        } else if ended.forgotten_until > now {
            SessionState::Unknown
        } else {
            SessionState::NotReported
        }
    }

    /// The number of sessions that are remembered.
    pub fn len(&self) -> usize {
        self.lock().expiry.len()
    }

    /// Whether no session is remembered.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn lock(&self) -> MutexGuard<'_, Ended> {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ended {
    fn forget_expired(&mut self, now: i64) {
        while let Some((expires_at, session_id)) = self.by_expiry.first().copied()
            && expires_at <= now
        {
            self.by_expiry.pop_first();
            self.expiry.remove(&session_id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ended_session_is_known_until_its_last_token_expires() {
        let revocations = Revocations::default();
        let (session, other) = (SessionId::new(), SessionId::new());
        revocations.record(session, 100, 10);
        revocations.record(session, 50, 10);
        assert_eq!(revocations.state(session, 99), SessionState::Ended);
        assert_eq!(revocations.state(other, 99), SessionState::NotReported);
        assert_eq!(revocations.state(session, 100), SessionState::NotReported);
        revocations.record(other, 100, 100);
        assert!(
            revocations.is_empty(),
            "whose tokens have expired need not be remembered"
        );
    }

    #[test]
    fn a_flood_of_ended_sessions_is_bounded_and_forgets_none_silently() {
        let revocations = Revocations::with_capacity(100);
        let sessions: Vec<_> = (0..1_000).map(|_| SessionId::new()).collect();
        for (expires_at, session) in (1_000..).zip(&sessions) {
            revocations.record(*session, expires_at, 0);
        }
        assert_eq!(revocations.len(), 100);
        let states = sessions.iter().map(|session| revocations.state(*session, 500));
        let counted = |wanted| states.clone().filter(|state| *state == wanted).count();
        assert_eq!(
            (counted(SessionState::Ended), counted(SessionState::Unknown)),
            (100, 900)
        );
        // The tokens of those that were forgotten expire until second 1899.
        assert_eq!(revocations.state(SessionId::new(), 1_898), SessionState::Unknown);
        assert_eq!(revocations.state(SessionId::new(), 1_899), SessionState::NotReported);
        assert_eq!(revocations.state(sessions[999], 1_899), SessionState::Ended);
    }
}
