//! The log as a file: export, restore, replay.

pub mod export_log;
pub mod replay_events;
pub mod restore_log;
