//! Who may open a chart, for which purpose, and how much of it (45 CFR 164.502(b)).

use super::{Allowed, Purpose, allowed};
use mc_vocabulary::{ConsentId, Role};

/// A patient's own request (v3-ActReason).
const PATIENT_REQUEST: &str = "PATRQT";
const PURPOSES: [Purpose; 4] = [
    Purpose::Treatment,
    Purpose::Operations,
    Purpose::Payment,
    Purpose::EmergencyTreatment,
];

/// Why a chart is not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The role opens no charts.
    #[error("the caller's role opens no charts")]
    NotMedicalStaff,
    /// Only a doctor may declare an emergency.
    #[error("the caller may not override a missing consent")]
    OverrideNotAllowed,
    /// The role does not serve that purpose.
    #[error("the caller's role does not serve the purpose")]
    PurposeNotAllowed,
    /// The patient has not consented.
    #[error("the patient's consent is missing")]
    NoConsent,
    /// The patient has refused consent, in this decision.
    #[error("the patient's consent is denied")]
    ConsentDenied(ConsentId),
}

impl Refusal {
    /// The code in the audit log.
    pub fn reason(self) -> &'static str {
        match self {
            Self::NotMedicalStaff => "role",
            Self::OverrideNotAllowed => "override_not_allowed",
            Self::PurposeNotAllowed => "purpose",
            Self::NoConsent => "no_consent",
            Self::ConsentDenied(_) => "consent_denied",
        }
    }

    /// The decision that led to the refusal, if there is one.
    pub fn consent_id(self) -> Option<ConsentId> {
        match self {
            Self::ConsentDenied(id) => Some(id),
            _ => None,
        }
    }
}

/// The capacity in which a chart is opened, and what may be seen in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reader {
    /// Resource types with their members, `Patient` first.
    pub sees: &'static [Allowed],
    /// Code of v3-ActReason.
    pub purpose: &'static str,
    /// False for one's own chart.
    pub needs_consent: bool,
}

impl Reader {
    /// The reader for `roles` and `purpose`. Default: the first purpose that a role serves.
    ///
    /// # Errors
    /// [`Refusal::PurposeNotAllowed`].
    pub fn new(roles: &[Role], is_self: bool, purpose: Option<Purpose>) -> Result<Self, Refusal> {
        if is_self {
            // Minimum necessary does not limit what patients see of their own chart
            // (164.502(b)(2)(ii)): they see all that is shown to any role.
            let sees = allowed(Role::Doctor, Purpose::Treatment).unwrap_or_default();
            return Ok(Self {
                sees,
                purpose: PATIENT_REQUEST,
                needs_consent: false,
            });
        }
        let wanted = purpose.as_ref().map_or(&PURPOSES[..], std::slice::from_ref);
        let found = wanted
            .iter()
            .find_map(|purpose| Some((purpose, seen(roles, *purpose)?)));
        let (purpose, sees) = found.ok_or(Refusal::PurposeNotAllowed)?;
        Ok(Self {
            sees,
            purpose: purpose.code(),
            needs_consent: true,
        })
    }

    /// A doctor with emergency access.
    ///
    /// # Errors
    /// [`Refusal::OverrideNotAllowed`] for other roles.
    pub fn emergency(roles: &[Role]) -> Result<Self, Refusal> {
        if !roles.contains(&Role::Doctor) {
            return Err(Refusal::OverrideNotAllowed);
        }
        let purpose = Purpose::EmergencyTreatment;
        let sees = allowed(Role::Doctor, purpose).ok_or(Refusal::OverrideNotAllowed)?;
        Ok(Self {
            sees,
            purpose: purpose.code(),
            needs_consent: false,
        })
    }
}

/// Refuses callers who can be refused before the rest of the request is validated.
///
/// # Errors
/// [`Refusal::NotMedicalStaff`] or [`Refusal::OverrideNotAllowed`].
pub fn authorize(roles: &[Role], is_self: bool, emergency: bool) -> Result<(), Refusal> {
    if emergency && !roles.contains(&Role::Doctor) {
        return Err(Refusal::OverrideNotAllowed);
    }
    if is_self || PURPOSES.iter().any(|purpose| seen(roles, *purpose).is_some()) {
        return Ok(());
    }
    Err(Refusal::NotMedicalStaff)
}

/// Refuses callers who may not write into charts.
///
/// # Errors
/// [`Refusal::NotMedicalStaff`] or [`Refusal::OverrideNotAllowed`].
pub fn may_document(roles: &[Role], emergency: bool) -> Result<(), Refusal> {
    match (roles.contains(&Role::Doctor), emergency) {
        (true, _) => Ok(()),
        (false, true) => Err(Refusal::OverrideNotAllowed),
        (false, false) => Err(Refusal::NotMedicalStaff),
    }
}

fn seen(roles: &[Role], purpose: Purpose) -> Option<&'static [Allowed]> {
    roles.iter().find_map(|role| allowed(*role, purpose))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_decides_who_opens_charts() {
        for role in [
            Role::Staff,
            Role::Billing,
            Role::Compliance,
            Role::Patient,
            Role::Integration,
        ] {
            assert_eq!(
                authorize(&[role], false, false),
                Err(Refusal::NotMedicalStaff),
                "{role}"
            );
            assert_eq!(
                authorize(&[role], true, true),
                Err(Refusal::OverrideNotAllowed),
                "{role}"
            );
        }
        for role in [Role::Doctor, Role::Nurse, Role::Admin] {
            assert_eq!(authorize(&[role], false, false), Ok(()), "{role}");
        }
        assert_eq!(authorize(&[Role::Nurse], false, true), Err(Refusal::OverrideNotAllowed));
        assert_eq!(authorize(&[Role::Patient], true, false), Ok(()));
    }

    #[test]
    fn a_purpose_is_served_by_its_own_roles_only() {
        let reader = |role, purpose| Reader::new(&[role], false, purpose).map(|reader| reader.purpose);
        assert_eq!(reader(Role::Doctor, None), Ok("TREAT"));
        assert_eq!(reader(Role::Doctor, Some(Purpose::EmergencyTreatment)), Ok("ETREAT"));
        assert_eq!(
            reader(Role::Doctor, Some(Purpose::Payment)),
            Err(Refusal::PurposeNotAllowed)
        );
        assert_eq!(reader(Role::Admin, None), Ok("HOPERAT"));
        assert_eq!(
            reader(Role::Admin, Some(Purpose::Treatment)),
            Err(Refusal::PurposeNotAllowed)
        );
        assert_eq!(
            reader(Role::Nurse, Some(Purpose::EmergencyTreatment)),
            Err(Refusal::PurposeNotAllowed)
        );
    }

    #[test]
    fn only_a_doctor_has_emergency_access_and_only_ones_own_chart_needs_no_consent() {
        assert_eq!(Reader::emergency(&[Role::Nurse]), Err(Refusal::OverrideNotAllowed));
        assert_eq!(
            Reader::emergency(&[Role::Doctor]).map(|r| (r.purpose, r.needs_consent)),
            Ok(("ETREAT", false))
        );
        assert_eq!(
            Reader::new(&[Role::Patient], true, None).map(|r| r.needs_consent),
            Ok(false)
        );
        assert_eq!(
            Reader::new(&[Role::Doctor], false, None).map(|r| r.needs_consent),
            Ok(true)
        );
        assert_eq!(may_document(&[Role::Nurse], false), Err(Refusal::NotMedicalStaff));
        assert_eq!(may_document(&[Role::Nurse], true), Err(Refusal::OverrideNotAllowed));
        assert_eq!(may_document(&[Role::Doctor], true), Ok(()));
    }
}
