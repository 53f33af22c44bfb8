//! The services that a visit depends on, by their names in `services.toml`. Any other service is
//! surveyed and reported as well, but has no impact on care.

pub const AUTH: &str = "auth";
pub const BILLING: &str = "billing";
pub const EHR_PROXY: &str = "ehr-proxy";
pub const ELIGIBILITY: &str = "eligibility";
pub const AUDIT: &str = "audit";
