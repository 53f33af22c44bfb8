//! What an AuditEvent looks like, one of each sort.

use crate::facts::full;
use insta::assert_json_snapshot;
use mc_balp::{Actor, Facts, Kind, Outcome, Verb, audit_event};

fn seen(name: &str, facts: &Facts<'_>) {
    insta::with_settings!({ sort_maps => true, prepend_module_to_snapshot => false }, {
        assert_json_snapshot!(name, audit_event(facts));
    });
}

#[test]
fn a_read_and_a_write_swap_source_and_destination() {
    seen("read_of_a_patients_data", &full(Kind::Rest(Verb::Read)));
    seen("update_of_a_patients_data", &full(Kind::Rest(Verb::Update)));
    seen(
        "delete_without_a_patient",
        &Facts {
            patient: None,
            ..full(Kind::Rest(Verb::Delete))
        },
    );
}

#[test]
fn a_search_carries_the_request() {
    seen("search", &full(Kind::Rest(Verb::Search)));
}

#[test]
fn a_refusal_says_why_and_claims_no_profile() {
    let refused = Facts {
        outcome: Outcome::Denied,
        reason: Some("no_consent"),
        ..full(Kind::Rest(Verb::Read))
    };
    seen("refused_read", &refused);
}

#[test]
fn breaking_the_glass_is_a_security_alert_and_a_purpose() {
    let broken = Facts {
        emergency: true,
        justification: Some("medical_emergency"),
        ..full(Kind::EmergencyOverride)
    };
    seen("emergency_override", &broken);
}

#[test]
fn signing_in_is_user_authentication() {
    let unknown = Facts {
        actor: Actor::Nobody,
        outcome: Outcome::Denied,
        reason: Some("unknown_account"),
        patient: None,
        subject: None,
        organization: None,
        ..full(Kind::Login)
    };
    seen("failed_login", &unknown);
    let machine = Facts {
        actor: Actor::Machine {
            id: "01936d00-0000-7000-8000-000000000003",
        },
        query: None,
        purpose: None,
        justification: None,
        ..full(Kind::AccessToken)
    };
    seen("token_of_a_machine", &machine);
}

#[test]
fn a_decision_by_consent_and_a_disclosure_have_profiles_of_their_own() {
    let denied = Facts {
        outcome: Outcome::Denied,
        reason: Some("no_consent"),
        ..full(Kind::ConsentDecision)
    };
    seen("denied_by_consent", &denied);
    seen(
        "disclosure",
        &Facts {
            purpose: Some("PUBHLTH"),
            ..full(Kind::Disclosure)
        },
    );
}
