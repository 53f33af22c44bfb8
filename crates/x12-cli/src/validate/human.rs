//! Findings as text.

use super::Output;
use super::counts::{Counts, PRINTED};
use super::described::Described;
use super::mark::range;
use crate::messages::{escape, many, printable};
use anstyle::{AnsiColor, Style};
use mc_x12::Severity;
use mc_x12::check::Verdict;
use std::io::{self, Write};
use std::ops::Range;

/// Characters of a segment that are printed around its mark.
const AROUND: usize = 60;

/// Prints text, in colour on a terminal.
pub struct Human<W: Write> {
    pub out: W,
    pub values: bool,
}

impl<W: Write> Output for Human<W> {
    fn finding(&mut self, name: &str, described: &Described<'_>) -> io::Result<()> {
        let finding = described.finding;
        let (word, colour) = match finding.severity() {
            Severity::Error => ("error", AnsiColor::Red),
            Severity::Warning => ("warning", AnsiColor::Yellow),
        };
        let (style, dim) = (Style::new().bold().fg_color(Some(colour.into())), Style::new().dimmed());
        writeln!(self.out, "{style}{word}{style:#}: {}", described.headline())?;
        writeln!(self.out, "  {}", described.remedy)?;
        let claim = described.claim();
        let separator = if claim.is_empty() { "" } else { ", " };
        let (name, place) = (escape(name), described.place());
        write!(self.out, "  {dim}{name}{dim:#} {claim}{separator}{place}")?;
        if finding.place.segment > 0 {
            write!(self.out, ", byte {}", finding.place.offset)?;
        }
        if !described.transaction.is_empty() {
            write!(self.out, ", transaction {}", described.transaction)?;
        }
        let (level, (at, code)) = (finding.level() as u8, &described.code);
        write!(self.out, " {dim}[SNIP {level}, {at} {code}]{dim:#}")?;
        match finding.value.filter(|_| self.values) {
            Some(value) => writeln!(self.out, " {value:?}")?,
            None => writeln!(self.out)?,
        }
        self.segment(described)
    }

    fn close(&mut self, name: &str, verdict: &Verdict, counts: &Counts) -> io::Result<()> {
        self.counts(counts)?;
        let Verdict {
            transactions,
            accepted,
            errors,
            warnings,
            segments,
            ..
        } = verdict;
        let colour = if verdict.is_clean() {
            AnsiColor::Green
        } else {
            AnsiColor::Red
        };
        let style = Style::new().bold().fg_color(Some(colour.into()));
        let name = escape(name);
        writeln!(
            self.out,
            "{style}{name}{style:#}: {accepted} of {transactions} transaction sets accepted, {}, {}, {segments} segments",
            many(*errors, "error"),
            many(*warnings, "warning")
        )
    }
}

impl<W: Write> Human<W> {
    /// The text of the segment, with a mark below the element.
    fn segment(&mut self, described: &Described<'_>) -> io::Result<()> {
        let (Some(text), Some(segment)) = (described.text(), described.segment) else {
            return Ok(());
        };
        let at = described.finding.place.element;
        let marked = at.map(|at| range(text, segment.delimiters, at));
        let (before, shown, after) = window(text, &marked.clone().unwrap_or(0..0));
        let (shown_text, dots) = (printable(&text[shown.clone()]), ["", "…"]);
        writeln!(
            self.out,
            "    {}{shown_text}{}",
            dots[usize::from(before)],
            dots[usize::from(after)]
        )?;
        if let Some(marked) = marked {
            let indent = text[shown.start..marked.start].chars().count() + usize::from(before);
            let end = marked.end.min(shown.end).max(marked.start);
            let length = text[marked.start..end].chars().count().max(1);
            writeln!(self.out, "    {}{}", " ".repeat(indent), "^".repeat(length))?;
        }
        Ok(())
    }

    fn counts(&mut self, counts: &Counts) -> io::Result<()> {
        let (rules, claims) = (counts.rules(), counts.claims());
        if !rules.is_empty() {
            writeln!(self.out, "by rule:")?;
        }
        for (rule, count) in rules.iter().take(PRINTED) {
            writeln!(self.out, "{count:>8}  {rule}")?;
        }
        more(&mut self.out, rules.len(), "rules")?;
        if !claims.is_empty() {
            writeln!(self.out, "by claim:")?;
        }
        for claim in claims.iter().take(PRINTED) {
            let number = match &claim.number {
                Some(number) => format!("{} {number}", claim.unit),
                None => format!("{} in segment {}", claim.unit, claim.segment),
            };
            let (errors, warnings) = (claim.errors, claim.warnings);
            let (count, errors, warnings) = (errors + warnings, many(errors, "error"), many(warnings, "warning"));
            writeln!(self.out, "{count:>8}  {number}: {errors}, {warnings}")?;
        }
        more(&mut self.out, claims.len(), "claims")?;
        if counts.is_full() {
            writeln!(self.out, "          there are too many to count all of them")?;
        }
        Ok(())
    }
}

fn more(out: &mut impl Write, count: usize, what: &str) -> io::Result<()> {
    match count.checked_sub(PRINTED) {
        None | Some(0) => Ok(()),
        Some(more) => writeln!(out, "          and {more} more {what}"),
    }
}

/// The part of a long text around its mark, and whether something is left out before and after.
fn window(text: &str, marked: &Range<usize>) -> (bool, Range<usize>, bool) {
    let start = text[..marked.start]
        .char_indices()
        .rev()
        .nth(AROUND - 1)
        .map_or(0, |(at, _)| at);
    let from = marked.start.max(start);
    let end = text[from..]
        .char_indices()
        .nth(2 * AROUND)
        .map_or(text.len(), |(at, _)| from + at);
    (start > 0, start..end, end < text.len())
}
