//! What auth does: one file a verb.

pub mod add_client;
pub mod add_user;
pub mod bootstrap;
pub mod check_session;
pub mod disable_user;
pub mod issue_service_token;
pub mod refresh;
pub mod sign_in;
pub mod sign_out;
pub mod verify_second_factor;

mod end_session;
mod grant;

pub use grant::Grant;
