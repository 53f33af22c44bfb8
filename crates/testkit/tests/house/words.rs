//! Words that the project does not use, and the width of comments.

mod list;

use crate::source::{none, root};
use list::{MEANT, NAMES, OF_THE_FIELD, PENDING, WORDS};
use std::{fs, path::Path};

/// A comment line has at most this many characters.
const MAX_COMMENT_WIDTH: usize = 100;

/// The ending of a file's name.
fn ending(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(_, ending)| ending)
}

/// Text that is read: code, documents, scripts, settings; of the migrations and of the generated
/// documents only those that are not fixed already.
fn is_read(path: &str) -> bool {
    let is_new = |name: &str| name.split('_').next().is_some_and(|stamp| stamp >= "20261130");
    match ending(path) {
        "rs" | "md" | "sh" | "toml" | "py" => true,
        "json" => path.starts_with("docs/openapi/"),
        "sql" => path.starts_with("migrations/") && path.rsplit('/').next().is_some_and(is_new),
        _ => false,
    }
}

fn files(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let file = entry.path();
        let name = entry.file_name();
        if file.is_dir() {
            if !["target", ".git", ".run", ".sqlx", "node_modules"]
                .iter()
                .any(|left_out| name == *left_out)
            {
                files(&file, found);
            }
            continue;
        }
        let path = file.strip_prefix(root()).unwrap().display().to_string();
        let is_pending = PENDING.iter().any(|place| path.starts_with(place));
        if is_read(&path) && !is_pending {
            found.push((path, fs::read_to_string(&file).unwrap()));
        }
    }
}

fn texts() -> Vec<(String, String)> {
    let mut found = Vec::new();
    files(&root(), &mut found);
    found.sort();
    found
}

/// The words of a text in small letters, with their lines. Punctuation and an underscore part two
/// words, and so does a capital after a small letter; an apostrophe belongs to its word.
fn words(text: &str) -> Vec<(usize, String)> {
    let mut words = Vec::new();
    for (n, line) in text.lines().enumerate() {
        let (mut word, mut was_small) = (String::new(), false);
        for c in line.chars().chain([' ']) {
            let is_inside = c.is_ascii_alphanumeric() || (c == '\'' && !word.is_empty());
            if (!is_inside || (was_small && c.is_ascii_uppercase())) && !word.is_empty() {
                words.push((n + 1, std::mem::take(&mut word)));
            }
            if is_inside {
                word.push(c.to_ascii_lowercase());
            }
            was_small = c.is_ascii_lowercase();
        }
    }
    words
}

/// Whether the words at `position` are `phrase`.
fn stand_at(words: &[(usize, String)], position: usize, phrase: &str) -> bool {
    let mut rest = words[position..].iter();
    phrase
        .split(' ')
        .all(|wanted| rest.next().is_some_and(|(_, word)| word == wanted))
}

fn is_meant(path: &str, word: &str) -> bool {
    MEANT
        .iter()
        .any(|(place, meant, _)| path.starts_with(place) && (meant.is_empty() || *meant == word))
}

/// Faults of one text: line, word, and what is written instead.
fn ruled_out(path: &str, text: &str) -> Vec<String> {
    let fault = |line: usize, word: &str, instead: &str| format!("{path}:{line}: `{word}`; write {instead}");
    let mut faults = Vec::new();
    let spoken = words(text);
    for (position, (line, first)) in spoken.iter().enumerate() {
        let of_the_field = position > 0
            && OF_THE_FIELD
                .iter()
                .any(|phrase| stand_at(&spoken, position - 1, phrase))
            || OF_THE_FIELD.iter().any(|phrase| stand_at(&spoken, position, phrase));
        for (phrase, instead) in WORDS {
            let begins = phrase.split(' ').next() == Some(first.as_str());
            if begins && !of_the_field && !is_meant(path, phrase) && stand_at(&spoken, position, phrase) {
                faults.push(fault(*line, phrase, instead));
            }
        }
    }
    for (n, line) in text.lines().enumerate() {
        let is_code = ending(path) == "rs" && !line.trim_start().starts_with("//");
        for word in line.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '!'))) {
            for (name, instead) in NAMES.iter().filter(|(name, _)| *name == word) {
                if (is_code || name.contains('_')) && !is_meant(path, name) {
                    faults.push(fault(n + 1, name, instead));
                }
            }
        }
    }
    faults
}

#[test]
fn ruled_out_words_are_not_used() {
    let texts = texts();
    let faults: Vec<_> = texts.iter().flat_map(|(path, text)| ruled_out(path, text)).collect();
    println!("ruled-out words: {} in {} files", faults.len(), texts.len());
    none(&faults);
}

/// A line of comment is of prose unless it is in a block of code, is an attribute, or cannot be
/// broken because it is one word.
fn is_prose(comment: &str) -> bool {
    !comment.starts_with(['!', '[']) && comment.trim().contains(' ')
}

#[test]
fn comments_wrap() {
    let mut faults = Vec::new();
    for (path, text) in texts() {
        let sign = match ending(&path) {
            "rs" => "//",
            "sh" | "toml" | "py" => "#",
            _ => continue,
        };
        let mut is_code = false;
        for (n, line) in text.lines().enumerate() {
            let Some(comment) = line.trim_start().strip_prefix(sign) else {
                is_code = false;
                continue;
            };
            let comment = comment.trim_start_matches(['/', '#']);
            let comment = comment.strip_prefix("! ").unwrap_or(comment);
            if sign == "//" && comment.trim_start().starts_with("```") {
                is_code = !is_code;
            }
            let width = line.chars().count();
            if width > MAX_COMMENT_WIDTH && !is_code && is_prose(comment) {
                faults.push(format!("{path}:{}: comment of {width} characters", n + 1));
            }
        }
    }
    none(&faults);
}

#[test]
fn words_are_found_in_prose_names_and_across_lines() {
    let found = |text: &str| ruled_out("a.rs", text).len();
    assert_eq!(found("/// What is Told.\nfn tells_all() {}\nstruct ToldBy;"), 3);
    assert_eq!(found("// it stands\n// in a table"), 1);
    assert_eq!(found("// the front desk; FrontDesk; a HELP DESK; wall clock"), 0);
    assert_eq!(found("// untold stories of a walled garden; it stands inside"), 0);
    assert_eq!(
        found("struct Desk; let x = hidden!(y);"),
        3,
        "name and word of Desk, and the macro"
    );
}
