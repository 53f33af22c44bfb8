//! The log: append, read, search, prove, verify, export, restore, prune, hold.

pub mod append_events;
pub mod follow_log;
pub mod get_checkpoint;
pub mod get_retention;
pub mod get_tile;
pub mod list_events;
pub mod list_holds;
pub mod maintenance;
pub mod make_receipt;
pub(super) mod pages;
pub mod place_hold;
mod prepare;
pub mod prove;
pub mod prove_consistency;
pub mod prove_inclusion;
pub mod read_event;
pub mod read_stream;
pub mod release_hold;
pub mod search_events;
pub mod sign_checkpoints;
pub mod start_stream;
pub mod transfer;
pub mod unmask_event;
pub mod verify_log;

pub use pages::{CursorError, Page};
pub use prepare::PrepareError;
pub use prove::ProveError;
