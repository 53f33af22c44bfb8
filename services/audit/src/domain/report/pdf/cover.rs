//! What stands before the table: heading, what is known of the report, figures, notes, checkpoint.

use super::{
    font::{Font, encode, wrapped},
    sheet::{BLACK, BRAND, GREY, MARGIN, RULE, SHADE, Sheets, Style, WIDTH},
};
use crate::domain::report::Document;
use chrono::{DateTime, Utc};

const TITLE: Style = Style::new(Font::Bold, 20.0, BRAND);
const LEAD: Style = Style::new(Font::Plain, 9.5, GREY);
const LABEL: Style = Style::new(Font::Plain, 7.5, GREY);
const VALUE: Style = Style::new(Font::Plain, 9.0, BLACK);
const NUMBER: Style = Style::new(Font::Bold, 17.0, BRAND);
const SMALL: Style = Style::new(Font::Plain, 8.0, BLACK);
const STRONG: Style = Style::new(Font::Bold, 9.0, BLACK);
const NOTE: Style = Style::new(Font::Mono, 7.2, BLACK);
const INNER: f32 = WIDTH - 2.0 * MARGIN;

/// Writes it all.
pub fn cover(sheets: &mut Sheets, document: &Document) {
    sheets.fill(MARGIN, sheets.y, 36.0, 3.0, BRAND);
    sheets.y += 8.0;
    sheets.paragraph(MARGIN, INNER, TITLE, &document.title);
    sheets.y += 2.0;
    sheets.paragraph(MARGIN, INNER, LEAD, &document.about);
    sheets.y += 10.0;
    facts(sheets, document);
    sheets.y += 8.0;
    figures(sheets, document);
    sheets.y += 6.0;
    checkpoint(sheets, document);
    sheets.y += 8.0;
    for note in &document.notes {
        let y = sheets.y;
        sheets.paragraph(MARGIN + 10.0, INNER - 10.0, SMALL, note);
        if sheets.y > y {
            sheets.line_at(MARGIN, y + SMALL.size, SMALL, &encode("•"));
        }
        sheets.y += 1.5;
    }
    sheets.y += 8.0;
}

fn moment(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// Label above value, four in a row.
fn facts(sheets: &mut Sheets, document: &Document) {
    let report = &document.report;
    let mut facts = vec![
        ("Organisation", report.organization_id.to_string()),
        ("Period", format!("{} to {}", moment(report.from), moment(report.to))),
        ("Report", report.id.to_string()),
        ("Asked for by", report.requested_by.clone()),
        ("Asked for at", moment(report.requested_at)),
        ("Finished at", moment(report.finished_at)),
    ];
    if !report.patient.is_empty() {
        facts.push(("Patient (pseudonym)", report.patient.clone()));
    }
    if !report.user_id.is_empty() {
        facts.push(("User", report.user_id.clone()));
    }
    facts.push(("Lines", document.count.to_string()));
    let width = INNER / 3.0;
    for row in facts.chunks(3) {
        let top = sheets.y;
        let mut bottom = top;
        for ((label, value), x) in row.iter().zip([MARGIN, MARGIN + width, MARGIN + 2.0 * width]) {
            sheets.y = top;
            sheets.paragraph(x, width - 12.0, LABEL, label);
            sheets.paragraph(x, width - 12.0, VALUE, value);
            bottom = bottom.max(sheets.y);
        }
        sheets.y = bottom + 5.0;
    }
}

/// A box a figure.
fn figures(sheets: &mut Sheets, document: &Document) {
    let gap = 8.0;
    let each = u16::try_from(document.figures.len().clamp(3, 6)).map_or(6.0, f32::from);
    let width = (INNER - gap * (each - 1.0)) / each;
    let height = 46.0;
    let mut x = MARGIN;
    for figure in &document.figures {
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

/// The checkpoint, and how to check it.
fn checkpoint(sheets: &mut Sheets, document: &Document) {
    let made = &document.report.checkpoint;
    let how = format!(
        "Entries {} to {} of the organisation's log were looked at: all that the checkpoint below speaks of. With the public key alone anybody can check the \
         signature, that each entry named here is in that log (its receipt), and that nothing was changed, removed or cut off since.",
        made.first_index, made.last_index
    );
    let how = wrapped(&how, SMALL.font, SMALL.size, INNER - 24.0);
    let note: Vec<Vec<u8>> = made.note.lines().flat_map(shown).collect();
    let key = wrapped(
        &format!("public key: {}", made.public_key),
        NOTE.font,
        NOTE.size,
        INNER - 24.0,
    );
    let lines = u16::try_from(how.len()).unwrap_or_default();
    let codes = u16::try_from(note.len() + key.len()).unwrap_or_default();
    let height = 30.0 + f32::from(lines) * SMALL.leading() + f32::from(codes) * NOTE.leading() + 8.0;
    sheets.make_room(height);
    let top = sheets.y;
    sheets.frame(MARGIN, top, INNER, height, RULE);
    sheets.fill(MARGIN, top, 3.0, height, BRAND);
    sheets.line_at(
        MARGIN + 14.0,
        top + 15.0,
        STRONG,
        &encode("Made under this checkpoint of the audit log"),
    );
    let mut y = top + 19.0;
    for line in &how {
        y += SMALL.leading();
        sheets.line_at(MARGIN + 14.0, y, SMALL, line);
    }
    y += 5.0;
    for line in note.iter().chain(&key) {
        y += NOTE.leading();
        sheets.line_at(MARGIN + 14.0, y, NOTE, line);
    }
    sheets.y = top + height;
}

/// A line of the note; an empty one stands for itself.
fn shown(line: &str) -> Vec<Vec<u8>> {
    let lines = wrapped(line, NOTE.font, NOTE.size, INNER - 24.0);
    if lines.is_empty() { vec![Vec::new()] } else { lines }
}
