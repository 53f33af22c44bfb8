//! Checks a log's exports, receipts and checkpoints with nothing but files and the public key.
fn main() {}
