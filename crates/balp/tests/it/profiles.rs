//! Our AuditEvents against the published profiles; passed over where the definitions are not at
//! hand.

use crate::{
    definitions::{Definitions, documents},
    facts::{KINDS, doctor, full},
};
use mc_balp::{Actor, Facts, Kind, Outcome, Verb, audit_event};
use proptest::prelude::*;
use serde_json::{Value, json};

fn profiles(event: &Value) -> Vec<&str> {
    let profiles = event["meta"]["profile"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    profiles.iter().filter_map(Value::as_str).collect()
}

#[test]
fn the_published_examples_pass_and_spoilt_ones_do_not() {
    let Some(definitions) = Definitions::load() else { return };
    for example in documents("auditevent") {
        // `accessTokenUse` requires extensions that this crate does not write.
        for profile in profiles(&example)
            .into_iter()
            .filter(|url| !url.contains("accessTokenUse"))
        {
            let faults = definitions.faults(&example, profile);
            assert!(faults.is_empty(), "{} under {profile}: {faults:?}", example["id"]);
            let mut spoilt = example.clone();
            spoilt["agent"].as_array_mut().unwrap().remove(0);
            assert!(!definitions.faults(&spoilt, profile).is_empty(), "{}", example["id"]);
        }
    }
}

#[test]
fn with_everything_known_each_kind_meets_its_profile() {
    let Some(definitions) = Definitions::load() else { return };
    let mut met = std::collections::BTreeSet::new();
    for kind in KINDS {
        for patient in [None, Some("pt_0123456789abcdef")] {
            let actor = if *kind == Kind::AccessToken {
                Actor::Machine { id: "c-1" }
            } else {
                doctor()
            };
            let event = audit_event(&Facts {
                patient,
                actor,
                ..full(*kind)
            });
            let claimed = profiles(&event);
            for profile in &claimed {
                assert_eq!(definitions.faults(&event, profile), [""; 0], "{kind:?}");
                met.insert((*profile).rsplit_once('/').unwrap().1.to_owned());
            }
            let missed = kind.profile(patient.is_some()).is_some() && claimed.is_empty();
            let needs_patient = matches!(kind, Kind::ConsentDecision | Kind::Disclosure);
            assert!(!missed || needs_patient && patient.is_none(), "{kind:?}");
        }
    }
    assert_eq!(met.len(), 13, "{met:?}");
}

#[test]
fn agent_codes_swap_between_read_and_write() {
    let types = |verb| {
        let event = audit_event(&full(Kind::Rest(verb)));
        let agents = event["agent"].as_array().unwrap().clone();
        agents
            .iter()
            .map(|agent| agent["type"]["coding"][0]["code"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(types(Verb::Read), ["110152", "110153", "IRCP"]);
    assert_eq!(types(Verb::Search), ["110153", "110152", "IRCP"]);
    assert_eq!(types(Verb::Create), ["110153", "110152", "AUT"]);
    assert_eq!(types(Verb::Update), ["110153", "110152", "AUT"]);
    assert_eq!(types(Verb::Delete), ["110150", "custodian", "CST"]);
}

fn actor(n: u8) -> Actor<'static> {
    match n {
        0 => doctor(),
        1 => Actor::Person {
            id: "u-1",
            roles: &[],
            device: None,
        },
        2 => Actor::Machine { id: "c-1" },
        3 => Actor::Worker { name: "reconcile" },
        _ => Actor::Nobody,
    }
}

proptest! {
    /// Whatever is missing: a profile is named only where it is met, and what every AuditEvent must
    /// have is there.
    #[test]
    fn no_profile_is_named_that_is_not_met(kind in 0..KINDS.len(), who in 0u8..5, outcome in 0u8..3, has in any::<u16>()) {
        let bit = |n: u16| has & (1 << n) != 0;
        let all = full(KINDS[kind]);
        let facts = Facts {
            actor: actor(who),
            outcome: [Outcome::Success, Outcome::Denied, Outcome::Failure][usize::from(outcome)],
            client_address: all.client_address.filter(|_| bit(0)),
            organization: all.organization.filter(|_| bit(1)),
            patient: all.patient.filter(|_| bit(2)),
            subject: all.subject.filter(|_| bit(3)),
            query: all.query.filter(|_| bit(4)),
            consent: all.consent.filter(|_| bit(5)),
            recipient: all.recipient.filter(|_| bit(6)),
            purpose: all.purpose.filter(|_| bit(7)),
            justification: all.justification.filter(|_| bit(8)),
            trace_id: if bit(9) { all.trace_id } else { "" },
            emergency: bit(10),
            reason: Some("no_consent").filter(|_| bit(11)),
            logged: all.logged.filter(|_| bit(12)),
            ..all
        };
        let event = audit_event(&facts);
        if let Some(definitions) = Definitions::load() {
            for profile in profiles(&event) {
                prop_assert_eq!(definitions.faults(&event, profile), Vec::<String>::new());
            }
        }
        for required in ["type", "recorded", "agent", "source"] {
            prop_assert!(!event[required].is_null());
        }
        let agents = event["agent"].as_array().unwrap();
        prop_assert!(!agents.is_empty());
        prop_assert!(agents.iter().all(|agent| agent["requestor"].is_boolean() && !agent["type"].is_null()));
        let text = event.to_string();
        prop_assert_eq!(text.contains("\"contained\""), text.contains("\"#outcome\""));
        prop_assert!(!text.contains("null") && !text.contains("[]") && !text.contains("\"\""), "{}", text);
        let claims = !profiles(&event).is_empty();
        if claims && event["type"]["code"] == json!("rest") {
            prop_assert_eq!(&event["outcome"], "0");
        }
    }
}
