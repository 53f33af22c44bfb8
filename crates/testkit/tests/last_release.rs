//! Programs of the last release run beside today's while a rollout lasts: each of their statements
//! is still accepted from their role.
#![expect(clippy::unwrap_used, reason = "a panic here is a failed test")]

#[path = "plans/statements.rs"]
mod statements;

use mc_testkit::{Database, Planner};
use sqlx::migrate::Migrator;
use statements::{root, schemas, statements_in};
use std::{collections::BTreeMap, process::Command};

/// The tag of the last release.
const TAG: &str = "issue-8";

/// Its statements and migrations, unpacked; None where the clone does not have the tag.
fn last_release() -> Option<tempfile::TempDir> {
    let folder = tempfile::tempdir().unwrap();
    let unpack = "git archive \"$1\" .sqlx migrations crates/mailbox/src crates/idempotency/src crates/keyring/src | tar -x -C \"$2\"";
    let done = Command::new("bash")
        .args(["-euo", "pipefail", "-c", unpack, "unpack", TAG])
        .arg(folder.path())
        .current_dir(root())
        .output()
        .unwrap();
    done.status.success().then_some(folder)
}

#[expect(clippy::disallowed_methods, reason = "says whether to skip")]
fn is_required() -> bool {
    std::env::var("PEERS").is_ok_and(|peers| peers == "required")
}

#[tokio::test]
async fn every_statement_of_the_last_release_is_accepted_from_its_role_on_todays_schema() {
    let Some(release) = last_release() else {
        assert!(!is_required(), "tag {TAG} is not in this clone: git fetch --tags");
        println!("skipped: tag {TAG} is not in this clone");
        return;
    };
    let mut by_schema: BTreeMap<String, Vec<_>> = BTreeMap::new();
    for statement in statements_in(release.path()) {
        by_schema.entry(statement.schema.clone()).or_default().push(statement);
    }
    assert!(schemas().len() >= by_schema.len());
    let (mut found, mut accepted) = (Vec::new(), 0);
    for (schema, statements) in by_schema {
        let role = format!("mc_{schema}");
        let mut planners = Vec::new();
        for folder in [release.path(), &root()] {
            let migrator = Migrator::new(folder.join("migrations").join(&schema)).await.unwrap();
            let database = Database::fresh(&schema, &migrator).await;
            planners.push(Planner::new(&database, &role).await);
        }
        let [before, today] = &mut planners[..] else {
            unreachable!()
        };
        for statement in statements {
            // Some are the owner's, who migrates and prunes with today's programs.
            if before.scans(&statement.sql).await.is_err() {
                continue;
            }
            accepted += 1;
            if let Err(error) = today.scans(&statement.sql).await {
                found.push(format!("{role}: {error}: {} ({})", statement.sql, statement.place));
            }
        }
    }
    assert!(accepted > 150, "{accepted} statements were accepted before");
    assert!(found.is_empty(), "{}", found.join("\n"));
}
