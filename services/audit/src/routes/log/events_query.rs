//! A search of the log, from a query string or a body.

use crate::{
    actions::log::search_events::SearchEvents,
    domain::{Filters, Order, Search},
    routes::validators::stored_trace,
};
use chrono::{DateTime, Utc};
use garde::Validate;
use mc_vocabulary::PatientId;
use serde::{Deserialize, Deserializer};
use std::{fmt::Write, net::IpAddr};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ArrayBuilder, ObjectBuilder, OneOfBuilder, RefOr, Schema, Type},
};

/// One or several values: a list, or text separated by commas.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Several(pub Vec<String>);

impl<'de> Deserialize<'de> for Several {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            One(String),
            Many(Vec<String>),
        }
        Ok(Self(match Form::deserialize(deserializer)? {
            Form::One(text) => text.split(',').map(str::to_owned).collect(),
            Form::Many(values) => values,
        }))
    }
}

impl PartialSchema for Several {
    fn schema() -> RefOr<Schema> {
        let text = || ObjectBuilder::new().schema_type(Type::String).min_length(Some(1));
        let list = ArrayBuilder::new().items(text()).max_items(Some(50));
        OneOfBuilder::new().item(text()).item(list).into()
    }
}

impl ToSchema for Several {}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that garde asks for")]
fn trace_ids(values: &Several, (): &()) -> garde::Result {
    plain(values, &())?;
    values.0.iter().try_for_each(|value| stored_trace(value, &()))
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that garde asks for")]
fn plain(values: &Several, (): &()) -> garde::Result {
    let good = |value: &String| (1..=200).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_graphic());
    if values.0.len() <= 50 && values.0.iter().all(good) {
        Ok(())
    } else {
        Err(garde::Error::new(
            "expected at most 50 values of 1 to 200 visible ASCII characters",
        ))
    }
}

/// The elements to sort by; with a minus sign descending.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
pub enum Sort {
    /// When it happened.
    #[serde(rename = "time")]
    Time,
    /// When it happened, newest first.
    #[default]
    #[serde(rename = "-time")]
    TimeDown,
    /// By patient.
    #[serde(rename = "patient")]
    Patient,
    /// By patient, descending.
    #[serde(rename = "-patient")]
    PatientDown,
    /// By actor.
    #[serde(rename = "user")]
    User,
    /// By actor, descending.
    #[serde(rename = "-user")]
    UserDown,
    /// The action, `<service>.<thing>.<verb>`.
    #[serde(rename = "action")]
    Action,
    /// By action, descending.
    #[serde(rename = "-action")]
    ActionDown,
    /// What it was done to.
    #[serde(rename = "entity")]
    Entity,
    /// By entity, descending.
    #[serde(rename = "-entity")]
    EntityDown,
    /// Place in the log.
    #[serde(rename = "index")]
    Index,
    /// Place in the log, descending.
    #[serde(rename = "-index")]
    IndexDown,
}

impl Sort {
    fn order(self) -> (Order, bool) {
        match self {
            Self::Time => (Order::Time, false),
            Self::TimeDown => (Order::Time, true),
            Self::Patient => (Order::Patient, false),
            Self::PatientDown => (Order::Patient, true),
            Self::User => (Order::User, false),
            Self::UserDown => (Order::User, true),
            Self::Action => (Order::Action, false),
            Self::ActionDown => (Order::Action, true),
            Self::Entity => (Order::Entity, false),
            Self::EntityDown => (Order::Entity, true),
            Self::Index => (Order::Index, false),
            Self::IndexDown => (Order::Index, true),
        }
    }
}

/// Filters and order of events. An event must match every given field, and one of the values of a
/// field.
#[derive(Debug, Clone, Default, Deserialize, Validate, utoipa::IntoParams, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EventsQuery {
    /// `<service>.<thing>.<verb>`.
    #[serde(default)]
    #[garde(custom(plain))]
    #[param(value_type = Option<String>)]
    action: Several,
    /// FHIR `AuditEvent.action`: C, R, U, D, E.
    #[serde(default)]
    #[garde(custom(plain))]
    #[param(value_type = Option<String>)]
    interaction: Several,
    /// `success`, `denied`, `failure`.
    #[serde(default)]
    #[garde(custom(plain))]
    #[param(value_type = Option<String>)]
    outcome: Several,
    /// `user`, `client`, `system`, `anonymous`.
    #[serde(default)]
    #[garde(custom(plain))]
    #[param(value_type = Option<String>)]
    actor_kind: Several,
    /// User or client id, or a worker's name.
    #[serde(default)]
    #[garde(custom(plain))]
    #[param(value_type = Option<String>)]
    user: Several,
    /// Pseudonym, as events show it.
    #[serde(default)]
    #[garde(custom(plain))]
    #[param(value_type = Option<String>)]
    patient: Several,
    /// Such as `Encounter`.
    #[serde(default)]
    #[garde(custom(plain))]
    #[param(value_type = Option<String>)]
    entity_kind: Several,
    /// Its id.
    #[serde(default)]
    #[garde(custom(plain))]
    #[param(value_type = Option<String>)]
    entity_id: Several,
    /// Code of v3-ActReason.
    #[serde(default)]
    #[garde(custom(plain))]
    #[param(value_type = Option<String>)]
    purpose: Several,
    /// The service that recorded it.
    #[serde(default)]
    #[garde(custom(plain))]
    #[param(value_type = Option<String>)]
    service: Several,
    /// W3C trace id, 32 hexadecimal digits.
    #[serde(default)]
    #[garde(custom(trace_ids))]
    #[param(value_type = Option<String>)]
    trace_id: Several,
    /// Only events under emergency access, or only others.
    #[serde(default)]
    #[garde(skip)]
    emergency: Option<bool>,
    /// Address of the caller.
    #[serde(default)]
    #[garde(skip)]
    #[param(value_type = Option<String>)]
    #[schema(value_type = Option<String>)]
    source_ip: Option<IpAddr>,
    /// Happened at or after.
    #[serde(default)]
    #[garde(skip)]
    since: Option<DateTime<Utc>>,
    /// Happened before.
    #[serde(default)]
    #[garde(skip)]
    until: Option<DateTime<Utc>>,
    /// The order; `-time` by default. Ties are ordered by time.
    #[serde(default)]
    #[garde(skip)]
    #[param(inline)]
    sort: Sort,
    /// Maximum number of entries; 50 by default.
    #[serde(default)]
    #[garde(inner(range(min = 1, max = 500)))]
    #[param(minimum = 1, maximum = 500)]
    #[schema(minimum = 1, maximum = 500)]
    limit: Option<i64>,
    /// `next` of the previous page; valid for the same search only.
    #[serde(default)]
    #[garde(inner(length(bytes, min = 1, max = 2000), ascii))]
    #[param(min_length = 1, max_length = 2000)]
    #[schema(min_length = 1, max_length = 2000)]
    cursor: Option<String>,
}

impl EventsQuery {
    /// As a command; `request` is method and route.
    pub fn into_command(self, request: &str, patient_id: Option<PatientId>) -> SearchEvents {
        let request = self.as_request(request);
        let (order, descending) = self.sort.order();
        let filters = Filters {
            action: self.action.0,
            interaction: self.interaction.0,
            outcome: self.outcome.0,
            actor_kind: self.actor_kind.0,
            actor_id: self.user.0,
            patient: self.patient.0,
            entity_kind: self.entity_kind.0,
            entity_id: self.entity_id.0,
            purpose: self.purpose.0,
            source: self.service.0,
            trace_id: self.trace_id.0,
            emergency: self.emergency,
            source_ip: self.source_ip,
            since: self.since,
            until: self.until,
            ..Filters::default()
        };
        let search = Search {
            filters,
            order,
            descending,
            after: None,
            limit: self.limit.unwrap_or(50),
        };
        SearchEvents {
            search,
            cursor: self.cursor,
            request,
            patient_id,
        }
    }

    /// Method, route and parameters, for the audit record of the search.
    fn as_request(&self, request: &str) -> String {
        let lists = [
            ("action", &self.action),
            ("interaction", &self.interaction),
            ("outcome", &self.outcome),
            ("actor_kind", &self.actor_kind),
            ("user", &self.user),
            ("patient", &self.patient),
            ("entity_kind", &self.entity_kind),
            ("entity_id", &self.entity_id),
            ("purpose", &self.purpose),
            ("service", &self.service),
            ("trace_id", &self.trace_id),
        ];
        let mut parts: Vec<String> = lists
            .iter()
            .filter(|(_, values)| !values.0.is_empty())
            .map(|(name, values)| format!("{name}={}", values.0.join(",")))
            .collect();
        let times = [("since", self.since), ("until", self.until)];
        parts.extend(
            times
                .iter()
                .filter_map(|(name, time)| Some(format!("{name}={}", (*time)?.to_rfc3339()))),
        );
        parts.extend(self.emergency.map(|emergency| format!("emergency={emergency}")));
        parts.extend(self.source_ip.map(|ip| format!("source_ip={ip}")));
        let mut text = request.to_owned();
        if !parts.is_empty() {
            let _ = write!(text, "?{}", parts.join("&"));
        }
        text
    }
}
