//! How long the log is kept, and legal holds that keep it longer.

use super::{log::LOG_FORBIDDEN_DETAIL, once};
use crate::{
    AppState,
    actions::{
        get_retention::{get_retention, list_holds},
        place_hold::{PlaceHold, PlaceHoldError, Subject, place_hold},
        release_hold::{ReleaseHoldError, release_hold},
    },
    domain::{Hold, retention::FLOOR_YEARS},
};
use actix_web::{
    HttpResponse, get, post,
    web::{Data, Path},
};
use chrono::{DateTime, NaiveDate, Utc};
use garde::Validate;
use mc_access::Principal;
use mc_chassis::http::{Body, IdempotencyKey, Origin, Problem};
use mc_contracts::Interaction;
use mc_mailbox::StoredResponse;
use mc_vocabulary::{HoldId, PatientId, Permission, UserId, problem};
use serde::{Deserialize, Serialize};

const HOLDS_FORBIDDEN_DETAIL: &str = "Only compliance and admins place and release legal holds.";

/// Rules that say how long, and the years that they ask for.
const PERIODS: &[(&str, u32)] = &[
    (
        "45 CFR 164.316(b)(2)(i): documentation of policies, actions and assessments",
        FLOOR_YEARS,
    ),
    ("45 CFR 164.528: accounting of disclosures", FLOOR_YEARS),
    ("42 CFR 424.516(f): Medicare ordering and referring", 7),
    ("42 CFR 422.504(d): Medicare Advantage", 10),
];

/// What a hold covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HoldKind {
    /// Everything about `patient_id`.
    Patient,
    /// Everything that `user_id` did, or that was done to that account.
    User,
    /// Everything from `since` to before `until`.
    Period,
}

/// A hold that is asked for.
#[derive(Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaceHoldRequest {
    /// What it covers.
    #[garde(skip)]
    kind: HoldKind,
    /// Of kind `patient`. Kept as a pseudonym.
    #[garde(skip)]
    #[schema(value_type = Option<String>)]
    patient_id: Option<PatientId>,
    /// Of kind `user`.
    #[garde(skip)]
    user_id: Option<UserId>,
    /// Only what happened from here on; a period needs it.
    #[garde(skip)]
    since: Option<DateTime<Utc>>,
    /// Only what happened before; a period needs it.
    #[garde(skip)]
    until: Option<DateTime<Utc>>,
    /// Why: the matter it belongs to. No patient data.
    #[garde(length(bytes, min = 1, max = 500))]
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// Why a hold ends.
#[derive(Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReleaseHoldRequest {
    /// Why. No patient data.
    #[garde(length(bytes, min = 1, max = 500))]
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// A hold.
#[derive(Serialize, utoipa::ToSchema)]
pub struct HoldView {
    hold_id: HoldId,
    /// `patient`, `user` or `period`.
    kind: String,
    /// Pseudonym of the patient, or the user's id.
    #[serde(skip_serializing_if = "String::is_empty")]
    subject: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<DateTime<Utc>>,
    reason: String,
    placed_by: String,
    placed_at: DateTime<Utc>,
    /// Who ended it; absent while it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    released: Option<ReleasedView>,
}

/// The end of a hold.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ReleasedView {
    by: String,
    at: DateTime<Utc>,
    reason: String,
}

/// The organisation's holds.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Holds {
    /// Those that stand first.
    holds: Vec<HoldView>,
}

/// How long the log is kept.
#[derive(Serialize, utoipa::ToSchema)]
pub struct RetentionView {
    /// Events are kept for so many years after the end of their month.
    years: u32,
    /// No setting goes below.
    floor_years: u32,
    /// Rules that say how long.
    periods: Vec<Period>,
    /// When the oldest event happened that is still there.
    #[serde(skip_serializing_if = "Option::is_none")]
    oldest_event: Option<DateTime<Utc>>,
    /// What is pruned next.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<Next>,
    /// Months that were pruned, the newest first.
    pruned: Vec<PrunedMonth>,
    /// Holds that stand.
    holds: Vec<HoldView>,
}

/// A rule.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Period {
    rule: &'static str,
    years: u32,
}

/// The month that is pruned next.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Next {
    /// Such as `2026-11`.
    month: String,
    /// Not before this day.
    from: NaiveDate,
}

/// A month that was pruned.
#[derive(Serialize, utoipa::ToSchema)]
pub struct PrunedMonth {
    /// Such as `2019-03`.
    month: String,
    /// Events that the log names as pruned.
    events: i64,
    /// Events that holds kept.
    kept_for_hold: i64,
    /// When; absent while it is announced and not yet carried out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pruned_at: Option<DateTime<Utc>>,
}

impl From<Hold> for HoldView {
    fn from(hold: Hold) -> Self {
        Self {
            hold_id: hold.hold_id,
            kind: hold.kind,
            subject: hold.subject,
            since: hold.since,
            until: hold.until,
            reason: hold.reason,
            placed_by: hold.placed_by,
            placed_at: hold.placed_at,
            released: hold.released.map(|released| ReleasedView {
                by: released.by,
                at: released.at,
                reason: released.reason,
            }),
        }
    }
}

/// How long the log of the caller's organisation is kept, and what keeps it longer.
#[utoipa::path(tag = "retention", responses(
    (status = 200, description = "Periods, setting, oldest event, next month to be pruned, holds", body = RetentionView),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Neither compliance nor admin", body = Problem),
))]
#[get("/retention")]
pub async fn retention(state: Data<AppState>, caller: Principal, origin: Origin) -> Result<HttpResponse, Problem> {
    let wanted = state
        .mailbox
        .audit_of("audit.retention.read", Interaction::Read, &caller, &origin);
    state
        .mailbox
        .authorize(&caller, Permission::AuditRead, LOG_FORBIDDEN_DETAIL, wanted)
        .await?;
    let found = get_retention(&state, &caller, &origin)
        .await
        .map_err(|error| Problem::internal(&error))?;
    let month = |day: NaiveDate| day.format("%Y-%m").to_string();
    let pruned = found.pruned.into_iter().map(|pruned| PrunedMonth {
        month: month(pruned.month),
        events: pruned.events,
        kept_for_hold: pruned.kept_for_hold,
        pruned_at: pruned.pruned_at,
    });
    let standing = found.holds.into_iter().filter(|hold| hold.released.is_none());
    Ok(HttpResponse::Ok().json(RetentionView {
        years: state.retention.years(),
        floor_years: FLOOR_YEARS,
        periods: PERIODS.iter().map(|&(rule, years)| Period { rule, years }).collect(),
        oldest_event: found.oldest.map(|oldest| oldest.occurred_at),
        next: found.next.map(|(next, from)| Next {
            month: month(next),
            from,
        }),
        pruned: pruned.collect(),
        holds: standing.map(HoldView::from).collect(),
    }))
}

/// The legal holds of the caller's organisation, released ones too.
#[utoipa::path(tag = "retention", responses(
    (status = 200, description = "The holds", body = Holds),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Neither compliance nor admin", body = Problem),
))]
#[get("/legal-holds")]
pub async fn holds(state: Data<AppState>, caller: Principal, origin: Origin) -> Result<HttpResponse, Problem> {
    let wanted = state
        .mailbox
        .audit_of("audit.hold.list", Interaction::Read, &caller, &origin);
    state
        .mailbox
        .authorize(&caller, Permission::AuditRead, LOG_FORBIDDEN_DETAIL, wanted)
        .await?;
    let holds = list_holds(&state, &caller, &origin)
        .await
        .map_err(|error| Problem::internal(&error))?;
    Ok(HttpResponse::Ok().json(Holds {
        holds: holds.into_iter().map(HoldView::from).collect(),
    }))
}

/// Places a legal hold: what it covers is not pruned until it is released.
#[utoipa::path(tag = "retention", request_body = PlaceHoldRequest,
    params(("Idempotency-Key" = String, Header, description = "Repeats with the same key are answered, not done again")), responses(
    (status = 201, description = "Placed", body = HoldView),
    (status = 400, description = "Unreadable body or key", body = Problem),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Neither compliance nor admin", body = Problem),
    (status = 409, description = "The same hold stands already, or the same request is still running", body = Problem),
    (status = 413, description = "Too large", body = Problem),
    (status = 415, description = "Not JSON", body = Problem),
    (status = 422, description = "A field is wrong or missing for this kind, or the key was used for another request", body = Problem),
    (status = 428, description = "No Idempotency-Key", body = Problem),
))]
#[post("/legal-holds")]
pub async fn place(
    state: Data<AppState>,
    caller: Principal,
    key: IdempotencyKey,
    body: Body<PlaceHoldRequest>,
    origin: Origin,
) -> Result<HttpResponse, Problem> {
    let wanted = state
        .mailbox
        .audit_of("audit.hold.place", Interaction::Create, &caller, &origin);
    state
        .mailbox
        .authorize(&caller, Permission::ComplianceManage, HOLDS_FORBIDDEN_DETAIL, wanted)
        .await?;
    let asked = asked(body.value)?;
    let (scope, state, caller, origin) = (once::scope(&caller, "POST legal-holds"), &state, &caller, &origin);
    let placed = |hold| StoredResponse::json(201_u16, &HoldView::from(hold));
    state
        .mailbox
        .once(scope, &key, body.digest, |claim| async move {
            Ok(place_hold(state, asked, caller, &claim, origin, placed).await?)
        })
        .await
}

/// Releases a legal hold; it stays on record.
#[utoipa::path(tag = "retention", request_body = ReleaseHoldRequest, params(("hold_id" = HoldId, Path, description = "The hold")), responses(
    (status = 200, description = "Released", body = HoldView),
    (status = 400, description = "Unreadable body", body = Problem),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Neither compliance nor admin", body = Problem),
    (status = 404, description = "No such hold", body = Problem),
    (status = 409, description = "It was released before", body = Problem),
    (status = 422, description = "A field is wrong", body = Problem),
))]
#[post("/legal-holds/{hold_id}/release")]
pub async fn release(
    state: Data<AppState>,
    caller: Principal,
    hold_id: Path<HoldId>,
    body: Body<ReleaseHoldRequest>,
    origin: Origin,
) -> Result<HttpResponse, Problem> {
    let wanted = state
        .mailbox
        .audit_of("audit.hold.release", Interaction::Update, &caller, &origin)
        .entity("LegalHold", *hold_id);
    state
        .mailbox
        .authorize(&caller, Permission::ComplianceManage, HOLDS_FORBIDDEN_DETAIL, wanted)
        .await?;
    let hold = release_hold(&state, *hold_id, body.value.reason, &caller, &origin).await?;
    Ok(HttpResponse::Ok().json(HoldView::from(hold)))
}

/// Just the fields that belong to the kind.
fn asked(request: PlaceHoldRequest) -> Result<PlaceHold, Problem> {
    let wrong = |field: &str, detail: &str| Err(Problem::new(problem::UNPROCESSABLE).at(field, detail));
    let subject = match (request.kind, request.patient_id, request.user_id) {
        (HoldKind::Patient, Some(patient_id), None) => Subject::Patient(patient_id),
        (HoldKind::User, None, Some(user_id)) => Subject::User(user_id),
        (HoldKind::Period, None, None) => Subject::Period,
        (HoldKind::Patient, ..) => return wrong("/patient_id", "is required for kind patient, without user_id"),
        (HoldKind::User, ..) => return wrong("/user_id", "is required for kind user, without patient_id"),
        (HoldKind::Period, ..) => return wrong("/kind", "a period has neither patient_id nor user_id"),
    };
    Ok(PlaceHold {
        subject,
        since: request.since,
        until: request.until,
        reason: request.reason,
    })
}

impl From<PlaceHoldError> for Problem {
    fn from(error: PlaceHoldError) -> Self {
        match error {
            PlaceHoldError::NoPeriod => Problem::new(problem::UNPROCESSABLE).at("/since", error.to_string()),
            PlaceHoldError::Backwards => Problem::new(problem::UNPROCESSABLE).at("/until", error.to_string()),
            PlaceHoldError::Stands => Problem::new(problem::CONFLICT).detail("Such a hold stands already."),
            PlaceHoldError::Store(_) => Problem::internal(&error),
        }
    }
}

impl From<ReleaseHoldError> for Problem {
    fn from(error: ReleaseHoldError) -> Self {
        match error {
            ReleaseHoldError::Unknown => Problem::new(problem::NOT_FOUND),
            ReleaseHoldError::Released => Problem::new(problem::CONFLICT).detail("The hold was released before."),
            ReleaseHoldError::Store(_) => Problem::internal(&error),
        }
    }
}
