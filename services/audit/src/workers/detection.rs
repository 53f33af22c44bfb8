//! Breach detection: follows the log, watches over it, learns thresholds and reminds of what is
//! due.

use crate::{
    AppState,
    actions::compliance::{
        detect::{self, Detector, Progress},
        inventory::remind_due,
        learn_all_thresholds,
        raise_alarms::{self, Alarms},
    },
    config::DetectionSettings,
    consumers::audit_log,
};
use mc_service_kit::{Kit, Next, Turn, Worker};
use std::{sync::Arc, time::Duration};
use tokio::sync::{Mutex, Notify};

/// Delay while another process detects.
const OTHER_PROCESS_DELAY: Duration = Duration::from_secs(1);
/// Commits within this time are read together.
const GATHER: Duration = Duration::from_millis(100);
/// How often it is looked whether thresholds are due to be learned.
const LEARN_CHECK: Duration = Duration::from_mins(10);

/// Adds the workers; without detection where its interval is 0.
pub(super) fn add(kit: &mut Kit, state: &Arc<AppState>, settings: &DetectionSettings) {
    kit.worker(
        Worker::every("reminders", Duration::from_mins(1)),
        state,
        |state, _| async move {
            let reminded = remind_due::execute(&state).await?;
            Ok::<_, sqlx::Error>(if reminded == 0 { Next::Idle } else { Next::Now })
        },
    );
    if settings.every_ms == 0 {
        return;
    }
    let worker = Worker::every("detection", Duration::from_millis(settings.every_ms))
        .with_last_turn()
        .woken_by(woken_by_appends(kit, state));
    let detector = Arc::new(Mutex::new(Detector::new(Arc::clone(&state.rules))));
    kit.worker(worker, state, move |state, turn| {
        let detector = Arc::clone(&detector);
        async move { follow(&state, &mut *detector.lock().await, turn).await }
    });
    let watching = Worker::every("alarms", Duration::from_secs(settings.alarms_every_s.max(1))).after_interval();
    let alarms = Arc::new(Mutex::new(Alarms::default()));
    kit.worker(watching, state, move |state, _| {
        let alarms = Arc::clone(&alarms);
        async move {
            let dead_letters = state.mailbox.dead_letters(audit_log::QUEUE);
            raise_alarms::execute(&state, &mut *alarms.lock().await, dead_letters)
                .await
                .map(|()| Next::Idle)
        }
    });
    let hours = chrono::Duration::hours(settings.learn_every_hours.clamp(1, 8_760).into());
    kit.worker(
        Worker::every("thresholds", LEARN_CHECK).with_step_limit(Duration::from_hours(1)),
        state,
        move |state, _| async move { learn_all_thresholds::execute(&state, hours).await.map(|_| Next::Idle) },
    );
}

/// Reads what was committed to the log since the last step, by whichever process. The last turn
/// gives the lease up, so that another process goes on at once.
async fn follow(state: &AppState, detector: &mut Detector, turn: Turn) -> Result<Next, sqlx::Error> {
    if turn == Turn::Last {
        detect::hand_over(state, detector).await?;
        return Ok(Next::Idle);
    }
    let progress = detect::execute(state, detector).await?;
    if matches!(progress, Progress::UpToDate) {
        tokio::time::sleep(GATHER).await;
    }
    Ok(match progress {
        Progress::Behind => Next::Now,
        Progress::UpToDate => Next::Idle,
        Progress::NotOurTurn => Next::After(OTHER_PROCESS_DELAY),
    })
}

/// Notified whenever this process has appended to the log.
fn woken_by_appends(kit: &mut Kit, state: &Arc<AppState>) -> Arc<Notify> {
    let wake = Arc::new(Notify::new());
    let (notify, mut appended, stopping) = (
        Arc::clone(&wake),
        state.appended.subscribe(),
        kit.lifecycle().stopping(),
    );
    kit.spawn("detection wake", async move {
        loop {
            tokio::select! {
                changed = appended.changed() => match changed {
                    Ok(()) => notify.notify_one(),
                    Err(_) => return,
                },
                () = stopping.cancelled() => return,
            }
        }
    });
    wake
}
