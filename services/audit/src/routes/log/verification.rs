//! Verification of the log on demand.

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

/// The result of a verification.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Verification {
    /// Whether the log is intact.
    ok: bool,
    /// Number of events read.
    size: u64,
    /// Root of the tree over them, in base64; absent where an event is missing.
    root: Option<String>,
    /// Number of events that a signed checkpoint confirms.
    signed_size: u64,
    /// Number of pruned events, of which only the hash is left.
    stubs: u64,
    /// Place of the first damaged event; absent where there is none.
    first_bad: Option<u64>,
    /// Whether exactly that event is damaged; otherwise everything before it is intact and the
    /// damage is at or after it.
    exact: bool,
    /// The kind of damage: `changed`, `missing`, `inserted`, `swapped`, `truncated`,
    /// `forged_checkpoint`, `rewritten`, `split_view`, `rolled_back`, `columns_differ`,
    /// `stub_without_pruning`.
    #[schema(value_type = Option<String>)]
    tampering: Option<mc_transparency::Tampering>,
    /// The finding in words.
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

/// Verifies the log of the caller's organization: every event, tile and checkpoint, and the
/// checkpoints outside the database.
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
