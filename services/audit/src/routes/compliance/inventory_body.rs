//! Requests of the inventory.

use crate::{
    domain::RecordState,
    routes::validators::{default_limit, plausible_time},
};
use chrono::{DateTime, Utc};
use garde::Validate;
use mc_vocabulary::{AlertId, RecordId, UserId};
use serde::Deserialize;

/// Query of records.
#[derive(Deserialize, Validate, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RecordsQuery {
    /// Maximum number of entries; 50 by default.
    #[garde(range(min = 1, max = 200))]
    #[param(minimum = 1, maximum = 200)]
    #[serde(default = "default_limit")]
    pub(super) limit: i64,
    /// Only in this state.
    #[garde(skip)]
    #[serde(default)]
    pub(super) state: Option<RecordState>,
    /// Only records due within this number of days; 0: overdue.
    #[garde(inner(range(min = 0, max = 3660)))]
    #[param(minimum = 0, maximum = 3660)]
    #[serde(default)]
    pub(super) due_within_days: Option<i64>,
    /// Only records added before this one: `next` of the previous page.
    #[garde(skip)]
    #[serde(default)]
    pub(super) before: Option<RecordId>,
}

/// A new record.
#[derive(Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordBody {
    /// Title; stored sealed.
    #[garde(length(chars, min = 1, max = 200))]
    #[schema(min_length = 1, max_length = 200)]
    pub(super) title: String,
    /// Notes; stored sealed.
    #[garde(inner(length(chars, min = 1, max = 4000)))]
    #[schema(min_length = 1, max_length = 4000)]
    #[serde(default)]
    pub(super) notes: Option<String>,
    /// The account responsible for it.
    #[garde(skip)]
    #[serde(default)]
    pub(super) owner: Option<UserId>,
    /// For a training: the account that is trained.
    #[garde(skip)]
    #[serde(default)]
    pub(super) member: Option<UserId>,
    /// When it is due. For an incident by default, and at the latest, 60 days after discovery.
    #[garde(inner(custom(plausible_time)))]
    #[serde(default)]
    pub(super) due_at: Option<DateTime<Utc>>,
    /// When it is done, a next record is added that is due this number of months later.
    #[garde(inner(range(min = 1, max = 120)))]
    #[schema(minimum = 1, maximum = 120)]
    #[serde(default)]
    pub(super) repeats_months: Option<i32>,
    /// For an incident: the alert it came from.
    #[garde(skip)]
    #[serde(default)]
    pub(super) alert_id: Option<AlertId>,
    /// For an incident: when it was known, or would have been with reasonable diligence.
    #[garde(inner(custom(plausible_time)))]
    #[serde(default)]
    pub(super) discovered_at: Option<DateTime<Utc>>,
    /// For an incident: the number of patients concerned.
    #[garde(inner(range(min = 0, max = 1_000_000_000)))]
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    #[serde(default)]
    pub(super) patients: Option<i64>,
}

/// A change; absent fields stay as they are.
#[derive(Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordChange {
    #[garde(inner(length(chars, min = 1, max = 200)))]
    #[schema(min_length = 1, max_length = 200)]
    #[serde(default)]
    pub(super) title: Option<String>,
    #[garde(inner(length(chars, min = 1, max = 4000)))]
    #[schema(min_length = 1, max_length = 4000)]
    #[serde(default)]
    pub(super) notes: Option<String>,
    #[garde(skip)]
    #[serde(default)]
    pub(super) owner: Option<UserId>,
    /// Resets the reminders.
    #[garde(inner(custom(plausible_time)))]
    #[serde(default)]
    pub(super) due_at: Option<DateTime<Utc>>,
    #[garde(skip)]
    #[serde(default)]
    pub(super) alert_id: Option<AlertId>,
    #[garde(inner(custom(plausible_time)))]
    #[serde(default)]
    pub(super) discovered_at: Option<DateTime<Utc>>,
    #[garde(inner(range(min = 0, max = 1_000_000_000)))]
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    #[serde(default)]
    pub(super) patients: Option<i64>,
    /// Whether to cancel it.
    #[garde(skip)]
    #[serde(default)]
    pub(super) cancelled: bool,
}

/// The completion of a record.
#[derive(Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CompletionBody {
    /// Replaces the notes; stored sealed.
    #[garde(inner(length(chars, min = 1, max = 4000)))]
    #[schema(min_length = 1, max_length = 4000)]
    #[serde(default)]
    pub(super) notes: Option<String>,
}
