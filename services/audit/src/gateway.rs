//! What stands outside the database: checkpoints in files and in a stream of the broker, so that a log cut short contradicts them.

pub mod checkpoint_files;
pub mod checkpoint_stream;
pub mod sealed_file;
