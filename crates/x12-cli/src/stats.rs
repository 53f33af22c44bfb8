//! `stats`: counts the content of files.

use super::Outcome;
use super::arguments::{Format, Stats};
use super::damage::{self, Damage};
use super::messages::{escape, json, many};
use anyhow::Context;
use mc_x12::check::{Report, check};
use mc_x12::guide::Guide;
use mc_x12::walk::Placed;
use mc_x12::{Finding, Limits, Segment};
use serde_json::json;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Maximum number of distinct segment ids; a damaged file may hold any number.
const IDS: usize = 200;

/// Counts each input.
pub fn run(options: &Stats) -> anyhow::Result<Outcome> {
    let settings = damage::settings();
    let mut out = io::stdout().lock();
    options.inputs.each(|mut input| {
        let mut counts = Counts::of(&input.name);
        let checked = check(&mut input.source, Limits::FILE, &settings, &mut counts);
        let verdict = checked.with_context(|| format!("cannot read {}", input.name))?;
        let Counts {
            transactions,
            segments,
            loops,
            damage,
        } = counts;
        let outcome = damage.outcome();
        if options.format == Format::Json {
            let line = json!({ "file": input.name, "interchanges": verdict.interchanges, "groups": verdict.groups,
                "transactions": transactions, "loops": loops, "segments": segments });
            writeln!(out, "{}", json(&line))?;
            return Ok(outcome);
        }
        writeln!(
            out,
            "{}: {}, {}",
            escape(&input.name),
            many(verdict.interchanges.into(), "interchange"),
            many(verdict.groups.into(), "group")
        )?;
        for (title, counts) in [
            ("transaction sets", transactions),
            ("loops", loops),
            ("segments", segments),
        ] {
            writeln!(out, "  {title}")?;
            for (name, count) in counts {
                writeln!(out, "    {count:>12} {name}")?;
            }
        }
        Ok(outcome)
    })
}

struct Counts {
    transactions: BTreeMap<String, u64>,
    segments: BTreeMap<String, u64>,
    loops: BTreeMap<String, u64>,
    damage: Damage,
}

impl Counts {
    fn of(input: &str) -> Self {
        Self {
            transactions: BTreeMap::new(),
            segments: BTreeMap::new(),
            loops: BTreeMap::new(),
            damage: Damage::of(input),
        }
    }
}

fn count(counts: &mut BTreeMap<String, u64>, name: &str) {
    if let Some(count) = counts.get_mut(name) {
        *count += 1;
    } else if counts.len() < IDS {
        counts.insert(name.to_owned(), 1);
    }
}

impl Report for Counts {
    fn finding(&mut self, finding: &Finding<'_>) {
        self.damage.take(finding);
    }

    fn transaction_began(&mut self, st: &Segment<'_>, guide: Option<&'static Guide>) {
        match guide {
            Some(guide) => count(&mut self.transactions, &format!("{} {}", st.element(1), guide.name)),
            None => count(&mut self.transactions, "without a guide"),
        }
    }

    fn segment(&mut self, segment: &Segment<'_>, placed: Option<&Placed>) {
        // An unknown id may be any text of a damaged file.
        count(&mut self.segments, segment.place().id);
        if let Some(placed) = placed.filter(|placed| placed.opened) {
            count(&mut self.loops, placed.within.id);
        }
    }
}
