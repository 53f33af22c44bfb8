//! Where a sealed value stands.

use std::fmt::Display;

use mc_vocabulary::OrganizationId;

/// Where a sealed value stands: organisation, `table.column`, row. Authenticated with the value, so that a value
/// copied into another row, column or organisation does not open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aad(String);

impl Aad {
    /// `Aad::new(organization_id, "coverages.member", coverage_id)`. The first two parts cannot hold the separator,
    /// so no two places share a text.
    pub fn new(organization_id: OrganizationId, column: &'static str, row_id: impl Display) -> Self {
        debug_assert!(!column.contains('|'), "a column is written table.column");
        Self(format!("{organization_id}|{column}|{row_id}"))
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}
