//! 200,000 rows of 100 organizations in each table that is read.

use mc_testkit::Database;
use sqlx::AssertSqlSafe;

pub const ROWS: usize = 200_000;
pub const ORGANIZATIONS: usize = 100;
/// Patients of an organization; each has twenty decisions.
pub const PATIENTS: usize = 100;

/// The organization with number `n`.
pub fn organization(n: usize) -> String {
    format!("00000000-0000-7000-8000-{n:012x}")
}

/// The id of row `n`, in any table.
pub fn id(n: usize) -> String {
    format!("00000000-0000-7000-8001-{n:012x}")
}

/// Statements for `n`, the number of a row; `owner` is its organization and `id` its id.
fn statements(schema: &str) -> &'static [&'static str] {
    match schema {
        "auth" => &[
            "INSERT INTO auth.organizations SELECT DISTINCT owner, owner::text, now() FROM rows",
            "INSERT INTO auth.users (id, organization_id, email_digest, email_sealed, password_hash, roles, created_at) \
             SELECT id, owner, sha256(n::text::bytea), '\\x00', 'hash', '{doctor}', now() FROM rows",
            "INSERT INTO auth.sessions (id, organization_id, user_id, device_id, created_at, expires_at) \
             SELECT id, owner, id, 'device', now(), now() + interval '8 hours' FROM rows",
            "INSERT INTO auth.refresh_tokens (token_hash, organization_id, session_id, created_at) \
             SELECT sha256(n::text::bytea), owner, id, now() FROM rows",
        ],
        "billing" => &[
            "INSERT INTO billing.consents (organization_id, encounter_id, consent_id, decision, recorded_at, sequence, patient_id) \
             SELECT owner, 'enc-' || n, id, 'permit', now(), n, 'pat-1' FROM rows",
            "INSERT INTO billing.payments (id, organization_id, request_reference, encounter_id, amount_minor, currency, status, \
               intent_id, created_by, trace, next_attempt_at, created_at, updated_at) \
             SELECT id, owner, 'ref-' || n, 'enc-' || n, 2500, 'usd', CASE WHEN n % 100 = 0 THEN 'pending' ELSE 'succeeded' END, \
               CASE WHEN n % 100 = 0 THEN NULL ELSE 'pi_' || n END, 'user', '{}', CASE WHEN n % 100 = 0 THEN now() END, now(), now() FROM rows",
        ],
        "ehr_proxy" => &[
            "INSERT INTO ehr_proxy.consents (id, organization_id, patient_id, purpose, decision, recorded_by, recorded_at) \
             SELECT id, owner, 'pat-' || n / 100 % 100, 'treatment', 'permit', 'user', now() FROM rows",
        ],
        "eligibility" => &[
            "INSERT INTO eligibility.coverages \
             SELECT id, owner, 'pat-1', 'payer', 'Payer', 'Provider', '1234567893', '\\x00', 'user', now() FROM rows",
            "INSERT INTO eligibility.inquiries SELECT id, owner, id, 'payer', '30', n, n::text, now() FROM rows",
            "INSERT INTO eligibility.verifications (id, organization_id, coverage_id, service_type, outcome, inquiry_id, \
               answer_sealed, verified_by, verified_at, took_ms) \
             SELECT id, owner, id, '30', 'live', id, '\\x00', 'user', now(), 1 FROM rows",
        ],
        _ => &[],
    }
}

pub async fn run(database: &Database, schema: &str) {
    for statement in statements(schema) {
        let sql = format!(
            "WITH rows AS (SELECT n, ('00000000-0000-7000-8000-' || lpad(to_hex(n % {ORGANIZATIONS}), 12, '0'))::uuid AS owner, \
               ('00000000-0000-7000-8001-' || lpad(to_hex(n), 12, '0'))::uuid AS id FROM generate_series(1, {ROWS}) n) {statement}"
        );
        sqlx::query(AssertSqlSafe(sql)).execute(&database.owner).await.unwrap();
    }
    sqlx::query("VACUUM ANALYZE").execute(&database.owner).await.unwrap();
}
