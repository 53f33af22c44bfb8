//! HTTP routes.

use mc_chassis::http::Routes;

/// Title and description of the OpenAPI document.
pub const ABOUT: (&str, &str) = ("MedConnect __NAME__", "__PURPOSE__");

/// The routing table. Health and the OpenAPI document come with the kit.
pub fn routes(_config: &mut Routes) {}
