//! Verifying the log on demand.

use crate::{
    AppState,
    actions::log::verify_log::{self, VerifyLogError},
    routes::LOG_FORBIDDEN_DETAIL,
};
use actix_web::{HttpResponse, get, web::Data};
use mc_access::{Authorized, Operation};
use mc_chassis::http::Problem;
use mc_contracts::Interaction;
use mc_transparency::Verdict;
use mc_vocabulary::Permission;
use serde::Serialize;

/// What a verification found.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Verification {
    /// Whether the log is whole.
    ok: bool,
    /// How many events were read.
    size: u64,
    /// Root of the tree over them, in base64; None where an event is missing.
    root: Option<String>,
    /// How many of them a signed checkpoint confirms.
    signed_size: u64,
    /// Of how many only the hash is left.
    stubs: u64,
    /// Place of the first event that is wrong; None where all are right.
    first_bad: Option<u64>,
    /// Whether it is that very event; otherwise all before it is whole, and the damage is somewhere behind.
    exact: bool,
    /// What was done: `changed`, `missing`, `inserted`, `swapped`, `truncated`, `forged_checkpoint`, `rewritten`, `split_view`,
    /// `rolled_back`, `columns_differ`, `stub_without_pruning`.
    #[schema(value_type = Option<String>)]
    tampering: Option<mc_transparency::Tampering>,
    /// For people.
    reason: String,
}

impl From<Verdict> for Verification {
    fn from(verdict: Verdict) -> Self {
        Self {
            ok: verdict.ok,
            size: verdict.size,
            root: verdict.root.map(mc_transparency::Hash::to_base64),
            signed_size: verdict.signed_size,
            stubs: verdict.stubs,
            first_bad: verdict.first_bad,
            exact: verdict.exact,
            tampering: verdict.tampering,
            reason: verdict.reason,
        }
    }
}

/// Verifies the log.
pub struct VerifyLog;

impl Operation for VerifyLog {
    const ACTION: &str = "audit.log.verify";
    const INTERACTION: Interaction = Interaction::Execute;
    const PERMISSION: Option<Permission> = Some(Permission::AuditRead);
    const FORBIDDEN_DETAIL: &str = LOG_FORBIDDEN_DETAIL;
}

/// Verifies the organisation's log now: every event, tile and checkpoint, with those outside the database.
#[utoipa::path(tag = "log", responses(
    (status = 200, description = "The verdict; read `ok`", body = Verification),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Neither compliance nor admin", body = Problem),
))]
#[get("/verification")]
pub async fn verification(state: Data<AppState>, context: Authorized<VerifyLog>) -> Result<HttpResponse, Problem> {
    let verdict = verify_log::execute(&context, &state).await?;
    Ok(HttpResponse::Ok().json(Verification::from(verdict)))
}

impl From<VerifyLogError> for Problem {
    fn from(error: VerifyLogError) -> Self {
        Problem::internal(&error)
    }
}
