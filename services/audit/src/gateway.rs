//! Checkpoints outside the database, in files and in a stream of the broker, so that a truncated
//! log contradicts them; export files.

pub mod checkpoint_files;
pub mod checkpoint_stream;
pub mod sealed_file;
