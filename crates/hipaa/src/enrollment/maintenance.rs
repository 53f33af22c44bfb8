//! Maintenance types of members and coverages (data element 875).

use serde::Serialize;

/// INS03 and HD01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Maintenance {
    /// `001`
    #[default]
    Change,
    /// `002`, only for a coverage: it is removed.
    Delete,
    /// `021`
    Add,
    /// `024`: it ends; the stated day is the last one.
    End,
    /// `025`
    Reinstate,
    /// `026`, only for a coverage: it is corrected.
    Correct,
    /// `030`: the current state of the record.
    Audit,
    /// `032`, only for a coverage: the employee's share changes, the coverage stays.
    EmployeeInformation,
}

const CODES: [(Maintenance, &str); 8] = [
    (Maintenance::Change, "001"),
    (Maintenance::Delete, "002"),
    (Maintenance::Add, "021"),
    (Maintenance::End, "024"),
    (Maintenance::Reinstate, "025"),
    (Maintenance::Correct, "026"),
    (Maintenance::Audit, "030"),
    (Maintenance::EmployeeInformation, "032"),
];

impl Maintenance {
    /// The three digits.
    pub fn code(self) -> &'static str {
        CODES
            .iter()
            .find(|(known, _)| *known == self)
            .map_or("", |(_, code)| code)
    }

    /// From the three digits; `None` for anything else.
    pub fn from_code(code: &str) -> Option<Self> {
        CODES.iter().find(|(_, known)| *known == code).map(|(known, _)| *known)
    }
}

/// The action of the file (BGN08).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FileAction {
    /// `2`: the file holds changes.
    #[default]
    Change,
    /// `4`: the file holds all members, for verification.
    Verify,
    /// `RX`: the file holds all members and replaces earlier files.
    Replace,
}

impl FileAction {
    pub fn code(self) -> &'static str {
        match self {
            Self::Change => "2",
            Self::Verify => "4",
            Self::Replace => "RX",
        }
    }

    /// From the code; `None` for anything else.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Change, Self::Verify, Self::Replace]
            .into_iter()
            .find(|action| action.code() == code)
    }

    /// Whether a member who is not in the file may have left. Callers must guard terminations with
    /// a threshold.
    pub fn holds_all_members(self) -> bool {
        self != Self::Change
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_and_written() {
        for (kind, code) in CODES {
            assert_eq!((kind.code(), Maintenance::from_code(code)), (code, Some(kind)));
        }
        for code in ["2", "4", "RX"] {
            assert_eq!(FileAction::from_code(code).map(FileAction::code), Some(code));
        }
        assert_eq!((Maintenance::from_code("21"), FileAction::from_code("3")), (None, None));
    }
}
