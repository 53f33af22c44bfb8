//! `validate`: reports findings as a person who mends the file reads them, or for machines.

mod context;
mod counts;
mod described;
mod expected;
mod html;
mod human;
mod json;
mod mark;
mod recent;

use super::Outcome;
use super::arguments::{Report as ReportFormat, ShowText, Validate};
use super::damage;
use super::inputs::Input;
use anyhow::{Context as _, ensure};
use context::Context;
use counts::Counts;
use described::Described;
use mc_x12::check::{Checker, Report, Settings, Verdict};
use mc_x12::guide::{Guide, Loop};
use mc_x12::walk::Placed;
use mc_x12::{Finding, Limits, Segment, StreamError, StreamReader};
use recent::RecentSegments;
use std::io::{self, BufWriter, IsTerminal};

/// A form in which findings are written.
trait Output {
    /// A segment of the input, before its findings.
    fn segment(&mut self, segment: &Segment<'_>) {
        let _ = segment;
    }
    /// A finding of the input `name`.
    fn finding(&mut self, name: &str, described: &Described<'_>) -> io::Result<()>;
    /// The end of the input `name`.
    fn close(&mut self, name: &str, verdict: &Verdict, counts: &Counts) -> io::Result<()>;
    /// The end of the last input.
    fn end(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Checks each input and writes its findings.
pub fn run(options: &Validate) -> anyhow::Result<Outcome> {
    let settings = options.rules.settings()?;
    let is_shown = match options.show_text {
        ShowText::Always => true,
        ShowText::Never => false,
        ShowText::Auto => io::stdout().is_terminal(),
    } || options.format == ReportFormat::Html;
    ensure!(
        (options.format, options.show_text) != (ReportFormat::Html, ShowText::Never),
        "the page of --format html shows the content of the files: it cannot be combined with --show-text=never"
    );
    let mut output = output(options);
    let outcome = options.inputs.each(|mut input| {
        let verdict = check_input(&mut input, &settings, output.as_mut(), is_shown)?;
        Ok(if verdict.is_clean() {
            Outcome::Clean
        } else {
            Outcome::Found
        })
    })?;
    output.end()?;
    Ok(outcome)
}

fn output(options: &Validate) -> Box<dyn Output> {
    let (stdout, values) = (io::stdout().lock(), options.values);
    match options.format {
        ReportFormat::Human => Box::new(human::Human {
            out: anstream::AutoStream::auto(stdout),
            values,
        }),
        ReportFormat::Json => Box::new(json::Json { out: stdout, values }),
        ReportFormat::Html => Box::new(html::Html::new(BufWriter::new(stdout))),
    }
}

fn check_input(
    input: &mut Input,
    settings: &Settings,
    output: &mut dyn Output,
    is_shown: bool,
) -> anyhow::Result<Verdict> {
    let mut watcher = Watcher {
        name: &input.name,
        output,
        is_shown,
        recent: RecentSegments::new(is_shown),
        context: Context::default(),
        loops: Vec::new(),
        counts: Counts::default(),
        transaction: String::new(),
        failed: None,
    };
    let mut reader = StreamReader::new(&mut input.source, Limits::FILE);
    let mut checker = Checker::new(settings);
    let verdict = loop {
        match reader.next_segment() {
            Some(Ok(segment)) => {
                watcher.output.segment(&segment);
                watcher.recent.push(&segment);
                checker.segment(&segment, &mut watcher);
            }
            Some(Err(StreamError::Read(error))) => checker.unreadable(&error, &mut watcher),
            Some(Err(StreamError::Source(error))) => {
                return Err(error).with_context(|| format!("cannot read {}", input.name));
            }
            None => break checker.finish(&mut watcher),
        }
        if let Some(error) = watcher.failed {
            return Err(error.into());
        }
    };
    let Watcher {
        output, counts, failed, ..
    } = watcher;
    failed.map_or(Ok(()), Err)?;
    output.close(&input.name, &verdict, &counts)?;
    Ok(verdict)
}

/// Follows an input, so that each finding can be described.
struct Watcher<'w> {
    name: &'w str,
    output: &'w mut dyn Output,
    is_shown: bool,
    recent: RecentSegments,
    context: Context,
    /// The open loops of the transaction set, the root first.
    loops: Vec<&'static Loop>,
    counts: Counts,
    /// ST01 and ST02 of the current transaction set.
    transaction: String,
    failed: Option<io::Error>,
}

impl Report for Watcher<'_> {
    fn finding(&mut self, finding: &Finding<'_>) {
        let described = Described::new(finding, &self.transaction, &self.recent, self.is_shown);
        self.counts.take(&described);
        if let Err(error) = self.output.finding(self.name, &described) {
            self.failed.get_or_insert(error);
        }
    }

    fn transaction_began(&mut self, st: &Segment<'_>, guide: Option<&'static Guide>) {
        self.transaction = damage::transaction_name(st.element(1), st.element(2));
        self.loops.clear();
        self.loops.extend(guide.map(|guide| guide.root));
    }

    fn segment(&mut self, segment: &Segment<'_>, placed: Option<&Placed>) {
        self.context.take(segment, placed);
        let placed = placed.map(|placed| (*placed, self.enter(placed)));
        if let Some(recent) = self.recent.find_mut(segment.number()) {
            recent.placed = placed;
            recent.context = self.context.clone();
        }
    }

    fn group_ended(&mut self, _: &mc_x12::check::GroupEnded) {
        self.transaction.clear();
    }
}

impl Watcher<'_> {
    /// Follows the loops; returns the one that encloses the loop of the segment.
    fn enter(&mut self, placed: &Placed) -> Option<&'static Loop> {
        self.loops.truncate(placed.kept);
        if placed.opened {
            self.loops.push(placed.within);
        }
        self.loops
            .len()
            .checked_sub(2)
            .and_then(|at| self.loops.get(at))
            .copied()
    }
}
