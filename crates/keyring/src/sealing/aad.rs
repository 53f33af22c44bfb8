//! Additional authenticated data of a sealed value.

use std::fmt::Display;

use mc_vocabulary::OrganizationId;

/// The place of a sealed value: organization, `table.column`, row. It is authenticated with the
/// value, so that a value copied to another row, column or organization does not open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aad(String);

impl Aad {
    /// `Aad::new(organization_id, "coverages.member", coverage_id)`. The first two parts cannot
    /// contain the separator, so different places have different text.
    pub fn new(organization_id: OrganizationId, column: &'static str, row_id: impl Display) -> Self {
        debug_assert!(!column.contains('|'), "a column is written table.column");
        Self(format!("{organization_id}|{column}|{row_id}"))
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}
