//! The services of a visit.

/// A service of the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Service {
    Auth,
    Billing,
    EhrProxy,
    Eligibility,
    Audit,
}

impl Service {
    /// All of them, in the order of a visit.
    pub const ALL: [Self; 5] = [
        Self::Auth,
        Self::Billing,
        Self::EhrProxy,
        Self::Eligibility,
        Self::Audit,
    ];

    /// Its name in events and paths.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auth => "auth",
            Self::Billing => "billing",
            Self::EhrProxy => "ehr-proxy",
            Self::Eligibility => "eligibility",
            Self::Audit => "audit",
        }
    }

    /// A route that requires a valid token and changes nothing.
    pub fn protected_path(self) -> &'static str {
        match self {
            Self::Auth => "/api/v1/auth/me",
            Self::Billing => "/api/v1/integrations/stripe/payment-intent/01890a5d-ac96-774b-bcce-b302099a8057",
            Self::EhrProxy => "/api/v1/integrations/ehr/connection",
            Self::Eligibility => {
                "/api/v1/integrations/insurance/verify-eligibility?coverage_id=01890a5d-ac96-774b-bcce-b302099a8057"
            }
            Self::Audit => "/api/v1/integrations/audit/recent",
        }
    }
}
