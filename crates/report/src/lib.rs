#![doc = include_str!("../README.md")]

mod csv;
mod pdf;
mod table;

pub use csv::to_csv;
pub use pdf::{PdfReport, Statement, to_pdf};
pub use table::{Column, Figure, Table, columns, distinct, figure};
