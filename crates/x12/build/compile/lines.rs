//! Lines of a table, with comments removed and continued lines joined.

use super::Source;
use super::fault::{At, Fault};

/// One logical line, which may continue over several lines of the file.
#[derive(Debug)]
pub struct Line<'a> {
    /// Where it begins.
    pub at: At<'a>,
    /// Levels of indentation, two spaces each.
    pub depth: usize,
    /// Without indentation, comment and trailing white space.
    pub text: String,
}

/// The lines of a table.
///
/// `#` begins a comment, except within quotes. A line that begins with `|` continues the line
/// above; one that begins with `+` continues the codes of the cell above.
pub fn lines(source: &Source) -> Result<Vec<Line<'_>>, Fault> {
    let mut lines: Vec<Line<'_>> = Vec::new();
    for (index, raw) in source.text.lines().enumerate() {
        let at = At {
            file: &source.file,
            line: index + 1,
        };
        let text = without_comment(raw, &at)?.trim_end();
        let bare = text.trim_start();
        if bare.is_empty() {
            continue;
        }
        if text.contains('\t') {
            return at.fail("a tab; indent and align with spaces");
        }
        let more = bare.strip_prefix('+').or_else(|| bare.starts_with('|').then_some(bare));
        if let Some(more) = more {
            let Some(above) = lines.last_mut() else {
                return at.fail("continues a line that does not exist; begin with a complete line");
            };
            above.text.push(' ');
            above.text.push_str(more.trim());
            continue;
        }
        let indent = text.len() - bare.len();
        if indent % 2 != 0 {
            return at.fail(format!("indented by {indent} spaces; each level is two"));
        }
        lines.push(Line {
            at,
            depth: indent / 2,
            text: bare.to_owned(),
        });
    }
    Ok(lines)
}

fn without_comment<'a>(raw: &'a str, at: &At<'_>) -> Result<&'a str, Fault> {
    let mut quoted = false;
    for (index, c) in raw.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '#' if !quoted => return Ok(&raw[..index]),
            _ => {}
        }
    }
    if quoted {
        return at.fail("a quote is open at the end of the line; close it");
    }
    Ok(raw)
}

/// The words of a text; quoted words count as one, without the quotes.
pub fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (word, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => rest.split_once(' ').unwrap_or((rest, "")),
        };
        words.push(word);
        rest = after.trim_start();
    }
    words
}

/// The cells of a line, separated by bars outside parentheses.
pub fn cells(text: &str) -> Vec<&str> {
    let mut cells = Vec::new();
    let (mut depth, mut begin) = (0_usize, 0);
    for (index, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            '|' if depth == 0 => {
                cells.push(text[begin..index].trim());
                begin = index + 1;
            }
            _ => {}
        }
    }
    cells.push(text[begin..].trim());
    cells
}
