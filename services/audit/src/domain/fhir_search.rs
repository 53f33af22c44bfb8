//! A FHIR search for AuditEvents (IHE ITI-81), as what the log can be searched by.

use super::{
    Filters, Order, Search,
    catalogue::{CATALOGUE, Entry},
    fhir_date::{self, Span},
};
use chrono::{DateTime, Utc};
use mc_fhir::audit_event::{ACTION_SYSTEM, Code, Kind, PSEUDONYM_SYSTEM, Verb};

/// Most resources on one page.
const COUNT_MAX: i64 = 500;
const COUNT: i64 = 50;

/// Parameters that are understood, for the CapabilityStatement: name and type.
pub const PARAMETERS: &[(&str, &str)] = &[
    ("_id", "token"),
    ("_lastUpdated", "date"),
    ("action", "token"),
    ("address", "string"),
    ("agent", "reference"),
    ("agent.identifier", "token"),
    ("date", "date"),
    ("entity", "reference"),
    ("entity.identifier", "token"),
    ("entity-role", "token"),
    ("entity-type", "token"),
    ("outcome", "token"),
    ("patient", "reference"),
    ("patient.identifier", "token"),
    ("policy", "uri"),
    ("source", "reference"),
    ("source.identifier", "token"),
    ("subtype", "token"),
    ("type", "token"),
];

/// A search as it was understood.
#[derive(Debug, Default, PartialEq)]
pub struct FhirSearch {
    /// What the log is searched for.
    pub search: Search,
    /// Only the event of this id.
    pub id: Option<String>,
    /// Where the page before ended.
    pub cursor: Option<String>,
    /// Nothing can match.
    pub nothing: bool,
}

/// A parameter that is not understood; the caller must not take the answer for one to their question.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{parameter}: {reason}")]
pub struct Unreadable {
    /// Its name, where it is one of ours.
    pub parameter: String,
    /// Why.
    pub reason: &'static str,
}

/// Reads the parameters.
///
/// # Errors
/// [`NotUnderstood`].
pub fn read(parameters: &[(String, String)]) -> Result<FhirSearch, Unreadable> {
    let mut read = FhirSearch::default();
    (read.search.limit, read.search.descending) = (COUNT, true);
    for (name, value) in parameters {
        let understood = one(&mut read, name, value);
        understood.map_err(|reason| Unreadable {
            parameter: known_name(name),
            reason,
        })?;
    }
    Ok(read)
}

/// What the caller sent as a name may be anything; ours alone is repeated.
fn known_name(name: &str) -> String {
    let ours = PARAMETERS.iter().any(|(known, _)| *known == name);
    let control = ["_count", "_sort", "_cursor", "_format", "_total"].contains(&name);
    if ours || control { name } else { "parameter" }.to_owned()
}

fn one(read: &mut FhirSearch, name: &str, value: &str) -> Result<(), &'static str> {
    let filters = &mut read.search.filters;
    let mut nothing = false;
    match name {
        "_id" => read.id = Some(value.to_owned()),
        "_lastUpdated" => narrow(
            &mut filters.logged_since,
            &mut filters.logged_until,
            fhir_date::read(value)?,
        ),
        "date" => narrow(&mut filters.since, &mut filters.until, fhir_date::read(value)?),
        "action" => {
            nothing = !either(
                &mut filters.interaction,
                codes(value, "http://hl7.org/fhir/audit-event-action"),
            );
        }
        "outcome" => nothing = !either(&mut filters.outcome, outcomes(value)),
        "type" => nothing = !either(&mut filters.action, actions(value, |entry| Some(entry.kind.category()))),
        "subtype" => nothing = !either(&mut filters.action, subtypes(value)),
        "address" => match value.parse() {
            Ok(ip) => filters.source_ip = Some(ip),
            Err(_) => return Err("expected an IP address"),
        },
        "agent" | "agent.identifier" => {
            nothing = !either(&mut filters.actor_id, ids(value, &["user", "client", "worker"]));
        }
        "patient" | "patient.identifier" => nothing = !either(&mut filters.patient, patients(value)),
        "entity" | "entity.identifier" => nothing = !entities(filters, value)?,
        "entity-type" => nothing = !entity_type(filters, value)?,
        "entity-role" => nothing = !entity_role(filters, value)?,
        "source" | "source.identifier" => nothing = !either(&mut filters.source, ids(value, &["service"])),
        // No event of ours names a policy.
        "policy" => nothing = true,
        "_count" => {
            let count = value.parse().ok().filter(|count: &i64| *count > 0);
            read.search.limit = count.ok_or("expected a number from 1 on")?.min(COUNT_MAX);
        }
        "_sort" => (read.search.order, read.search.descending) = order(value)?,
        "_cursor" => read.cursor = Some(value.to_owned()),
        "_format" if value.contains("json") => {}
        "_format" => return Err("this server speaks JSON"),
        "_total" if value == "none" => {}
        _ => return Err("is not searched by here; see the CapabilityStatement"),
    }
    read.nothing |= nothing;
    Ok(())
}

/// Adds a condition that must hold beside what stands; false where nothing can match both.
fn either(filter: &mut Vec<String>, values: Vec<String>) -> bool {
    if filter.is_empty() {
        *filter = values;
    } else {
        filter.retain(|value| values.contains(value));
    }
    !filter.is_empty()
}

/// Several dates must all hold.
fn narrow(since: &mut Option<DateTime<Utc>>, until: &mut Option<DateTime<Utc>>, by: Span) {
    *since = (*since).max(by.since);
    *until = match (*until, by.until) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    };
}

/// The alternatives of a token, each as system (None: any) and code.
fn tokens(value: &str) -> impl Iterator<Item = (Option<&str>, &str)> {
    value.split(',').map(|token| match token.split_once('|') {
        Some((system, code)) => (Some(system), code),
        None => (None, token),
    })
}

fn codes(value: &str, of: &str) -> Vec<String> {
    let ours = tokens(value).filter(|(system, _)| system.is_none_or(|system| system == of));
    ours.map(|(_, code)| code.to_owned()).collect()
}

fn outcomes(value: &str) -> Vec<String> {
    let codes = codes(value, "http://terminology.hl7.org/CodeSystem/audit-event-outcome");
    let words = codes.iter().filter_map(|code| match code.as_str() {
        "0" => Some("success"),
        "4" => Some("denied"),
        "8" => Some("failure"),
        _ => None,
    });
    words.map(str::to_owned).collect()
}

fn is(code: Code, (system, wanted): (Option<&str>, &str)) -> bool {
    code.code == wanted && system.is_none_or(|system| system == code.system)
}

/// The actions whose code is one of the tokens.
fn actions(value: &str, code: impl Fn(&Entry) -> Option<Code>) -> Vec<String> {
    let matching = CATALOGUE
        .iter()
        .filter(|entry| code(entry).is_some_and(|code| tokens(value).any(|token| is(code, token))));
    matching.map(|entry| entry.action.to_owned()).collect()
}

/// Our own action names are subtypes as well.
fn subtypes(value: &str) -> Vec<String> {
    let own = tokens(value).filter(|(system, _)| system.is_none_or(|system| system == ACTION_SYSTEM));
    let own: Vec<String> = own
        .map(|(_, code)| code.to_owned())
        .filter(|code| code.contains('.'))
        .collect();
    let standard = actions(value, |entry| entry.kind.subtype());
    [own, standard].concat()
}

/// Identifiers, whether written `system|value`, `Type/value` or alone.
fn ids(value: &str, kinds: &[&str]) -> Vec<String> {
    let ours = |system: &str| kinds.iter().any(|kind| system == format!("urn:medconnect:{kind}"));
    let ids = tokens(value).filter(|(system, _)| system.is_none_or(ours));
    ids.map(|(_, id)| id.rsplit('/').next().unwrap_or(id).to_owned())
        .collect()
}

fn patients(value: &str) -> Vec<String> {
    let ours = tokens(value).filter(|(system, _)| system.is_none_or(|system| system == PSEUDONYM_SYSTEM));
    let masked = ours
        .map(|(_, id)| id.rsplit('/').next().unwrap_or(id))
        .filter(|id| id.starts_with("pt_"));
    masked.map(str::to_owned).collect()
}

/// One entity: `Encounter/enc-1`, `urn:medconnect:encounter|enc-1` or the id alone.
fn entities(filters: &mut Filters, value: &str) -> Result<bool, &'static str> {
    if value.contains(',') {
        return Err("one entity at a time");
    }
    let (kind, id) = match (value.split_once('|'), value.rsplit_once('/')) {
        (Some((system, id)), _) => (system.strip_prefix("urn:medconnect:").map(capital), id),
        (None, Some((kind, id))) => (Some(kind.to_owned()), id),
        (None, None) => (None, value),
    };
    if let Some(kind) = kind {
        filters.entity_kind = vec![kind];
    } else if value.contains('|') {
        return Ok(false);
    }
    Ok(either(&mut filters.entity_id, vec![id.to_owned()]))
}

/// Systems are written small, kinds as their services write them: with a capital.
fn capital(kind: &str) -> String {
    let mut letters = kind.chars();
    let kinds = ["AuditEvent", "Consent"];
    let known = kinds
        .iter()
        .find(|known| known.eq_ignore_ascii_case(kind))
        .map(|known| (*known).to_owned());
    known.unwrap_or_else(|| {
        letters
            .next()
            .map(|first| first.to_ascii_uppercase())
            .into_iter()
            .chain(letters)
            .collect()
    })
}

fn entity_type(filters: &mut Filters, value: &str) -> Result<bool, &'static str> {
    match value.rsplit('|').next() {
        Some("1") => filters.has_patient = Some(true),
        Some("2") => return Ok(true),
        _ => return Err("1 (a person) and 2 (a system object) are searched by"),
    }
    Ok(true)
}

fn entity_role(filters: &mut Filters, value: &str) -> Result<bool, &'static str> {
    let of = |wanted: fn(Kind) -> bool| -> Vec<String> {
        CATALOGUE
            .iter()
            .filter(|entry| wanted(entry.kind))
            .map(|entry| entry.action.to_owned())
            .collect()
    };
    let actions = match value.rsplit('|').next() {
        Some("1") => {
            filters.has_patient = Some(true);
            return Ok(true);
        }
        Some("4") => of(|kind| {
            matches!(
                kind,
                Kind::Rest(Verb::Create | Verb::Read | Verb::Update | Verb::Delete)
            )
        }),
        Some("24") => of(|kind| matches!(kind, Kind::Rest(Verb::Search) | Kind::AccessToken)),
        Some("11") => of(|kind| {
            matches!(
                kind,
                Kind::UserSecurityChanged | Kind::Login | Kind::Logout | Kind::SessionKept
            )
        }),
        Some("13") => of(|kind| {
            matches!(
                kind,
                Kind::SecurityConfiguration | Kind::AuditLogUsed | Kind::RestrictedFunction
            )
        }),
        _ => return Err("1, 4, 11, 13 and 24 are searched by"),
    };
    Ok(either(&mut filters.action, actions))
}

fn order(value: &str) -> Result<(Order, bool), &'static str> {
    let (name, descending) = value.strip_prefix('-').map_or((value, false), |name| (name, true));
    let order = match name {
        "date" => Order::Time,
        "patient" => Order::Patient,
        "agent" => Order::User,
        "subtype" => Order::Action,
        "entity" => Order::Entity,
        "_lastUpdated" => Order::Index,
        _ => return Err("date, _lastUpdated, patient, agent, subtype and entity sort, one at a time"),
    };
    Ok((order, descending))
}
