//! Requests of the inventory.

use crate::{
    domain::RecordState,
    routes::validators::{default_limit, plausible_time},
};
use chrono::{DateTime, Utc};
use garde::Validate;
use mc_vocabulary::{AlertId, RecordId, UserId};
use serde::Deserialize;

/// Which records.
#[derive(Deserialize, Validate, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RecordsQuery {
    /// At most so many; 50 unless told.
    #[garde(range(min = 1, max = 200))]
    #[param(minimum = 1, maximum = 200)]
    #[serde(default = "default_limit")]
    pub(super) limit: i64,
    /// Only in this state.
    #[garde(skip)]
    #[serde(default)]
    pub(super) state: Option<RecordState>,
    /// Only due within so many days; 0: overdue.
    #[garde(inner(range(min = 0, max = 3660)))]
    #[param(minimum = 0, maximum = 3660)]
    #[serde(default)]
    pub(super) due_within_days: Option<i64>,
    /// Only added before this one: the `next` of the page before.
    #[garde(skip)]
    #[serde(default)]
    pub(super) before: Option<RecordId>,
}

/// What is added.
#[derive(Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordBody {
    /// What it is about; kept sealed.
    #[garde(length(chars, min = 1, max = 200))]
    #[schema(min_length = 1, max_length = 200)]
    pub(super) title: String,
    /// More; kept sealed.
    #[garde(inner(length(chars, min = 1, max = 4000)))]
    #[schema(min_length = 1, max_length = 4000)]
    #[serde(default)]
    pub(super) notes: Option<String>,
    /// Who looks after it.
    #[garde(skip)]
    #[serde(default)]
    pub(super) owner: Option<UserId>,
    /// For a training: who is trained.
    #[garde(skip)]
    #[serde(default)]
    pub(super) member: Option<UserId>,
    /// When it is due; for an incident 60 days after discovery, unless told earlier.
    #[garde(inner(custom(plausible_time)))]
    #[serde(default)]
    pub(super) due_at: Option<DateTime<Utc>>,
    /// After it is done, the next is due so many months later.
    #[garde(inner(range(min = 1, max = 120)))]
    #[schema(minimum = 1, maximum = 120)]
    #[serde(default)]
    pub(super) repeats_months: Option<i32>,
    /// For an incident: the alert that it came from.
    #[garde(skip)]
    #[serde(default)]
    pub(super) alert_id: Option<AlertId>,
    /// For an incident: when it was known, or would have been with reasonable diligence.
    #[garde(inner(custom(plausible_time)))]
    #[serde(default)]
    pub(super) discovered_at: Option<DateTime<Utc>>,
    /// For an incident: how many patients are concerned.
    #[garde(inner(range(min = 0, max = 1_000_000_000)))]
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    #[serde(default)]
    pub(super) patients: Option<i64>,
}

/// What is changed; what is absent stays.
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
    /// Reminders begin anew.
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
    /// Whether it is no longer true.
    #[garde(skip)]
    #[serde(default)]
    pub(super) cancelled: bool,
}

/// What is said of what was done.
#[derive(Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CompletionBody {
    /// Kept sealed, instead of the notes before.
    #[garde(inner(length(chars, min = 1, max = 4000)))]
    #[schema(min_length = 1, max_length = 4000)]
    #[serde(default)]
    pub(super) notes: Option<String>,
}
