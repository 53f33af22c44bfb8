//! Findings about the platform's policies, from figures of the log.

use super::{
    Leaf,
    minimum_necessary::{Allowed, Purpose, allowed},
};
use mc_fhir::is_allowed;
use mc_vocabulary::Role;

/// A finding about one control.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Name of the control.
    pub control: &'static str,
    /// Whether it holds.
    pub holds: bool,
    /// The figure, in words.
    pub found: String,
    /// How it was measured, in words.
    pub method: &'static str,
}

/// Counts over the events of a period.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// All events.
    pub events: i64,
    /// Events about a patient.
    pub about_patients: i64,
    /// Of these, with a pseudonym.
    pub masked: i64,
    /// Of these, with the sealed id. Only events of organizations, because only they have keys.
    pub sealed: i64,
    /// Events about a patient, of organizations.
    pub to_seal: i64,
    /// Entities that are patients.
    pub entities: i64,
    /// Of these, with a pseudonym.
    pub entities_masked: i64,
    /// Events of anonymous actors.
    pub anonymous: i64,
    /// Of these, with success.
    pub anonymous_successes: i64,
    /// Events whose patient was unmasked.
    pub unmasked: i64,
    /// Of these, by another role than compliance.
    pub unmasked_by_others: i64,
    /// Successful accesses to patient data.
    pub phi: i64,
    /// Of these, with a purpose.
    pub phi_with_purpose: i64,
    /// Of these, with compliance flags.
    pub phi_with_flags: i64,
}

/// Chart reads compared with the table of the minimum necessary.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Readings {
    /// Number of compared reads.
    pub compared: i64,
    /// Of these, with elements and purpose.
    pub recorded: i64,
    /// Of these, with only elements that the role may see for the purpose.
    pub within: i64,
}

impl Readings {
    /// Compares one read.
    pub fn compare(&mut self, leaf: &Leaf) {
        self.compared += 1;
        let Some(elements) = elements(leaf) else { return };
        let Some(purpose) = leaf.record.purpose.as_deref() else {
            return;
        };
        self.recorded += 1;
        let roles: Vec<Role> = leaf
            .record
            .actor
            .roles
            .iter()
            .filter_map(|role| role.parse().ok())
            .collect();
        let seen = |allowed: &[Allowed]| elements.iter().all(|element| may_see(element, allowed));
        let within = match Purpose::from_code(purpose) {
            Some(purpose) => roles.iter().filter_map(|role| allowed(*role, purpose)).any(seen),
            // A patient's own chart: everything that any role sees (164.502(b)(2)(ii)).
            None => roles.contains(&Role::Patient) && allowed(Role::Doctor, Purpose::Treatment).is_some_and(seen),
        };
        self.within += i64::from(within);
    }
}

/// The elements that were seen, as `Type.member`.
fn elements(leaf: &Leaf) -> Option<Vec<&str>> {
    let recorded = leaf.record.details.get("phi_elements_accessed")?.as_array()?;
    Some(recorded.iter().filter_map(|element| element.as_str()).collect())
}

fn may_see(element: &str, allowed: &[Allowed]) -> bool {
    element.split_once('.').is_some_and(|(resource_type, member)| {
        allowed
            .iter()
            .any(|seen| seen.resource_type == resource_type && is_allowed(member, seen.members))
    })
}

/// Sealed ids that were opened and searched for in the bytes of their events.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Opened {
    /// Number of events.
    pub events: i64,
    /// Number of events that hold the id in clear text.
    pub in_clear: i64,
}

impl Opened {
    /// Searches for an opened id in its event.
    pub fn look(&mut self, patient_id: &str, leaf: &[u8]) {
        self.events += 1;
        let text = String::from_utf8_lossy(leaf);
        // As a JSON string, or at the end of a reference.
        let stands = text.contains(&format!("\"{patient_id}\"")) || text.contains(&format!("/{patient_id}\""));
        self.in_clear += i64::from(stands);
    }
}

/// The findings of all controls. A control without data to measure is left out.
pub fn findings(counts: &Counts, readings: &Readings, opened: &Opened) -> Vec<Finding> {
    let all = [
        masking(counts, opened),
        sealing(counts),
        purposes(counts, readings),
        flags(counts),
        strangers(counts),
    ];
    all.into_iter().flatten().collect()
}

fn masking(counts: &Counts, opened: &Opened) -> Option<Finding> {
    let whole = counts.masked == counts.about_patients && counts.entities_masked == counts.entities;
    (counts.about_patients > 0).then(|| Finding {
        control: "data_masking",
        holds: whole && opened.in_clear == 0 && counts.unmasked_by_others == 0,
        found: format!(
            "in 24 h {} of {} events about a patient and {} of {} patients as entities stand under a pseudonym; {} of {} opened ids were found \
             in their events; {} unmaskings, {} of them not by compliance",
            counts.masked,
            counts.about_patients,
            counts.entities_masked,
            counts.entities,
            opened.in_clear,
            opened.events,
            counts.unmasked,
            counts.unmasked_by_others
        ),
        method: "counted in the log: events whose patient is not of the form pt_<16 hex>; the newest sealed ids opened and looked for in the \
                 hashed bytes; events audit.event.unmask by role",
    })
}

fn sealing(counts: &Counts) -> Option<Finding> {
    (counts.to_seal > 0).then(|| Finding {
        control: "phi_protection",
        holds: counts.sealed == counts.to_seal && counts.masked == counts.about_patients,
        found: format!(
            "in 24 h {} of {} events about a patient hold the id sealed beside its pseudonym",
            counts.sealed, counts.to_seal
        ),
        method: "counted in the log: events about a patient with and without a sealed id",
    })
}

fn purposes(counts: &Counts, readings: &Readings) -> Option<Finding> {
    (readings.compared > 0).then(|| Finding {
        control: "minimum_necessary",
        holds: readings.recorded == readings.compared && readings.within == readings.compared,
        found: format!(
            "{} of the newest {} readings of a chart in 24 h say which elements were seen and why, in {} every element is one that the role \
             may see for that purpose; {} of {} accesses to patient data say their purpose",
            readings.recorded, readings.compared, readings.within, counts.phi_with_purpose, counts.phi
        ),
        method: "the log's readings of charts (ehr.patient_summary.read): phi_elements_accessed compared with the table of the minimum \
                 necessary for role and purpose",
    })
}

fn flags(counts: &Counts) -> Option<Finding> {
    (counts.phi > 0).then(|| Finding {
        control: "access_logging",
        holds: counts.phi_with_flags == counts.phi,
        found: format!(
            "in 24 h {} of {} accesses to patient data are on record with the rules that were applied to them",
            counts.phi_with_flags, counts.phi
        ),
        method: "counted in the log: successful accesses to patient data with and without compliance_flags",
    })
}

fn strangers(counts: &Counts) -> Option<Finding> {
    (counts.events > 0).then(|| Finding {
        control: "api_authentication",
        holds: counts.anonymous_successes == 0,
        found: format!(
            "in 24 h {} of {} events are by nobody known, {} of them with success",
            counts.anonymous, counts.events, counts.anonymous_successes
        ),
        method: "counted in the log: events of anonymous actors by outcome",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::detection::tests::reading_of;

    fn compared(roles: &[&str], purpose: &str, elements: &[&str]) -> Readings {
        let mut leaf = reading_of("pt_1");
        leaf.record.actor.roles = roles.iter().map(ToString::to_string).collect();
        leaf.record.purpose = Some(purpose.to_owned());
        leaf.record = leaf.record.detail("phi_elements_accessed", elements.to_vec());
        let mut readings = Readings::default();
        readings.compare(&leaf);
        readings
    }

    #[test]
    fn a_reading_is_within_the_table_of_its_role_and_purpose() {
        let within = |roles: &[&str], purpose, elements: &[&str]| compared(roles, purpose, elements).within == 1;
        assert!(within(
            &["doctor"],
            "TREAT",
            &["Patient.name", "AllergyIntolerance.onsetDateTime"]
        ));
        assert!(within(&["admin"], "HOPERAT", &["Patient.name"]));
        assert!(!within(&["admin"], "HOPERAT", &["AllergyIntolerance.code"]));
        assert!(!within(&["doctor"], "TREAT", &["Patient.telecom"]));
        assert!(
            !within(&["nurse"], "ETREAT", &["Patient.name"]),
            "only doctors break the glass"
        );
        assert!(within(
            &["patient"],
            "PATRQT",
            &["Patient.name", "AllergyIntolerance.code"]
        ));
        assert!(!within(&["doctor"], "PATRQT", &["Patient.name"]));
    }

    #[test]
    fn what_does_not_say_its_elements_or_purpose_is_not_within() {
        let mut readings = Readings::default();
        readings.compare(&reading_of("pt_1"));
        assert_eq!((readings.compared, readings.recorded, readings.within), (1, 0, 0));
    }

    #[test]
    fn one_patient_in_clear_is_found() {
        let mut opened = Opened::default();
        opened.look(
            "p-100",
            br#"{"patient":"pt_0011223344556677","record":{"entity":{"id":"c-1"}}}"#,
        );
        assert_eq!((opened.events, opened.in_clear), (1, 0));
        opened.look("p-100", br#"{"record":{"details":{"subject":"Patient/p-100"}}}"#);
        assert_eq!((opened.events, opened.in_clear), (2, 1));
        let counts = Counts {
            about_patients: 2,
            masked: 2,
            ..Counts::default()
        };
        let found = findings(&counts, &Readings::default(), &opened);
        let masking = found.iter().find(|finding| finding.control == "data_masking").unwrap();
        assert!(!masking.holds, "{}", masking.found);
    }

    #[test]
    fn what_there_was_nothing_of_is_not_called_measured() {
        assert!(findings(&Counts::default(), &Readings::default(), &Opened::default()).is_empty());
        let counts = Counts {
            events: 3,
            anonymous: 2,
            anonymous_successes: 1,
            ..Counts::default()
        };
        let found = findings(&counts, &Readings::default(), &Opened::default());
        assert_eq!(
            (found.len(), found[0].control, found[0].holds),
            (1, "api_authentication", false)
        );
    }
}
