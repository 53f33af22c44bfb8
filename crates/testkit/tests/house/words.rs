//! Words that the project does not use, and the width of comments. CONTRIBUTING.md gives the rule;
//! this is the list.

use crate::source::{none, root};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// A comment line has at most this many characters.
const MAX_COMMENT_WIDTH: usize = 100;

/// Rooms and files that still have to follow, by the beginning of their paths.
const PENDING: &[&str] = &[
    "services/audit",
    "crates/fhir",
    "crates/balp",
    "crates/detection",
    "crates/report",
    "crates/transparency",
    "services/auth",
    "services/console",
    "services/sandbox",
    "services/eligibility",
    "docs/openapi/audit.json",
    "docs/openapi/auth.json",
    "docs/openapi/console.json",
    "docs/openapi/sandbox.json",
    "docs/openapi/eligibility.json",
    "crates/hipaa/fuzz/Cargo.toml",
    "crates/hipaa/src/eligibility/batch/patients.rs",
    "crates/hipaa/src/eligibility/response_read.rs",
    "crates/hipaa/src/enrollment/file.rs",
    "crates/x12/src/check/conditions.rs",
    "deploy/local/lib.sh",
    "deploy/local/prepare-queries.sh",
    "deploy/local/provision.sh",
];

/// Words and phrases in any case, also as a part of a name (`asked_at`), with what is written
/// instead. Words of a phrase may be separated by a line break.
const WORDS: &[(&str, &str)] = &[
    ("told", "reported, published, returned"),
    ("tell", "report, publish, return"),
    ("tells", "reports, publishes, returns"),
    ("telling", "reporting, publishing"),
    ("said", "stated, returned"),
    ("asked", "requested"),
    ("stands in", "is stored in"),
    ("stand in", "are stored in"),
    ("so many", "the count"),
    ("nobody's", "without an owner, anonymous"),
    ("about nobody", "synthetic"),
    ("comes out", "results"),
    ("goes through", "uses, passes"),
    ("post box", "outbox, inbox"),
    ("post boxes", "outboxes, inboxes"),
    ("desk", "state (AppState)"),
    ("wall", "tenant isolation"),
    ("walls", "tenant isolation"),
    ("judge", "interpret, evaluate"),
    ("judges", "interprets, evaluates"),
    ("judged", "interpreted, evaluated"),
    ("judging", "interpreting, evaluating"),
    ("breaks the glass", "emergency access"),
    ("broke the glass", "emergency access"),
    ("good once", "valid for one use"),
    ("breaker news", "breaker change"),
];

/// Phrases of the field that contain one of [`WORDS`].
const OF_THE_FIELD: &[&str] = &["front desk", "help desk", "wall clock", "wall time"];

/// Names that were replaced, in exact spelling. Those that are ordinary words as well (no
/// underscore) count in code only.
const NAMES: &[(&str, &str)] = &[
    ("Desk", "AppState"),
    ("post_alone", "enqueue_now"),
    ("first_time", "is_first_delivery"),
    ("audit_of", "RequestContext::audit"),
    ("audit_by", "RequestContext::audit_as"),
    ("announce_breaker", "publish_breaker_change"),
    ("Watched", "HealthProbe"),
    ("NotAState", "InvalidState"),
    ("NotAJustification", "InvalidJustification"),
    ("NotUnderstood", "Unreadable…"),
    ("OnRecord", "AuditTrail"),
    ("rest_after_failure", "lockout"),
    ("resting", "is_locked_out"),
    ("drop_pass", "invalidate"),
    ("Beside", "NewPaymentContext"),
    ("update_standing", "update_status"),
    ("update_taken", "update_status"),
    ("charge_due", "charge_next_due"),
    ("TAKEN_OVER_AFTER", "LEASE_TIMEOUT"),
    ("Opening", "AccessContext"),
    ("check_words", "reject_identifying_justification"),
    ("Pile", "Bucket"),
    ("Gathering", "Aggregator"),
    ("let_go", "evicted"),
    ("add_months", "create_partitions"),
    ("sort_events", "repartition"),
    ("compare_tally", "reconcile_tally"),
    ("open_tail", "start_stream"),
    ("Silence", "Unreachable"),
    ("Sighting", "ServiceStatus"),
    ("DOINGS", "VISIT_STEPS"),
    ("Mood", "Behavior"),
    ("feels", "behave"),
    ("meet_fault", "take_fault"),
    ("Draws", "RandomIds"),
    ("hangs_up_with_caller", "cancel_on_disconnect"),
    ("Reach", "FailureStage"),
    ("climbs", "has_dot_segments"),
    ("not_text_from", "invalid_utf8_from"),
    ("thought_of", "regression"),
    ("hidden!", "redact_debug!"),
    ("Teller", "Printer"),
    ("Gaps", "MissingParts"),
    ("forest", "trees"),
    ("Vary", "TestOptions"),
];

/// Where a word or name of the lists is meant, with the reason: beginning of the path, word.
const MEANT: &[(&str, &str, &str)] = &[
    ("crates/testkit/tests/house/words.rs", "", "the lists themselves"),
    ("crates/x12", "desk", "a contact's name in sample files"),
    ("crates/hipaa", "desk", "a contact's name in sample files"),
    (
        "services/audit",
        "judged",
        "the column judged_until of a landed migration",
    ),
];

/// Text that is read: code, documents, scripts, settings; of the migrations and of the generated
/// documents only those that are not fixed already.
fn is_read(path: &str) -> bool {
    let is_new = |name: &str| name.split('_').next().is_some_and(|stamp| stamp >= "20261130");
    match Path::new(path).extension().and_then(|ending| ending.to_str()) {
        Some("rs" | "md" | "sh" | "toml" | "py") => true,
        Some("json") => path.starts_with("docs/openapi/"),
        Some("sql") => path.starts_with("migrations/") && path.rsplit('/').next().is_some_and(is_new),
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
        let is_code = path.ends_with(".rs") && !line.trim_start().starts_with("//");
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
        let sign = match path.rsplit_once('.').map(|(_, ending)| ending) {
            Some("rs") => "//",
            Some("sh" | "toml" | "py") => "#",
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
