//! Failed sign-ins, changes of privilege, retention.

use crate::domain::{Hold, report::Line};
use chrono::{DateTime, Utc};
use mc_contracts::Outcome;
use mc_report::{Figure, Table, columns, distinct, figure};
use std::collections::{BTreeMap, BTreeSet};

/// The highest count of one value.
fn most(values: impl Iterator<Item = String>) -> usize {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for value in values.filter(|value| !value.is_empty()) {
        *counts.entry(value).or_default() += 1;
    }
    counts.into_values().max().unwrap_or_default()
}

/// A refused attempt is a row of the report but in no figure of what was done.
fn is_done(line: &Line) -> bool {
    line.leaf.record.outcome == Outcome::Success
}

/// Sign-ins that failed.
pub(super) fn failed_sign_ins(lines: &[Line]) -> Table {
    let addresses = || lines.iter().map(Line::address).filter(|address| !address.is_empty());
    Table {
        columns: columns(&[
            ("When (UTC)", 14),
            ("Account", 27),
            ("What they tried", 24),
            ("Outcome", 22),
            ("From", 13),
            ("Device", 18),
            ("Entry", 7),
        ]),
        figures: vec![
            figure("failed attempts", lines.len()),
            figure("different accounts", distinct(lines.iter().map(Line::person))),
            figure("different addresses", distinct(addresses())),
            figure("most from one address", most(addresses())),
            figure("most on one account", most(lines.iter().map(Line::person))),
        ],
        notes: vec!["Attempts with an e-mail address that no account has belong to no organisation; they are in the platform's own log.".to_owned()],
        rows: lines
            .iter()
            .map(|line| {
                let device = line.leaf.record.actor.device_id.clone().unwrap_or_default();
                vec![line.when(), line.person(), line.what(), line.outcome(), line.address(), device, line.index.to_string()]
            })
            .collect(),
    }
}

/// Changes of people, machines and rights.
pub(super) fn privileges(lines: &[Line]) -> Table {
    let done = || lines.iter().filter(|line| is_done(line));
    Table {
        columns: columns(&[
            ("When (UTC)", 16),
            ("By", 30),
            ("Role", 9),
            ("What they did", 20),
            ("To whom or what", 24),
            ("Particulars", 22),
            ("Outcome", 9),
            ("Entry", 7),
        ]),
        figures: vec![
            figure("changes", done().count()),
            figure("made by", distinct(done().map(Line::person))),
            figure(
                "concerning",
                distinct(done().map(Line::subject).filter(|subject| !subject.is_empty())),
            ),
            figure("refused or failed", lines.len() - done().count()),
        ],
        notes: Vec::new(),
        rows: lines
            .iter()
            .map(|line| {
                let particulars = line.facts(&["roles", "second_factor", "kind", "host", "secret_name", "revision"]);
                vec![
                    line.when(),
                    line.person(),
                    line.role(),
                    line.what(),
                    line.subject(),
                    particulars,
                    line.outcome(),
                    line.index.to_string(),
                ]
            })
            .collect(),
    }
}

/// Legal holds, prunings, exports and restorations.
pub(super) fn retention(lines: &[Line]) -> Table {
    Table {
        columns: columns(&[
            ("When (UTC)", 16),
            ("By", 32),
            ("What they did", 18),
            ("Of what", 22),
            ("Particulars", 20),
            ("Why", 16),
            ("Outcome", 9),
            ("Entry", 7),
        ]),
        figures: holds(lines),
        notes: vec!["Holds in force: placed and not released, by the entries below. What a hold covers is not pruned. Pruned entries leave their place and hash in the log.".to_owned()],
        rows: lines
            .iter()
            .map(|line| {
                let particulars = line.facts(&["kind", "month", "events", "kept_for_hold", "size", "digest"]);
                vec![line.when(), line.person(), line.what(), line.subject(), particulars, line.why(), line.outcome(), line.index.to_string()]
            })
            .collect(),
    }
}

/// The retention rule and every hold in force, in words.
pub fn standing(years: u32, holds: &[Hold]) -> Vec<String> {
    let rule = format!(
        "When this report was finished, entries were kept for {years} years after the end of their month; no setting goes below six."
    );
    let standing = holds.iter().filter(|hold| hold.released.is_none()).map(|hold| {
        let day = |time: Option<DateTime<Utc>>| {
            time.map_or_else(|| "any time".to_owned(), |time| time.format("%Y-%m-%d").to_string())
        };
        let whom = if hold.subject.is_empty() {
            String::new()
        } else {
            format!(" {}", hold.subject)
        };
        format!(
            "Hold in force: {}{whom}, from {} to {}, placed {} by {}: {}",
            hold.kind,
            day(hold.since),
            day(hold.until),
            hold.placed_at.format("%Y-%m-%d"),
            hold.placed_by,
            hold.reason
        )
    });
    std::iter::once(rule).chain(standing).collect()
}

fn holds(lines: &[Line]) -> Vec<Figure> {
    let of = |action: &str| -> BTreeSet<&str> {
        let lines = lines
            .iter()
            .filter(|line| line.leaf.record.action == action && is_done(line));
        lines.map(|line| line.leaf.entity().1).collect()
    };
    let (placed, released) = (of("audit.hold.place"), of("audit.hold.release"));
    let count = |action: &str| lines.iter().filter(|line| line.leaf.record.action == action).count();
    vec![
        figure("holds placed", placed.len()),
        figure("holds released", released.len()),
        figure("holds in force", placed.difference(&released).count()),
        figure("prunings announced", count("audit.retention.pruned")),
        figure("exports", count("audit.log.export")),
    ]
}
