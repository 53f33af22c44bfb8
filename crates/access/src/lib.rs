#![doc = include_str!("../README.md")]

pub mod context;
pub mod operation;
pub mod principal;
pub mod revocations;
pub mod sessions;
pub mod tenancy;
pub mod verifier;

pub use context::{Acting, RequestContext, System};
pub use operation::{Authorized, Caller, Operation, RefusalLog, path_id, refusal_log};
pub use principal::{Claims, Principal};
pub use revocations::{Revocations, SessionState};
pub use sessions::SessionSource;
pub use verifier::{AccessSettings, TokenError, Verifier};
