//! What the sandbox does: one file per verb.

pub mod provision;
