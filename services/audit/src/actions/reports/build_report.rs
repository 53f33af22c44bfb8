//! Builds a report page by page. Each page is a transaction of its own: after a crash another
//! process continues where the last one stopped.

use crate::{
    AppState,
    actions::log::sign_checkpoints::{self, SignCheckpointsError},
    domain::{
        Filters, Key, Search,
        report::{Header, Line, MAX_LINES, Made, ReportKind, document, standing},
    },
    store::{
        self,
        reports::{self, Report},
    },
};
use aws_lc_rs::digest::{SHA256, digest};
use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use mc_access::{
    RequestContext,
    tenancy::{self, Transaction},
};
use mc_contracts::Interaction;
use mc_keyring::SealsError;
use sqlx::PgConnection;

/// Events read at once.
const PAGE: i64 = 2_000;
/// Number of slices that a period is read in, so that no query is long.
const SLICES: i32 = 50;
const MAX_ATTEMPTS: i32 = 8;

/// Why a step of a report failed.
#[derive(Debug, thiserror::Error)]
pub enum BuildReportError {
    /// No checkpoint can be signed.
    #[error("no checkpoint can be signed")]
    Checkpoint(#[from] SignCheckpointsError),
    /// A part cannot be sealed or opened.
    #[error("a part of the report cannot be sealed or opened")]
    Seal(#[from] SealsError),
    /// A part cannot be read.
    #[error("a part of the report cannot be read")]
    Part(#[from] serde_json::Error),
    /// The store failed.
    #[error("the log cannot be read")]
    Store(#[from] sqlx::Error),
}

/// Does one step of one report; false where there is none to build.
///
/// # Errors
/// [`BuildReportError`]; the step is repeated later, up to eight times.
pub async fn execute(state: &AppState) -> Result<bool, BuildReportError> {
    let mut transaction = tenancy::begin_as_platform(&state.long_reads.worker_pool).await?;
    let Some(report) = reports::get_open_for_update(&mut transaction, state.clock.now()).await? else {
        return Ok(false);
    };
    let (id, attempts) = (report.id, report.attempts);
    let done = step(state, transaction, report).await;
    if done.is_err() {
        let last = attempts + 1 >= MAX_ATTEMPTS;
        let failure = last.then_some("It could not be made; ask again, and report it if that does not help.");
        let next = state.clock.now() + TimeDelta::seconds(1 << attempts.clamp(0, 6));
        let mut transaction = tenancy::begin_as_platform(&state.long_reads.worker_pool).await?;
        reports::update_failed(&mut transaction, id, next, failure).await?;
        transaction.commit().await?;
    }
    done.map(|()| true)
}

async fn step(state: &AppState, mut transaction: Transaction, report: Report) -> Result<(), BuildReportError> {
    let now = state.clock.now();
    let Some((size, note)) = report.checkpoint.clone() else {
        match sign_checkpoints::newest(state, report.organization_id.uuid()).await? {
            Some(made) => reports::update_begun(&mut transaction, report.id, made.size, &made.note, now).await?,
            // The request itself is on its way into the log.
            None => {
                reports::update_reached(&mut transaction, &report, now + TimeDelta::milliseconds(500)).await?;
            }
        }
        return Ok(transaction.commit().await?);
    };
    if report.reached.0 >= report.until {
        return finish(state, transaction, report, size, note).await;
    }
    if report.lines > MAX_LINES {
        let words = format!("It has more than {MAX_LINES} lines; ask for a shorter period.");
        reports::update_failed(&mut transaction, report.id, now, Some(&words)).await?;
        return Ok(transaction.commit().await?);
    }
    read_page(state, transaction, report, size).await
}

/// The end of the slice that begins at `reached`.
fn slice_end(report: &Report) -> DateTime<Utc> {
    let width = ((report.until - report.since) / SLICES).max(TimeDelta::hours(1));
    report
        .until
        .min(report.reached.0.checked_add_signed(width).unwrap_or(report.until))
}

async fn read_page(
    state: &AppState,
    mut transaction: Transaction,
    mut report: Report,
    size: i64,
) -> Result<(), BuildReportError> {
    let end = slice_end(&report);
    let search = Search {
        filters: Filters {
            since: Some(report.since),
            until: Some(end),
            indexes: Some((0, size)),
            ..report.kind.filters(&report.patient, &report.user_id)
        },
        after: Some(Key {
            text: String::new(),
            occurred_at: report.reached.0,
            index: report.reached.1,
        }),
        limit: PAGE,
        ..Search::default()
    };
    let found = store::log::search::search(&mut transaction, report.organization_id.uuid(), &search).await?;
    let full = i64::try_from(found.len()).is_ok_and(|found| found >= PAGE);
    report.reached = match found.last().filter(|_| full) {
        Some(last) => (last.leaf.record.occurred_at, last.index),
        None => (end, -1),
    };
    let lines: Vec<Line> = found
        .into_iter()
        .map(Line::from)
        .filter(|line| report.kind.keeps(&line.leaf))
        .collect();
    if !lines.is_empty() {
        let place = format!("{}/{}", report.id, report.parts);
        let bytes = serde_json::to_vec(&lines)?;
        let sealed = state
            .seals
            .seal(report.organization_id, "report_parts.lines", place, &bytes)
            .await?;
        reports::insert_part(&mut transaction, &report, report.parts, &sealed).await?;
        report.parts += 1;
        report.lines += i64::try_from(lines.len()).unwrap_or(MAX_LINES);
    }
    reports::update_reached(&mut transaction, &report, state.clock.now()).await?;
    Ok(transaction.commit().await?)
}

/// Stores the finished report sealed, and its digest in the log.
async fn finish(
    state: &AppState,
    mut transaction: Transaction,
    report: Report,
    size: i64,
    note: String,
) -> Result<(), BuildReportError> {
    let lines = open_parts(state, &mut transaction, &report).await?;
    let notes = retention_notes(state, &mut transaction, &report).await?;
    // As precise as the database stores it.
    let now = state.clock.now().trunc_subsecs(6);
    let (id, organization_id) = (report.id, report.organization_id);
    let document = document(header(state, report, size, note, now), &lines, notes);
    let content = serde_json::to_vec(&document)?;
    let digest = digest(&SHA256, &content);
    let sealed = state
        .seals
        .seal(organization_id, "reports.content", id, &content)
        .await?;
    reports::update_done(&mut transaction, id, &sealed, digest.as_ref(), now).await?;
    let record = RequestContext::for_worker("reports", &state.clock)
        .audit("audit.report.built", Interaction::Create)
        .entity("Report", id)
        .detail("kind", document.report.kind.as_str())
        .detail("lines", document.count)
        .detail("checkpoint_size", size)
        .detail("sha256", hex::encode(digest.as_ref()));
    state
        .mailbox
        .enqueue(&mut transaction, Some(organization_id), &record)
        .await?;
    Ok(transaction.commit().await?)
}

/// The lines of all parts, in order.
async fn open_parts(
    state: &AppState,
    connection: &mut PgConnection,
    report: &Report,
) -> Result<Vec<Line>, BuildReportError> {
    let mut lines: Vec<Line> = Vec::new();
    for (part, sealed) in reports::list_parts(connection, report).await? {
        let place = format!("{}/{part}", report.id);
        let opened = state
            .seals
            .open(report.organization_id, "report_parts.lines", place, &sealed)
            .await?;
        lines.extend(serde_json::from_slice::<Vec<Line>>(&opened)?);
    }
    Ok(lines)
}

/// For a report about retention: the rule and the holds in force.
async fn retention_notes(
    state: &AppState,
    connection: &mut PgConnection,
    report: &Report,
) -> Result<Vec<String>, BuildReportError> {
    if report.kind != ReportKind::Retention {
        return Ok(Vec::new());
    }
    let holds = store::log::holds::list(connection, report.organization_id.uuid()).await?;
    Ok(standing(state.retention.years(), &holds))
}

fn header(state: &AppState, report: Report, size: i64, note: String, finished_at: DateTime<Utc>) -> Header {
    Header {
        id: report.id,
        kind: report.kind,
        organization_id: report.organization_id,
        from: report.since,
        to: report.until,
        patient: report.patient,
        user_id: report.user_id,
        requested_by: report.requested_by,
        requested_at: report.requested_at,
        finished_at,
        checkpoint: Made {
            size,
            first_index: 0,
            last_index: size - 1,
            note,
            public_key: state.signer.verifier().to_string(),
        },
    }
}
