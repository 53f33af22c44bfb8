//! A table and its summary.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A column of the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Column {
    /// Its heading.
    pub name: String,
    /// Its width relative to the other columns.
    pub weight: u16,
}

/// A figure of the summary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Figure {
    /// What it counts.
    pub name: String,
    /// The count.
    pub value: usize,
}

/// A table, the figures of its summary, and notes for its reader.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// The columns, from the left.
    pub columns: Vec<Column>,
    /// The figures of the summary.
    pub figures: Vec<Figure>,
    /// Notes, a paragraph each.
    pub notes: Vec<String>,
    /// The rows; each has as many fields as there are columns.
    pub rows: Vec<Vec<String>>,
}

/// Columns from headings and relative widths.
pub fn columns(named: &[(&str, u16)]) -> Vec<Column> {
    let column = |(name, weight): &(&str, u16)| Column {
        name: (*name).to_owned(),
        weight: *weight,
    };
    named.iter().map(column).collect()
}

/// A figure.
pub fn figure(name: &str, value: usize) -> Figure {
    Figure {
        name: name.to_owned(),
        value,
    }
}

/// The number of different values.
pub fn distinct(values: impl Iterator<Item = String>) -> usize {
    values.collect::<BTreeSet<_>>().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_reads_back_from_its_json() {
        let table = Table {
            columns: columns(&[("When", 14), ("Who", 9)]),
            figures: vec![figure("accesses", 1)],
            notes: vec!["A note.".to_owned()],
            rows: vec![vec!["2026-01-01".to_owned(), "doctor".to_owned()]],
        };
        let text = serde_json::to_string(&table).unwrap();
        assert!(
            text.starts_with(r#"{"columns":[{"name":"When","weight":14},"#),
            "{text}"
        );
        assert_eq!(serde_json::from_str::<Table>(&text).unwrap(), table);
    }

    #[test]
    fn equal_values_count_once() {
        assert_eq!(distinct(["a", "b", "a"].map(str::to_owned).into_iter()), 2);
    }
}
