//! Where to ask about a service that the plan as a whole does not answer for.

use mc_hipaa::eligibility::{Benefit, RelatedEntity};
use serde::{Deserialize, Serialize};

/// Why the plan does not answer for the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReferralReason {
    /// Another entity answers: contact it.
    Contact,
    /// The payer cannot process the question; `rejections` have the reason.
    CannotProcess,
    /// Another source has the data.
    OtherSource,
    /// The service is excluded, at least in part.
    Excluded,
}

/// An entity to contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ReferralContact {
    pub name: String,
    /// Telephone numbers, web pages and the like, as the payer sends them.
    pub numbers: Vec<String>,
}

/// A statement of the payer about the requested service that refers it elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Referral {
    pub reason: ReferralReason,
    pub contacts: Vec<ReferralContact>,
    /// The payer's text.
    pub messages: Vec<String>,
}

impl From<&Benefit> for Referral {
    fn from(benefit: &Benefit) -> Self {
        Self {
            reason: match benefit.info.as_str() {
                "V" => ReferralReason::CannotProcess,
                "W" => ReferralReason::OtherSource,
                "E" => ReferralReason::Excluded,
                _ => ReferralReason::Contact,
            },
            contacts: benefit.related.iter().map(ReferralContact::from).collect(),
            messages: benefit.messages.clone(),
        }
    }
}

impl From<&RelatedEntity> for ReferralContact {
    fn from(entity: &RelatedEntity) -> Self {
        let numbers = entity.contacts.iter().flat_map(|contact| &contact.numbers);
        Self {
            name: entity.name.clone(),
            numbers: numbers.map(|number| number.value.clone()).collect(),
        }
    }
}
