//! Reads a FHIR search for AuditEvents (IHE ITI-81) as a search of the log.

use crate::domain::{
    Filters, Order, Search,
    catalogue::{CATALOGUE, Entry},
};
use chrono::{DateTime, Utc};
use mc_balp::{ACTION_SYSTEM, Code, Kind, PSEUDONYM_SYSTEM, Verb};
use mc_fhir::{
    DateRange, InvalidParameter, ParameterKind, SearchGrammar, SearchParameter,
    search::{Token, narrow, reference_id, tokens},
};

/// What a search for AuditEvents accepts.
pub const GRAMMAR: SearchGrammar = SearchGrammar {
    parameters: &[
        parameter("_id", ParameterKind::Token),
        parameter("_lastUpdated", ParameterKind::Date),
        parameter("action", ParameterKind::Token),
        parameter("address", ParameterKind::String),
        parameter("agent", ParameterKind::Reference),
        parameter("agent.identifier", ParameterKind::Token),
        parameter("date", ParameterKind::Date),
        parameter("entity", ParameterKind::Reference),
        parameter("entity.identifier", ParameterKind::Token),
        parameter("entity-role", ParameterKind::Token),
        parameter("entity-type", ParameterKind::Token),
        parameter("outcome", ParameterKind::Token),
        parameter("patient", ParameterKind::Reference),
        parameter("patient.identifier", ParameterKind::Token),
        parameter("policy", ParameterKind::Uri),
        parameter("source", ParameterKind::Reference),
        parameter("source.identifier", ParameterKind::Token),
        parameter("subtype", ParameterKind::Token),
        parameter("type", ParameterKind::Token),
    ],
    default_count: 50,
    max_count: 500,
};

const fn parameter(name: &'static str, kind: ParameterKind) -> SearchParameter {
    SearchParameter { name, kind }
}

/// A search that was read.
#[derive(Debug, Default, PartialEq)]
pub struct FhirSearch {
    /// Filters, order and size of the page.
    pub search: Search,
    /// Only the event of this id.
    pub id: Option<String>,
    /// Where the previous page ended.
    pub cursor: Option<String>,
    /// Nothing can match.
    pub nothing: bool,
}

/// Reads the parameters.
///
/// # Errors
/// [`InvalidParameter`] for the first parameter that is unknown or cannot be read.
pub fn read(parameters: &[(String, String)]) -> Result<FhirSearch, InvalidParameter> {
    let mut read = FhirSearch::default();
    let control = GRAMMAR.read(parameters, |name, value| apply(&mut read, name, value))?;
    read.search.limit = control.count;
    read.cursor = control.cursor;
    read.search.descending = true;
    if let Some((name, descending)) = control.sort {
        read.search.order = order(&name).map_err(|reason| InvalidParameter::new("_sort", reason))?;
        read.search.descending = descending;
    }
    Ok(read)
}

fn apply(read: &mut FhirSearch, name: &str, value: &str) -> Result<(), &'static str> {
    let filters = &mut read.search.filters;
    let mut nothing = false;
    match name {
        "_id" => read.id = Some(value.to_owned()),
        "_lastUpdated" => intersect(&mut filters.logged_since, &mut filters.logged_until, value)?,
        "date" => intersect(&mut filters.since, &mut filters.until, value)?,
        "action" => {
            nothing = !narrow(
                &mut filters.interaction,
                codes(value, "http://hl7.org/fhir/audit-event-action"),
            );
        }
        "outcome" => nothing = !narrow(&mut filters.outcome, outcomes(value)),
        "type" => nothing = !narrow(&mut filters.action, actions(value, |entry| Some(entry.kind.category()))),
        "subtype" => nothing = !narrow(&mut filters.action, subtypes(value)),
        "address" => match value.parse() {
            Ok(ip) => filters.source_ip = Some(ip),
            Err(_) => return Err("expected an IP address"),
        },
        "agent" | "agent.identifier" => {
            nothing = !narrow(&mut filters.actor_id, ids(value, &["user", "client", "worker"]));
        }
        "patient" | "patient.identifier" => nothing = !narrow(&mut filters.patient, patients(value)),
        "entity" | "entity.identifier" => nothing = !entities(filters, value)?,
        "entity-type" => nothing = !entity_type(filters, value)?,
        "entity-role" => nothing = !entity_role(filters, value)?,
        "source" | "source.identifier" => nothing = !narrow(&mut filters.source, ids(value, &["service"])),
        // Events of this log have no policy.
        "policy" => nothing = true,
        _ => return Err("is not a search parameter"),
    }
    read.nothing |= nothing;
    Ok(())
}

/// Several dates must all hold.
fn intersect(
    since: &mut Option<DateTime<Utc>>,
    until: &mut Option<DateTime<Utc>>,
    value: &str,
) -> Result<(), &'static str> {
    let both = DateRange {
        since: *since,
        until: *until,
    }
    .intersect(DateRange::parse(value)?);
    (*since, *until) = (both.since, both.until);
    Ok(())
}

fn codes(value: &str, of: &str) -> Vec<String> {
    let ours = tokens(value).filter(|token| token.may_be_of(of));
    ours.map(|token| token.code.to_owned()).collect()
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

fn is(code: Code, token: Token<'_>) -> bool {
    code.code == token.code && token.may_be_of(code.system)
}

/// The actions whose code is one of the tokens.
fn actions(value: &str, code: impl Fn(&Entry) -> Option<Code>) -> Vec<String> {
    let matching = CATALOGUE
        .iter()
        .filter(|entry| code(entry).is_some_and(|code| tokens(value).any(|token| is(code, token))));
    matching.map(|entry| entry.action.to_owned()).collect()
}

/// Action names of this system are subtypes as well.
fn subtypes(value: &str) -> Vec<String> {
    let own = tokens(value).filter(|token| token.may_be_of(ACTION_SYSTEM));
    let own: Vec<String> = own
        .map(|token| token.code.to_owned())
        .filter(|code| code.contains('.'))
        .collect();
    let standard = actions(value, |entry| entry.kind.subtype());
    [own, standard].concat()
}

/// Identifiers, whether written `system|value`, `Type/value` or alone.
fn ids(value: &str, kinds: &[&str]) -> Vec<String> {
    let ours = |system: &str| kinds.iter().any(|kind| system == format!("urn:medconnect:{kind}"));
    let ids = tokens(value).filter(|token| token.system.is_none_or(ours));
    ids.map(|token| reference_id(token.code).to_owned()).collect()
}

fn patients(value: &str) -> Vec<String> {
    let ours = tokens(value).filter(|token| token.may_be_of(PSEUDONYM_SYSTEM));
    let masked = ours
        .map(|token| reference_id(token.code))
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
    Ok(narrow(&mut filters.entity_id, vec![id.to_owned()]))
}

/// Systems are lower case; kinds begin with a capital, as services write them.
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
    Ok(narrow(&mut filters.action, actions))
}

fn order(name: &str) -> Result<Order, &'static str> {
    Ok(match name {
        "date" => Order::Time,
        "patient" => Order::Patient,
        "agent" => Order::User,
        "subtype" => Order::Action,
        "entity" => Order::Entity,
        "_lastUpdated" => Order::Index,
        _ => return Err("expected one of date, _lastUpdated, patient, agent, subtype and entity"),
    })
}
