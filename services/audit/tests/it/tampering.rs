//! The owner of the database changes, deletes, swaps, rewrites and truncates entries, restores
//! yesterday's backup, shows two readers different histories: each is detected, with its place and
//! kind.

use crate::app::TestApp;
use mc_audit::startup::SERVICE;
use mc_testkit::{Database, TestOptions, broker};
use mc_transparency::{Checkpoint, Frontier, Hash, Relation, Tampering, audit::compare_checkpoints};
use sqlx::AssertSqlSafe;

/// Events that the log is given: more than a tile, so that stored hashes take part.
const EVENTS: i64 = 300;

const TABLES: [&str; 5] = ["events", "batches", "tiles", "checkpoints", "stubs"];

async fn without_triggers(app: &TestApp, sql: &[&str]) {
    for table in TABLES {
        app.as_owner(&format!("ALTER TABLE audit.{table} DISABLE TRIGGER ALL"))
            .await;
    }
    for part in ["events_other"] {
        app.as_owner(&format!("ALTER TABLE audit.{part} DISABLE TRIGGER ALL"))
            .await;
    }
    for sql in sql {
        app.as_owner(sql).await;
    }
}

/// A log of 300 events under a signed checkpoint, its triggers switched off by the owner, then
/// `tamper`: place and kind that are found.
async fn found(tamper: &[&str]) -> (i64, String) {
    let app = TestApp::start().await;
    app.publish(EVENTS).await;
    app.checkpointed().await;
    let before = app.verdict().await;
    assert_eq!(before["ok"], true, "{before}");
    without_triggers(&app, tamper).await;
    let verdict = app.verdict().await;
    assert_eq!(verdict["ok"], false, "{verdict}");
    (
        verdict["first_bad"].as_i64().unwrap(),
        verdict["tampering"].as_str().unwrap().to_owned(),
    )
}

fn at(place: i64, kind: &str) -> (i64, String) {
    (place, kind.to_owned())
}

const CHANGE: &str =
    "UPDATE audit.events SET leaf = convert_to(replace(convert_from(leaf, 'UTF8'), 'TREAT', 'HPAYMT'), 'UTF8')";

#[actix_web::test]
async fn a_changed_event_is_found_in_a_full_tile_and_behind_the_last() {
    let change = format!("{CHANGE} WHERE log_index = 2");
    assert_eq!(found(&[&change]).await, at(2, "changed"));
    let change = format!("{CHANGE} WHERE log_index = 290");
    assert_eq!(found(&[&change]).await, at(290, "changed"));
}

#[actix_web::test]
async fn an_event_changed_with_its_stored_hash_is_found() {
    let change = format!("{CHANGE} WHERE log_index = 7");
    let hash = "UPDATE audit.events SET leaf_hash = sha256('\\x00'::bytea || leaf) WHERE log_index = 7";
    assert_eq!(found(&[&change, hash]).await, at(7, "changed"));
}

#[actix_web::test]
async fn a_changed_column_is_found() {
    let change = "UPDATE audit.events SET action = 'nothing.happened' WHERE log_index = 3";
    assert_eq!(found(&[change]).await, at(3, "columns_differ"));
    let change = "UPDATE audit.events SET patient = 'pt_0000000000000000' WHERE log_index = 4";
    assert_eq!(found(&[change]).await, at(4, "columns_differ"));
}

#[actix_web::test]
async fn a_removed_event_is_found() {
    let remove = "DELETE FROM audit.events WHERE log_index = 1";
    assert_eq!(found(&[remove]).await, at(1, "missing"));
}

#[actix_web::test]
async fn an_event_put_in_is_found() {
    let copy = "INSERT INTO audit.events SELECT gen_random_uuid(), organization_id, log_index, leaf_hash, leaf, patient_sealed, logged_at, occurred_at, \
                action, interaction, outcome, actor_kind, actor_id, patient, entity_kind, entity_id, purpose, emergency, source, source_ip, trace_id \
                FROM audit.events WHERE log_index = 5";
    assert_eq!(found(&[copy]).await.0, 5);
}

#[actix_web::test]
async fn swapped_events_are_found() {
    let swap = [
        "UPDATE audit.events SET log_index = 100000 WHERE log_index = 11",
        "UPDATE audit.events SET log_index = 11 WHERE log_index = 12",
        "UPDATE audit.events SET log_index = 12 WHERE log_index = 100000",
    ];
    assert_eq!(found(&swap).await, at(11, "swapped"));
}

#[actix_web::test]
async fn a_cut_off_end_is_found() {
    let cut = "DELETE FROM audit.events WHERE log_index >= 270";
    assert_eq!(found(&[cut]).await, at(270, "truncated"));
}

#[actix_web::test]
async fn yesterdays_backup_is_found_by_what_stands_outside_the_database() {
    let restore = [
        "DELETE FROM audit.events WHERE log_index >= 200",
        "DELETE FROM audit.tiles",
        "DELETE FROM audit.checkpoints",
        "DELETE FROM audit.batches",
        // The state of a log of 200 events; what its right edge was does not matter to who reads.
        "INSERT INTO audit.batches (organization_id, first_index, size, frontier, logged_at) \
         SELECT organization_id, 0, 200, string_agg(leaf_hash, ''), now() FROM audit.events WHERE log_index < 3 GROUP BY 1",
    ];
    assert_eq!(found(&restore).await, at(200, "rolled_back"));
}

#[actix_web::test]
async fn a_forged_checkpoint_is_found() {
    let forge = "UPDATE audit.checkpoints SET note = replace(note, '— ', '— x')";
    assert_eq!(found(&[forge]).await.1, "forged_checkpoint");
}

#[actix_web::test]
async fn a_tile_that_would_spoil_proofs_is_found() {
    let spoil = "UPDATE audit.tiles SET root = sha256('other'::bytea) WHERE level = 0";
    assert_eq!(found(&[spoil]).await, at(0, "changed"));
}

#[actix_web::test]
async fn a_history_written_anew_with_all_its_hashes_contradicts_what_was_signed() {
    let app = TestApp::start().await;
    app.publish(EVENTS).await;
    app.checkpointed().await;
    let change = format!("{CHANGE} WHERE log_index >= 40");
    let hash = "UPDATE audit.events SET leaf_hash = sha256('\\x00'::bytea || leaf)";
    without_triggers(
        &app,
        &[
            &change,
            hash,
            "DELETE FROM audit.checkpoints",
            "DELETE FROM audit.tiles",
        ],
    )
    .await;
    let leaves: Vec<Vec<u8>> = sqlx::query_scalar("SELECT leaf FROM audit.events ORDER BY log_index")
        .fetch_all(&app.database.owner)
        .await
        .unwrap();
    let mut tree = Frontier::new();
    for leaf in &leaves {
        tree.push(Hash::leaf(leaf));
    }
    sqlx::query("UPDATE audit.batches SET frontier = $1 WHERE size = (SELECT max(size) FROM audit.batches)")
        .bind(tree.to_bytes())
        .execute(&app.database.owner)
        .await
        .unwrap();
    let verdict = app.verdict().await;
    assert_eq!(verdict["ok"], false, "{verdict}");
    assert!(verdict["first_bad"].as_i64().unwrap() <= 40, "{verdict}");
}

#[actix_web::test]
async fn a_log_that_was_set_back_is_not_signed_and_shows_in_health() {
    let database = Database::fresh(SERVICE.schema, SERVICE.migrations).await;
    let app = TestApp::start_with(database, broker(), TestOptions::default()).await;
    app.publish(20).await;
    app.checkpointed().await;
    without_triggers(
        &app,
        &[
            "DELETE FROM audit.events",
            "DELETE FROM audit.batches",
            "DELETE FROM audit.checkpoints",
        ],
    )
    .await;
    // Events are still accepted: nothing is lost during the investigation.
    app.publish(3).await;
    let signed = app.database.count("SELECT count(*) FROM audit.checkpoints").await;
    mc_testkit::eventually("health reports it", || async {
        let parts: serde_json::Value = app.get("/internal/components", None).await.json().await.unwrap();
        parts
            .to_string()
            .contains("contradict their signed checkpoints")
            .then_some(())
    })
    .await;
    assert_eq!(signed, 0, "nothing is signed that contradicts what was");
    // Which of the two depends on which sizes were signed on the way.
    let kind = app.verdict().await["tampering"].clone();
    assert!(kind == "rolled_back" || kind == "rewritten", "{kind}");
}

#[test]
fn two_readers_with_different_histories_detect_it_when_they_compare() {
    let root = |leaves: &[&[u8]]| {
        let mut tree = Frontier::new();
        for leaf in leaves {
            tree.push(Hash::leaf(leaf));
        }
        tree.root()
    };
    let one = Checkpoint::new("audit.test/log", 2, root(&[b"a", b"b"]));
    let other = Checkpoint::new("audit.test/log", 2, root(&[b"a", b"c"]));
    let split = compare_checkpoints(&one, &other, None).unwrap();
    assert_eq!(split, Relation::Tampered(Tampering::SplitView));
}

#[actix_web::test]
async fn neither_role_of_the_service_can_change_or_remove() {
    let app = TestApp::start().await;
    app.publish(1).await;
    for table in TABLES {
        for sql in [
            format!("UPDATE audit.{table} SET organization_id = organization_id"),
            format!("DELETE FROM audit.{table}"),
            format!("TRUNCATE audit.{table}"),
        ] {
            for pool in [&app.database.serving, app.database.worker.pool()] {
                let refused = sqlx::query(AssertSqlSafe(sql.clone())).execute(pool).await;
                assert!(refused.unwrap_err().to_string().contains("permission denied"), "{sql}");
            }
        }
    }
    // One that the service itself makes later, too.
    sqlx::query("SELECT audit.add_month('2031-05-01')")
        .execute(app.database.worker.pool())
        .await
        .unwrap();
    let months: Vec<String> =
        sqlx::query_scalar("SELECT relid::text FROM pg_partition_tree('audit.events') WHERE isleaf")
            .fetch_all(&app.database.owner)
            .await
            .unwrap();
    assert!(months.iter().any(|month| month == "audit.events_2031_05"), "{months:?}");
    for month in months {
        for pool in [&app.database.serving, app.database.worker.pool()] {
            let around = sqlx::query(AssertSqlSafe(format!("SELECT 1 FROM {month}")))
                .execute(pool)
                .await;
            assert!(
                around.unwrap_err().to_string().contains("permission denied"),
                "partition {month} does not bypass tenant isolation"
            );
        }
    }
    let owner = sqlx::query("DELETE FROM audit.events")
        .execute(&app.database.owner)
        .await;
    assert!(owner.unwrap_err().to_string().contains("only ever added to"));
}
