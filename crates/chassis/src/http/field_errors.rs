//! Every invalid field of a request, not only the first.
//!
//! Serde stops at the first value that it cannot deserialize. Here such a value is replaced by one
//! of the expected type and deserialization is repeated, until no error is left or no replacement
//! fits. Errors never repeat a value: they name the place and what is expected there.

use super::FieldError;
use garde::Validate;
use serde_json::{Value, json};
use serde_path_to_error::{Path, Segment};

/// Maximum number of errors in a response.
const MAX_ERRORS: usize = 10;

/// A value that could not be deserialized.
pub(super) struct Fault {
    path: Vec<Step>,
    message: String,
}

#[derive(Clone, PartialEq, Eq)]
enum Step {
    Field(String),
    Item(usize),
}

impl Fault {
    /// From serde's error and its path.
    pub(super) fn new(path: &Path, message: String) -> Self {
        let steps = path.iter().filter_map(|segment| match segment {
            Segment::Map { key } => Some(Step::Field(key.clone())),
            Segment::Seq { index } => Some(Step::Item(*index)),
            Segment::Enum { .. } | Segment::Unknown => None,
        });
        let mut this = Self {
            path: steps.collect(),
            message,
        };
        // A missing field is reported at its object, an unknown one at either.
        if let Some(name) = this.named_field()
            && this.path.last() != Some(&Step::Field(name.clone()))
        {
            this.path.push(Step::Field(name));
        }
        this
    }

    fn named_field(&self) -> Option<String> {
        let kinds = ["missing field", "unknown field", "duplicate field"];
        let named = kinds.iter().any(|kind| self.message.starts_with(kind));
        let name = self.message.split('`').nth(1).filter(|_| named)?;
        Some(name.to_owned())
    }

    /// The place, as a JSON pointer below `prefix`. A name in another form than ours could
    /// contain anything and is replaced by `?`.
    fn place(&self, prefix: &str) -> String {
        let steps: Vec<_> = self
            .path
            .iter()
            .map(|step| match step {
                Step::Field(name) if is_our_name(name) => name.clone(),
                Step::Field(_) => "?".to_owned(),
                Step::Item(index) => index.to_string(),
            })
            .collect();
        format!("{prefix}{}", steps.join("/"))
    }

    /// What is wrong, in terms of the API; None where serde's message is not useful.
    fn detail(&self) -> Option<String> {
        for (start, detail) in [
            ("missing field", "is required"),
            ("unknown field", "is not known here"),
            ("duplicate field", "is given twice"),
        ] {
            if self.message.starts_with(start) {
                return Some(detail.to_owned());
            }
        }
        let states_expectation = [
            "invalid type",
            "invalid value",
            "invalid length",
            "unknown variant",
            "expected ",
        ]
        .iter()
        .any(|start| self.message.starts_with(start));
        let (_, expected) = self.message.rsplit_once("expected ").filter(|_| states_expectation)?;
        let expected = expected.split(" at line").next().unwrap_or(expected);
        Some(format!("expected {}", in_api_terms(expected)))
    }
}

/// Names of our fields consist of lower-case letters, digits and underscores.
pub(super) fn is_our_name(text: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    text.len() <= 60 && text.bytes().all(allowed)
}

/// Type names of serde and Rust in terms of the API.
fn in_api_terms(expected: &str) -> &str {
    match expected {
        "i8" | "i16" | "i32" | "i64" | "i128" | "isize" => "a whole number",
        "u8" | "u16" | "u32" | "u64" | "u128" | "usize" => "a whole number, 0 or more",
        "f32" | "f64" => "a number",
        "a boolean" => "true or false",
        "a sequence" => "a list",
        "a map" | "map" | "a JSON object" => "an object",
        "a borrowed string" | "str" | "string" => "a string",
        other if other.starts_with("struct ") || other.starts_with("internally tagged enum ") => "an object",
        other => other,
    }
}

/// Values that one of our fields may accept, each with the message for the caller where the field's
/// own message is not useful.
fn candidates(message: &str) -> Vec<(Value, &'static str)> {
    // serde lists the variants of an enum
    let variant = message
        .rsplit_once("expected ")
        .and_then(|(_, rest)| rest.split('`').nth(1));
    let mut all: Vec<(Value, &'static str)> = variant.map(|name| (json!(name), "is not valid")).into_iter().collect();
    all.extend([
        (json!(1), "expected a whole number"),
        (json!("1"), "expected a whole number"),
        (json!("01890a5d-ac96-774b-bcce-b302099a8057"), "expected an id (a UUID)"),
        (json!("2000-01-01"), "expected a date such as 2000-01-01"),
        (
            json!("2000-01-01T00:00:00Z"),
            "expected a time such as 2000-01-01T00:00:00Z",
        ),
        (json!("usd"), "expected a currency code such as usd"),
        (json!("true"), "expected true or false"),
        (json!("a"), "expected a string"),
        (json!("1234567893"), "is not valid"),
        (json!(true), "expected true or false"),
        (json!([]), "expected a list"),
        (json!({}), "expected an object"),
        (Value::Null, "is not valid"),
    ]);
    all
}

/// Sets `path` to `new`, or removes it. False if the path does not exist.
fn replace(value: &mut Value, path: &[Step], new: Option<Value>) -> bool {
    let Some((last, above)) = path.split_last() else {
        return new.is_some_and(|new| {
            *value = new;
            true
        });
    };
    let mut at = value;
    for step in above {
        let next = match step {
            Step::Field(name) => at.get_mut(name),
            Step::Item(index) => at.get_mut(index),
        };
        match next {
            Some(next) => at = next,
            None => return false,
        }
    }
    match (last, at, new) {
        (Step::Field(name), Value::Object(members), Some(new)) => {
            members.insert(name.clone(), new);
            true
        }
        (Step::Field(name), Value::Object(members), None) => members.remove(name).is_some(),
        (Step::Item(index), Value::Array(items), Some(new)) if *index < items.len() => {
            items[*index] = new;
            true
        }
        _ => false,
    }
}

/// Every invalid field of `value`, which `read` refuses with `first`: those that cannot be
/// deserialized, then those whose value is out of range.
pub(super) fn all<T: Validate<Context = ()>>(
    mut value: Value,
    first: Fault,
    prefix: &str,
    read: impl Fn(&Value) -> Result<T, Fault>,
) -> Vec<FieldError> {
    let mut errors: Vec<FieldError> = Vec::new();
    // Members of `value` are ordered by name, and errors are found in that order: an error that a
    // repair removes is not hidden by an earlier one. A duplicate field occurs once in `value`.
    let mut fault = read(&value).err().unwrap_or(first);
    loop {
        let (repaired, hint) = repair(&mut value, &fault, &read);
        errors.push(FieldError {
            place: fault.place(prefix),
            detail: fault.detail().unwrap_or_else(|| hint.to_owned()),
        });
        if !repaired || errors.len() >= MAX_ERRORS {
            return errors;
        }
        fault = match read(&value) {
            Ok(read) => {
                let known: Vec<_> = errors.iter().map(|error| error.place.clone()).collect();
                let invalid = invalid_fields(&read, prefix);
                errors.extend(invalid.into_iter().filter(|error| !known.contains(&error.place)));
                errors.truncate(MAX_ERRORS);
                return errors;
            }
            Err(next) if next.path == fault.path => return errors,
            Err(next) => next,
        };
    }
}

/// Makes `value` readable at the place of `fault`. Returns what is expected there, by the accepted
/// replacement.
fn repair<T>(value: &mut Value, fault: &Fault, read: &impl Fn(&Value) -> Result<T, Fault>) -> (bool, &'static str) {
    const UNHELPFUL: &str = "is not valid";
    if fault.message.starts_with("unknown field") {
        return (replace(value, &fault.path, None), UNHELPFUL);
    }
    for (candidate, hint) in candidates(&fault.message) {
        let mut tried = value.clone();
        if !replace(&mut tried, &fault.path, Some(candidate)) {
            return (false, UNHELPFUL);
        }
        let accepted = match read(&tried) {
            Ok(_) => true,
            Err(next) => next.path != fault.path && !next.path.starts_with(&fault.path),
        };
        if accepted {
            *value = tried;
            return (true, hint);
        }
    }
    (false, UNHELPFUL)
}

/// The fields whose values are out of range.
pub(super) fn invalid_fields(value: &impl Validate<Context = ()>, prefix: &str) -> Vec<FieldError> {
    let Err(report) = value.validate() else {
        return Vec::new();
    };
    let fields = report.iter().map(|(path, error)| FieldError {
        place: format!(
            "{prefix}{}",
            path.to_string().replace('[', ".").replace(']', "").replace('.', "/")
        ),
        detail: limit_in_api_terms(&error.to_string()),
    });
    fields.collect()
}

/// A limit of garde in terms of the API, which say what is expected.
fn limit_in_api_terms(message: &str) -> String {
    for (start, bound, unit) in [
        ("length is lower than ", "at least", " characters or items"),
        ("length is greater than ", "at most", " characters or items"),
        ("lower than ", "at least", ""),
        ("greater than ", "at most", ""),
    ] {
        if let Some(limit) = message.strip_prefix(start) {
            return format!("expected {bound} {limit}{unit}");
        }
    }
    message.to_owned()
}
