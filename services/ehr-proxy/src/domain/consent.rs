//! Consent decisions of patients.

use chrono::{DateTime, Utc};
use mc_vocabulary::{ConsentId, EncounterId, PatientId, UserId};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// The text in the database.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// From the database; None for an unknown text.
            pub fn stored(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

words!(
    /// What the consent is for.
    ConsentPurpose {
        /// Reading and writing the chart.
        Treatment = "treatment",
        /// Being charged for a visit.
        Payment = "payment"
    }
);
words!(
    /// The decision.
    ConsentDecision {
        /// Consent given.
        Permit = "permit",
        /// Consent refused or withdrawn.
        Deny = "deny"
    }
);

/// One decision. It is never changed; of those that apply, the one with the highest sequence
/// counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// Id.
    pub id: ConsentId,
    /// The patient who decided.
    pub patient_id: PatientId,
    /// What the consent is for.
    pub purpose: ConsentPurpose,
    /// The decision.
    pub decision: ConsentDecision,
    /// The visit; None: every visit.
    pub encounter_id: Option<EncounterId>,
    /// The user the consent is given to; None: everyone in the organization whose role allows it.
    pub grantee: Option<UserId>,
    /// Id of the user who recorded it.
    pub recorded_by: String,
    /// Time of recording.
    pub recorded_at: DateTime<Utc>,
    /// Place in the order of decisions; None until it is stored.
    pub sequence: Option<i64>,
}
