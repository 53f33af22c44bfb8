//! The log as a stream of Server-Sent Events.
//!
//! The response is pulled: the next page is read from the log only when the reader has taken the
//! previous one. A slow reader costs a connection and one page, and is disconnected after a while.

use crate::{
    AppState,
    actions::log::{read_stream, start_stream},
    routes::{LOG_FORBIDDEN_DETAIL, log::event_view::EventView},
};
use actix_web::{
    HttpRequest, HttpResponse, get,
    web::{Bytes, Data},
};
use chrono::{DateTime, Utc};
use futures_util::stream;
use mc_access::{Authorized, Operation, RequestContext};
use mc_chassis::http::Problem;
use mc_contracts::Interaction;
use mc_vocabulary::{OrganizationId, Permission, problem};
use std::{
    collections::HashMap,
    convert::Infallible,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// Streams that one organization may keep open per process.
const MAX_TAILS: usize = 16;
/// Events read at once.
const PAGE: i64 = 100;
/// How often the log is polled for what other processes appended.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Interval of heartbeats, so that proxies keep the connection open.
const HEARTBEAT_EVERY: Duration = Duration::from_secs(15);
/// A reader that takes nothing for this long is disconnected.
const PATIENCE: Duration = Duration::from_secs(30);
/// Lifetime of an access token: the reader reconnects with a new one, if it is still allowed to.
const LIFE: Duration = Duration::from_mins(15);

/// The open streams.
pub struct Tails {
    ending: CancellationToken,
    number: AtomicU64,
    open: Mutex<HashMap<u64, (OrganizationId, Instant)>>,
}

impl Tails {
    /// No stream; all end with `ending`.
    pub fn new(ending: CancellationToken) -> Self {
        Self {
            ending,
            number: AtomicU64::new(0),
            open: Mutex::default(),
        }
    }

    /// Registers a stream; None where the organization has too many. Streams whose reader takes
    /// nothing any more do not count.
    fn enter(self: Arc<Self>, organization_id: OrganizationId) -> Option<Place> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|_, (_, alive)| alive.elapsed() < HEARTBEAT_EVERY + PATIENCE);
        if open.values().filter(|(of, _)| *of == organization_id).count() >= MAX_TAILS {
            return None;
        }
        let number = self.number.fetch_add(1, Ordering::Relaxed);
        open.insert(number, (organization_id, Instant::now()));
        drop(open);
        Some(Place { tails: self, number })
    }
}

/// The registration of one stream; dropped with it.
struct Place {
    tails: Arc<Tails>,
    number: u64,
}

impl Place {
    fn alive(&self) {
        let mut open = self.tails.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, alive)) = open.get_mut(&self.number) {
            *alive = Instant::now();
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.tails.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.remove(&self.number);
    }
}

/// The stream of one reader.
struct Tail {
    state: Data<AppState>,
    context: RequestContext,
    next: i64,
    appended: watch::Receiver<DateTime<Utc>>,
    place: Place,
    ends_at: Instant,
    given_at: Instant,
    greeted: bool,
}

impl Tail {
    /// The next bytes; None where the stream ends.
    async fn step(mut self) -> Option<(Result<Bytes, Infallible>, Self)> {
        if self.given_at.elapsed() > PATIENCE {
            return None;
        }
        let bytes = if self.greeted {
            self.wait().await?
        } else {
            Bytes::from_static(b"retry: 2000\n\n")
        };
        self.greeted = true;
        self.given_at = Instant::now();
        self.place.alive();
        Some((Ok(bytes), self))
    }

    /// The next events, or a heartbeat when there were none for a while.
    async fn wait(&mut self) -> Option<Bytes> {
        let heartbeat = tokio::time::sleep(HEARTBEAT_EVERY);
        tokio::pin!(heartbeat);
        loop {
            if self.place.tails.ending.is_cancelled() || self.ends_at < Instant::now() {
                return None;
            }
            self.appended.mark_unchanged();
            let events = match read_stream::execute(&self.context, &self.state, self.next, PAGE).await {
                Ok(events) => events,
                Err(error) => {
                    tracing::warn!(error.message = %error, "a tail of the log ends; its reader comes back");
                    return None;
                }
            };
            if let Some(last) = events.last() {
                self.next = last.index + 1;
                return Some(
                    events
                        .into_iter()
                        .map(EventView::from)
                        .map(|event| recorded(&event))
                        .collect::<String>()
                        .into(),
                );
            }
            tokio::select! {
                _ = self.appended.changed() => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
                () = self.place.tails.ending.cancelled() => return None,
                () = &mut heartbeat => return Some(Bytes::from_static(b": still here\n\n")),
            }
        }
    }
}

fn recorded(event: &EventView) -> String {
    let data = serde_json::to_string(event).unwrap_or_default();
    format!("id: {}\nevent: audit\ndata: {data}\n\n", event.index())
}

/// Follows the log.
pub struct WatchLog;

impl Operation for WatchLog {
    const ACTION: &str = "audit.events.stream";
    const INTERACTION: Interaction = Interaction::Execute;
    const PERMISSION: Option<Permission> = Some(Permission::AuditRead);
    const FORBIDDEN_DETAIL: &str = LOG_FORBIDDEN_DETAIL;
}

/// Follows the log of the caller's organization (`text/event-stream`). `Last-Event-ID` resumes
/// after the event of that place.
#[utoipa::path(tag = "events", params(("Last-Event-ID" = Option<u32>, Header, description = "Place of the last event that was seen")), responses(
    (status = 200, description = "Events as they are logged: `id` is the place in the log, `data` the event as `GET /events/{event_id}` shows it", body = String, content_type = "text/event-stream"),
    (status = 400, description = "`Last-Event-ID` is no place in a log", body = Problem),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Neither compliance nor admin", body = Problem),
    (status = 429, description = "The organisation has too many tails open", body = Problem),
))]
#[get("/events/stream")]
pub async fn tail(
    state: Data<AppState>,
    context: Authorized<WatchLog>,
    tails: Data<Tails>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let seen = last_seen(&request)?;
    let place = tails.into_inner().enter(context.organization_id()).ok_or_else(|| {
        Problem::new(problem::RATE_LIMITED)
            .detail("Too many tails of the log are open; close one.")
            .retry_after_s(60)
    })?;
    let next = start_stream::execute(&context, &state, seen).await?;
    let now = Instant::now();
    let tail = Tail {
        appended: state.appended.subscribe(),
        state,
        context: context.clone(),
        next,
        place,
        ends_at: now + LIFE,
        given_at: now,
        greeted: false,
    };
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        // Keeps proxies from buffering.
        .insert_header(("X-Accel-Buffering", "no"))
        .streaming(stream::unfold(tail, Tail::step)))
}

fn last_seen(request: &HttpRequest) -> Result<Option<i64>, Problem> {
    let Some(value) = request.headers().get("Last-Event-ID") else {
        return Ok(None);
    };
    let place = value.to_str().ok().and_then(|text| text.parse::<u32>().ok());
    place.map(|place| Some(place.into())).ok_or_else(|| {
        Problem::new(problem::BAD_REQUEST).at("header:Last-Event-ID", "expected the id of an event of the stream")
    })
}
