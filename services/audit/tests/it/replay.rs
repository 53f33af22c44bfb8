//! Events of an outbox are replayed from a file: each is logged once, however often the file is
//! replayed.

use crate::app::TestApp;
use mc_audit::commands::{replay::replay_from, state};
use mc_vocabulary::Clock;
use std::fs;

/// The events published here, as the outbox stores them.
async fn outbox(app: &TestApp) -> Vec<String> {
    sqlx::query_scalar("SELECT envelope::text FROM audit.outbox ORDER BY sequence")
        .fetch_all(&app.database.owner)
        .await
        .unwrap()
}

#[actix_web::test]
async fn events_of_a_file_are_logged_once_however_often_it_is_replayed() {
    let app = TestApp::start().await;
    app.publish(30).await;
    let lines = outbox(&app).await;
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
