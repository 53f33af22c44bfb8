//! Domain facts as public events.

use crate::domain::{Consent, ConsentDecision, ConsentPurpose};
use mc_contracts::ConsentRecorded;

/// Name of the integration in health checks and events.
pub const EHR: &str = "ehr";

impl From<&Consent> for ConsentRecorded {
    fn from(consent: &Consent) -> Self {
        Self {
            consent_id: consent.id,
            patient_id: consent.patient_id.clone(),
            purpose: consent.purpose.into(),
            decision: consent.decision.into(),
            encounter_id: consent.encounter_id.clone(),
            grantee: consent.grantee,
            recorded_at: consent.recorded_at,
            sequence: consent.sequence,
        }
    }
}

impl From<ConsentPurpose> for mc_contracts::ConsentPurpose {
    fn from(purpose: ConsentPurpose) -> Self {
        match purpose {
            ConsentPurpose::Treatment => Self::Treatment,
            ConsentPurpose::Payment => Self::Payment,
        }
    }
}

impl From<mc_contracts::ConsentPurpose> for ConsentPurpose {
    fn from(purpose: mc_contracts::ConsentPurpose) -> Self {
        match purpose {
            mc_contracts::ConsentPurpose::Treatment => Self::Treatment,
            mc_contracts::ConsentPurpose::Payment => Self::Payment,
        }
    }
}

impl From<ConsentDecision> for mc_contracts::ConsentDecision {
    fn from(decision: ConsentDecision) -> Self {
        match decision {
            ConsentDecision::Permit => Self::Permit,
            ConsentDecision::Deny => Self::Deny,
        }
    }
}

impl From<mc_contracts::ConsentDecision> for ConsentDecision {
    fn from(decision: mc_contracts::ConsentDecision) -> Self {
        match decision {
            mc_contracts::ConsentDecision::Permit => Self::Permit,
            mc_contracts::ConsentDecision::Deny => Self::Deny,
        }
    }
}
