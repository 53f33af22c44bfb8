//! One page that shows files with their findings marked. It needs nothing from elsewhere and has no
//! scripts; all text of the input is escaped.

use super::Output;
use super::counts::Counts;
use super::described::Described;
use super::mark::range;
use crate::messages::{escape, many, printable};
use mc_x12::check::Verdict;
use mc_x12::finding::ElementPlace;
use mc_x12::{Delimiters, Segment, Severity};
use std::io::{self, Write};

/// Bytes of a file that are shown.
const SHOWN: usize = 7 << 20;
/// Bytes of the segments with findings that are shown of the rest.
const SHOWN_LATER: usize = 1 << 20;
/// Findings that are shown of a file.
const NOTES: usize = 10_000;

const HEAD: &str = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
    <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
    <title>X12 check</title>\n<style>\n\
    body { font: 15px/1.5 sans-serif; margin: 2rem; color: #1b1b1b; background: #fff }\n\
    .notice { border: 2px solid #8a5a00; padding: .5rem 1rem }\n\
    pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere }\n\
    ol { list-style: none; padding: 0 } li { border-left: 4px solid transparent; padding-left: .5rem }\n\
    .error { border-color: #b00020 } .warning { border-color: #8a5a00 }\n\
    .number { color: #595959; display: inline-block; min-width: 4rem }\n\
    mark { background: #ffd7d7; outline: 1px solid #b00020 }\n\
    .note { margin: 0 0 .4rem 4rem } .remedy { display: block } .place { color: #595959 }\n\
    table { border-collapse: collapse } td, th { text-align: left; padding: .1rem 1rem .1rem 0 }\n\
    </style>\n</head>\n<body>\n<h1>X12 check</h1>\n\
    <p class=\"notice\">This page shows the content of the files. It may hold patient data: keep and pass it on as such.</p>\n";

/// Writes the page.
pub struct Html<W: Write> {
    out: W,
    has_head: bool,
    lines: Vec<Line>,
    bytes: usize,
    /// Bytes of the segments that are shown of the part behind [`SHOWN`].
    later: usize,
    notes: usize,
    /// Findings that belong to no shown segment, and those beyond the limit.
    elsewhere: Vec<Note>,
    more: u64,
}

/// A segment of the page.
struct Line {
    number: u32,
    text: String,
    delimiters: Delimiters,
    notes: Vec<Note>,
}

/// A finding of the page.
struct Note {
    at: Option<ElementPlace>,
    severity: Severity,
    headline: String,
    remedy: String,
    place: String,
}

impl<W: Write> Html<W> {
    /// A page without files.
    pub fn new(out: W) -> Self {
        Self {
            out,
            has_head: false,
            lines: Vec::new(),
            bytes: 0,
            later: 0,
            notes: 0,
            elsewhere: Vec::new(),
            more: 0,
        }
    }

    fn head(&mut self) -> io::Result<()> {
        if !std::mem::replace(&mut self.has_head, true) {
            self.out.write_all(HEAD.as_bytes())?;
        }
        Ok(())
    }

    fn add(&mut self, number: u32, text: String, delimiters: Delimiters) {
        self.lines.push(Line {
            number,
            text,
            delimiters,
            notes: Vec::new(),
        });
    }

    fn line(&mut self, number: u32) -> Option<&mut Line> {
        let at = self.lines.partition_point(|line| line.number < number);
        self.lines.get_mut(at).filter(|line| line.number == number)
    }

    fn tables(&mut self, counts: &Counts) -> io::Result<()> {
        let (rules, claims) = (counts.rules(), counts.claims());
        if !rules.is_empty() {
            writeln!(self.out, "<h3>By rule</h3>\n<table>")?;
            for (rule, count) in rules {
                writeln!(self.out, "<tr><td>{count}</td><td>{}</td></tr>", escaped(rule))?;
            }
            writeln!(self.out, "</table>")?;
        }
        if !claims.is_empty() {
            writeln!(self.out, "<h3>By claim</h3>\n<table>")?;
            writeln!(
                self.out,
                "<tr><th>claim</th><th>segment</th><th>errors</th><th>warnings</th></tr>"
            )?;
            for claim in claims {
                let number = escaped(claim.number.as_deref().unwrap_or_default());
                let (segment, errors, warnings) = (claim.segment, claim.errors, claim.warnings);
                writeln!(
                    self.out,
                    "<tr><td>{number}</td><td>{segment}</td><td>{errors}</td><td>{warnings}</td></tr>"
                )?;
            }
            writeln!(self.out, "</table>")?;
        }
        Ok(())
    }
}

impl<W: Write> Output for Html<W> {
    fn segment(&mut self, segment: &Segment<'_>) {
        let text = segment.text();
        self.bytes = self.bytes.saturating_add(text.len() + size_of::<Line>());
        if self.bytes <= SHOWN {
            self.add(segment.number(), text.into_owned(), segment.delimiters());
        }
    }

    fn finding(&mut self, _: &str, described: &Described<'_>) -> io::Result<()> {
        self.notes += 1;
        if self.notes > NOTES {
            self.more += 1;
            return Ok(());
        }
        let claim = described.claim();
        let separator = if claim.is_empty() { "" } else { ", " };
        let (at, code) = &described.code;
        let level = described.finding.level() as u8;
        let note = Note {
            at: described.finding.place.element,
            severity: described.finding.severity(),
            headline: described.headline(),
            remedy: described.remedy.clone(),
            place: format!("{claim}{separator}{} [SNIP {level}, {at} {code}]", described.place()),
        };
        let number = described.finding.place.segment;
        let last = self.lines.last().map_or(0, |line| line.number);
        // Beyond the part that is shown, segments with findings are added.
        if let Some(segment) = described.segment.filter(|segment| segment.number > last) {
            let size = segment.text.len() + size_of::<Line>();
            if self.later + size <= SHOWN_LATER {
                self.later += size;
                self.add(segment.number, segment.text.clone(), segment.delimiters);
            }
        }
        match self.line(number) {
            Some(line) => line.notes.push(note),
            None => self.elsewhere.push(note),
        }
        Ok(())
    }

    fn close(&mut self, name: &str, verdict: &Verdict, counts: &Counts) -> io::Result<()> {
        self.head()?;
        let (accepted, transactions) = (verdict.accepted, verdict.transactions);
        let (errors, warnings) = (many(verdict.errors, "error"), many(verdict.warnings, "warning"));
        writeln!(self.out, "<h2>{}</h2>", escaped(&escape(name)))?;
        writeln!(
            self.out,
            "<p>{accepted} of {transactions} transaction sets accepted, {errors}, {warnings}.</p>"
        )?;
        self.tables(counts)?;
        if self.bytes > SHOWN {
            writeln!(
                self.out,
                "<p>The file is large: of its later part only segments with findings are shown, and not all of them.</p>"
            )?;
        }
        if self.more > 0 {
            writeln!(self.out, "<p>{} more findings are not shown.</p>", self.more)?;
        }
        for note in std::mem::take(&mut self.elsewhere) {
            write_note(&mut self.out, &note)?;
        }
        writeln!(self.out, "<ol>")?;
        for line in std::mem::take(&mut self.lines) {
            write_line(&mut self.out, &line)?;
        }
        writeln!(self.out, "</ol>")?;
        (self.bytes, self.later, self.notes, self.more) = (0, 0, 0, 0);
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        self.head()?;
        writeln!(self.out, "</body>\n</html>")?;
        self.out.flush()
    }
}

fn write_line(out: &mut impl Write, line: &Line) -> io::Result<()> {
    let worst = line.notes.iter().map(|note| note.severity).max();
    let class = worst.map_or(String::new(), |worst| format!(" class=\"{}\"", word(worst)));
    write!(out, "<li{class}><pre><span class=\"number\">{}</span>", line.number)?;
    let places = line.notes.iter().filter_map(|note| note.at);
    let mut ranges: Vec<_> = places.map(|at| range(&line.text, line.delimiters, at)).collect();
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut done = 0;
    for marked in ranges {
        if marked.start < done || marked.end > line.text.len() {
            continue;
        }
        write!(out, "{}<mark>", escaped(&line.text[done..marked.start]))?;
        // An empty value is marked with a space.
        let value = &line.text[marked.clone()];
        write!(
            out,
            "{}</mark>",
            if value.is_empty() {
                "&nbsp;".to_owned()
            } else {
                escaped(value)
            }
        )?;
        done = marked.end;
    }
    writeln!(out, "{}</pre>", escaped(&line.text[done..]))?;
    line.notes.iter().try_for_each(|note| write_note(out, note))?;
    writeln!(out, "</li>")
}

fn write_note(out: &mut impl Write, note: &Note) -> io::Result<()> {
    let word = word(note.severity);
    writeln!(
        out,
        "<p class=\"note\"><strong>{word}:</strong> {} <span class=\"remedy\">{}</span> <span class=\"place\">{}</span></p>",
        escaped(&note.headline),
        escaped(&note.remedy),
        escaped(&note.place)
    )
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in printable(text).chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}
