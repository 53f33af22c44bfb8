//! Measures the platform's policies in the log. It only counts; no event is shown.

use crate::{
    AppState,
    domain::{
        Opened, PolicyFinding, Readings,
        catalogue::{Class, actions_of},
        findings,
    },
    store::compliance::{measures, tallies},
};
use chrono::{DateTime, Duration, Utc};
use mc_access::tenancy;
use mc_keyring::SealsError;

/// The measured period.
const SPAN: Duration = Duration::hours(24);
/// Maximum number of chart reads compared with the table of the minimum necessary.
const MAX_READINGS: i64 = 2_000;
/// Maximum number of sealed ids opened.
const MAX_OPENED: i64 = 100;
/// Years that the platform's policy requires; the law requires six.
const YEARS_REQUIRED: u32 = 7;

/// The findings, and when they were measured.
pub struct Measured {
    /// One finding per control.
    pub findings: Vec<PolicyFinding>,
    /// When it was made.
    pub at: DateTime<Utc>,
}

/// Why the action was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum MeasureControlsError {
    /// A sealed id cannot be opened.
    #[error("a sealed id cannot be opened")]
    Seal(#[from] SealsError),
    /// The store failed.
    #[error("the log cannot be counted")]
    Store(#[from] sqlx::Error),
}

/// Counts events, compares chart reads with the table, and looks for patient ids in clear text.
pub async fn execute(state: &AppState) -> Result<Measured, MeasureControlsError> {
    let at = state.clock.now();
    let since = at - SPAN;
    let mut transaction = tenancy::begin_as_platform(&state.long_reads.worker_pool).await?;
    let counts = measures::count_since(&mut transaction, since, &actions_of(Class::PhiAccess)).await?;
    let mut readings = Readings::default();
    for leaf in measures::list_newest(&mut transaction, since, "ehr.patient_summary.read", MAX_READINGS).await? {
        readings.compare(&leaf);
    }
    let sealed = measures::list_sealed(&mut transaction, since, MAX_OPENED).await?;
    let tallied = tallies::list_sums(&mut transaction, since).await?;
    let holds = measures::count_holds(&mut transaction).await?;
    drop(transaction);
    let mut opened = Opened::default();
    for one in sealed {
        let id = state
            .seals
            .open(one.organization_id, "events.patient", one.event_id, &one.sealed)
            .await?;
        opened.look(&String::from_utf8_lossy(&id), &one.leaf);
    }
    let mut findings = findings(&counts, &readings, &opened);
    findings.extend(reconciled(&tallied));
    findings.push(kept(state, holds));
    Ok(Measured { findings, at })
}

/// What services report as recorded, compared with what is in the log.
fn reconciled(tallied: &[tallies::Compared]) -> Option<PolicyFinding> {
    let (recorded, logged) = tallied.iter().fold((0, 0), |(recorded, logged), sum| {
        (recorded + sum.recorded, logged + sum.logged)
    });
    (!tallied.is_empty()).then(|| PolicyFinding {
        control: "access_logging",
        holds: tallied.iter().all(|sum| sum.recorded == sum.logged),
        found: format!(
            "in 24 h {} services committed {recorded} audit records, {logged} of them are in the log",
            tallied.len()
        ),
        method: "the services' tallies by the minute, each counted again in the log by event id",
    })
}

fn kept(state: &AppState, holds: i64) -> PolicyFinding {
    let years = state.retention.years();
    PolicyFinding {
        control: "data_retention",
        holds: years >= YEARS_REQUIRED,
        found: format!("events are kept {years} years after the end of their month; {holds} legal holds stand"),
        method: "the setting in force, refused at start below six years, and the holds that are not released",
    }
}
