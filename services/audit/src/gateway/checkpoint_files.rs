//! Checkpoints in a folder: one file a day, one JSON line each: `{"note": "…"}`.

use chrono::{DateTime, Utc};
use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

/// Appends notes to the file of the day; returns when they are on disk.
///
/// # Errors
/// Where the file cannot be written.
pub fn append<'a>(folder: &Path, notes: impl IntoIterator<Item = &'a str>, now: DateTime<Utc>) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let mut lines = String::new();
    for note in notes {
        lines += &serde_json::json!({ "note": note }).to_string();
        lines.push('\n');
    }
    let path = folder.join(format!("checkpoints-{}.jsonl", now.format("%Y-%m-%d")));
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path)?;
    file.write_all(lines.as_bytes())?;
    file.sync_data()
}

/// The notes of the newest `days` files, oldest first; an incomplete last line is skipped.
///
/// # Errors
/// Where a file cannot be read; a folder that does not exist has no notes.
pub fn read(folder: &Path, days: usize) -> io::Result<Vec<String>> {
    let mut notes = Vec::new();
    let files = files(folder)?;
    for file in &files[files.len().saturating_sub(days)..] {
        let text = std::fs::read_to_string(file)?;
        notes.extend(
            text.lines()
                .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
                .filter_map(|line| line["note"].as_str().map(str::to_owned)),
        );
    }
    Ok(notes)
}

fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> = match std::fs::read_dir(folder) {
        Ok(entries) => entries
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<_, _>>()?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(error),
    };
    files.retain(|file| file.extension().is_some_and(|extension| extension == "jsonl"));
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_read_back_in_order_and_a_torn_line_is_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("new");
        assert!(read(&folder, 9).unwrap().is_empty());
        let day = |day: &str| format!("{day}T10:00:00Z").parse().unwrap();
        append(&folder, ["c"], day("2026-03-02")).unwrap();
        append(&folder, ["a\n1\n", "b"], day("2026-03-01")).unwrap();
        let mut torn = std::fs::OpenOptions::new()
            .append(true)
            .open(folder.join("checkpoints-2026-03-02.jsonl"))
            .unwrap();
        torn.write_all(b"{\"note\":\"to").unwrap();
        assert_eq!(read(&folder, 9).unwrap(), ["a\n1\n", "b", "c"]);
        assert_eq!(read(&folder, 1).unwrap(), ["c"]);
    }
}
