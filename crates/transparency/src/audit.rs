//! The check of a whole log: is it what was signed, and if not, where does it begin to differ and
//! what was done.

mod checker;
mod compare;
mod difference;
mod finding;
mod references;
mod settle;

pub use checker::{Checker, Content, Seen};
pub use compare::{CompareError, Relation, compare_checkpoints};
pub use finding::{Tampering, Verdict};
