//! Conditional requests.

use actix_web::HttpRequest;
use mc_chassis::http::Problem;
use mc_vocabulary::problem;

/// The version in `If-Match`, as `"3"` or `W/"3"`; None where the header is absent.
pub(super) fn if_match(request: &HttpRequest) -> Result<Option<i64>, Problem> {
    let Some(header) = request.headers().get("If-Match") else {
        return Ok(None);
    };
    let version = header.to_str().ok().and_then(|text| {
        let text = text.trim();
        let text = text.strip_prefix("W/").unwrap_or(text);
        text.strip_prefix('"')?.strip_suffix('"')?.parse().ok()
    });
    let malformed = || Problem::new(problem::BAD_REQUEST).at("header:If-Match", "expected one version such as \"3\"");
    version.map(Some).ok_or_else(malformed)
}
