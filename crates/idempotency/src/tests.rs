//! The life of a key: its claim, fence, expiry and end.

use super::*;
use mc_testkit::Database;

const KEYS: &str = "SELECT count(*) FROM billing.idempotency_keys";

/// One request on `idempotency`: `None` while another one has the claim.
async fn claim(idempotency: &Idempotency) -> Option<IdempotencyClaim> {
    let key = IdempotencyKey("k-1".to_owned());
    let mut claim = IdempotencyClaim::new("billing", "org/user", "POST x", &key, [1; 32]);
    match idempotency.find(&claim, AfterExpiry::Refuse).await.unwrap() {
        KeyState::Claimed(locked_until) => claim.locked_until = Some(locked_until),
        _ => return None,
    }
    Some(claim)
}

async fn store(database: &Database, claim: &IdempotencyClaim, id: i64) -> Result<(), sqlx::Error> {
    let answer = StoredResponse::json(201_u16, &serde_json::json!({ "id": id }));
    let mut transaction = database.owner.begin().await?;
    claim.store(&mut transaction, &answer).await?;
    transaction.commit().await
}

async fn fresh() -> (Database, Idempotency) {
    let migrations = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations/billing");
    let migrator = sqlx::migrate::Migrator::new(std::path::Path::new(migrations))
        .await
        .unwrap();
    let database = Database::fresh("billing", &migrator).await;
    let idempotency = Idempotency::new("billing", database.owner.clone());
    (database, idempotency)
}

async fn expire(database: &Database, ago: &str) {
    let sql = format!("UPDATE billing.idempotency_keys SET expires_at = now() - interval '{ago}'");
    sqlx::query(AssertSqlSafe(sql)).execute(&database.owner).await.unwrap();
}

#[tokio::test]
async fn a_key_that_expired_is_spent_and_its_work_is_not_done_again() {
    let (database, idempotency) = fresh().await;
    let first = claim(&idempotency).await.unwrap();
    store(&database, &first, 1).await.unwrap();
    for ago in ["1 second", "1 day", "89 days"] {
        expire(&database, ago).await;
        assert!(
            !idempotency.sweep().await.unwrap(),
            "{ago}: nothing is left for another sweep"
        );
        let repeat = idempotency.find(&first, AfterExpiry::Refuse).await.unwrap();
        assert!(matches!(repeat, KeyState::Spent), "{ago}");
        let kept = "SELECT count(*) FROM billing.idempotency_keys WHERE response IS NOT NULL";
        assert_eq!(database.count(kept).await, 0, "{ago}: the response is deleted");
    }
    let mut other = first.clone();
    other.digest = [2; 32];
    let refused = idempotency.find(&other, AfterExpiry::Refuse).await.unwrap();
    assert!(matches!(refused, KeyState::OtherBody));
    expire(&database, "91 days").await;
    idempotency.sweep().await.unwrap();
    assert_eq!(database.count(KEYS).await, 0);
}

/// Adds `count` keys that are done and expired `ago`.
async fn seed_expired(database: &Database, scope: &str, count: i32, ago: &str) {
    sqlx::query(
        "INSERT INTO billing.idempotency_keys (scope, key_hash, digest, state, status, response, expires_at) \
         SELECT $1, n::text, '', 'done', 201, '\\x00', now() - $2::text::interval FROM generate_series(1, $3) n",
    )
    .bind(scope)
    .bind(ago)
    .bind(count)
    .execute(&database.owner)
    .await
    .unwrap();
}

#[tokio::test]
async fn a_sweep_takes_batches_until_nothing_is_left_and_waits_for_no_locked_key() {
    let (database, idempotency) = fresh().await;
    // All of a kind expired at the same moment: a batch ends in the middle of it.
    seed_expired(&database, "spent", 2_500, "1 hour").await;
    seed_expired(&database, "old", 2_500, "91 days").await;
    // A request stores its response.
    let mut transaction = database.owner.begin().await.unwrap();
    sqlx::query("SELECT FROM billing.idempotency_keys WHERE key_hash = '1' FOR UPDATE")
        .execute(&mut *transaction)
        .await
        .unwrap();
    // Of two processes at once none waits for the other.
    let (one, other) = tokio::join!(idempotency.sweep(), idempotency.sweep());
    assert!(!one.unwrap() && !other.unwrap());
    transaction.commit().await.unwrap();
    idempotency.sweep().await.unwrap();
    assert_eq!(database.count(KEYS).await, 2_500, "spent keys stay");
    let kept = "SELECT count(*) FROM billing.idempotency_keys WHERE response IS NOT NULL";
    assert_eq!(database.count(kept).await, 0, "their responses do not");
}

#[tokio::test]
async fn one_statement_of_a_sweep_changes_a_bounded_number_of_rows() {
    let (database, idempotency) = fresh().await;
    sqlx::raw_sql(
        "CREATE TABLE public.statements (rows bigint); \
         CREATE FUNCTION public.note() RETURNS trigger LANGUAGE plpgsql AS \
           $$ BEGIN INSERT INTO public.statements SELECT count(*) FROM changed; RETURN NULL; END $$; \
         CREATE TRIGGER noted AFTER DELETE ON billing.idempotency_keys REFERENCING OLD TABLE AS changed \
           FOR EACH STATEMENT EXECUTE FUNCTION public.note(); \
         CREATE TRIGGER noted_too AFTER UPDATE ON billing.idempotency_keys REFERENCING OLD TABLE AS changed \
           FOR EACH STATEMENT EXECUTE FUNCTION public.note()",
    )
    .execute(&database.owner)
    .await
    .unwrap();
    seed_expired(&database, "spent", 2_500, "1 hour").await;
    seed_expired(&database, "old", 2_500, "91 days").await;
    idempotency.sweep().await.unwrap();
    assert_eq!(database.count("SELECT max(rows) FROM public.statements").await, 1_000);
    assert_eq!(
        database.count("SELECT sum(rows)::bigint FROM public.statements").await,
        5_000
    );
}

#[tokio::test]
async fn work_on_record_answers_for_a_key_that_expired() {
    let (database, idempotency) = fresh().await;
    let first = claim(&idempotency).await.unwrap();
    store(&database, &first, 1).await.unwrap();
    let done = idempotency.find(&first, AfterExpiry::AskTheWork).await.unwrap();
    assert!(matches!(done, KeyState::Done(201, _)));
    expire(&database, "1 second").await;
    let expired = idempotency.find(&first, AfterExpiry::AskTheWork).await.unwrap();
    assert!(matches!(expired, KeyState::Claimed(_)));
}

/// `change` is what happens to the row of a slow request before a second one comes.
async fn the_slow_request_loses(change: &str) {
    let (database, idempotency) = fresh().await;
    let slow = claim(&idempotency).await.unwrap();
    assert!(claim(&idempotency).await.is_none(), "the first request is running");
    let sql = format!("UPDATE billing.idempotency_keys SET {change} RETURNING locked_until");
    let locked_until = sqlx::query_scalar(AssertSqlSafe(sql));
    // The claim as it would be if it were that old.
    let slow = IdempotencyClaim {
        locked_until: locked_until.fetch_one(&database.owner).await.unwrap(),
        ..slow
    };
    let second = claim(&idempotency).await.unwrap();
    assert!(second.locked_until > slow.locked_until, "{change}: the fence grows");

    let lost = store(&database, &slow, 1).await;
    assert!(matches!(lost, Err(sqlx::Error::RowNotFound)), "{change}: {lost:?}");
    assert!(!idempotency.abandon(&slow).await.unwrap(), "{change}");
    assert!(
        claim(&idempotency).await.is_none(),
        "{change}: the second request is still running"
    );
    store(&database, &second, 2).await.unwrap();
    let late = store(&database, &slow, 1).await;
    assert!(matches!(late, Err(sqlx::Error::RowNotFound)), "{change}: {late:?}");
    assert!(!idempotency.abandon(&slow).await.unwrap(), "{change}");
    let KeyState::Done(201, sealed) = idempotency.find(&second, AfterExpiry::Refuse).await.unwrap() else {
        panic!("{change}: the second request's response is gone");
    };
    assert_eq!(second.open(201, sealed).unwrap().body["id"], 2, "{change}");
}

#[tokio::test]
async fn a_slow_request_cannot_overwrite_or_delete_the_row_of_the_second_one() {
    the_slow_request_loses("locked_until = now() - interval '1 second'").await;
}

#[tokio::test]
async fn a_request_that_is_slower_than_its_key_lives_cannot_either() {
    the_slow_request_loses("expires_at = now() - interval '1 second'").await;
}

#[tokio::test]
async fn the_fence_holds_when_the_clock_of_the_database_is_set_back() {
    the_slow_request_loses("locked_until = now() + interval '1 hour', expires_at = now() - interval '1 second'").await;
}

#[test]
fn a_stored_response_opens_only_with_its_own_key() {
    let claim = IdempotencyClaim::new(
        "billing",
        "org/user",
        "POST x",
        &IdempotencyKey("k-1".to_owned()),
        [1; 32],
    );
    let answer = StoredResponse::json(201_u16, &serde_json::json!({ "secret": "s\nt" }));
    let placed = answer.clone().header("Location", "/x/1").header("ETag", "\"1\"");
    for answer in [&answer, &placed] {
        assert_eq!(&claim.open(201, claim.seal(answer).unwrap()).unwrap(), answer);
    }
    let sealed = claim.seal(&placed).unwrap();
    let other = IdempotencyClaim::new(
        "billing",
        "org/user",
        "POST x",
        &IdempotencyKey("k-2".to_owned()),
        [1; 32],
    );
    assert!(other.open(201, sealed).is_err());
}
