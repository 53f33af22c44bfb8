//! Cases of breach detection: the list, one with its evidence, decisions.

use crate::{
    AppState,
    actions::compliance::{
        get_alert::{self, GetAlertError},
        list_alerts,
        update_alert::{self, UpdateAlert, UpdateAlertError},
    },
    domain::CaseState,
    routes::{
        LOG_FORBIDDEN_DETAIL, RECORDS_FORBIDDEN_DETAIL,
        compliance::alert_view::{AlertDetail, AlertView},
        preconditions::if_match,
        validators::{default_limit, plausible_time, printable},
    },
    store::compliance::cases::Filter,
};
use actix_web::{HttpRequest, HttpResponse, get, patch, web::Data};
use chrono::{DateTime, Utc};
use garde::Validate;
use mc_access::{Authorized, Operation, path_id};
use mc_chassis::http::{Body, Params, Path, Problem};
use mc_contracts::{AuditRecord, Interaction};
use mc_vocabulary::{AlertId, Permission, UserId, problem};
use serde::{Deserialize, Serialize};

/// Query of alerts.
#[derive(Deserialize, Validate, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AlertsQuery {
    /// Maximum number of entries; 50 by default.
    #[garde(range(min = 1, max = 200))]
    #[param(minimum = 1, maximum = 200)]
    #[serde(default = "default_limit")]
    limit: i64,
    /// Only in this state.
    #[garde(skip)]
    #[serde(default)]
    state: Option<CaseState>,
    /// Only of this severity.
    #[garde(skip)]
    #[serde(default)]
    severity: Option<mc_detection::Severity>,
    /// Only of this rule.
    #[garde(inner(length(bytes, min = 1, max = 100), ascii, custom(printable)))]
    #[param(min_length = 1, max_length = 100)]
    #[serde(default)]
    rule: Option<String>,
    /// Only about this actor, address or pseudonym.
    #[garde(inner(length(bytes, min = 1, max = 200), ascii, custom(printable)))]
    #[param(min_length = 1, max_length = 200)]
    #[serde(default)]
    subject: Option<String>,
    /// Only those of this owner.
    #[garde(skip)]
    #[serde(default)]
    owner: Option<UserId>,
    /// Only alerts opened before this one: `next` of the previous page.
    #[garde(skip)]
    #[serde(default)]
    before: Option<AlertId>,
}

/// A page of alerts, the newest first.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Alerts {
    alerts: Vec<AlertView>,
    /// `before` of the next page; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<AlertId>,
}

/// A change; absent fields stay as they are.
#[derive(Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(min_properties = 1)]
pub struct AlertChange {
    /// The account responsible for it from now on.
    #[garde(skip)]
    #[serde(default)]
    owner: Option<UserId>,
    /// The new state: `investigating`, `breach`, `no_breach` (with a note), `closed`.
    #[garde(skip)]
    #[serde(default)]
    state: Option<CaseState>,
    /// When the breach was known, or would have been with reasonable diligence (45 CFR
    /// 164.404(a)(2)).
    #[garde(inner(custom(plausible_time)))]
    #[serde(default)]
    discovered_at: Option<DateTime<Utc>>,
    /// A note; stored sealed.
    #[garde(inner(length(chars, min = 1, max = 4000)))]
    #[schema(min_length = 1, max_length = 4000)]
    #[serde(default)]
    note: Option<String>,
}

/// Lists alerts.
pub struct ListAlerts;

impl Operation for ListAlerts {
    const ACTION: &str = "audit.alert.list";
    const INTERACTION: Interaction = Interaction::Execute;
    const PERMISSION: Option<Permission> = Some(Permission::AuditRead);
    const FORBIDDEN_DETAIL: &str = LOG_FORBIDDEN_DETAIL;
}

/// Reads an alert.
pub struct ReadAlert;

impl Operation for ReadAlert {
    const ACTION: &str = "audit.alert.read";
    const INTERACTION: Interaction = Interaction::Read;
    const PERMISSION: Option<Permission> = Some(Permission::AuditRead);
    const FORBIDDEN_DETAIL: &str = LOG_FORBIDDEN_DETAIL;

    fn describe(record: AuditRecord, request: &HttpRequest) -> AuditRecord {
        match path_id::<AlertId>(request, "alert_id") {
            Some(id) => record.entity("Alert", id),
            None => record,
        }
    }
}

/// Decides about an alert.
pub struct ChangeAlert;

impl Operation for ChangeAlert {
    const ACTION: &str = "audit.alert.update";
    const INTERACTION: Interaction = Interaction::Update;
    const PERMISSION: Option<Permission> = Some(Permission::ComplianceManage);
    const FORBIDDEN_DETAIL: &str = RECORDS_FORBIDDEN_DETAIL;

    fn describe(record: AuditRecord, request: &HttpRequest) -> AuditRecord {
        match path_id::<AlertId>(request, "alert_id") {
            Some(id) => record.entity("Alert", id),
            None => record,
        }
    }
}

/// Alerts of the organization, newest first. The read is recorded in the log.
#[utoipa::path(operation_id = "list_alerts", tag = "detection", params(AlertsQuery), responses(
    (status = 200, description = "A page", body = Alerts),
    (status = 400, description = "Unreadable query", body = Problem),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Neither compliance nor admin", body = Problem),
    (status = 422, description = "A parameter is out of bounds", body = Problem),
))]
#[get("/alerts")]
pub async fn list(
    state: Data<AppState>,
    context: Authorized<ListAlerts>,
    query: Params<AlertsQuery>,
) -> Result<HttpResponse, Problem> {
    let query = query.0;
    let wanted = Filter {
        state: query.state,
        severity: query.severity.map(|severity| severity.as_str().to_owned()),
        rule: query.rule,
        subject_id: query.subject,
        owner: query.owner.map(UserId::uuid),
        before: query.before,
        // One more than the page shows whether there is a next page.
        limit: query.limit + 1,
    };
    let mut found = list_alerts::execute(&context, &state, &wanted).await?;
    let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
    let more = found.len() > limit;
    found.truncate(limit);
    let now = state.clock.now();
    Ok(HttpResponse::Ok().json(Alerts {
        next: found.last().filter(|_| more).map(|case| case.id),
        alerts: found.into_iter().map(|case| AlertView::new(case, now)).collect(),
    }))
}

/// An alert with its evidence and notes. The read is recorded in the log.
#[utoipa::path(operation_id = "get_alert", tag = "detection", params(("alert_id" = AlertId, Path, description = "The alert")), responses(
    (status = 200, description = "The alert", body = AlertDetail, headers(("ETag" = String, description = "Its version"))),
    (status = 400, description = "Not an id", body = Problem),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Neither compliance nor admin", body = Problem),
    (status = 404, description = "Not in this organisation", body = Problem),
))]
#[get("/alerts/{alert_id}")]
pub async fn read(
    state: Data<AppState>,
    context: Authorized<ReadAlert>,
    id: Path<AlertId>,
) -> Result<HttpResponse, Problem> {
    let alert = get_alert::execute(&context, &state, id.into_inner()).await?;
    Ok(AlertDetail::new(alert, state.clock.now()).response())
}

/// Assigns an alert, changes its state, or adds a note.
#[utoipa::path(operation_id = "update_alert", tag = "detection", request_body = AlertChange, params(
    ("alert_id" = AlertId, Path, description = "The alert"),
    ("If-Match" = Option<String>, Header, description = "The version seen, as `\"3\"`; without it the present one is changed"),
), responses(
    (status = 200, description = "The alert as it is now", body = AlertDetail, headers(("ETag" = String, description = "Its version"))),
    (status = 400, description = "Unreadable id, header or body", body = Problem),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Neither compliance nor admin", body = Problem),
    (status = 404, description = "Not in this organisation", body = Problem),
    (status = 409, description = "Another alert about the same is open", body = Problem),
    (status = 412, description = "The alert is at another version", body = Problem),
    (status = 413, description = "Too large", body = Problem),
    (status = 415, description = "Not JSON", body = Problem),
    (status = 422, description = "The state does not follow, or something is missing", body = Problem),
))]
#[patch("/alerts/{alert_id}")]
pub async fn update(
    state: Data<AppState>,
    context: Authorized<ChangeAlert>,
    id: Path<AlertId>,
    body: Body<AlertChange>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let change = body.value;
    let change = UpdateAlert {
        if_match: if_match(&request)?,
        owner: change.owner,
        state: change.state,
        discovered_at: change.discovered_at,
        note: change.note,
    };
    let nothing = change.owner.is_none() && change.state.is_none() && change.discovered_at.is_none();
    if nothing && change.note.is_none() {
        let problem = Problem::new(problem::UNPROCESSABLE);
        return Err(problem.at("/", "expected at least one of owner, state, discovered_at, note"));
    }
    let alert = update_alert::execute(&context, &state, id.into_inner(), change).await?;
    Ok(AlertDetail::new(alert, state.clock.now()).response())
}

impl From<GetAlertError> for Problem {
    fn from(error: GetAlertError) -> Self {
        match &error {
            GetAlertError::Unknown => Problem::new(problem::NOT_FOUND),
            GetAlertError::Seal(_) | GetAlertError::Store(_) => Problem::internal(&error),
        }
    }
}

impl From<UpdateAlertError> for Problem {
    fn from(error: UpdateAlertError) -> Self {
        let unprocessable = |place: &str, detail: String| Problem::new(problem::UNPROCESSABLE).at(place, detail);
        match &error {
            UpdateAlertError::Unknown => Problem::new(problem::NOT_FOUND),
            UpdateAlertError::VersionMismatch => Problem::new(problem::PRECONDITION_FAILED),
            UpdateAlertError::State(cause) => unprocessable("/state", cause.to_string()),
            UpdateAlertError::NoteMissing => unprocessable(
                "/note",
                "why it is no breach must be on record (45 CFR 164.414(b))".to_owned(),
            ),
            UpdateAlertError::Closed => unprocessable("/", "the alert is closed; only a note can be added".to_owned()),
            UpdateAlertError::DiscoveryInFuture => unprocessable("/discovered_at", "lies in the future".to_owned()),
            UpdateAlertError::AnotherStands => Problem::new(problem::CONFLICT)
                .detail("A newer alert of the same rule about the same is open; work on that one."),
            UpdateAlertError::Seal(_) | UpdateAlertError::Show(_) | UpdateAlertError::Store(_) => {
                Problem::internal(&error)
            }
        }
    }
}
