//! Events of an outbox are replayed from a file: each is logged once, however often the file is
//! replayed.

use crate::app::{TestApp, record};
use mc_audit::commands::{replay::replay_from, state};
use mc_testkit::envelope;
use mc_vocabulary::{Clock, OrganizationId};
use std::fs;

/// Events as the outbox of a service stores them.
fn outbox() -> Vec<String> {
    let organization_id = Some(OrganizationId::new());
    (0..30)
        .map(|n| envelope("billing", organization_id, &record(&format!("billing.test.{n}"))))
        .map(|envelope| serde_json::to_string(&envelope).unwrap())
        .collect()
}

#[actix_web::test]
async fn events_of_a_file_are_logged_once_however_often_it_is_replayed() {
    let lines = outbox();
    let other = TestApp::start().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("outbox");
    let state = state(other.settings(), other.secrets(), Clock::System).await.unwrap();
    let recorded = i64::try_from(lines.len()).unwrap();
    for _ in 0..2 {
        fs::write(&file, lines.join("\n")).unwrap();
        assert_eq!(replay_from(&state, &file).await.unwrap().read, lines.len() as u64);
    }
    let logged = other
        .database
        .count("SELECT count(*) FROM audit.events WHERE action <> 'audit.log.replay'")
        .await;
    assert_eq!(logged, recorded);
    let announced = "SELECT count(*) FROM audit.outbox WHERE envelope->'data'->>'action' = 'audit.log.replay'";
    assert_eq!(other.database.count(announced).await, 2, "each replay is on record");
    let mut broken = lines.clone();
    broken.insert(3, "{".to_owned());
    fs::write(&file, broken.join("\n")).unwrap();
    let error = format!("{:#}", replay_from(&state, &file).await.unwrap_err());
    assert!(error.ends_with("line 4 of the file is no envelope"), "{error}");
}

#[actix_web::test]
async fn appending_goes_on_while_every_connection_for_long_reads_is_taken() {
    let app = TestApp::start().await;
    let state = state(app.settings(), app.secrets(), Clock::System).await.unwrap();
    let mut taken = Vec::new();
    for pool in [&state.long_reads.pool, state.long_reads.worker_pool.pool()] {
        for _ in 0..pool.options().get_max_connections() {
            taken.push(pool.acquire().await.unwrap());
        }
        assert!(pool.try_acquire().is_none(), "all are taken");
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("outbox");
    fs::write(&file, outbox().join("\n")).unwrap();
    assert_eq!(replay_from(&state, &file).await.unwrap().read, 30);
    drop(taken);
}
