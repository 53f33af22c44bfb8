//! What makes two requests the same for an `Idempotency-Key`.

use aws_lc_rs::digest::{Context, SHA256};

/// Digest of the body and of what the path adds: the same body under another path is another
/// request.
pub(super) fn request_digest(path: &str, body: [u8; 32]) -> [u8; 32] {
    let mut context = Context::new(&SHA256);
    context.update(&body);
    context.update(path.as_bytes());
    let mut digest = [0; 32];
    digest.copy_from_slice(context.finish().as_ref());
    digest
}
