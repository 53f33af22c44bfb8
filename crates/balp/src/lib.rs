#![doc = include_str!("../README.md")]

mod agents;
mod code;
mod entities;
mod facts;
mod kind;
mod outcome;
mod purpose;
mod write;

pub use code::{ACTION_SYSTEM, Code, REASON_SYSTEM, ROLE_SYSTEM};
pub use entities::{PSEUDONYM_SYSTEM, id_system};
pub use facts::{Actor, Facts, Outcome, Recipient, Subject};
pub use kind::{Kind, Verb};
pub use outcome::code as outcome_code;
pub use write::audit_event;
