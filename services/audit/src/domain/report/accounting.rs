//! Accounting of disclosures (45 CFR 164.528); repeated disclosures to one recipient for one
//! purpose are summarised.

use crate::domain::{
    access,
    report::{
        Line,
        disclosure::{Exclusion, exclusion},
    },
};
use chrono::{DateTime, Utc};
use mc_report::{Figure, Table, columns, figure};
use std::collections::BTreeMap;

/// The table and its figures.
pub(super) fn disclosures(lines: &[Line], now: DateTime<Utc>) -> Table {
    let mut excluded: BTreeMap<Exclusion, usize> = BTreeMap::new();
    let mut accounts: BTreeMap<(String, String, String), Vec<&Line>> = BTreeMap::new();
    for line in lines {
        match exclusion(&line.leaf, now) {
            Some(why) => *excluded.entry(why).or_default() += 1,
            None => accounts
                .entry((
                    recipient(line),
                    line.fact("recipient_address").to_owned(),
                    purpose(line),
                ))
                .or_default()
                .push(line),
        }
    }
    let accounted: usize = accounts.values().map(Vec::len).sum();
    let mut rows: Vec<Vec<String>> = accounts
        .iter()
        .filter_map(|(account, repeats)| row(account, repeats))
        .collect();
    rows.sort();
    let recipients: std::collections::BTreeSet<_> = accounts.keys().map(|(name, ..)| name).collect();
    Table {
        columns: columns(&[
            ("Date (UTC)", 14),
            ("Recipient", 18),
            ("Address", 16),
            ("What was disclosed", 22),
            ("Purpose", 16),
            ("How often", 8),
            ("Last (UTC)", 14),
            ("Entry", 7),
        ]),
        figures: [figure("disclosures accounted for", accounted), figure("recipients", recipients.len())]
            .into_iter()
            .chain(left_out(&excluded))
            .collect(),
        notes: vec![
            "An individual may ask for the six years before the request. The answer is due within 60 days, once extended by 30 with reasons in writing; the first in twelve months is free of charge.".to_owned(),
            "Repeated disclosures to one recipient for one purpose are combined in one line: the first in full, how often, and the last (164.528(b)(3)).".to_owned(),
            "Left out as 164.528(a)(1) allows: treatment, payment and operations; to the individual; incidental; authorised; directory and persons involved in care; national security; custody; limited data sets.".to_owned(),
        ],
        rows,
    }
}

/// What is excluded. Suspended disclosures are not shown anywhere (164.528(a)(2)).
fn left_out(excluded: &BTreeMap<Exclusion, usize>) -> Vec<Figure> {
    let count = |of: &[Exclusion]| of.iter().filter_map(|why| excluded.get(why)).sum::<usize>();
    let rest: Vec<_> = excluded
        .keys()
        .copied()
        .filter(|why| {
            !matches!(
                why,
                Exclusion::Operations | Exclusion::Individual | Exclusion::Suspended
            )
        })
        .collect();
    vec![
        figure(
            "left out: treatment, payment, operations",
            count(&[Exclusion::Operations]),
        ),
        figure("left out: to the individual", count(&[Exclusion::Individual])),
        figure("left out: other exclusions", count(&rest)),
    ]
}

fn recipient(line: &Line) -> String {
    match line.fact("recipient") {
        "" => match line.fact("payer_id") {
            "" => format!("{} {}", line.role(), line.person()),
            payer => format!("payer {payer}"),
        },
        name => name.to_owned(),
    }
}

fn purpose(line: &Line) -> String {
    match access::why(&line.leaf) {
        Some(words) => words.to_owned(),
        None => line
            .leaf
            .record
            .purpose
            .clone()
            .unwrap_or_else(|| "not stated".to_owned()),
    }
}

fn row((name, address, purpose): &(String, String, String), repeats: &[&Line]) -> Option<Vec<String>> {
    let first = repeats.iter().min_by_key(|line| line.leaf.record.occurred_at)?;
    let last = repeats.iter().max_by_key(|line| line.leaf.record.occurred_at)?;
    let what = match first.fact("description") {
        "" => first.what(),
        words => words.to_owned(),
    };
    let (often, end) = match repeats.len() {
        1 => ("once".to_owned(), String::new()),
        times => (format!("{times} times"), last.when()),
    };
    Some(vec![
        first.when(),
        name.clone(),
        address.clone(),
        what,
        purpose.clone(),
        often,
        end,
        first.index.to_string(),
    ])
}
