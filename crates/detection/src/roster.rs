//! What is known of each organization beside its log: workforce, networks, learned thresholds.

use crate::networks::Networks;
use mc_vocabulary::OrganizationId;
use std::collections::{HashMap, HashSet};

/// A member of the workforce: pseudonyms only.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Member {
    /// Id of the account.
    pub user_id: String,
    /// Pseudonym of their own chart.
    pub patient: Option<String>,
    /// Pseudonym of the family name.
    pub family_key: Option<String>,
    /// Pseudonym of the address.
    pub address_key: Option<String>,
}

/// Learned thresholds by rule and role.
#[derive(Debug, Clone, Default)]
pub struct Thresholds(HashMap<String, HashMap<String, u64>>);

impl Thresholds {
    /// Sets a learned threshold.
    pub fn set(&mut self, rule: &str, role: &str, threshold: u64) {
        self.0
            .entry(rule.to_owned())
            .or_default()
            .insert(role.to_owned(), threshold);
    }

    /// The learned threshold of a rule and role.
    pub fn of(&self, rule: &str, role: &str) -> Option<u64> {
        self.0.get(rule)?.get(role).copied()
    }
}

#[derive(Debug, Default)]
pub(crate) struct Organization {
    members: HashMap<String, Member>,
    patients: HashSet<String>,
    pub networks: Networks,
    pub thresholds: Thresholds,
}

impl Organization {
    pub fn member(&self, user_id: &str) -> Option<&Member> {
        self.members.get(user_id)
    }

    /// Whether the chart is that of a member of the workforce.
    pub fn is_workforce(&self, patient: &str) -> bool {
        self.patients.contains(patient)
    }
}

/// What is known, by organization.
#[derive(Debug, Default)]
pub struct Roster(HashMap<OrganizationId, Organization>);

impl Roster {
    /// Replaces what is known of an organization.
    pub fn set(&mut self, id: OrganizationId, members: Vec<Member>, networks: Networks, thresholds: Thresholds) {
        let organization = Organization {
            patients: members.iter().filter_map(|member| member.patient.clone()).collect(),
            members: members.into_iter().map(|m| (m.user_id.clone(), m)).collect(),
            networks,
            thresholds,
        };
        self.0.insert(id, organization);
    }

    pub(crate) fn of(&self, id: OrganizationId) -> Option<&Organization> {
        self.0.get(&id)
    }
}
