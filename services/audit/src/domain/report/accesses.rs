//! Access by patient and by user, emergency access, consent.

use crate::domain::{
    catalogue::{self, Class},
    report::Line,
};
use mc_contracts::Outcome;
use mc_report::{Table, columns, distinct, figure};

fn not_done(lines: &[Line]) -> usize {
    lines
        .iter()
        .filter(|line| line.leaf.record.outcome != Outcome::Success)
        .count()
}

fn emergencies(lines: &[Line]) -> usize {
    lines.iter().filter(|line| line.leaf.record.emergency).count()
}

/// Who accessed one patient's data.
pub(super) fn by_patient(lines: &[Line]) -> Table {
    Table {
        columns: columns(&[
            ("When (UTC)", 14),
            ("Role", 9),
            ("User", 28),
            ("What they did", 23),
            ("Why", 21),
            ("Outcome", 13),
            ("From", 11),
            ("Entry", 7),
        ]),
        figures: vec![
            figure("accesses", lines.len()),
            figure("different users", distinct(lines.iter().map(Line::person))),
            figure("refused or failed", not_done(lines)),
            figure("under emergency access", emergencies(lines)),
        ],
        notes: Vec::new(),
        rows: lines
            .iter()
            .map(|line| {
                vec![
                    line.when(),
                    line.role(),
                    line.person(),
                    line.what(),
                    line.why(),
                    line.outcome(),
                    line.address(),
                    line.index.to_string(),
                ]
            })
            .collect(),
    }
}

/// What one user did.
pub(super) fn by_user(lines: &[Line]) -> Table {
    let phi = lines
        .iter()
        .filter(|line| catalogue::is(&line.leaf.record.action, Class::PhiAccess));
    let patients = distinct(lines.iter().map(Line::patient).filter(|patient| !patient.is_empty()));
    Table {
        columns: columns(&[
            ("When (UTC)", 15),
            ("What they did", 26),
            ("Patient", 16),
            ("Of what", 24),
            ("Why", 20),
            ("Outcome", 12),
            ("From", 11),
            ("Entry", 7),
        ]),
        figures: vec![
            figure("entries", lines.len()),
            figure("accesses to patient data", phi.count()),
            figure("different patients", patients),
            figure("refused or failed", not_done(lines)),
            figure("under emergency access", emergencies(lines)),
        ],
        notes: Vec::new(),
        rows: lines
            .iter()
            .map(|line| {
                vec![
                    line.when(),
                    line.what(),
                    line.patient(),
                    line.subject(),
                    line.why(),
                    line.outcome(),
                    line.address(),
                    line.index.to_string(),
                ]
            })
            .collect(),
    }
}

/// Every use of emergency access.
pub(super) fn break_glass(lines: &[Line]) -> Table {
    let uses = lines
        .iter()
        .filter(|line| catalogue::is(&line.leaf.record.action, Class::BreakGlass))
        .count();
    let silent = lines.iter().filter(|line| {
        line.leaf
            .record
            .justification
            .as_deref()
            .unwrap_or_default()
            .trim()
            .is_empty()
    });
    Table {
        columns: columns(&[
            ("When (UTC)", 15),
            ("Role", 8),
            ("User", 29),
            ("Patient", 17),
            ("What they did", 20),
            ("Reason given", 20),
            ("Outcome", 11),
            ("Entry", 7),
            ("Reviewed", 9),
        ]),
        figures: vec![
            figure("times the glass was broken", uses),
            figure("entries under emergency access", lines.len()),
            figure("different users", distinct(lines.iter().map(Line::person))),
            figure("different patients", distinct(lines.iter().map(Line::patient))),
            figure("without a reason", silent.count()),
        ],
        notes: vec!["Each use needs a review after the fact: was the emergency real, was the access limited to it? The last column is for the reviewer.".to_owned()],
        rows: lines
            .iter()
            .map(|line| {
                let row = [line.when(), line.role(), line.person(), line.patient(), line.what(), line.why(), line.outcome(), line.index.to_string()];
                row.into_iter().chain([String::new()]).collect()
            })
            .collect(),
    }
}

/// Patients' decisions, and accesses refused without consent.
pub(super) fn consents(lines: &[Line]) -> Table {
    let (decisions, refused): (Vec<&Line>, Vec<&Line>) = lines
        .iter()
        .partition(|line| catalogue::is(&line.leaf.record.action, Class::Consent));
    let decided = |word: &str| decisions.iter().filter(|line| line.fact("decision") == word).count();
    Table {
        columns: columns(&[
            ("When (UTC)", 14),
            ("Patient", 16),
            ("What happened", 24),
            ("Decision", 9),
            ("For", 16),
            ("Recorded by", 28),
            ("Outcome", 14),
            ("Entry", 7),
        ]),
        figures: vec![
            figure("decisions recorded", decisions.len()),
            figure("permitted", decided("permit")),
            figure("denied", decided("deny")),
            figure("accesses refused without consent", refused.len()),
        ],
        notes: Vec::new(),
        rows: lines
            .iter()
            .map(|line| {
                let scope = line.facts(&["purpose", "for_one_visit", "grantee"]);
                let of = if scope.is_empty() { line.why() } else { scope };
                vec![
                    line.when(),
                    line.patient(),
                    line.what(),
                    line.fact("decision").to_owned(),
                    of,
                    line.person(),
                    line.outcome(),
                    line.index.to_string(),
                ]
            })
            .collect(),
    }
}
