//! Typed ids of the platform's own records. In alphabetical order; a name is never reused.

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
            /// A new id, ordered by creation time (UUIDv7, RFC 9562 section 5.7).
            #[expect(clippy::new_without_default, reason = "two calls give two ids")]
            #[expect(clippy::disallowed_methods, reason = "the only place that creates ids")]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }

            /// The UUID, for query parameters.
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
    /// An API client (machine) with credentials of its own.
    ClientId
);
typed_id!(
    /// An organization's connection to one EHR.
    ConnectionId
);
typed_id!(
    /// A recorded consent decision of a patient.
    ConsentId
);
typed_id!(
    /// A patient's insurance coverage.
    CoverageId
);
typed_id!(
    /// A published event; consumers deduplicate by it.
    EventId
);
typed_id!(
    /// A legal hold, which keeps audit events from being pruned.
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
    /// A compliance record: an agreement, a risk assessment, a training or an incident.
    RecordId
);
typed_id!(
    /// A report over the audit log.
    ReportId
);
typed_id!(
    /// A session, from sign-in to the last refresh.
    SessionId
);
typed_id!(
    /// A person who can sign in.
    UserId
);
typed_id!(
    /// One eligibility inquiry to a payer and its result.
    VerificationId
);
