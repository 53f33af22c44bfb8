//! `split`: writes each transaction set to a file and in envelopes of its own.

use super::Outcome;
use super::arguments::Split;
use anyhow::Context;
use mc_x12::check::{Ended, Report, Settings, check};
use mc_x12::guide::Guide;
use mc_x12::walk::Placed;
use mc_x12::{Finding, Level, Limits, Segment};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

/// Splits each input.
pub fn run(options: &Split) -> anyhow::Result<Outcome> {
    fs::create_dir_all(&options.out).with_context(|| format!("cannot make {}", options.out.display()))?;
    let settings = Settings {
        level: Level::Syntax,
        ..Settings::default()
    };
    let mut splitter = Splitter {
        folder: options.out.clone(),
        number: 0,
        isa: String::new(),
        gs: String::new(),
        trailers: (String::new(), String::new()),
        end: "~".to_owned(),
        file: None,
        result: Ok(()),
    };
    for pending in options.inputs.open()? {
        let mut input = pending.open()?;
        check(&mut input.source, Limits::FILE, &settings, &mut splitter)?;
    }
    splitter.close();
    splitter.result.context("cannot write")?;
    anstream::eprintln!("{} transaction sets", splitter.number);
    Ok(Outcome::Clean)
}

struct Splitter {
    folder: PathBuf,
    number: u64,
    isa: String,
    gs: String,
    /// GE and IEA.
    trailers: (String, String),
    /// The terminator and a line end.
    end: String,
    file: Option<BufWriter<File>>,
    result: io::Result<()>,
}

impl Splitter {
    fn put(&mut self, text: &str) {
        let Some(file) = &mut self.file else { return };
        let written = file
            .write_all(text.as_bytes())
            .and_then(|()| file.write_all(self.end.as_bytes()));
        if self.result.is_ok() {
            self.result = written;
        }
    }

    fn begin(&mut self, kind: &str) -> io::Result<()> {
        self.number += 1;
        // ST01 comes from the input; only safe characters go into the file name.
        let kind: String = kind.chars().filter(char::is_ascii_alphanumeric).take(3).collect();
        let path = self.folder.join(format!("{:06}-{kind}.x12", self.number));
        self.file = Some(BufWriter::new(File::create_new(path)?));
        Ok(())
    }

    fn close(&mut self) {
        if self.file.is_some() {
            let (ge, iea) = self.trailers.clone();
            self.put(&ge);
            self.put(&iea);
        }
        if let Some(mut file) = self.file.take() {
            let flushed = file.flush();
            if self.result.is_ok() {
                self.result = flushed;
            }
        }
    }
}

impl Report for Splitter {
    fn finding(&mut self, _: &Finding<'_>) {}

    fn interchange_began(&mut self, isa: &Segment<'_>) {
        let delimiters = isa.delimiters();
        let terminator = delimiters.terminator();
        self.end = if terminator == '\n' {
            "\n".to_owned()
        } else {
            format!("{terminator}\n")
        };
        self.trailers.1 = format!("IEA{0}1{0}{1}", delimiters.element(), isa.element(13));
        isa.text().clone_into(&mut self.isa);
    }

    fn group_began(&mut self, gs: &Segment<'_>) {
        self.trailers.0 = format!("GE{0}1{0}{1}", gs.delimiters().element(), gs.element(6));
        gs.text().clone_into(&mut self.gs);
    }

    fn transaction_began(&mut self, st: &Segment<'_>, _: Option<&'static Guide>) {
        if let Err(error) = self.begin(st.element(1)) {
            self.result = Err(error);
            return;
        }
        let (isa, gs) = (self.isa.clone(), self.gs.clone());
        self.put(&isa);
        self.put(&gs);
    }

    fn segment(&mut self, segment: &Segment<'_>, _: Option<&Placed>) {
        self.put(segment.text());
    }

    fn transaction_ended(&mut self, _: &Ended) {
        self.close();
    }
}
