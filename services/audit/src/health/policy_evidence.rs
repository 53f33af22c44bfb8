//! What the log says of the platform's policies, measured beside the server on request. Where that
//! takes long, the response holds the findings of before, with their time.

use crate::{AppState, actions::compliance::measure_controls, domain::PolicyFinding};
use chrono::{DateTime, Utc};
use mc_chassis::health::Evidence;
use mc_service_kit::Kit;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{
    sync::{Notify, watch},
    time::timeout,
};
use tokio_util::sync::CancellationToken;

/// The pause between two measurements, as a multiple of what one takes, within these bounds.
const REST: u32 = 10;
const MIN_REST: Duration = Duration::from_secs(1);
const MAX_REST: Duration = Duration::from_mins(10);
/// How long a request waits for a new measurement.
const DEADLINE: Duration = Duration::from_millis(700);

/// The last findings, and the way to request new ones.
pub struct Measurements {
    requested: Arc<Notify>,
    found: watch::Receiver<Vec<Evidence>>,
}

impl Measurements {
    /// Measures beside the server, on request.
    pub fn start(kit: &mut Kit, state: &Arc<AppState>) -> Self {
        let (findings, found) = watch::channel(Vec::new());
        let requested = Arc::new(Notify::new());
        let stopping = kit.lifecycle().stopping();
        kit.spawn(
            "evidence",
            measure(Arc::clone(state), Arc::clone(&requested), findings, stopping),
        );
        Self { requested, found }
    }

    /// The findings of now, or the last ones.
    pub async fn newest(&self) -> Vec<Evidence> {
        let mut found = self.found.clone();
        found.mark_unchanged();
        self.requested.notify_one();
        // Where it takes too long, or was measured a moment ago, the last findings are returned.
        let _ = timeout(DEADLINE, found.changed()).await;
        let newest = found.borrow();
        newest.clone()
    }
}

async fn measure(
    state: Arc<AppState>,
    requested: Arc<Notify>,
    findings: watch::Sender<Vec<Evidence>>,
    stopping: CancellationToken,
) {
    loop {
        tokio::select! {
            () = requested.notified() => {}
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
                // The last findings may no longer hold.
                Vec::new()
            }
        };
        findings.send_replace(found);
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
