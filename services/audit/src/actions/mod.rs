//! What audit does: one file a verb, one transaction each, called by both doors.

pub mod append_event;
pub mod list_recent;
pub mod show_checkpoint;
pub mod sign_head;
pub mod verify_log;
