//! Documents generated from the code: `MC_UPDATE_DOCS=1` writes them, otherwise they are compared.

use crate::source::root;
use mc_contracts::events::CATALOGUE;
use mc_vocabulary::problem::GENERAL;
use std::{fmt::Write, fs};

#[expect(clippy::disallowed_methods, reason = "decides whether to write")]
fn is(file: &str, text: &str) {
    let path = root().join(file);
    if std::env::var("MC_UPDATE_DOCS").is_ok() {
        fs::write(&path, text).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        found, text,
        "{file} is out of date: MC_UPDATE_DOCS=1 cargo test -p mc-testkit --test house"
    );
}

#[test]
fn the_catalogue_of_events_is_up_to_date() {
    let mut text = "# Events\n\nGenerated from `crates/contracts`. Exchange `medconnect.events` (topic, durable); quorum queues, delivery limit 20, dead letters in `<queue>.dead`.\nCloudEvents 1.0 attributes and W3C trace context travel as headers, the event as JSON body. Ids and facts only: no name, birth date, member id or clinical content.\n\n| routing key | meaning | consumers |\n|---|---|---|\n".to_owned();
    for entry in CATALOGUE {
        writeln!(
            text,
            "| `{}` | {} | {} |",
            entry.routing_key, entry.meaning, entry.consumers
        )
        .unwrap();
    }
    is("docs/events.md", &text);
}

#[test]
fn the_catalogue_of_errors_is_up_to_date() {
    let mut text = "# Errors\n\nGenerated from `crates/vocabulary`. Every refusal is `application/problem+json` (RFC 9457); FHIR routes return an `OperationOutcome` instead.\n`type` never changes its meaning, `instance` is `urn:trace:<trace id>` of the request (also in `X-Trace-Id`), `errors` names the invalid parts of the request and never repeats a value.\n\n| type | status | what happened | what to do |\n|---|---|---|---|\n".to_owned();
    let mut kinds = GENERAL.to_vec();
    kinds.sort_by_key(|kind| (kind.status, kind.code));
    for kind in kinds {
        writeln!(
            text,
            "| `urn:medconnect:problem:{}` | {} | {} | {} |",
            kind.code, kind.status, kind.title, kind.cure
        )
        .unwrap();
    }
    is("docs/errors.md", &text);
}
