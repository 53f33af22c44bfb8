//! Breach detection beside the server: follows the log, and learns what is usual once a day.

use crate::{
    AppState,
    actions::compliance::{
        detect::{self, Detector, Progress},
        inventory::remind_due,
        learn_all_thresholds,
        raise_alarms::{self, Alarms},
    },
    config::DetectionSettings,
    consumers::{audit_log, notices},
};
use actix_web::web::Data;
use mc_chassis::lifecycle::Lifecycle;
use std::{sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

/// After a failure, and where another process detects.
const REST: Duration = Duration::from_secs(1);

/// Between two looks, where there is no more to read.
const GAP: Duration = Duration::from_millis(100);
/// Whether it is time to learn.
const ASK_EVERY: Duration = Duration::from_mins(10);

/// Starts it, where it is not switched off.
pub fn spawn(lifecycle: &Lifecycle, state: &Data<AppState>, settings: &DetectionSettings) {
    let told = state.mailbox.clone();
    lifecycle.spawn(
        "audit.notices",
        told.consume(notices::QUEUE, lifecycle.stopping(), |envelope| async move {
            notices::handle(&envelope)
        }),
    );
    lifecycle.spawn("reminders", remind(Arc::clone(state), lifecycle.stopping()));
    if settings.every_ms == 0 {
        return;
    }
    let every = Duration::from_millis(settings.every_ms);
    lifecycle.spawn("detection", follow(Arc::clone(state), every, lifecycle.stopping()));
    let alarms = Duration::from_secs(settings.alarms_every_s.max(1));
    lifecycle.spawn("alarms", look_after(Arc::clone(state), alarms, lifecycle.stopping()));
    let hours = chrono::Duration::hours(settings.learn_every_hours.clamp(1, 8_760).into());
    lifecycle.spawn("learning", learn(Arc::clone(state), hours, lifecycle.stopping()));
}

/// Looks at every commit of the log, of whichever process.
async fn follow(state: Arc<AppState>, every: Duration, stopping: CancellationToken) {
    let mut detector = Detector::new(Arc::clone(&state.rules));
    let mut appended = state.appended.subscribe();
    loop {
        appended.mark_unchanged();
        let (pause, ours) = match detect::execute(&state, &mut detector).await {
            Ok(Progress::Behind) => (Duration::ZERO, true),
            Ok(Progress::UpToDate) => (every, true),
            Ok(Progress::NotOurTurn) => (REST, false),
            Err(error) => {
                tracing::warn!(error.message = %error, "events were not looked at; they are looked at again");
                (REST, false)
            }
        };
        if stopping.is_cancelled() {
            if let Err(error) = detect::hand_over(&state, &detector).await {
                tracing::warn!(error.message = %error, "another process detects only when this turn is over");
            }
            return;
        }
        // Commits that come close together are looked at together.
        tokio::time::sleep(GAP.min(pause)).await;
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = appended.changed(), if ours => {}
            () = stopping.cancelled() => {}
        }
    }
}

/// Reminds of what comes due, at once and every minute.
async fn remind(state: Arc<AppState>, stopping: CancellationToken) {
    while !stopping.is_cancelled() {
        let pause = match remind_due::execute(&state).await {
            Ok(0) => Duration::from_mins(1),
            Ok(_) => Duration::ZERO,
            Err(error) => {
                tracing::warn!(error.message = %error, "nobody was reminded of what comes due; it is tried again");
                Duration::from_secs(10)
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = stopping.cancelled() => {}
        }
    }
}

/// Looks whether something is wrong with the log itself.
async fn look_after(state: Arc<AppState>, every: Duration, stopping: CancellationToken) {
    let mut alarms = Alarms::default();
    loop {
        tokio::select! {
            () = tokio::time::sleep(every) => {}
            () = stopping.cancelled() => return,
        }
        let dead_letters = state.mailbox.count_dead_letters(audit_log::QUEUE).await;
        if let Err(error) = raise_alarms::execute(&state, &mut alarms, dead_letters).await {
            tracing::warn!(error.message = %error, "the log was not looked after; it is tried again");
        }
    }
}

/// Learns what is usual when nobody has for long; asks so at the start and then again and again.
async fn learn(state: Arc<AppState>, every: chrono::Duration, stopping: CancellationToken) {
    while !stopping.is_cancelled() {
        if let Err(error) = learn_all_thresholds::execute(&state, every).await {
            tracing::warn!(error.message = %error, "what is usual was not learned; it is tried again");
        }
        tokio::select! {
            () = tokio::time::sleep(ASK_EVERY) => {}
            () = stopping.cancelled() => {}
        }
    }
}
