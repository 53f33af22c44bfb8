//! Every statement: those that the query macros checked, and those that crates build for the schema
//! of any service.

use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// A statement of a service.
pub struct Statement {
    pub schema: String,
    pub sql: String,
    /// Where it was found.
    pub place: String,
}

/// Crates whose statements name the schema by a placeholder, and a schema that has their tables.
const BUILT: [(&str, &str); 3] = [
    ("mailbox", "billing"),
    ("idempotency", "billing"),
    ("keyring", "billing"),
];

pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every folder of `migrations`.
pub fn schemas() -> Vec<String> {
    let folders = fs::read_dir(root().join("migrations")).unwrap();
    let folders = folders.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir());
    let mut schemas: Vec<_> = folders
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    schemas.sort();
    schemas
}

/// Those of the source in `folder`.
pub fn statements_in(folder: &Path) -> Vec<Statement> {
    let mut statements = checked(folder);
    for (name, schema) in BUILT {
        let built = built(folder, name, schema);
        assert!(!built.is_empty(), "crates/{name}: no statement was found");
        statements.extend(built);
    }
    statements
}

/// Those in `.sqlx`.
fn checked(folder: &Path) -> Vec<Statement> {
    let schemas = schemas();
    let mut statements = Vec::new();
    for entry in fs::read_dir(folder.join(".sqlx")).unwrap() {
        let path = entry.unwrap().path();
        let query: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let sql = query["query"].as_str().unwrap().to_owned();
        if sql.starts_with("SET ") {
            continue;
        }
        let of = schemas.iter().find(|schema| names(&sql, &format!("{schema}.")));
        let place = format!(".sqlx/{}", path.file_name().unwrap().to_str().unwrap());
        // Only an advisory lock names no table.
        let schema = of.cloned().unwrap_or_else(|| "billing".to_owned());
        statements.push(Statement { schema, sql, place });
    }
    statements
}

/// Whether `sql` names `name`: a schema with its dot, or something in a schema.
pub fn names(sql: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    sql.match_indices(name).any(|(at, _)| {
        let before = sql[..at].chars().next_back();
        let after = sql[at + name.len()..].chars().next();
        !before.is_some_and(|c| is_part(c) || c == '.') && (name.ends_with('.') || !after.is_some_and(is_part))
    })
}

/// String literals of a crate's source that are SQL, with its placeholders filled.
fn built(folder: &Path, name: &str, schema: &str) -> Vec<Statement> {
    let mut statements = Vec::new();
    let mut folders = vec![folder.join("crates").join(name).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            if path.ends_with("tests.rs") {
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            let source = text.split("#[cfg(test)]").next().unwrap();
            for literal in literals(source) {
                let verb = literal.split_whitespace().next().unwrap_or_default();
                if ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"].contains(&verb) && literal.len() > 20 {
                    statements.push(Statement {
                        schema: schema.to_owned(),
                        sql: filled(&literal, schema),
                        place: path.display().to_string(),
                    });
                }
            }
        }
    }
    statements
}

/// The values of the string literals of Rust source.
fn literals(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in source.split('\n').filter(|line| line.trim_start().starts_with("//")) {
        assert!(
            !line.contains("SELECT "),
            "a comment with SQL would be read as code: {line}"
        );
    }
    let lines = source.split_inclusive('\n');
    let code: String = lines.filter(|line| !line.trim_start().starts_with("//")).collect();
    let mut rest = code.as_str();
    while let Some(start) = rest.find('"') {
        let mut value = String::new();
        let mut chars = rest[start + 1..].char_indices();
        let mut end = rest.len();
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    end = start + 1 + at + 1;
                    break;
                }
                '\\' => match chars.next() {
                    Some((_, '\n')) => value.push(' '),
                    Some((_, other)) => value.push(other),
                    None => {}
                },
                other => value.push(other),
            }
        }
        found.push(value.split_whitespace().collect::<Vec<_>>().join(" "));
        rest = &rest[end..];
    }
    found
}

/// `{}`, `{0}` and `{schema}` are the schema; any other placeholder is a constant.
fn filled(sql: &str, schema: &str) -> String {
    let mut out = String::new();
    let mut rest = sql;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap();
        out.push_str(before);
        out.push_str(match name {
            "" | "0" | "schema" => schema,
            _ => "1",
        });
        rest = after;
    }
    out + rest
}
