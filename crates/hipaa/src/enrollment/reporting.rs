//! Reporting categories of members: loops 2700 and 2750.

use crate::parts::{Dated, Reference, find, list, need, redact_debug, write_all};
use mc_x12::tree::Node;
use mc_x12::{Builder, Line, WriteError};
use serde::Serialize;

/// A reporting category (loops 2710 and 2750).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct ReportingCategory {
    /// LX01.
    pub number: String,
    /// N102; empty where the LX has no category.
    pub name: String,
    pub references: Vec<Reference>,
    pub dates: Vec<Dated>,
}

redact_debug!(ReportingCategory);

/// Reads the LX inside loop 2700 or one loop deeper, depending on the guide.
pub(super) fn read(node: &Node<'_>) -> Vec<ReportingCategory> {
    let mut found = Vec::new();
    for inner in node.loops.iter().filter(|inner| !inner.id().starts_with("23")) {
        if inner.id().starts_with("27") && find(inner, "LX").is_some() {
            found.push(ReportingCategory::read(inner));
        } else if inner.id().starts_with("27") || inner.segment("LS").is_some() {
            found.extend(read(inner));
        }
    }
    found
}

/// LS, the categories, LE.
pub(super) fn write(out: &mut Builder, categories: &[ReportingCategory]) -> Result<(), WriteError> {
    if categories.is_empty() {
        return Ok(());
    }
    out.push(Line::new("LS").code("2700"))?;
    for category in categories {
        out.push(Line::new("LX").required(&category.number, 6))?;
        if !category.name.is_empty() {
            out.push(Line::new("N1").code("75").data(&category.name, 60))?;
            write_all(out, &category.references)?;
            write_all(out, &category.dates)?;
        }
    }
    out.push(Line::new("LE").code("2700"))
}

impl ReportingCategory {
    fn read(node: &Node<'_>) -> Self {
        let number = need(node, "LX").text(1);
        let Some(inner) = node.child("2750") else {
            return Self {
                number,
                ..Self::default()
            };
        };
        Self {
            number,
            name: need(inner, "N1").text(2),
            references: list(inner),
            dates: list(inner),
        }
    }
}
