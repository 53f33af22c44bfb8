//! The log: append, read, search, prove, verify, export, restore, prune, hold.

pub mod append_events;
pub mod create_partitions;
pub mod export_log;
pub mod follow_log;
pub mod get_checkpoint;
pub mod get_retention;
pub mod list_events;
pub(super) mod pages;
pub mod place_hold;
mod prepare;
mod prove;
pub mod prove_event;
pub mod prune_months;
pub mod read_event;
pub mod release_hold;
pub mod repartition;
pub mod replay_events;
pub mod restore_log;
pub mod search_events;
pub mod sign_checkpoints;
pub mod start_stream;
pub mod unmask_event;
pub mod verify_log;

pub use pages::{CursorError, Page};
pub use prepare::PrepareError;
pub use prove::ProveError;
