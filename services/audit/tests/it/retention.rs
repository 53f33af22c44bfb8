//! Old months go, and the log explains what is missing; holds keep; the serving role has no part in
//! it.

use crate::app::{TestApp, record};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use mc_audit::{
    AppState, MaintenanceState,
    actions::log::{
        append_events,
        maintenance::{
            prune_months::{self, PruneError},
            repartition,
        },
    },
    commands::{
        backup::{export_to, kek, restore_from},
        maintenance, state,
    },
    startup::SERVICE,
};
use mc_contracts::{Actor, AuditRecord, Envelope};
use mc_testkit::{Database, broker};
use mc_transparency::export;
use mc_vocabulary::{Clock, EventId, OrganizationId, Role};
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;
use uuid::{NoContext, Timestamp, Uuid};

const AUDIT: &str = "/api/v1/integrations/audit";

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn march() -> NaiveDate {
    "2018-03-01".parse().unwrap()
}

/// An event as it was published back then: number `n` of the organisation, a minute after the one
/// before, about patient `pat-{n % 5}`.
fn envelope(organization_id: Option<OrganizationId>, made_at: DateTime<Utc>, n: usize) -> Envelope {
    let seconds = u64::try_from(made_at.timestamp()).unwrap();
    let record = AuditRecord {
        actor: Actor::system("back then"),
        occurred_at: made_at,
        patient_id: Some(format!("pat-{}", n % 5).parse().unwrap()),
        ..record(&format!("billing.test.{n}"))
    };
    Envelope {
        id: EventId::from(Uuid::new_v7(Timestamp::from_unix(NoContext, seconds, 0))),
        event_type: "billing.audit.recorded.v1".to_owned(),
        source: "billing".to_owned(),
        time: made_at,
        subject: None,
        organization_id,
        trace: std::collections::HashMap::new(),
        data: serde_json::to_value(record).unwrap(),
    }
}

/// A log that was kept since 2018: 300 events of March and 20 of April, then one of today.
struct Old {
    app: TestApp,
    maintenance: MaintenanceState,
}

impl Old {
    async fn start() -> Self {
        let app = TestApp::start().await;
        let (secrets, settings) = (app.secrets(), app.settings());
        for (month, events) in [("2018-03-10T12:00:00Z", 300), ("2018-04-10T12:00:00Z", 20)] {
            let then: AppState = state(settings.clone(), secrets.clone(), Clock::manual(at(month)))
                .await
                .unwrap();
            let made_at = |n| at(month) - TimeDelta::minutes(1000 - i64::try_from(n).unwrap());
            let recorded: Vec<_> = (0..events)
                .map(|n| envelope(Some(app.organization_id), made_at(n), n))
                .collect();
            assert!(append_events::execute(&then, &recorded).await.unwrap().is_empty());
        }
        let maintenance = maintenance::maintenance(&settings, &secrets, Clock::System)
            .await
            .unwrap();
        Self { app, maintenance }
    }

    /// Sorts the months, announces and prunes March.
    async fn prune(&self) -> i64 {
        repartition::execute(&self.maintenance).await.unwrap();
        prune_months::announce(&self.maintenance, march()).await.unwrap();
        maintenance::when_logged(&self.maintenance, march()).await.unwrap()
    }

    async fn count(&self, sql: &'static str) -> i64 {
        self.app.database.count(sql).await
    }

    async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        let token = self.app.issuer.token(&self.app.caller(Role::Compliance));
        let answer = self
            .app
            .send("POST", &format!("{AUDIT}{path}"), Some(&token), Some(body))
            .await;
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    async fn hold(&self, body: Value) -> String {
        let (status, hold) = self.post("/legal-holds", &body).await;
        assert_eq!(status, 201, "{hold}");
        hold["hold_id"].as_str().unwrap().to_owned()
    }

    async fn assert_whole(&self, stubs: i64) {
        let verdict = self.app.verdict().await;
        assert_eq!(verdict["ok"], true, "{verdict}");
        assert_eq!(verdict["stubs"], stubs, "{verdict}");
    }
}

const OF_MARCH: &str = "SELECT count(*) FROM audit.events WHERE occurred_at < '2018-04-01'";

#[actix_web::test]
async fn events_without_a_month_get_theirs() {
    let old = Old::start().await;
    assert_eq!(old.count("SELECT count(*) FROM audit.events_other").await, 320);
    assert_eq!(repartition::execute(&old.maintenance).await.unwrap(), 320);
    assert_eq!(
        repartition::execute(&old.maintenance).await.unwrap(),
        0,
        "once is enough"
    );
    assert_eq!(old.count("SELECT count(*) FROM audit.events_2018_03").await, 300);
    assert_eq!(old.count("SELECT count(*) FROM audit.events_2018_04").await, 20);
    old.assert_whole(0).await;
}

#[actix_web::test]
async fn pruning_leaves_stubs_that_the_log_explains() {
    let old = Old::start().await;
    let before = old.app.read(&format!("{AUDIT}/retention")).await;
    assert_eq!((&before["years"], &before["floor_years"]), (&json!(7), &json!(6)));
    assert_eq!(before["next"], json!({ "month": "2018-03", "from": "2025-04-01" }));
    assert_eq!(old.prune().await, 300);
    assert_eq!(old.count(OF_MARCH).await, 0);
    assert_eq!(old.count("SELECT count(*) FROM audit.stubs").await, 300);
    old.assert_whole(300).await;
    let after = old.app.read(&format!("{AUDIT}/retention")).await;
    assert_eq!(after["next"]["month"], "2018-04");
    assert_eq!(after["pruned"][0]["month"], "2018-03");
    assert_eq!(after["pruned"][0]["events"], 300);
    assert!(after["oldest_event"].as_str().unwrap().starts_with("2018-04"));
    // The log goes on, and proofs across what was pruned are still made.
    old.app.publish(3).await;
    old.app.checkpointed().await;
    old.assert_whole(300).await;
    let proof = old
        .app
        .read(&format!("{AUDIT}/proofs/consistency?from=100&to=320"))
        .await;
    assert!(!proof["proof"].as_array().unwrap().is_empty());
    // Nothing is left to be done, and nothing more is announced.
    assert_eq!(old.prune_again().await, 0);
}

impl Old {
    async fn prune_again(&self) -> usize {
        let months: Vec<NaiveDate> = prune_months::plan(&self.maintenance)
            .await
            .unwrap()
            .into_iter()
            .map(|plan| plan.0)
            .collect();
        assert!(!months.contains(&march()));
        months.len() - 1
    }
}

#[actix_web::test]
async fn a_pruned_log_is_exported_and_restored_with_its_stubs() {
    let old = Old::start().await;
    old.hold(json!({ "kind": "patient", "patient_id": "pat-3", "reason": "matter 17" }))
        .await;
    assert_eq!(old.prune().await, 240);
    old.app.checkpointed().await;
    let (settings, secrets) = (old.app.settings(), old.app.secrets());
    let here: AppState = state(settings.clone(), secrets.clone(), Clock::System).await.unwrap();
    let kek = kek(&secrets).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (masked, complete) = (folder.path().join("masked"), folder.path().join("complete"));
    let tree = old.app.organization_id.uuid();
    export_to(&here, tree, &masked, None).await.unwrap();
    let file = std::fs::read(&masked).unwrap();
    let found = export::verify(file.as_slice(), &[here.signer.verifier().clone()])
        .unwrap()
        .verdict;
    assert!(found.ok, "{}", found.reason);
    assert_eq!(found.stubs, 240);
    let size = export_to(&here, tree, &complete, Some(&kek)).await.unwrap();
    let restored = old
        .app
        .over(Database::fresh(SERVICE.schema, SERVICE.migrations).await, broker())
        .await;
    let there: AppState = state(restored.settings(), restored.secrets(), Clock::System)
        .await
        .unwrap();
    assert_eq!(restore_from(&there, &complete, &kek).await.unwrap(), size);
    let verdict = restored.verdict().await;
    assert_eq!(
        (&verdict["ok"], &verdict["stubs"]),
        (&json!(true), &json!(240)),
        "{verdict}"
    );
    assert_eq!(
        restored
            .database
            .count("SELECT count(*) FROM audit.events_2018_03")
            .await,
        60
    );
}

#[actix_web::test]
async fn holds_keep_what_they_cover_until_they_are_released() {
    let old = Old::start().await;
    let patient = old
        .hold(json!({ "kind": "patient", "patient_id": "pat-3", "reason": "matter 17" }))
        .await;
    let first = at("2018-03-10T12:00:00Z") - TimeDelta::minutes(1000);
    old.hold(
        json!({ "kind": "period", "since": first, "until": first + TimeDelta::minutes(10), "reason": "matter 18" }),
    )
    .await;
    // Of 300: every fifth is about the patient, the first ten are of the period, two of them are
    // both.
    assert_eq!(old.prune().await, 300 - 60 - 10 + 2);
    assert_eq!(old.count(OF_MARCH).await, 68);
    old.assert_whole(232).await;
    let retention = old.app.read(&format!("{AUDIT}/retention")).await;
    assert_eq!(retention["pruned"][0]["kept_for_hold"], 68);
    assert_eq!(retention["holds"].as_array().unwrap().len(), 2);
    let (status, released) = old
        .post(
            &format!("/legal-holds/{patient}/release"),
            &json!({ "reason": "matter closed" }),
        )
        .await;
    assert_eq!(
        (status, &released["released"]["reason"]),
        (200, &json!("matter closed"))
    );
    assert_eq!(old.prune().await, 58);
    assert_eq!(old.count(OF_MARCH).await, 10);
    old.assert_whole(290).await;
}

#[actix_web::test]
async fn nothing_goes_before_the_log_says_so_and_a_hold_placed_meanwhile_counts() {
    let old = Old::start().await;
    repartition::execute(&old.maintenance).await.unwrap();
    old.app.stop();
    assert_eq!(prune_months::announce(&old.maintenance, march()).await.unwrap(), 1);
    assert_eq!(
        prune_months::announce(&old.maintenance, march()).await.unwrap(),
        1,
        "it is pending and is not announced twice"
    );
    let refused = prune_months::execute(&old.maintenance, march()).await.unwrap_err();
    assert!(matches!(refused, PruneError::NotLogged(_)), "{refused}");
    assert_eq!(old.count(OF_MARCH).await, 300, "a crash here leaves everything");
    // The service comes back, the announcement is logged, a hold is placed; the next run carries
    // the rest out.
    let serving = old.app.beside().await;
    mc_testkit::eventually("the announcement in the log", || async {
        let logged = old
            .count("SELECT count(*) FROM audit.events WHERE action = 'audit.retention.pruned'")
            .await;
        (logged == 1).then_some(())
    })
    .await;
    sqlx::query(
        "INSERT INTO audit.legal_holds (hold_id, organization_id, kind, subject, since, until, reason, placed_by, placed_at) \
         VALUES (gen_random_uuid(), $1, 'period', '', '2018-01-01', '2018-03-10', 'r', 'somebody', now())",
    )
    .bind(old.app.organization_id.uuid())
    .execute(&old.app.database.owner)
    .await
    .unwrap();
    let kept = old
        .count("SELECT count(*) FROM audit.events WHERE occurred_at < '2018-03-10'")
        .await;
    assert!(kept > 0);
    assert_eq!(
        maintenance::when_logged(&old.maintenance, march()).await.unwrap(),
        300 - kept
    );
    assert_eq!(old.count(OF_MARCH).await, kept);
    serving.stop();
}

#[actix_web::test]
async fn a_stub_without_a_valid_pruning_is_detected() {
    let old = Old::start().await;
    old.prune().await;
    old.app.publish(5).await;
    old.app.checkpointed().await;
    // The owner makes two events of today and of April into stubs: neither is named, and the first
    // comes first.
    let mut owner = old.app.database.owner.begin().await.unwrap();
    for sql in [
        "SET LOCAL session_replication_role = replica",
        "INSERT INTO audit.stubs SELECT organization_id, log_index, leaf_hash FROM audit.events WHERE log_index IN (310, 322)",
        "DELETE FROM audit.events WHERE log_index IN (310, 322)",
    ] {
        sqlx::query(AssertSqlSafe(sql)).execute(&mut *owner).await.unwrap();
    }
    owner.commit().await.unwrap();
    let verdict = old.app.verdict().await;
    assert_eq!(verdict["tampering"], "stub_without_pruning", "{verdict}");
    assert_eq!(verdict["first_bad"], 310);
}

#[actix_web::test]
async fn what_the_log_took_late_stays_whatever_its_id_says() {
    let app = TestApp::start().await;
    let (secrets, settings) = (app.secrets(), app.settings());
    // An event of today under an id of 2018.
    let now: AppState = state(settings.clone(), secrets.clone(), Clock::System).await.unwrap();
    let recorded = [envelope(Some(app.organization_id), at("2018-03-10T12:00:00Z"), 0)];
    append_events::execute(&now, &recorded).await.unwrap();
    let maintenance = maintenance::maintenance(&settings, &secrets, Clock::System)
        .await
        .unwrap();
    repartition::execute(&maintenance).await.unwrap();
    let plans = prune_months::plan(&maintenance).await.unwrap();
    assert_eq!(plans.len(), 1);
    assert!(plans[0].1.values().all(|plan| plan.events() == 0));
}

#[actix_web::test]
async fn fewer_years_than_the_law_wants_are_refused() {
    let app = TestApp::start().await;
    let (secrets, mut settings) = (app.secrets(), app.settings());
    settings.own.retention.years = 5;
    let refused = state(settings.clone(), secrets.clone(), Clock::System)
        .await
        .err()
        .unwrap()
        .to_string();
    assert!(
        refused.contains("retention.years is 5") && refused.contains("six years"),
        "{refused}"
    );
    assert!(
        maintenance::maintenance(&settings, &secrets, Clock::System)
            .await
            .is_err()
    );
}

#[actix_web::test]
async fn holds_say_what_is_wrong_with_them_and_show_no_patient() {
    let old = Old::start().await;
    for (body, place) in [
        (json!({ "kind": "patient", "reason": "r" }), "/patient_id"),
        (
            json!({ "kind": "user", "patient_id": "pat-1", "reason": "r" }),
            "/user_id",
        ),
        (json!({ "kind": "period", "reason": "r" }), "/since"),
        (
            json!({ "kind": "period", "since": "2019-01-01T00:00:00Z", "until": "2018-01-01T00:00:00Z", "reason": "r" }),
            "/until",
        ),
        (
            json!({ "kind": "period", "since": "2019-01-01T00:00:00Z", "until": "2020-01-01T00:00:00Z", "reason": "" }),
            "reason",
        ),
    ] {
        let (status, problem) = old.post("/legal-holds", &body).await;
        assert_eq!(status, 422, "{problem}");
        assert!(problem["errors"].to_string().contains(place), "{problem}");
    }
    let body = json!({ "kind": "patient", "patient_id": "pat-3", "reason": "matter 17" });
    let hold = old.hold(body.clone()).await;
    assert_eq!(old.post("/legal-holds", &body).await.0, 409, "it stands already");
    let path = format!("/legal-holds/{hold}/release");
    assert_eq!(old.post(&path, &json!({ "reason": "closed" })).await.0, 200);
    assert_eq!(
        old.post(&path, &json!({ "reason": "closed" })).await.0,
        409,
        "it was released"
    );
    old.hold(body).await;
    let listed = old.app.read(&format!("{AUDIT}/legal-holds")).await;
    assert_eq!(listed["holds"].as_array().unwrap().len(), 2);
    assert!(
        !listed.to_string().contains("pat-3") && listed.to_string().contains("pt_"),
        "{listed}"
    );
    let elsewhere = old
        .app
        .issuer
        .token(&mc_testkit::Caller::new(OrganizationId::new(), Role::Compliance));
    let theirs: Value = old
        .app
        .get(&format!("{AUDIT}/legal-holds"), Some(&elsewhere))
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(theirs["holds"], json!([]), "another organisation's");
    mc_testkit::eventually("each change in the log", || async {
        let placed = old
            .count("SELECT count(*) FROM audit.events WHERE action IN ('audit.hold.place', 'audit.hold.release')")
            .await;
        (placed == 3).then_some(())
    })
    .await;
}

#[actix_web::test]
async fn the_serving_role_can_neither_prune_nor_take_a_hold_away() {
    let old = Old::start().await;
    old.hold(json!({ "kind": "user", "user_id": Uuid::now_v7(), "reason": "r" }))
        .await;
    for sql in [
        "SELECT audit.prune('2018-03-01', now(), '{}', '{}', '{}')",
        "SELECT audit.plan_pruning('2018-03-01', now())",
        "SELECT audit.sort_other(now())",
        "SELECT audit.add_other()",
        "DELETE FROM audit.legal_holds",
        "TRUNCATE audit.legal_holds",
        "UPDATE audit.legal_holds SET until = '2018-01-01'",
        "INSERT INTO audit.prunings VALUES (gen_random_uuid(), gen_random_uuid(), '2018-03-01', 1, 0, now(), now())",
        "DELETE FROM audit.prunings",
        "ALTER TABLE audit.events DETACH PARTITION audit.events_other",
        "DROP TABLE audit.events_other",
    ] {
        for pool in [&old.app.database.serving, old.app.database.worker.pool()] {
            let refused = sqlx::query(AssertSqlSafe(sql)).execute(pool).await;
            let refused = refused.unwrap_err().to_string();
            assert!(
                refused.contains("permission denied") || refused.contains("must be owner"),
                "{sql}: {refused}"
            );
        }
    }
}
