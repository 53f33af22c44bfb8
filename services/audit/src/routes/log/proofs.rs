//! Proofs: checkpoints, inclusion, consistency, tiles, receipts. Only a receipt holds content of an
//! event.

use crate::{
    AppState,
    actions::log::{
        ProveError, get_checkpoint, get_tile,
        make_receipt::{self, MakeReceiptError},
        prove_consistency, prove_inclusion,
    },
    routes::LOG_FORBIDDEN_DETAIL,
};
use actix_web::{HttpRequest, HttpResponse, get, web::Data};
use chrono::{DateTime, Utc};
use garde::Validate;
use mc_access::{Authorized, Operation, path_id};
use mc_chassis::http::{Params, Path, Problem};
use mc_contracts::{AuditRecord, Interaction};
use mc_transparency::{Hash, parse_tile_path};
use mc_vocabulary::{EventId, Permission, problem};
use serde::{Deserialize, Serialize};

/// Upper bound of sizes and indexes.
const MAX_SIZE: u64 = 1 << 48;

/// The newest signed checkpoint.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Checkpoint {
    /// Number of events it covers.
    size: i64,
    /// The signed note (C2SP tlog-checkpoint, Ed25519).
    note: String,
    /// The verifier key, `name+id+key`.
    public_key: String,
    /// When it was signed.
    signed_at: DateTime<Utc>,
}

/// A proof.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Proof {
    /// Hashes in base64, as RFC 9162 section 2.1 orders them.
    #[schema(value_type = Vec<String>)]
    proof: Vec<Hash>,
}

/// Query of an inclusion proof.
#[derive(Deserialize, Validate, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct InclusionQuery {
    /// The event's place in the log.
    #[garde(range(max = MAX_SIZE))]
    #[param(minimum = 0, maximum = 281_474_976_710_656_u64)]
    index: u64,
    /// Size of the tree: that of a checkpoint.
    #[garde(range(min = 1, max = MAX_SIZE))]
    #[param(minimum = 1, maximum = 281_474_976_710_656_u64)]
    size: u64,
}

/// Query of a consistency proof.
#[derive(Deserialize, Validate, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ConsistencyQuery {
    /// Size of the earlier checkpoint.
    #[garde(range(min = 1, max = MAX_SIZE))]
    #[param(minimum = 1, maximum = 281_474_976_710_656_u64)]
    from: u64,
    /// Size of the later checkpoint.
    #[garde(range(min = 1, max = MAX_SIZE))]
    #[param(minimum = 1, maximum = 281_474_976_710_656_u64)]
    to: u64,
}

/// Reads the newest checkpoint.
pub struct ReadCheckpoint;

impl Operation for ReadCheckpoint {
    const ACTION: &str = "audit.checkpoint.read";
    const INTERACTION: Interaction = Interaction::Read;
    const PERMISSION: Option<Permission> = Some(Permission::AuditRead);
    const FORBIDDEN_DETAIL: &str = LOG_FORBIDDEN_DETAIL;
}

/// Reads a proof.
pub struct ReadProof;

impl Operation for ReadProof {
    const ACTION: &str = "audit.proof.read";
    const INTERACTION: Interaction = Interaction::Read;
    const PERMISSION: Option<Permission> = Some(Permission::AuditRead);
    const FORBIDDEN_DETAIL: &str = LOG_FORBIDDEN_DETAIL;
}

/// Reads a tile of the tree.
pub struct ReadTile;

impl Operation for ReadTile {
    const ACTION: &str = "audit.tile.read";
    const INTERACTION: Interaction = Interaction::Read;
    const PERMISSION: Option<Permission> = Some(Permission::AuditRead);
    const FORBIDDEN_DETAIL: &str = LOG_FORBIDDEN_DETAIL;
}

/// Takes the receipt of an event.
pub struct ReadReceipt;

impl Operation for ReadReceipt {
    const ACTION: &str = "audit.receipt.read";
    const INTERACTION: Interaction = Interaction::Read;
    const PERMISSION: Option<Permission> = Some(Permission::AuditRead);
    const FORBIDDEN_DETAIL: &str = LOG_FORBIDDEN_DETAIL;

    fn describe(record: AuditRecord, request: &HttpRequest) -> AuditRecord {
        match path_id::<EventId>(request, "event_id") {
            Some(id) => record.entity("AuditEvent", id),
            None => record,
        }
    }
}

/// The newest signed checkpoint of the caller's organization.
#[utoipa::path(tag = "proofs", responses(
    (status = 200, description = "The checkpoint", body = Checkpoint),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Neither compliance nor admin", body = Problem),
    (status = 404, description = "The log is empty", body = Problem),
))]
#[get("/checkpoint")]
pub async fn checkpoint(state: Data<AppState>, context: Authorized<ReadCheckpoint>) -> Result<HttpResponse, Problem> {
    let newest = get_checkpoint::execute(&context, &state)
        .await
        .map_err(|error| Problem::internal(&error))?;
    let newest = newest.ok_or_else(|| Problem::new(problem::NOT_FOUND).detail("The log is empty."))?;
    Ok(HttpResponse::Ok().json(Checkpoint {
        size: newest.size,
        note: newest.note,
        public_key: state.signer.verifier().to_string(),
        signed_at: newest.signed_at,
    }))
}

/// Proves that an event is in the tree of a checkpoint (RFC 9162 section 2.1.3).
#[utoipa::path(tag = "proofs", params(InclusionQuery), responses(
    (status = 200, description = "The proof", body = Proof),
    (status = 400, description = "Unreadable query", body = Problem),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Neither compliance nor admin", body = Problem),
    (status = 422, description = "No such event in such a tree", body = Problem),
))]
#[get("/proofs/inclusion")]
pub async fn inclusion(
    state: Data<AppState>,
    context: Authorized<ReadProof>,
    query: Params<InclusionQuery>,
) -> Result<HttpResponse, Problem> {
    let proof = prove_inclusion::execute(&context, &state, query.0.index, query.0.size).await?;
    Ok(HttpResponse::Ok().json(Proof { proof }))
}

/// Proves that the log only grew between two checkpoints (RFC 9162 section 2.1.4).
#[utoipa::path(tag = "proofs", params(ConsistencyQuery), responses(
    (status = 200, description = "The proof", body = Proof),
    (status = 400, description = "Unreadable query", body = Problem),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Neither compliance nor admin", body = Problem),
    (status = 422, description = "No such trees", body = Problem),
))]
#[get("/proofs/consistency")]
pub async fn consistency(
    state: Data<AppState>,
    context: Authorized<ReadProof>,
    query: Params<ConsistencyQuery>,
) -> Result<HttpResponse, Problem> {
    let proof = prove_consistency::execute(&context, &state, query.0.from, query.0.to).await?;
    Ok(HttpResponse::Ok().json(Proof { proof }))
}

/// A tile of the tree (C2SP tlog-tiles): 256 hashes, or `<width>` where the path ends in
/// `.p/<width>`.
#[utoipa::path(tag = "proofs", params(("path" = String, Path, description = "`<level>/<index>[.p/<width>]`, the index in groups of three digits", example = "0/x001/234")), responses(
    (status = 200, description = "The hashes, 32 bytes each", body = Vec<u8>, content_type = "application/octet-stream"),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Neither compliance nor admin", body = Problem),
    (status = 404, description = "The tree has no such tile", body = Problem),
))]
#[get("/tile/{path:.*}")]
pub async fn tile(
    state: Data<AppState>,
    context: Authorized<ReadTile>,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let unknown = || Problem::new(problem::NOT_FOUND).detail("The tree has no such tile.");
    let (id, width) = parse_tile_path(&format!("tile/{}", *path)).ok_or_else(unknown)?;
    let tile = get_tile::execute(&context, &state, id, width)
        .await
        .map_err(|error| Problem::internal(&error))?
        .ok_or_else(unknown)?;
    Ok(HttpResponse::Ok()
        .content_type("application/octet-stream")
        .body(tile.to_bytes()))
}

/// A receipt: a file that a third party checks with the public key alone (C2SP tlog-proof; the
/// event is its extra data).
#[utoipa::path(tag = "proofs", params(("event_id" = EventId, Path, description = "The event")), responses(
    (status = 200, description = "The receipt; `medconnect-verify receipt` reads it", body = String, content_type = "text/plain"),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Neither compliance nor admin", body = Problem),
    (status = 404, description = "No such event", body = Problem),
    (status = 503, description = "Logged just now: the next checkpoint speaks of it", body = Problem),
))]
#[get("/events/{event_id}/receipt")]
pub async fn receipt(
    state: Data<AppState>,
    context: Authorized<ReadReceipt>,
    event_id: Path<EventId>,
) -> Result<HttpResponse, Problem> {
    let receipt = make_receipt::execute(&context, &state, *event_id).await?;
    Ok(HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .body(receipt.to_string()))
}

impl From<ProveError> for Problem {
    fn from(error: ProveError) -> Self {
        match error {
            ProveError::Proof(_) | ProveError::Beyond(_) => {
                Problem::new(problem::UNPROCESSABLE).detail(error.to_string())
            }
            ProveError::Damaged(_) | ProveError::Store(_) => Problem::internal(&error),
        }
    }
}

impl From<MakeReceiptError> for Problem {
    fn from(error: MakeReceiptError) -> Self {
        match error {
            MakeReceiptError::Unknown => Problem::new(problem::NOT_FOUND).detail("No such event."),
            MakeReceiptError::TooNew => Problem::unavailable("No checkpoint speaks of the event yet.").retry_after_s(1),
            MakeReceiptError::Prove(error) => error.into(),
        }
    }
}
