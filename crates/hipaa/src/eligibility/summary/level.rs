//! Coverage level (EB02, data element 1207): whose limit is it?

/// Whether a code is one of data element 1207 that an EB has.
pub(super) fn is_level(code: &str) -> bool {
    matches!(
        code,
        "IND" | "FAM" | "EMP" | "ESP" | "ECH" | "SPO" | "SPC" | "CHD" | "DEP"
    )
}

/// The patient's place in the family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    Subscriber,
    Spouse,
    Child,
    /// A dependent of another or of no stated relationship.
    Dependent,
}

impl Who {
    /// By INS02 (data element 1069).
    pub(super) fn dependent(relationship: Option<&str>) -> Self {
        match relationship {
            Some("01") => Self::Spouse,
            Some("19") => Self::Child,
            _ => Self::Dependent,
        }
    }

    /// The rank of a limit of one person; `None` where it is not the patient's. Lower is better.
    pub(super) fn own_level(self, level: Option<&str>) -> Option<u8> {
        match (level, self) {
            (Some("IND"), _) => Some(0),
            (None, _) => Some(1),
            (Some("EMP"), Self::Subscriber)
            | (Some("SPO"), Self::Spouse)
            | (Some("CHD"), Self::Child)
            | (Some("DEP"), Self::Spouse | Self::Child | Self::Dependent) => Some(2),
            _ => None,
        }
    }

    /// The rank of a limit that the patient shares with others. Lower is better.
    pub(super) fn shared_level(self, level: Option<&str>) -> Option<u8> {
        match (level, self) {
            (Some("FAM"), _) => Some(0),
            // Employee and spouse, employee and children, spouse and children.
            (Some("ESP"), Self::Subscriber | Self::Spouse)
            | (Some("ECH"), Self::Subscriber | Self::Child)
            | (Some("SPC"), Self::Spouse | Self::Child) => Some(1),
            _ => None,
        }
    }
}

/// The rank of a price. Copay and coinsurance are per visit, so one at family level still is the
/// price.
pub(super) fn price_level(level: Option<&str>) -> u8 {
    match level {
        Some("IND") => 0,
        None => 1,
        Some("EMP") => 2,
        Some(_) => 3,
    }
}
