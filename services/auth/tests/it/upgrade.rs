//! Rows of the last release after an upgrade.

use chrono::Duration;
use mc_auth::startup::SERVICE;
use mc_testkit::Database;
use mc_vocabulary::Clock;
use sqlx::migrate::Migrator;
use std::{borrow::Cow, path::Path};
use uuid::Uuid;

/// The newest migration that counts failed sign-ins in `auth.users`.
const COUNTED_IN_USERS: i64 = 20_261_130_000_002;

/// Account, failures, whether it is locked, and the digest of the address.
type Row = (Uuid, i32, bool, Vec<u8>);

#[actix_web::test]
async fn failed_sign_ins_and_a_running_lockout_are_carried_over() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations/auth");
    let all = Migrator::new(Path::new(folder)).await.unwrap();
    let counted_in_users = all.iter().filter(|migration| migration.version <= COUNTED_IN_USERS);
    let before = Migrator {
        migrations: Cow::Owned(counted_in_users.cloned().collect()),
        ..Migrator::DEFAULT
    };
    let database = Database::fresh(SERVICE.schema, &before).await;
    let (organization, now) = (Uuid::from_u128(1), Clock::System.now());
    sqlx::query("INSERT INTO auth.organizations (id, name, created_at) VALUES ($1, 'Clinic', now())")
        .bind(organization)
        .execute(&database.owner)
        .await
        .unwrap();
    // Seven failures; none; thirteen, of which the tenth locked the account out; an old lockout.
    let users = [
        (1, 7, None),
        (2, 0, None),
        (3, 13, Some(now + Duration::minutes(3))),
        (4, 20, Some(now - Duration::days(1))),
    ];
    for (id, failed, until) in users {
        sqlx::query(
            "INSERT INTO auth.users (id, organization_id, email_digest, email_sealed, password_hash, roles, failed_sign_ins, locked_until, created_at) \
             VALUES ($1, $2, $3, '', '', '{doctor}', $4, $5, now())",
        )
        .bind(Uuid::from_u128(id))
        .bind(organization)
        .bind(id.to_be_bytes())
        .bind(failed)
        .bind(until)
        .execute(&database.owner)
        .await
        .unwrap();
    }
    all.run(&database.owner).await.unwrap();
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT user_id, failed, locked_until IS NOT NULL, source FROM auth.sign_in_sources ORDER BY user_id",
    )
    .fetch_all(&database.owner)
    .await
    .unwrap();
    let carried: Vec<_> = rows.iter().map(|row| (row.0.as_u128(), row.1, row.2)).collect();
    assert_eq!(carried, [(1, 7, false), (3, 3, true)]);
    assert!(rows.iter().all(|row| row.3.is_empty()), "no address is known yet");
}
