#![doc = include_str!("../README.md")]

mod accessibility;
mod page;

pub use accessibility::accessibility_faults;
pub use page::{CONTENT_TYPE, Link, Page, Tone, content_security_policy, error_page, status_badge};
