#![doc = include_str!("../README.md")]

mod aggregator;
mod care;
mod condition;
mod engine;
mod event;
mod filter;
mod hours;
mod learning;
mod networks;
mod roster;
mod rule;
mod rulebook;
mod tally;
mod travel;
mod window;

#[cfg(test)]
mod tests;

pub use care::{Care, Contact, Contacts};
pub use engine::{ChartAccess, Engine, PendingAccess, Trigger};
pub use event::{Actor, ActorKind, Event, Evidence, Outcome};
pub use learning::{Learned, Learner};
pub use networks::{InvalidNetwork, Network, Networks};
pub use roster::{Member, Roster, Thresholds};
pub use rule::{Key, Measure, Rule, Severity, Subject};
pub use rulebook::{Learning, RuleBook, RuleBookError};
