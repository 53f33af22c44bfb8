//! The catalogue: every action that a service records, with its kind in FHIR and its classes.

use Class as C;
use mc_balp::{Kind, Verb};

/// What an action is for reports and detection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Somebody saw, made or changed what is known about a patient.
    PhiAccess,
    /// Patient data left the organization.
    LeftTheHouse,
    /// Patient data was disclosed outside treatment, payment and operations; accounted for under 45
    /// CFR 164.528.
    Disclosure,
    /// Somebody proved who they are, or failed to.
    SignIn,
    /// A session continued or ended.
    Session,
    /// People, machines or their rights changed.
    Privilege,
    /// A patient's decision was recorded.
    Consent,
    /// Data was exported.
    Export,
    /// Emergency access was used.
    BreakGlass,
    /// How the system is connected or protected changed.
    Configuration,
    /// Somebody read the audit log.
    AuditReading,
    /// A rule of retention or a legal hold changed, or events were pruned, exported or restored.
    Retention,
    /// Work of compliance itself: cases, agreements, training, incidents.
    Compliance,
}

impl Class {
    /// Every class.
    pub const ALL: &[Self] = &[
        Self::PhiAccess,
        Self::LeftTheHouse,
        Self::Disclosure,
        Self::SignIn,
        Self::Session,
        Self::Privilege,
        Self::Consent,
        Self::Export,
        Self::BreakGlass,
        Self::Configuration,
        Self::AuditReading,
        Self::Retention,
        Self::Compliance,
    ];

    /// As the rules of detection name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PhiAccess => "phi_access",
            Self::LeftTheHouse => "left_the_house",
            Self::Disclosure => "disclosure",
            Self::SignIn => "sign_in",
            Self::Session => "session",
            Self::Privilege => "privilege",
            Self::Consent => "consent",
            Self::Export => "export",
            Self::BreakGlass => "break_glass",
            Self::Configuration => "configuration",
            Self::AuditReading => "audit_reading",
            Self::Retention => "retention",
            Self::Compliance => "compliance",
        }
    }
}

/// One action of the catalogue.
#[derive(Debug)]
pub struct Entry {
    /// Its name, `<service>.<thing>.<verb>`.
    pub action: &'static str,
    /// The action in plain words that follow "a doctor".
    pub words: &'static str,
    /// Its kind in FHIR: type, subtype and profile.
    pub kind: Kind,
    /// Its classes.
    pub classes: &'static [Class],
}

const fn entry(action: &'static str, words: &'static str, kind: Kind, classes: &'static [Class]) -> Entry {
    Entry {
        action,
        words,
        kind,
        classes,
    }
}

const CREATE: Kind = Kind::Rest(Verb::Create);
const READ: Kind = Kind::Rest(Verb::Read);
const UPDATE: Kind = Kind::Rest(Verb::Update);
const SEARCH: Kind = Kind::Rest(Verb::Search);

/// The catalogue, sorted by name. A test compares it with the actions in the sources of all
/// services.
#[rustfmt::skip]
pub const CATALOGUE: &[Entry] = &[
    entry("audit.alert.extend", "added events to an alert", Kind::Other, &[C::Compliance]),
    entry("audit.alert.list", "looked at the list of alerts", Kind::AuditLogUsed, &[C::AuditReading]),
    entry("audit.alert.raise", "raised an alert", Kind::RestrictedFunction, &[C::Compliance]),
    entry("audit.alert.read", "looked at an alert", Kind::AuditLogUsed, &[C::AuditReading]),
    entry("audit.alert.update", "decided about an alert", UPDATE, &[C::Compliance]),
    entry("audit.checkpoint.read", "looked at the newest checkpoint of the audit log", Kind::AuditLogUsed, &[C::AuditReading]),
    entry("audit.dead_letters.grew", "found events that could never be logged", Kind::RestrictedFunction, &[C::Compliance]),
    entry("audit.disclosure.record", "wrote down that data was disclosed", Kind::Disclosure, &[C::Disclosure, C::LeftTheHouse]),
    entry("audit.event.read", "looked at an entry of the audit log", Kind::AuditLogUsed, &[C::AuditReading]),
    entry("audit.event.unmask", "requested the identity of the patient in an entry of the audit log", Kind::RestrictedFunction, &[C::AuditReading, C::PhiAccess]),
    entry("audit.events.search", "searched the audit log", SEARCH, &[C::AuditReading]),
    entry("audit.events.stream", "watched the audit log", Kind::AuditLogUsed, &[C::AuditReading]),
    entry("audit.hold.list", "looked at the legal holds", READ, &[C::Retention]),
    entry("audit.hold.place", "placed a legal hold", Kind::SecurityConfiguration, &[C::Retention]),
    entry("audit.hold.release", "released a legal hold", Kind::SecurityConfiguration, &[C::Retention]),
    entry("audit.inventory.add", "added a record to compliance's inventory", CREATE, &[C::Compliance]),
    entry("audit.inventory.complete", "marked a record of compliance's inventory as done", UPDATE, &[C::Compliance]),
    entry("audit.inventory.due", "reminded of a record of compliance's inventory", Kind::Other, &[C::Compliance]),
    entry("audit.inventory.list", "looked at compliance's inventory", SEARCH, &[C::Compliance]),
    entry("audit.inventory.read", "looked at a record of compliance's inventory", READ, &[C::Compliance]),
    entry("audit.inventory.update", "changed a record of compliance's inventory", UPDATE, &[C::Compliance]),
    entry("audit.log.contradicted", "found a log that contradicts what was signed", Kind::RestrictedFunction, &[C::Compliance]),
    entry("audit.log.export", "exported the whole audit log", Kind::Export, &[C::Retention, C::Export]),
    entry("audit.log.replay", "brought events from a file into the audit log", Kind::Import, &[C::Retention]),
    entry("audit.log.restore", "restored an audit log", Kind::Import, &[C::Retention]),
    entry("audit.log.verify", "verified the audit log", Kind::AuditLogUsed, &[C::AuditReading]),
    entry("audit.network.list", "looked at where networks are", READ, &[C::Compliance]),
    entry("audit.network.set", "wrote down where networks are", Kind::SecurityConfiguration, &[C::Configuration, C::Compliance]),
    entry("audit.patient_accesses.read", "looked at who accessed the patient's data", Kind::AuditLogUsed, &[C::AuditReading]),
    entry("audit.proof.read", "took a proof of the audit log", Kind::AuditLogUsed, &[C::AuditReading]),
    entry("audit.receipt.read", "took the proof of an entry of the audit log", Kind::AuditLogUsed, &[C::AuditReading]),
    entry("audit.recent.read", "looked at the newest entries of the audit log", Kind::AuditLogUsed, &[C::AuditReading]),
    entry("audit.reconciliation.failed", "found records that are not in the log", Kind::RestrictedFunction, &[C::Compliance]),
    entry("audit.reconciliation.read", "looked at what is recorded and what is logged", Kind::AuditLogUsed, &[C::AuditReading]),
    entry("audit.report.built", "finished a report", Kind::Rest(Verb::Create), &[C::AuditReading]),
    entry("audit.report.download", "took a report out of the audit log", Kind::Export, &[C::AuditReading, C::Export]),
    entry("audit.report.list", "looked at the list of reports", Kind::AuditLogUsed, &[C::AuditReading]),
    entry("audit.report.read", "looked at how far a report is", Kind::AuditLogUsed, &[C::AuditReading]),
    entry("audit.report.request", "requested a report", Kind::AuditLogUsed, &[C::AuditReading]),
    entry("audit.retention.pruned", "announced that old entries of the audit log are pruned", Kind::Rest(Verb::Delete), &[C::Retention]),
    entry("audit.retention.read", "looked at what of the audit log is kept how long", READ, &[C::Retention]),
    entry("audit.rule.list", "looked at the rules of detection", READ, &[C::Compliance]),
    entry("audit.thresholds.learn", "learned what is usual for a role", Kind::SecurityConfiguration, &[C::Configuration, C::Compliance]),
    entry("audit.tile.read", "took hashes of the audit log", Kind::AuditLogUsed, &[C::AuditReading]),
    entry("audit.workforce.set", "wrote down a member of the workforce", UPDATE, &[C::Compliance]),
    entry("auth.client.add", "gave a machine access", Kind::UserSecurityChanged, &[C::Privilege]),
    entry("auth.login", "signed in", Kind::Login, &[C::SignIn]),
    entry("auth.logout", "signed out", Kind::Logout, &[C::Session]),
    entry("auth.mfa.verify", "gave the second factor of a sign-in", Kind::Login, &[C::SignIn]),
    entry("auth.organization.bootstrap", "gave an organisation its first administrator", Kind::UserSecurityChanged, &[C::Privilege]),
    entry("auth.refresh", "continued a sign-in", Kind::SessionKept, &[C::Session]),
    entry("auth.service_token", "signed in as a machine", Kind::AccessToken, &[C::SignIn]),
    entry("auth.token.check", "checked an access token", READ, &[C::Session]),
    entry("auth.user.add", "gave a person access", Kind::UserSecurityChanged, &[C::Privilege]),
    entry("auth.user.disable", "took a person's access away", Kind::UserSecurityChanged, &[C::Privilege]),
    entry("billing.payment.canceled", "requested to cancel a payment", UPDATE, &[C::PhiAccess]),
    entry("billing.payment.processed", "settled a payment", UPDATE, &[C::PhiAccess]),
    entry("billing.payment.read", "looked at a payment", READ, &[C::PhiAccess]),
    entry("billing.payment.surplus", "found a charge that a payment does not need", UPDATE, &[C::PhiAccess]),
    entry("billing.payment_intent.created", "charged for a visit", CREATE, &[C::PhiAccess]),
    entry("console.integrations.read", "looked at the state of the integrations", READ, &[C::Configuration]),
    entry("console.policies.read", "looked at the measured policies", READ, &[C::Configuration]),
    entry("ehr.connection.read", "looked at the connection to the health record system", READ, &[C::Configuration]),
    entry("ehr.connection.set", "changed the connection to the health record system", Kind::SecurityConfiguration, &[C::Configuration]),
    entry("ehr.consent.list", "looked at the patient's decisions about their data", READ, &[C::PhiAccess]),
    entry("ehr.consent.record", "recorded a decision of the patient about their data", CREATE, &[C::Consent, C::PhiAccess]),
    entry("ehr.emergency_override", "opened the chart in an emergency", Kind::EmergencyOverride, &[C::BreakGlass]),
    entry("ehr.encounter.update", "wrote into the record of a visit", UPDATE, &[C::PhiAccess]),
    entry("ehr.encounter.update_attempt", "began to write into the record of a visit", UPDATE, &[C::PhiAccess]),
    entry("ehr.patient_summary.read", "looked at the summary of the chart", READ, &[C::PhiAccess]),
    entry("insurance.coverage.add", "recorded an insurance", CREATE, &[C::PhiAccess]),
    entry("insurance.coverage.read", "looked at an insurance", READ, &[C::PhiAccess]),
    entry("insurance.eligibility.verify", "verified the coverage with the insurer", READ, &[C::PhiAccess, C::LeftTheHouse]),
    entry("mailbox.dead_letters.dropped", "removed events that a service could not apply", Kind::RestrictedFunction, &[C::Retention]),
    entry("mailbox.dead_letters.replay_started", "began to bring back events that a service could not apply", Kind::RestrictedFunction, &[C::Retention]),
    entry("mailbox.dead_letters.replayed", "brought back events that a service could not apply", Kind::RestrictedFunction, &[C::Retention]),
];

/// The entry of an action.
pub fn entry_of(action: &str) -> Option<&'static Entry> {
    let place = CATALOGUE.binary_search_by(|entry| entry.action.cmp(action)).ok()?;
    CATALOGUE.get(place)
}

/// Whether the action is of that class; an unknown action is of none.
pub fn is(action: &str, class: Class) -> bool {
    entry_of(action).is_some_and(|entry| entry.classes.contains(&class))
}

/// Every action of that class.
pub fn actions_of(class: Class) -> Vec<&'static str> {
    let of_class = CATALOGUE.iter().filter(|entry| entry.classes.contains(&class));
    of_class.map(|entry| entry.action).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_and_holds_each_action_once() {
        assert!(CATALOGUE.windows(2).all(|pair| pair[0].action < pair[1].action));
    }

    #[test]
    fn actions_are_found_by_name_and_by_class() {
        assert!(is("auth.login", Class::SignIn) && !is("auth.login", Class::PhiAccess));
        assert!(entry_of("nobody.knows.this").is_none() && !is("nobody.knows.this", Class::PhiAccess));
        assert_eq!(actions_of(Class::BreakGlass), ["ehr.emergency_override"]);
    }
}
