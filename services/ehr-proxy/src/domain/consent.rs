//! What a patient decided.

use chrono::{DateTime, Utc};
use mc_vocabulary::{ConsentId, EncounterId, PatientId, UserId};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// The word in the table.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// From the table; None where the word is not one of ours.
            pub fn stored(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

words!(
    /// About what.
    ConsentPurpose {
        /// Reading and writing the chart.
        Treatment = "treatment",
        /// Being charged for a visit.
        Payment = "payment"
    }
);
words!(
    /// Which way.
    ConsentDecision {
        /// Agreed.
        Permit = "permit",
        /// Refused or withdrawn.
        Deny = "deny"
    }
);

/// One decision. It is never edited; among those that apply, the latest holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// Which.
    pub id: ConsentId,
    /// Whose decision.
    pub patient_id: PatientId,
    /// About what.
    pub purpose: ConsentPurpose,
    /// Which way.
    pub decision: ConsentDecision,
    /// For which visit; None: every visit.
    pub encounter_id: Option<EncounterId>,
    /// To whom; None: everyone of the organisation whose role allows it.
    pub grantee: Option<UserId>,
    /// Who wrote it down: a user's id.
    pub recorded_by: String,
    /// When.
    pub recorded_at: DateTime<Utc>,
}
