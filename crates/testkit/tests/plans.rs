//! Every statement of every service, planned as its roles: an index exists for each.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a panic here is a failed test"
)]

#[path = "plans/exceptions.rs"]
mod exceptions;
#[path = "plans/statements.rs"]
mod statements;

use exceptions::{EXCEPTIONS, WITHOUT_ORGANIZATION, WORK_QUEUES};
use mc_testkit::{Database, Planner, Scan};
use mc_vocabulary::OrganizationId;
use sqlx::migrate::Migrator;
use statements::{Statement, names, root, schemas, statements_in};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

async fn database(schema: &str) -> Database {
    let migrator = Migrator::new(root().join("migrations").join(schema)).await.unwrap();
    Database::fresh(schema, &migrator).await
}

/// Tables whose rows are not an organization's, and that grow with use.
const GROWING: [&str; 3] = ["outbox", "inbox", "idempotency_keys"];

/// Tables of `schema` that belong to organizations, with their partitions.
async fn tenant_tables(database: &Database, schema: &str) -> Vec<String> {
    sqlx::query_scalar(
        "SELECT relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid \
         WHERE c.relnamespace = $1::regnamespace AND relkind IN ('r', 'p') AND attname = 'organization_id' AND NOT attisdropped",
    )
    .bind(schema)
    .fetch_all(&database.owner)
    .await
    .unwrap()
}

/// Those and others that grow.
async fn large_tables(database: &Database, schema: &str) -> BTreeSet<String> {
    let tables = tenant_tables(database, schema).await.into_iter();
    tables.chain(GROWING.map(str::to_owned)).collect()
}

/// The scans of such a table that no index narrows and no limit ends.
fn faults(scans: &[Scan], tables: &BTreeSet<String>) -> Vec<String> {
    let wide = scans.iter().filter(|scan| {
        tables.contains(&scan.table) && !scan.is_narrowed && (scan.kind == "Seq Scan" || !scan.is_limited)
    });
    wide.map(|scan| format!("{} on {}", scan.kind, scan.table)).collect()
}

#[tokio::test]
async fn an_index_narrows_every_statement_on_a_table_that_grows_as_each_role() {
    let mut by_schema: BTreeMap<String, Vec<Statement>> = BTreeMap::new();
    for statement in statements_in(&root()) {
        by_schema.entry(statement.schema.clone()).or_default().push(statement);
    }
    let (mut found, mut used, mut planned) = (Vec::new(), BTreeSet::new(), 0);
    for (schema, statements) in by_schema {
        let database = database(&schema).await;
        let tables = large_tables(&database, &schema).await;
        let mut planners = Vec::new();
        for role in [format!("mc_{schema}_serving"), format!("mc_{schema}_worker")] {
            planners.push((role.clone(), Planner::new(&database, &role).await));
        }
        let mut owner = Planner::new(&database, "NONE").await;
        for statement in statements {
            let mut is_allowed = false;
            for (role, planner) in &mut planners {
                match planner.scans(&statement.sql).await {
                    Ok(scans) => {
                        is_allowed = true;
                        for fault in faults(&scans, &tables) {
                            match EXCEPTIONS.iter().find(|(part, _)| statement.sql.contains(part)) {
                                Some((part, _)) => drop(used.insert(*part)),
                                None => found.push(format!("{role}: {fault}: {} ({})", statement.sql, statement.place)),
                            }
                        }
                    }
                    Err(error) if error.to_string().contains("permission denied") => {}
                    Err(error) => found.push(format!("{role}: {error}: {} ({})", statement.sql, statement.place)),
                }
            }
            // Maintenance, which runs as the owner.
            if !is_allowed && let Err(error) = owner.scans(&statement.sql).await {
                found.push(format!(
                    "no role may run it: {error}: {} ({})",
                    statement.sql, statement.place
                ));
            }
            planned += 1;
        }
    }
    assert!(planned > 150, "{planned} statements were found");
    for (part, reason) in EXCEPTIONS {
        assert!(!reason.is_empty(), "{part}: no reason");
        if !used.contains(part) {
            found.push(format!("the exception is not needed: {part}"));
        }
    }
    found.sort();
    found.dedup();
    assert!(found.is_empty(), "{} faults\n{}", found.len(), found.join("\n"));
}

/// Whether `sql` compares or writes the organization; to read the column alone does not count.
fn names_the_organization(sql: &str) -> bool {
    sql.starts_with("INSERT") && sql.contains("organization_id")
        || ["organization_id = ", "organization_id IN ", "USING (organization_id"]
            .iter()
            .any(|part| sql.contains(part))
}

/// Row-level security holds without it. A statement that names the organization uses the indexes of
/// its table whatever the planner makes of the policy, and returns the right rows to a role that sees
/// those of all.
#[tokio::test]
async fn every_statement_on_a_tenant_table_names_the_organization() {
    let mut by_schema: BTreeMap<String, Vec<Statement>> = BTreeMap::new();
    for statement in statements_in(&root()) {
        by_schema.entry(statement.schema.clone()).or_default().push(statement);
    }
    let (mut found, mut used, mut checked) = (Vec::new(), BTreeSet::new(), 0);
    for (schema, statements) in by_schema {
        let tables = tenant_tables(&database(&schema).await, &schema).await;
        for Statement { sql, place, .. } in statements {
            let sql = sql.split_whitespace().collect::<Vec<_>>().join(" ");
            if !tables.iter().any(|table| names(&sql, &format!("{schema}.{table}"))) {
                continue;
            }
            checked += 1;
            if names_the_organization(&sql) {
                continue;
            }
            match WITHOUT_ORGANIZATION.iter().find(|(part, _)| sql.contains(part)) {
                Some((part, _)) => drop(used.insert(*part)),
                None => found.push(format!("{sql} ({place})")),
            }
        }
    }
    assert!(checked > 100, "{checked} statements were found");
    let unused = WITHOUT_ORGANIZATION.iter().filter(|(part, _)| !used.contains(part));
    found.extend(unused.map(|(part, _)| format!("the exception is not needed: {part}")));
    assert!(found.is_empty(), "{} statements\n{}", found.len(), found.join("\n"));
}

/// Except keys, which are unique across organizations, and the queues of workers.
#[tokio::test]
async fn every_index_of_a_tenant_table_begins_with_the_organization() {
    let mut found = Vec::new();
    let mut used = BTreeSet::new();
    for schema in schemas() {
        let database = database(&schema).await;
        let indexes: Vec<(String, String)> = sqlx::query_as(
            "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i \
             JOIN pg_class t ON t.oid = i.indrelid JOIN pg_attribute a ON a.attrelid = t.oid AND a.attname = 'organization_id' \
             WHERE t.relnamespace = $1::regnamespace AND NOT t.relispartition AND NOT i.indisunique AND i.indkey[0] <> a.attnum",
        )
        .bind(&schema)
        .fetch_all(&database.owner)
        .await
        .unwrap();
        for (name, definition) in indexes {
            match WORK_QUEUES
                .iter()
                .find(|(known, _)| name == *known || (known.starts_with('.') && name.ends_with(known)))
            {
                Some((known, _)) => drop(used.insert(*known)),
                None => found.push(definition),
            }
        }
    }
    found.extend(
        WORK_QUEUES
            .iter()
            .filter(|(known, _)| !used.contains(known))
            .map(|(known, _)| format!("{known} is listed and does not exist")),
    );
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// Answers of one coverage among those of many organizations: `count` of it, as many others.
async fn seed_answers(database: &Database, organization_id: OrganizationId, count: i32) -> Uuid {
    let coverage = Uuid::now_v7();
    for (owner, coverage, count) in [
        (organization_id.uuid(), coverage, count),
        (Uuid::now_v7(), Uuid::now_v7(), 2_000),
    ] {
        sqlx::query(
            "INSERT INTO eligibility.coverages VALUES ($1, $2, 'p', 'payer', 'Payer', 'Provider', '1234567893', '\\x00', 'u', now())",
        )
        .bind(coverage)
        .bind(owner)
        .execute(&database.owner)
        .await
        .unwrap();
        sqlx::query(
            "WITH i AS (INSERT INTO eligibility.inquiries SELECT gen_random_uuid(), $1, $2, 'payer', '30', n, n::text, now() - n * interval '1 s' \
               FROM generate_series(1, $3) n RETURNING id, requested_at) \
             INSERT INTO eligibility.verifications (id, organization_id, coverage_id, service_type, outcome, inquiry_id, answer_sealed, \
               verified_by, verified_at, took_ms) SELECT gen_random_uuid(), $1, $2, '30', 'live', id, '\\x00', 'u', requested_at, 1 FROM i",
        )
        .bind(owner)
        .bind(coverage)
        .bind(count)
        .execute(&database.owner)
        .await
        .unwrap();
    }
    sqlx::query("ANALYZE").execute(&database.owner).await.unwrap();
    coverage
}

#[tokio::test]
async fn the_newest_answer_of_a_coverage_costs_the_same_among_3061_as_among_10() {
    let newest = "FROM eligibility.verifications v JOIN eligibility.inquiries i";
    let statement = statements_in(&root())
        .into_iter()
        .find(|one| one.sql.contains(newest))
        .unwrap();
    let database = database("eligibility").await;
    let mut planner = Planner::new(&database, "mc_eligibility_serving").await;
    let mut pages = Vec::new();
    for count in [10, 3_061] {
        let organization_id = OrganizationId::new();
        let coverage = seed_answers(&database, organization_id, count).await;
        let arguments = format!("'{organization_id}', '{coverage}', '30'");
        pages.push(
            planner
                .pages_read(&statement.sql, &arguments, organization_id)
                .await
                .unwrap(),
        );
    }
    assert!(pages[1] <= pages[0] + 2, "{pages:?} pages");
}
