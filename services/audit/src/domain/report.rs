//! Reports over the log: which events a report is about, what its table says, and how it is written down. Pure.

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

/// More lines than anybody reads: a report with more asks for a shorter period.
pub const MAX_LINES: i64 = 100_000;
/// More than fits a binder.
pub const MAX_PDF_LINES: usize = 20_000;
