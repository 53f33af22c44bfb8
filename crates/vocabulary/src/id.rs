//! Ids of our own things, one type each. Append in alphabetical order; never reuse a name.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

macro_rules! typed_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
        )]
        #[serde(transparent)]
        #[schema(value_type = String, format = Uuid)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id, ordered by the time it was made (UUIDv7, RFC 9562 section 5.7).
            #[expect(clippy::new_without_default, reason = "two calls give two ids")]
            #[expect(clippy::disallowed_methods, reason = "this is where ids are made")]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }

            /// The plain UUID, for a query's parameter.
            pub fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                text.parse().map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

typed_id!(
    /// A case of breach detection.
    AlertId
);
typed_id!(
    /// A machine that calls with its own credentials.
    ClientId
);
typed_id!(
    /// An organisation's connection to one EHR.
    ConnectionId
);
typed_id!(
    /// A patient's recorded decision.
    ConsentId
);
typed_id!(
    /// A person's insurance, as an organisation knows it.
    CoverageId
);
typed_id!(
    /// Something that happened; the key under which it is applied once.
    EventId
);
typed_id!(
    /// What a legal matter keeps from being pruned.
    HoldId
);
typed_id!(
    /// A practice, clinic or health system (tenant).
    OrganizationId
);
typed_id!(
    /// One charge to a patient.
    PaymentId
);
typed_id!(
    /// Something that compliance keeps: an agreement, a risk assessment, a training, an incident.
    RecordId
);
typed_id!(
    /// A report over the audit log.
    ReportId
);
typed_id!(
    /// One sign-in, from the first token to the last refresh.
    SessionId
);
typed_id!(
    /// A person who can sign in.
    UserId
);
typed_id!(
    /// One question to a payer and its answer.
    VerificationId
);
