//! What is asked for twice is made once.

use aws_lc_rs::digest::{Context, SHA256};
use mc_access::Principal;
use mc_mailbox::Scope;

/// For whom and where an `Idempotency-Key` counts.
pub(super) fn scope(caller: &Principal, route: &'static str) -> Scope {
    Scope {
        caller: format!("{}/{}", caller.organization_id, caller.subject),
        route,
    }
}

/// Tells a repeat from another request where the path says what the body does not: the same body under another path is another.
pub(super) fn request_digest(path: &str, body: [u8; 32]) -> [u8; 32] {
    let mut context = Context::new(&SHA256);
    context.update(&body);
    context.update(path.as_bytes());
    let mut digest = [0; 32];
    digest.copy_from_slice(context.finish().as_ref());
    digest
}
