//! What audit does: one file a verb, one transaction each, called by both doors.

pub mod add_months;
pub mod append_events;
pub mod compare_tally;
pub mod detect;
pub mod export_log;
pub mod follow_log;
pub mod learn_thresholds;
pub mod list_accesses;
pub mod list_alerts;
pub mod list_events;
pub mod list_thresholds;
pub mod open_tail;
mod pages;
pub mod place_hold;
mod prepare;
mod prove;
pub mod prove_event;
pub mod prune_months;
pub mod read_event;
pub mod release_hold;
pub mod replay_events;
pub mod restore_log;
pub mod search_events;
pub mod set_member;
pub mod set_networks;
pub mod show_alert;
pub mod show_checkpoint;
pub mod show_retention;
pub mod sign_checkpoints;
pub mod sort_events;
pub mod unmask_event;
pub mod update_alert;
pub mod verify_log;

pub use pages::{CursorError, Page};
pub use prepare::PrepareError;
pub use prove::ProveError;
