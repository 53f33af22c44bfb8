#![doc = include_str!("../README.md")]

pub mod audit;
pub mod envelope;
pub mod events;
pub mod topology;

pub use audit::{Actor, ActorKind, AuditRecord, Entity, Interaction, Outcome};
pub use envelope::Envelope;
pub use events::{
    AccessRevoked, AlertRaised, BreakerChanged, BroadcastMark, ConsentDecision, ConsentPurpose, ConsentRecorded, Event,
    InventoryDue, RevocationReason, Tally,
};
pub use topology::{Queue, Stream};
