//! The cover before the table: heading, facts, figures, statement, notes.

use super::{
    font::{Font, encode, wrapped},
    sheet::{BLACK, BRAND, GREY, MARGIN, RULE, SHADE, Sheets, Style, WIDTH},
};
use crate::pdf::PdfReport;

const TITLE: Style = Style::new(Font::Bold, 20.0, BRAND);
const LEAD: Style = Style::new(Font::Plain, 9.5, GREY);
const LABEL: Style = Style::new(Font::Plain, 7.5, GREY);
const VALUE: Style = Style::new(Font::Plain, 9.0, BLACK);
const NUMBER: Style = Style::new(Font::Bold, 17.0, BRAND);
const SMALL: Style = Style::new(Font::Plain, 8.0, BLACK);
const STRONG: Style = Style::new(Font::Bold, 9.0, BLACK);
const NOTE: Style = Style::new(Font::Mono, 7.2, BLACK);
const INNER: f32 = WIDTH - 2.0 * MARGIN;

/// Writes the cover.
pub fn cover(sheets: &mut Sheets, report: &PdfReport<'_>) {
    sheets.fill(MARGIN, sheets.y, 36.0, 3.0, BRAND);
    sheets.y += 8.0;
    sheets.paragraph(MARGIN, INNER, TITLE, report.title);
    sheets.y += 2.0;
    sheets.paragraph(MARGIN, INNER, LEAD, report.about);
    sheets.y += 10.0;
    facts(sheets, report);
    sheets.y += 8.0;
    figures(sheets, report);
    sheets.y += 6.0;
    statement(sheets, report);
    sheets.y += 8.0;
    for note in report.notes {
        let y = sheets.y;
        sheets.paragraph(MARGIN + 10.0, INNER - 10.0, SMALL, note);
        if sheets.y > y {
            sheets.line_at(MARGIN, y + SMALL.size, SMALL, &encode("•"));
        }
        sheets.y += 1.5;
    }
    sheets.y += 8.0;
}

/// Label above value, three in a row; the number of rows of the table comes last.
fn facts(sheets: &mut Sheets, report: &PdfReport<'_>) {
    let lines = ("Lines", report.rows.len().to_string());
    let facts: Vec<_> = report.facts.iter().chain([&lines]).collect();
    let width = INNER / 3.0;
    for row in facts.chunks(3) {
        let top = sheets.y;
        let mut bottom = top;
        for ((label, value), x) in row.iter().copied().zip([MARGIN, MARGIN + width, MARGIN + 2.0 * width]) {
            sheets.y = top;
            sheets.paragraph(x, width - 12.0, LABEL, label);
            sheets.paragraph(x, width - 12.0, VALUE, value);
            bottom = bottom.max(sheets.y);
        }
        sheets.y = bottom + 5.0;
    }
}

/// A box for each figure.
fn figures(sheets: &mut Sheets, report: &PdfReport<'_>) {
    let gap = 8.0;
    let each = u16::try_from(report.figures.len().clamp(3, 6)).map_or(6.0, f32::from);
    let width = (INNER - gap * (each - 1.0)) / each;
    let height = 46.0;
    let mut x = MARGIN;
    for figure in report.figures {
        sheets.fill(x, sheets.y, width, height, SHADE);
        sheets.line_at(x + 8.0, sheets.y + 20.0, NUMBER, &encode(&figure.value.to_string()));
        for (line, y) in wrapped(&figure.name, LABEL.font, LABEL.size, width - 14.0)
            .iter()
            .zip([31.0, 40.0])
        {
            sheets.line_at(x + 8.0, sheets.y + y, LABEL, line);
        }
        x += width + gap;
    }
    sheets.y += height;
}

/// The framed statement.
fn statement(sheets: &mut Sheets, report: &PdfReport<'_>) {
    let statement = &report.statement;
    let text = wrapped(statement.text, SMALL.font, SMALL.size, INNER - 24.0);
    let code: Vec<Vec<u8>> = statement.code.iter().flat_map(|line| code_lines(line)).collect();
    let lines = u16::try_from(text.len()).unwrap_or_default();
    let code_count = u16::try_from(code.len()).unwrap_or_default();
    let height = 30.0 + f32::from(lines) * SMALL.leading() + f32::from(code_count) * NOTE.leading() + 8.0;
    sheets.make_room(height);
    let top = sheets.y;
    sheets.frame(MARGIN, top, INNER, height, RULE);
    sheets.fill(MARGIN, top, 3.0, height, BRAND);
    sheets.line_at(MARGIN + 14.0, top + 15.0, STRONG, &encode(statement.heading));
    let mut y = top + 19.0;
    for line in &text {
        y += SMALL.leading();
        sheets.line_at(MARGIN + 14.0, y, SMALL, line);
    }
    y += 5.0;
    for line in &code {
        y += NOTE.leading();
        sheets.line_at(MARGIN + 14.0, y, NOTE, line);
    }
    sheets.y = top + height;
}

/// A line in lines that fit; an empty line stays one.
fn code_lines(line: &str) -> Vec<Vec<u8>> {
    let lines = wrapped(line, NOTE.font, NOTE.size, INNER - 24.0);
    if lines.is_empty() { vec![Vec::new()] } else { lines }
}
