//! Invariants of the table.

use super::*;
use mc_fhir::{Resource, project};

#[test]
fn no_role_sees_contact_details() {
    for row in TABLE {
        assert_eq!(row.sees[0].resource_type, "Patient");
        for hidden in [
            "identifier",
            "telecom",
            "address",
            "photo",
            "contact",
            "text",
            "extension",
        ] {
            assert!(row.sees.iter().all(|a| !a.members.contains(&hidden)), "{hidden}");
        }
    }
}

#[test]
fn roles_without_a_row_see_nothing() {
    for role in [
        Role::Staff,
        Role::Billing,
        Role::Compliance,
        Role::Patient,
        Role::Integration,
    ] {
        for purpose in ["TREAT", "ETREAT", "HOPERAT", "HPAYMT"].map(|c| Purpose::from_code(c).unwrap()) {
            assert_eq!(allowed(role, purpose), None, "{role} {purpose:?}");
        }
    }
    assert_eq!(allowed(Role::Nurse, Purpose::EmergencyTreatment), None);
    assert_eq!(allowed(Role::Admin, Purpose::Treatment), None);
}

#[test]
fn what_decides_a_members_meaning_is_kept() {
    for purpose in [Purpose::Treatment, Purpose::EmergencyTreatment] {
        for seen in allowed(Role::Doctor, purpose).unwrap().iter().skip(1) {
            assert!(
                seen.members.iter().any(|m| m.ends_with("tatus")),
                "{}",
                seen.resource_type
            );
        }
    }
}

#[test]
fn a_doctor_sees_the_person_and_not_the_address() {
    let text = r#"{"resourceType":"Patient","id":"p","name":[{"family":"A"}],"address":[{"city":"B"}],"deceasedDateTime":"2020"}"#;
    let patient = &allowed(Role::Doctor, Purpose::Treatment).unwrap()[0];
    let seen = project(&Resource::parse(text.as_bytes()).unwrap(), patient.members).unwrap();
    assert!(seen.raw("name").is_some() && seen.raw("deceasedDateTime").is_some() && seen.raw("address").is_none());
}
