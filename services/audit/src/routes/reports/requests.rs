//! Reports over the log: request, follow, download.

use crate::{
    AppState,
    actions::reports::{
        download_report::{self, DownloadReportError},
        get_report::{self, GetReportError},
        list_reports,
        request_report::{self, RequestReport, RequestReportError},
    },
    domain::report::{Document, MAX_PDF_LINES, ReportKind, to_csv, to_pdf},
    routes::{
        LOG_FORBIDDEN_DETAIL,
        reports::report_view::{ReportView, Reports},
    },
    store::reports::Report,
};
use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header::{ACCEPT, CONTENT_DISPOSITION, LOCATION, RETRY_AFTER},
    post,
    web::Data,
};
use chrono::{DateTime, TimeDelta, Utc};
use garde::Validate;
use mc_access::{Authorized, Operation, path_id};
use mc_chassis::http::{Body, IdempotencyKey, Params, Path, Problem};
use mc_contracts::{AuditRecord, Interaction};
use mc_idempotency::StoredResponse;
use mc_vocabulary::{PatientId, Permission, ReportId, problem};
use serde::Deserialize;

const PATH: &str = "/api/v1/integrations/audit/reports";

/// A report to make.
#[derive(Debug, Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportBody {
    #[garde(skip)]
    kind: ReportKind,
    /// Start of the period, inclusive.
    #[garde(skip)]
    from: DateTime<Utc>,
    /// End of the period, exclusive; at most ten years after its start.
    #[garde(custom(after(&self.from)))]
    to: DateTime<Utc>,
    /// Id of the patient it is about.
    #[garde(custom(fits(self.kind.takes_patient())))]
    #[serde(default)]
    patient_id: Option<PatientId>,
    /// Id of the user or machine it is about.
    #[garde(custom(fits(self.kind.takes_user())), inner(length(bytes, min = 1, max = 100), ascii))]
    #[schema(min_length = 1, max_length = 100)]
    #[serde(default)]
    user_id: Option<String>,
}

fn after(from: &DateTime<Utc>) -> impl FnOnce(&DateTime<Utc>, &()) -> garde::Result + '_ {
    move |to, ()| {
        let years = TimeDelta::days(3_653);
        match *to - *from {
            length if length <= TimeDelta::zero() => Err(garde::Error::new("must be after `from`")),
            length if length > years => Err(garde::Error::new("a report covers at most ten years")),
            _ => Ok(()),
        }
    }
}

fn fits<T>(takes: Option<bool>) -> impl FnOnce(&Option<T>, &()) -> garde::Result {
    move |given, ()| match (takes, given) {
        (Some(true), None) => Err(garde::Error::new("this kind of report needs it")),
        (Some(false), Some(_)) => Err(garde::Error::new("this kind of report does not take it")),
        _ => Ok(()),
    }
}

/// Query of reports.
#[derive(Debug, Deserialize, Validate, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReportsQuery {
    /// Maximum number of entries; 50 by default.
    #[garde(inner(range(min = 1, max = 200)))]
    #[param(minimum = 1, maximum = 200)]
    #[serde(default)]
    limit: Option<i64>,
    /// Only reports requested before this one.
    #[garde(skip)]
    #[serde(default)]
    before: Option<ReportId>,
}

/// Query of the content.
#[derive(Debug, Deserialize, Validate, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ContentQuery {
    /// Takes precedence over `Accept`.
    #[garde(skip)]
    #[param(inline)]
    #[serde(default)]
    format: Option<Format>,
}

/// The format of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// The whole report.
    Json,
    /// The table as CSV (RFC 4180).
    Csv,
    /// For print.
    Pdf,
}

impl Format {
    fn of(request: &HttpRequest) -> Self {
        let accept = request
            .headers()
            .get(ACCEPT)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        match accept {
            pdf if pdf.contains("application/pdf") => Self::Pdf,
            csv if csv.contains("text/csv") => Self::Csv,
            _ => Self::Json,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Pdf => "pdf",
        }
    }
}

/// Requests a report.
pub struct OrderReport;

impl Operation for OrderReport {
    const ACTION: &str = "audit.report.request";
    const INTERACTION: Interaction = Interaction::Execute;
    const PERMISSION: Option<Permission> = Some(Permission::AuditRead);
    const FORBIDDEN_DETAIL: &str = LOG_FORBIDDEN_DETAIL;
}

/// Lists reports.
pub struct ListReports;

impl Operation for ListReports {
    const ACTION: &str = "audit.report.list";
    const INTERACTION: Interaction = Interaction::Read;
    const PERMISSION: Option<Permission> = Some(Permission::AuditRead);
    const FORBIDDEN_DETAIL: &str = LOG_FORBIDDEN_DETAIL;
}

/// Reads the state of a report.
pub struct ReadReport;

impl Operation for ReadReport {
    const ACTION: &str = "audit.report.read";
    const INTERACTION: Interaction = Interaction::Read;
    const PERMISSION: Option<Permission> = Some(Permission::AuditRead);
    const FORBIDDEN_DETAIL: &str = LOG_FORBIDDEN_DETAIL;

    fn describe(record: AuditRecord, request: &HttpRequest) -> AuditRecord {
        match path_id::<ReportId>(request, "id") {
            Some(id) => record.entity("Report", id),
            None => record,
        }
    }
}

/// Downloads a finished report.
pub struct DownloadReport;

impl Operation for DownloadReport {
    const ACTION: &str = "audit.report.download";
    const INTERACTION: Interaction = Interaction::Read;
    const PERMISSION: Option<Permission> = Some(Permission::AuditRead);
    const FORBIDDEN_DETAIL: &str = LOG_FORBIDDEN_DETAIL;

    fn describe(record: AuditRecord, request: &HttpRequest) -> AuditRecord {
        match path_id::<ReportId>(request, "id") {
            Some(id) => record.entity("Report", id),
            None => record,
        }
    }
}

/// Requests a report. It is made in the background.
#[utoipa::path(tag = "reports", operation_id = "ask", request_body = ReportBody,
    params(("Idempotency-Key" = String, Header, description = "Repeats with the same key are answered, not done again")), responses(
    (status = 202, description = "Requested; `Location` is the URL of the report", body = ReportView,
        headers(("Location" = String, description = "The report"))),
    (status = 400, description = "Unreadable body or key", body = Problem),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Neither compliance nor admin", body = Problem),
    (status = 409, description = "The same request is still running", body = Problem),
    (status = 413, description = "Too large", body = Problem),
    (status = 415, description = "Not JSON", body = Problem),
    (status = 422, description = "A field is wrong, or the key was used for another request", body = Problem),
    (status = 428, description = "No Idempotency-Key", body = Problem),
    (status = 429, description = "Ten reports of the organisation are on their way", body = Problem),
))]
#[post("/reports")]
pub async fn create(
    state: Data<AppState>,
    context: Authorized<OrderReport>,
    key: IdempotencyKey,
    body: Body<ReportBody>,
) -> Result<HttpResponse, Problem> {
    let requested = body.value;
    let command = RequestReport {
        kind: requested.kind,
        since: requested.from,
        until: requested.to,
        patient_id: requested.patient_id,
        user_id: requested.user_id,
    };
    let (state, context) = (&state, &*context);
    state
        .idempotency
        .once(context, "POST reports", &key, body.digest, |claim| async move {
            Ok(request_report::execute(context, state, command, &claim, accepted).await?)
        })
        .await
}

fn accepted(report: Report) -> StoredResponse {
    let place = format!("{PATH}/{}", report.id);
    StoredResponse::json(202_u16, &ReportView::from(report))
        .header(LOCATION.as_str(), place)
        .header(RETRY_AFTER.as_str(), "1")
}

/// Reports of the organization, newest first. The read is recorded in the log.
#[utoipa::path(operation_id = "list_reports", tag = "reports", params(ReportsQuery), responses(
    (status = 200, description = "The reports", body = Reports),
    (status = 400, description = "Unreadable query", body = Problem),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Neither compliance nor admin", body = Problem),
    (status = 422, description = "A parameter is out of bounds", body = Problem),
))]
#[get("/reports")]
pub async fn list(
    state: Data<AppState>,
    context: Authorized<ListReports>,
    query: Params<ReportsQuery>,
) -> Result<HttpResponse, Problem> {
    let limit = query.0.limit.unwrap_or(50);
    let found = list_reports::execute(&context, &state, query.0.before, limit).await?;
    Ok(HttpResponse::Ok().json(Reports {
        reports: found.into_iter().map(ReportView::from).collect(),
    }))
}

/// The state of a report. The read is recorded in the log.
#[utoipa::path(tag = "reports", params(("id" = ReportId, Path, description = "The report")), responses(
    (status = 200, description = "Its state", body = ReportView),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Neither compliance nor admin", body = Problem),
    (status = 404, description = "No such report", body = Problem),
))]
#[get("/reports/{id}")]
pub async fn follow(
    state: Data<AppState>,
    context: Authorized<ReadReport>,
    id: Path<ReportId>,
) -> Result<HttpResponse, Problem> {
    let found = get_report::execute(&context, &state, *id).await?;
    Ok(HttpResponse::Ok().json(ReportView::from(found)))
}

/// A finished report, as JSON, CSV (RFC 4180) or PDF.
#[utoipa::path(tag = "reports", operation_id = "take", params(ContentQuery, ("id" = ReportId, Path, description = "The report")), responses(
    (status = 200, description = "The report", content((Document = "application/json"), (String = "text/csv"), (String = "application/pdf"))),
    (status = 400, description = "Unreadable query", body = Problem),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Neither compliance nor admin", body = Problem),
    (status = 404, description = "No such report", body = Problem),
    (status = 409, description = "Not finished, or it could not be made", body = Problem),
    (status = 422, description = "Too long for paper: take JSON or CSV", body = Problem),
))]
#[get("/reports/{id}/content")]
pub async fn download(
    state: Data<AppState>,
    context: Authorized<DownloadReport>,
    id: Path<ReportId>,
    query: Params<ContentQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let form = query.0.format.unwrap_or_else(|| Format::of(&request));
    let (bytes, document) = download_report::execute(&context, &state, *id, form.name()).await?;
    let (kind, name) = (document.report.kind.as_str().replace('_', "-"), form.name());
    let (media, body) = match form {
        Format::Json => ("application/json", bytes),
        Format::Csv => (
            "text/csv; charset=utf-8; header=present",
            to_csv(&document).into_bytes(),
        ),
        Format::Pdf => ("application/pdf", as_pdf(document).await?),
    };
    Ok(HttpResponse::Ok()
        .content_type(media)
        .insert_header((
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{kind}-{}.{name}\"", *id),
        ))
        .body(body))
}

async fn as_pdf(document: Document) -> Result<Vec<u8>, Problem> {
    if document.rows.len() > MAX_PDF_LINES {
        return Err(Problem::new(problem::UNPROCESSABLE).detail(format!(
            "More than {MAX_PDF_LINES} lines are not put on paper; take JSON or CSV, or ask for a shorter period."
        )));
    }
    // Rendering takes a second or more, so it runs outside the request threads.
    actix_web::web::block(move || to_pdf(&document))
        .await
        .map_err(|_| Problem::unavailable("The report cannot be put on paper now."))
}

impl From<RequestReportError> for Problem {
    fn from(error: RequestReportError) -> Self {
        match error {
            RequestReportError::TooMany => Problem::new(problem::RATE_LIMITED)
                .detail("Ten reports are on their way; wait until one is finished.")
                .retry_after_s(10),
            RequestReportError::Store(_) => Problem::internal(&error),
        }
    }
}

impl From<GetReportError> for Problem {
    fn from(error: GetReportError) -> Self {
        match error {
            GetReportError::Unknown => unknown(),
            GetReportError::Store(_) => Problem::internal(&error),
        }
    }
}

impl From<DownloadReportError> for Problem {
    fn from(error: DownloadReportError) -> Self {
        match error {
            DownloadReportError::Unknown => unknown(),
            DownloadReportError::NotFinished => Problem::new(problem::CONFLICT)
                .detail("The report is not finished.")
                .retry_after_s(1),
            DownloadReportError::Failed(why) => Problem::new(problem::CONFLICT).detail(why),
            error => Problem::internal(&error),
        }
    }
}

fn unknown() -> Problem {
    Problem::new(problem::NOT_FOUND).detail("There is no such report.")
}
