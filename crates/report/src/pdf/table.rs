//! The table, over as many pages as it needs, with its headings on each.

use super::{
    font::{Font, encode, wrapped},
    sheet::{BLACK, BOTTOM, BRAND, GREY, Ink, MARGIN, RULE, SHADE, Sheets, Style, WIDTH},
};
use crate::pdf::PdfReport;

const HEAD: Style = Style::new(Font::Bold, 7.5, Ink(1.0, 1.0, 1.0));
const CELL: Style = Style::new(Font::Plain, 7.5, BLACK);
const LAST: Style = Style::new(Font::Plain, 8.0, GREY);
const SIGN: Style = Style::new(Font::Plain, 8.0, BLACK);
const PAD: f32 = 4.0;
const INNER: f32 = WIDTH - 2.0 * MARGIN;

type Cell = Vec<Vec<u8>>;

/// Writes the table and the end of the report.
pub fn table(sheets: &mut Sheets, report: &PdfReport<'_>) {
    let widths = widths(report);
    let heads: Vec<Cell> = report
        .columns
        .iter()
        .zip(&widths)
        .map(|(column, width)| wrapped(&column.name, HEAD.font, HEAD.size, width - 2.0 * PAD))
        .collect();
    sheets.make_room(60.0);
    headings(sheets, &heads, &widths);
    for (n, row) in report.rows.iter().enumerate() {
        let cells: Vec<Cell> = row
            .iter()
            .zip(&widths)
            .map(|(text, width)| wrapped(text, CELL.font, CELL.size, width - 2.0 * PAD))
            .collect();
        let height = height(&cells, CELL);
        if sheets.make_room(height) {
            headings(sheets, &heads, &widths);
        }
        if n % 2 == 1 {
            sheets.fill(MARGIN, sheets.y, INNER, height, SHADE);
        }
        write_row(sheets, &cells, &widths, CELL);
        sheets.y += height;
        sheets.rule(MARGIN, sheets.y, INNER, RULE);
    }
    end(sheets, report);
}

fn widths(report: &PdfReport<'_>) -> Vec<f32> {
    let whole: f32 = report.columns.iter().map(|column| f32::from(column.weight)).sum();
    report
        .columns
        .iter()
        .map(|column| INNER * f32::from(column.weight) / whole.max(1.0))
        .collect()
}

fn height(cells: &[Cell], style: Style) -> f32 {
    let lines = cells.iter().map(Vec::len).max().unwrap_or_default().max(1);
    let lines = u16::try_from(lines).map_or(1.0, f32::from);
    // A cell longer than a page is cut at its end.
    (lines * style.leading() + PAD * 1.6).min(BOTTOM - 120.0)
}

fn headings(sheets: &mut Sheets, heads: &[Cell], widths: &[f32]) {
    let height = height(heads, HEAD);
    sheets.fill(MARGIN, sheets.y, INNER, height, BRAND);
    write_row(sheets, heads, widths, HEAD);
    sheets.y += height;
}

fn write_row(sheets: &mut Sheets, cells: &[Cell], widths: &[f32], style: Style) {
    let mut x = MARGIN;
    for (cell, width) in cells.iter().zip(widths) {
        let mut y = sheets.y + PAD * 0.6;
        for line in cell {
            y += style.leading();
            if y > BOTTOM {
                break;
            }
            sheets.line_at(x + PAD, y - style.size * 0.25, style, line);
        }
        x += width;
    }
}

fn end(sheets: &mut Sheets, report: &PdfReport<'_>) {
    sheets.make_room(70.0);
    sheets.y += 8.0;
    let text = match report.rows.len() {
        0 => format!("{} End of the report.", report.empty),
        1 => "One line. End of the report.".to_owned(),
        count => format!("{count} lines. End of the report."),
    };
    sheets.paragraph(MARGIN, INNER, LAST, &text);
    sheets.y += 34.0;
    for (label, x) in report.sign_off.iter().zip([MARGIN, MARGIN + 250.0, MARGIN + 500.0]) {
        sheets.rule(x, sheets.y, 212.0, GREY);
        sheets.line_at(x, sheets.y + 10.0, SIGN, &encode(label));
    }
}
