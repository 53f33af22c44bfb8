//! AuditEvents against the profiles of IHE BALP.
#![expect(clippy::unwrap_used, reason = "a panic here is a failed test")]

mod definitions;
mod facts;
mod profiles;
mod snapshots;
