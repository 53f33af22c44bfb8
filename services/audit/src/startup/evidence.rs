//! What the log says of the platform's policies, measured beside the server when somebody asks. Where that takes long, they get what was
//! found before, with its time.

use crate::{AppState, actions::compliance::measure_controls, domain::PolicyFinding};
use actix_web::web::Data;
use chrono::{DateTime, Utc};
use mc_chassis::{health::Evidence, lifecycle::Lifecycle};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{
    sync::{Notify, watch},
    time::timeout,
};
use tokio_util::sync::CancellationToken;

/// Between two measurements: so many times as long as one takes, within these bounds.
const REST: u32 = 10;
const MIN_REST: Duration = Duration::from_secs(1);
const MAX_REST: Duration = Duration::from_mins(10);
/// Who asks waits so long for a new measurement.
const PATIENCE: Duration = Duration::from_millis(700);

/// The last findings, and the way to ask for new ones.
pub struct Measurements {
    asked: Arc<Notify>,
    found: watch::Receiver<Vec<Evidence>>,
}

impl Measurements {
    /// Starts measuring.
    pub fn spawn(lifecycle: &Lifecycle, state: &Data<AppState>) -> Self {
        let (told, found) = watch::channel(Vec::new());
        let asked = Arc::new(Notify::new());
        let work = measure(Arc::clone(state), Arc::clone(&asked), told, lifecycle.stopping());
        lifecycle.spawn("evidence", work);
        Self { asked, found }
    }

    /// What was found, now or not long ago.
    pub async fn newest(&self) -> Vec<Evidence> {
        let mut found = self.found.clone();
        found.mark_unchanged();
        self.asked.notify_one();
        // Too slow, or measured a moment ago: what was found before will do.
        let _ = timeout(PATIENCE, found.changed()).await;
        let newest = found.borrow();
        newest.clone()
    }
}

async fn measure(
    state: Arc<AppState>,
    asked: Arc<Notify>,
    told: watch::Sender<Vec<Evidence>>,
    stopping: CancellationToken,
) {
    loop {
        tokio::select! {
            () = asked.notified() => {}
            () = stopping.cancelled() => return,
        }
        let started = Instant::now();
        let measured = tokio::select! {
            measured = measure_controls::execute(&state) => measured,
            () = stopping.cancelled() => return,
        };
        let found = match measured {
            Ok(measured) => {
                let at = measured.at;
                measured.findings.into_iter().map(|found| evidence(found, at)).collect()
            }
            Err(error) => {
                tracing::warn!(error.message = %error, "the controls were not measured");
                // What was found before may no longer be so.
                Vec::new()
            }
        };
        told.send_replace(found);
        let pause = (started.elapsed() * REST).clamp(MIN_REST, MAX_REST);
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = stopping.cancelled() => return,
        }
    }
}

fn evidence(finding: PolicyFinding, at: DateTime<Utc>) -> Evidence {
    Evidence {
        control: finding.control.to_owned(),
        holds: finding.holds,
        found: finding.found,
        method: finding.method.to_owned(),
        checked_at: at,
    }
}
