//! What happens to a member or a coverage: maintenance types (data element 875).

/// INS03 and HD01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Maintenance {
    /// `001`
    #[default]
    Change,
    /// `002`, of a coverage alone: the coverage is taken off the record.
    Delete,
    /// `021`
    Add,
    /// `024`: the coverage ends with the day that is stated, which is its last.
    End,
    /// `025`
    Reinstate,
    /// `026`, of a coverage alone: it is corrected.
    Correct,
    /// `030`: the record is as it is now.
    Audit,
    /// `032`, of a coverage alone: the employee's share changes, the coverage stays.
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

    /// From the three digits; none for anything else.
    pub fn from_code(code: &str) -> Option<Self> {
        CODES.iter().find(|(_, known)| *known == code).map(|(known, _)| *known)
    }
}

/// What the file as a whole does (BGN08).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FileAction {
    /// `2`: it holds what changed.
    #[default]
    Change,
    /// `4`: it holds everyone, to be compared.
    Verify,
    /// `RX`: it holds everyone, in place of what was.
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

    /// From the code; none for anything else.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Change, Self::Verify, Self::Replace]
            .into_iter()
            .find(|action| action.code() == code)
    }

    /// True where a member who is not in the file may have left. Whether one has, a threshold must guard.
    pub fn holds_everyone(self) -> bool {
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
