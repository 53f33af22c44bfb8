//! Text for people and terminals. Names of files and content of the input may hold characters that
//! command a terminal or reverse the direction of what follows: they are never printed as they are.

use anyhow::anyhow;
use serde_json::Value;
use std::io;
use std::path::Path;

/// Prints a message to standard error.
pub fn warn(text: &str) {
    anstream::eprintln!("medconnect-x12: {}", escape(text));
}

/// Why a file was not made, and what to name with `--out` where it exists.
pub fn not_made(error: io::Error, path: &Path, instead: &str) -> anyhow::Error {
    let path = path.display();
    match error.kind() {
        io::ErrorKind::AlreadyExists => {
            anyhow!("{path} exists, and no file is replaced: name {instead} with --out")
        }
        _ => anyhow::Error::new(error).context(format!("cannot write {path}")),
    }
}

/// Whether a character does something other than be seen: control characters (C0, DEL, C1), marks
/// and controls of direction, separators of lines and paragraphs.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Content of the input with a sign in place of each hidden character, so that marks below the text
/// stay in their column.
pub fn printable(text: &str) -> String {
    let shown = |c: char| if is_hidden(c) { '\u{fffd}' } else { c };
    text.chars().map(shown).collect()
}

/// A name or message with hidden characters in the form `\u{1b}`.
pub fn escape(text: &str) -> String {
    replaced(text.to_owned(), |c| c.escape_unicode().to_string())
}

/// JSON in which hidden characters are escaped, so that each value stays as it is.
pub fn json(value: &Value) -> String {
    // They occur in strings only, and all have four hexadecimal digits.
    replaced(value.to_string(), |c| format!("\\u{:04x}", u32::from(c)))
}

/// E.g. `1 error`, `2 errors`.
pub fn many(count: u64, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        count => format!("{count} {what}s"),
    }
}

fn replaced(text: String, shown: impl Fn(char) -> String) -> String {
    if !text.chars().any(is_hidden) {
        return text;
    }
    let mut replaced = String::with_capacity(2 * text.len());
    for c in text.chars() {
        if is_hidden(c) {
            replaced.push_str(&shown(c));
        } else {
            replaced.push(c);
        }
    }
    replaced
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NAME: &str = "a\u{1b}[2J\u{9b}1m\u{202e}b\u{2066}\u{200f}é";

    #[test]
    fn hidden_characters_are_shown_in_their_place() {
        assert_eq!(escape(NAME), "a\\u{1b}[2J\\u{9b}1m\\u{202e}b\\u{2066}\\u{200f}é");
        assert_eq!(printable(NAME).chars().count(), NAME.chars().count());
        assert!(!printable(NAME).chars().any(is_hidden));
    }

    #[test]
    fn json_is_the_same_value() {
        let value = json!({ "file": NAME, "del": "\u{7f}" });
        let text = json(&value);
        assert!(!text.chars().any(is_hidden), "{text}");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    }
}
