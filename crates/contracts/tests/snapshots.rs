//! One snapshot per event version. A difference is a change of contract; a breaking change needs a
//! new version beside the old one.
#![expect(clippy::unwrap_used, reason = "a panic here is a failed test")]

use mc_contracts::{
    AccessRevoked, Actor, ActorKind, AlertRaised, AuditRecord, BreakerChanged, ConsentDecision, ConsentPurpose,
    ConsentRecorded, Entity, Event, Interaction, InventoryDue, Outcome, RevocationReason, Tally, events::CATALOGUE,
};
use serde_json::json;

const ID: &str = "01936d00-0000-7000-8000-000000000001";

fn at() -> chrono::DateTime<chrono::Utc> {
    "2026-11-22T08:00:00Z".parse().unwrap()
}

#[test]
fn audit_recorded_v1() {
    let record = AuditRecord {
        action: "ehr.patient_summary.read".to_owned(),
        interaction: Interaction::Read,
        outcome: Outcome::Success,
        actor: Actor {
            kind: ActorKind::User,
            id: ID.to_owned(),
            roles: vec!["doctor".to_owned()],
            session_id: Some(ID.to_owned()),
            device_id: Some("clinic_workstation".to_owned()),
        },
        occurred_at: at(),
        source_ip: Some("192.0.2.1".parse().unwrap()),
        trace_id: "0af7651916cd43dd8448eb211c80319c".to_owned(),
        patient_id: Some("pat-1".parse().unwrap()),
        entity: Some(Entity {
            kind: "Patient".to_owned(),
            id: "pat-1".to_owned(),
        }),
        purpose: Some("TREAT".to_owned()),
        justification: Some("scheduled_appointment".to_owned()),
        emergency: false,
        details: [("phi_elements_accessed".to_owned(), json!(["demographics"]))].into(),
    };
    assert_eq!(record.subject().as_deref(), Some("pat-1"));
    insta::assert_json_snapshot!(record);
}

#[test]
fn alert_raised_v1() {
    insta::assert_json_snapshot!(AlertRaised {
        alert_id: ID.parse().unwrap(),
        rule: "many_patients".to_owned(),
        severity: "high".to_owned(),
        subject_kind: "actor".to_owned(),
        subject_id: ID.to_owned(),
        figure: 41,
        threshold: 40,
        happened_at: at(),
        raised_at: at(),
        notice_due_at: Some(at()),
    });
}

#[test]
fn inventory_due_v1() {
    insta::assert_json_snapshot!(InventoryDue {
        record_id: ID.parse().unwrap(),
        kind: "agreements".to_owned(),
        due_at: at(),
        days_left: 30,
    });
}

#[test]
fn breaker_changed_v1() {
    insta::assert_json_snapshot!(BreakerChanged {
        upstream: "stripe".to_owned(),
        from: "CLOSED".to_owned(),
        to: "OPEN".to_owned(),
        at: at(),
        reason: "timeout".to_owned(),
    });
}

#[test]
fn tally_v1() {
    insta::assert_json_snapshot!(Tally {
        since: at(),
        until: at() + chrono::TimeDelta::minutes(1),
        recorded: 7,
    });
}

#[test]
fn consent_recorded_v1() {
    insta::assert_json_snapshot!(ConsentRecorded {
        consent_id: ID.parse().unwrap(),
        patient_id: "pat-1".parse().unwrap(),
        purpose: ConsentPurpose::Payment,
        decision: ConsentDecision::Permit,
        encounter_id: Some("enc-1".parse().unwrap()),
        grantee: None,
        recorded_at: at(),
        sequence: Some(7),
    });
}

#[test]
fn a_consent_of_a_release_without_sequence_is_read() {
    let mut event = serde_json::json!({
        "consent_id": ID, "patient_id": "pat-1", "purpose": "payment", "decision": "permit",
        "encounter_id": "enc-1", "grantee": null, "recorded_at": at(),
    });
    let read: ConsentRecorded = serde_json::from_value(event.clone()).unwrap();
    assert_eq!(read.sequence, None);
    assert_eq!(serde_json::to_value(&read).unwrap(), event);
    event["sequence"] = serde_json::json!(7);
    assert_eq!(
        serde_json::from_value::<ConsentRecorded>(event).unwrap().sequence,
        Some(7)
    );
}

#[test]
fn access_revoked_v1() {
    insta::assert_json_snapshot!(AccessRevoked {
        session_id: ID.parse().unwrap(),
        expires_at: at(),
        reason: RevocationReason::SignedOut,
    });
}

#[test]
fn a_revocation_with_a_reason_of_a_later_release_is_read() {
    let event = json!({ "session_id": ID, "expires_at": at(), "reason": "something_new" });
    let read: AccessRevoked = serde_json::from_value(event).unwrap();
    assert_eq!(read.reason, RevocationReason::Other);
}

#[test]
fn every_event_is_in_the_catalogue() {
    for name in [
        AlertRaised::NAME,
        AuditRecord::NAME,
        InventoryDue::NAME,
        Tally::NAME,
        BreakerChanged::NAME,
        ConsentRecorded::NAME,
        AccessRevoked::NAME,
    ] {
        assert!(
            CATALOGUE.iter().any(|entry| entry.routing_key.ends_with(name)),
            "{name}"
        );
    }
}
