//! A report as CSV (RFC 4180), safe to open in a spreadsheet.

use super::Document;

/// The table with its headings; what is known of the report stands in lines of the same width after it, each beginning with `#`.
pub fn to_csv(document: &Document) -> String {
    let width = document.columns.len().max(3);
    let mut text = String::new();
    let names = document.columns.iter().map(|column| column.name.as_str());
    line(&mut text, names, width);
    for row in &document.rows {
        line(&mut text, row.iter().map(String::as_str), width);
    }
    let (report, made) = (&document.report, &document.report.checkpoint);
    let told = [
        ("report", format!("{} {}", document.title, report.id)),
        ("organisation", report.organization_id.to_string()),
        ("from", report.from.to_rfc3339()),
        ("to", report.to.to_rfc3339()),
        ("patient", report.patient.clone()),
        ("user", report.user_id.clone()),
        ("requested by", report.requested_by.clone()),
        ("requested at", report.requested_at.to_rfc3339()),
        ("finished at", report.finished_at.to_rfc3339()),
        ("lines", document.count.to_string()),
        ("first entry looked at", made.first_index.to_string()),
        ("last entry looked at", made.last_index.to_string()),
        ("checkpoint", made.note.clone()),
        ("public key", made.public_key.clone()),
    ];
    for (name, value) in &told {
        line(&mut text, ["#", name, value].into_iter(), width);
    }
    for figure in &document.figures {
        line(
            &mut text,
            ["#", figure.name.as_str(), &figure.value.to_string()].into_iter(),
            width,
        );
    }
    for note in &document.notes {
        line(&mut text, ["#", "note", note.as_str()].into_iter(), width);
    }
    text
}

fn line<'a>(text: &mut String, fields: impl Iterator<Item = &'a str>, width: usize) {
    let fields: Vec<&str> = fields.collect();
    for n in 0..width {
        if n > 0 {
            text.push(',');
        }
        field(text, fields.get(n).copied().unwrap_or_default());
    }
    text.push_str("\r\n");
}

/// A field that a spreadsheet would take for a formula gets an apostrophe before it.
fn field(text: &mut String, value: &str) {
    let formula = value.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '|', '%']);
    let quoted = formula || value.contains(['"', ',', '\r', '\n']) || value != value.trim();
    if !quoted {
        text.push_str(value);
        return;
    }
    text.push('"');
    if formula {
        text.push('\'');
    }
    text.push_str(&value.replace('"', "\"\""));
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(value: &str) -> String {
        let mut text = String::new();
        field(&mut text, value);
        text
    }

    #[test]
    fn what_a_spreadsheet_would_run_is_text() {
        assert_eq!(written("=1+1"), "\"'=1+1\"");
        assert_eq!(written("@SUM(A1)"), "\"'@SUM(A1)\"");
        assert_eq!(written("-2+3"), "\"'-2+3\"");
        assert_eq!(written("\t=1"), "\"'\t=1\"");
        assert_eq!(written("=cmd|' /C calc'!A0"), "\"'=cmd|' /C calc'!A0\"");
    }

    #[test]
    fn quotes_commas_and_line_breaks_are_fields_of_one() {
        assert_eq!(written("a \"b\", c"), "\"a \"\"b\"\", c\"");
        assert_eq!(written("two\nlines"), "\"two\nlines\"");
        assert_eq!(written("plain text"), "plain text");
        assert_eq!(written(""), "");
    }
}
