//! The owner of the database changes, deletes, swaps and cuts off: each is found.

use crate::app::TestApp;
use mc_testkit::eventually;

/// Events that the log is given.
const EVENTS: i64 = 5;

/// A log of five events under a signed head, its triggers switched off by the owner, then `tamper`.
async fn found(tamper: &'static [&'static str]) -> (i64, String) {
    let app = TestApp::start().await;
    app.tell(EVENTS).await;
    eventually("a head of all", || async {
        (app.database
            .count("SELECT coalesce(max(size), 0) FROM audit.heads")
            .await
            == EVENTS)
            .then_some(())
    })
    .await;
    assert!(app.verdict().await.ok);
    for sql in [
        "ALTER TABLE audit.events DISABLE TRIGGER ALL",
        "ALTER TABLE audit.heads DISABLE TRIGGER ALL",
    ]
    .iter()
    .chain(tamper)
    {
        sqlx::query(sqlx::AssertSqlSafe(*sql))
            .execute(&app.database.owner)
            .await
            .unwrap();
    }
    let verdict = app.verdict().await;
    assert!(!verdict.ok);
    app.stop().await;
    (verdict.first_bad.unwrap(), verdict.reason.unwrap())
}

#[actix_web::test]
async fn a_changed_event_is_found() {
    let (position, reason) =
        found(&["UPDATE audit.events SET leaf = convert_to(replace(convert_from(leaf, 'UTF8'), 'TREAT', 'HPAYMT'), 'UTF8') WHERE position = 2"]).await;
    assert_eq!(position, 2, "{reason}");
}

#[actix_web::test]
async fn a_changed_column_is_found() {
    let (position, reason) = found(&["UPDATE audit.events SET action = 'nothing.happened' WHERE position = 3"]).await;
    assert!(position == 3 && reason.contains("column"), "{reason}");
}

#[actix_web::test]
async fn a_removed_event_is_found() {
    let (position, reason) = found(&["DELETE FROM audit.events WHERE position = 1"]).await;
    assert!(position == 1 && reason.contains("missing"), "{reason}");
}

#[actix_web::test]
async fn swapped_events_are_found() {
    let (position, _) = found(&[
        "UPDATE audit.events SET position = 100 WHERE position = 1",
        "UPDATE audit.events SET position = 1 WHERE position = 2",
        "UPDATE audit.events SET position = 2 WHERE position = 100",
    ])
    .await;
    assert_eq!(position, 1);
}

#[actix_web::test]
async fn a_cut_off_end_is_found() {
    let (position, reason) = found(&["DELETE FROM audit.events WHERE position >= 3"]).await;
    assert!(position == 3 && reason.contains("cut off"), "{reason}");
}

#[actix_web::test]
async fn a_cut_off_end_is_found_by_the_file_even_where_the_heads_are_cut_too() {
    let (position, reason) = found(&[
        "DELETE FROM audit.events WHERE position >= 3",
        "DELETE FROM audit.heads WHERE size > 3",
    ])
    .await;
    assert!(position == 3 && reason.contains("cut off"), "{reason}");
}

#[actix_web::test]
async fn the_serving_role_cannot_change_or_remove() {
    let app = TestApp::start().await;
    app.tell(1).await;
    for sql in [
        "UPDATE audit.events SET action = 'x'",
        "DELETE FROM audit.events",
        "TRUNCATE audit.events",
        "DELETE FROM audit.heads",
    ] {
        let refused = sqlx::query(sqlx::AssertSqlSafe(sql))
            .execute(&app.database.serving)
            .await;
        assert!(refused.unwrap_err().to_string().contains("permission denied"), "{sql}");
    }
    let owner = sqlx::query("DELETE FROM audit.events")
        .execute(&app.database.owner)
        .await;
    assert!(owner.unwrap_err().to_string().contains("only ever added to"));
    app.stop().await;
}
