//! Reports over the log: which events belong to a report, its table, and its formats. Pure.

mod accesses;
mod accounting;
pub mod disclosure;
mod document;
mod kind;
mod line;
mod render;
mod security;

pub use document::{Document, Header, Made, document};
pub use kind::ReportKind;
pub use line::Line;
pub use render::{to_csv, to_pdf};
pub use security::standing;

/// Maximum number of lines of a report.
pub const MAX_LINES: i64 = 100_000;
/// Maximum number of lines of a PDF.
pub const MAX_PDF_LINES: usize = 20_000;
