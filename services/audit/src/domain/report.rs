//! Reports over the log: which events a report is about, what its table says, and how it is written down. Pure.

mod accesses;
mod accounting;
mod csv;
pub mod disclosure;
mod document;
mod kind;
mod line;
mod pdf;
mod security;

pub use csv::to_csv;
pub use document::{Column, Document, Figure, Header, Made, document};
pub use kind::ReportKind;
pub use line::Line;
pub use pdf::to_pdf;
pub use security::standing;

/// More lines than anybody reads: a report with more asks for a shorter period.
pub const LINES_MAX: i64 = 100_000;
/// More than fits a binder.
pub const PDF_LINES_MAX: usize = 20_000;
