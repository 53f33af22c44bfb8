//! A table as CSV (RFC 4180), safe to open in a spreadsheet.

use crate::table::Column;

/// Headings and rows, then a line of the same width for each name and value of `trailer`, beginning
/// with `#`.
pub fn to_csv(columns: &[Column], rows: &[Vec<String>], trailer: &[(String, String)]) -> String {
    let width = columns.len().max(3);
    let mut text = String::new();
    let names = columns.iter().map(|column| column.name.as_str());
    line(&mut text, names, width);
    for row in rows {
        line(&mut text, row.iter().map(String::as_str), width);
    }
    for (name, value) in trailer {
        line(&mut text, ["#", name, value].into_iter(), width);
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

/// A field that a spreadsheet would run as a formula gets an apostrophe in front of it.
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
    fn quotes_commas_and_line_breaks_stay_in_one_field() {
        assert_eq!(written("a \"b\", c"), "\"a \"\"b\"\", c\"");
        assert_eq!(written("two\nlines"), "\"two\nlines\"");
        assert_eq!(written("plain text"), "plain text");
        assert_eq!(written(""), "");
    }

    #[test]
    fn the_trailer_has_the_width_of_the_table() {
        let columns = crate::columns(&[("A", 1), ("B", 1), ("C", 1), ("D", 1)]);
        let rows = [["1", "2", "3", "4"].map(str::to_owned).to_vec()];
        let trailer = [("lines".to_owned(), "1".to_owned())];
        assert_eq!(
            to_csv(&columns, &rows, &trailer),
            "A,B,C,D\r\n1,2,3,4\r\n#,lines,1,\r\n"
        );
    }
}
