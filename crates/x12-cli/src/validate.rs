//! `validate`: reports findings.

use super::Outcome;
use super::arguments::{Format, Validate};
use anstyle::{AnsiColor, Style};
use mc_x12::check::{GroupEnded, Report, Verdict, check};
use mc_x12::{Finding, Limits, Segment, Severity};
use serde_json::json;
use std::io::{self, Write};

/// Checks each input and prints its findings.
pub fn run(options: &Validate) -> anyhow::Result<Outcome> {
    let settings = options.rules.settings()?;
    let mut outcome = Outcome::Clean;
    for pending in options.inputs.open()? {
        let mut input = pending.open()?;
        let mut printer = Printer {
            name: input.name.clone(),
            format: options.format,
            values: options.values,
            transaction: String::new(),
            out: anstream::AutoStream::auto(io::stdout().lock()),
            failed: None,
        };
        let verdict = check(&mut input.source, Limits::FILE, &settings, &mut printer)?;
        printer.close(&verdict)?;
        if !verdict.is_clean() {
            outcome = Outcome::Found;
        }
    }
    Ok(outcome)
}

struct Printer<W: Write> {
    name: String,
    format: Format,
    values: bool,
    /// ST01 and ST02 of the current transaction set.
    transaction: String,
    out: W,
    failed: Option<io::Error>,
}

impl<W: Write> Report for Printer<W> {
    fn finding(&mut self, finding: &Finding<'_>) {
        let printed = match self.format {
            Format::Human => self.human(finding),
            Format::Json => self.json(finding),
        };
        if let Err(error) = printed {
            self.failed.get_or_insert(error);
        }
    }

    fn transaction_began(&mut self, st: &Segment<'_>, _: Option<&'static mc_x12::guide::Guide>) {
        self.transaction = format!("{} {}", st.element(1), st.element(2));
    }

    fn group_ended(&mut self, _: &GroupEnded) {
        self.transaction.clear();
    }
}

impl<W: Write> Printer<W> {
    fn human(&mut self, finding: &Finding<'_>) -> io::Result<()> {
        let (word, colour) = match finding.severity() {
            Severity::Error => ("error", AnsiColor::Red),
            Severity::Warning => ("warning", AnsiColor::Yellow),
        };
        let (style, dim) = (Style::new().bold().fg_color(Some(colour.into())), Style::new().dimmed());
        let (at, code) = finding.kind.code().place_and_value();
        let (name, level) = (&self.name, finding.level() as u8);
        writeln!(self.out, "{style}{word}{style:#}: {finding}")?;
        write!(
            self.out,
            "  {dim}{name}{dim:#} {}, byte {}",
            finding.place, finding.place.offset
        )?;
        if !self.transaction.is_empty() {
            write!(self.out, ", transaction {}", self.transaction)?;
        }
        write!(self.out, " {dim}[SNIP {level}, {at} {code}]{dim:#}")?;
        match finding.value.filter(|_| self.values) {
            Some(value) => writeln!(self.out, " {value:?}"),
            None => writeln!(self.out),
        }
    }

    fn json(&mut self, finding: &Finding<'_>) -> io::Result<()> {
        let (at, code) = finding.kind.code().place_and_value();
        let place = &finding.place;
        let element = place.element.map(|at| {
            json!({ "element": at.element, "component": at.component, "repetition": at.repetition, "number": at.number })
        });
        let line = json!({
            "file": self.name,
            "severity": match finding.severity() { Severity::Error => "error", Severity::Warning => "warning" },
            "snip": finding.level() as u8,
            "code": { "in": at, "value": code },
            "transaction": self.transaction,
            "segment": place.segment,
            "byte": place.offset,
            "position": place.position,
            "id": place.id,
            "loop": place.loop_id,
            "at": element,
            "message": finding.to_string(),
            "value": finding.value.filter(|_| self.values),
        });
        writeln!(self.out, "{line}")
    }

    fn close(mut self, verdict: &Verdict) -> anyhow::Result<()> {
        if let Some(error) = self.failed {
            return Err(error.into());
        }
        let Verdict {
            transactions,
            accepted,
            errors,
            warnings,
            segments,
            ..
        } = verdict;
        match self.format {
            Format::Json => {
                let line = json!({ "file": self.name, "transactions": transactions, "accepted": accepted,
                    "errors": errors, "warnings": warnings, "segments": segments });
                writeln!(self.out, "{line}")?;
            }
            Format::Human => {
                let style = Style::new().bold().fg_color(Some(
                    if verdict.is_clean() {
                        AnsiColor::Green
                    } else {
                        AnsiColor::Red
                    }
                    .into(),
                ));
                let name = &self.name;
                writeln!(
                    self.out,
                    "{style}{name}{style:#}: {accepted} of {transactions} transaction sets accepted, {errors} errors, {warnings} warnings, {segments} segments"
                )?;
            }
        }
        Ok(())
    }
}
