//! `split`: writes each transaction set to a file and in envelopes of its own.
//!
//! A file has its name when the interchange that held the transaction set has ended soundly. Until
//! then, and for good where the interchange, the group or the set is cut or its envelopes
//! contradict each other, the name ends in `.partial`: splitting never turns a damaged file into
//! sound ones. Neither replaces a file or follows a link: a name that is taken is an error, also
//! where it was taken in the meantime. After an error nothing more is written, and what this run
//! began and has no name yet is removed: an ending `.partial` always means cut or damaged.

use super::Outcome;
use super::arguments::Split;
use super::damage::{self, Damage};
use super::messages::{many, not_made, warn};
use anyhow::Context;
use mc_x12::check::{Ended, GroupEnded, InterchangeEnded, Report, check};
use mc_x12::guide::Guide;
use mc_x12::walk::Placed;
use mc_x12::{Code, Finding, Limits, Segment};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use tempfile::TempPath;

/// Splits each input.
pub fn run(options: &Split) -> anyhow::Result<Outcome> {
    fs::create_dir_all(&options.out).with_context(|| format!("cannot make {}", options.out.display()))?;
    let settings = damage::settings();
    let mut splitter = Splitter::new(&options.out);
    let outcome = options.inputs.each(|mut input| {
        splitter.damage = Damage::of(&input.name);
        let checked = check(&mut input.source, Limits::FILE, &settings, &mut splitter);
        checked.with_context(|| format!("cannot read {}", input.name))?;
        std::mem::replace(&mut splitter.result, Ok(()))?;
        Ok(splitter.damage.outcome())
    })?;
    anstream::eprintln!("{}", many(splitter.complete, "transaction set"));
    let left = splitter.number - splitter.complete;
    if left > 0 {
        let sets = many(left, "transaction set");
        warn(&format!("damaged envelopes: {sets} left as .partial"));
        return Ok(outcome.and(Outcome::Found));
    }
    Ok(outcome)
}

struct Splitter {
    folder: PathBuf,
    damage: Damage,
    /// Transaction sets begun, and those whose file has its name.
    number: u64,
    complete: u64,
    isa: Vec<u8>,
    gs: Vec<u8>,
    /// GE and IEA.
    trailers: (String, String),
    /// The terminator and a line end.
    end: String,
    file: Option<(BufWriter<File>, PathBuf)>,
    /// The names of complete transaction sets, in the open group and in the ended ones of the open
    /// interchange.
    group: Vec<PathBuf>,
    interchange: Vec<PathBuf>,
    /// The open envelopes that are damaged.
    damaged: Damaged,
    result: anyhow::Result<()>,
}

#[derive(Default)]
struct Damaged {
    set: bool,
    group: bool,
    interchange: bool,
}

impl Splitter {
    fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            damage: Damage::of(""),
            number: 0,
            complete: 0,
            isa: Vec::new(),
            gs: Vec::new(),
            trailers: (String::new(), String::new()),
            end: "~".to_owned(),
            file: None,
            group: Vec::new(),
            interchange: Vec::new(),
            damaged: Damaged::default(),
            result: Ok(()),
        }
    }

    /// Keeps the first error.
    fn keep(&mut self, result: io::Result<()>, name: &Path) {
        if self.result.is_ok() {
            self.result = result.map_err(|error| not_made(error, name, "an empty folder"));
        }
    }

    fn put(&mut self, text: &[u8]) {
        let Some((file, name)) = &mut self.file else { return };
        let written = file.write_all(text).and_then(|()| file.write_all(self.end.as_bytes()));
        let name = name.clone();
        self.keep(written, &name);
    }

    fn begin(&mut self, kind: &str) {
        if self.result.is_err() {
            return;
        }
        self.number += 1;
        // ST01 comes from the input; only safe characters go into the file name.
        let kind: String = kind.chars().filter(char::is_ascii_alphanumeric).take(3).collect();
        let name = self.folder.join(format!("{:06}-{kind}.x12", self.number));
        match create(&name) {
            Ok(file) => self.file = Some((BufWriter::new(file), name)),
            Err(error) => self.keep(Err(error), &name),
        }
    }

    /// Gives the files of an interchange that has ended soundly their names. After an error, what
    /// has none is removed: it is sound, so it must not look damaged, and the input still has it.
    fn name_files(&mut self) {
        let names = std::mem::take(&mut self.interchange);
        for name in &names {
            if self.result.is_ok() {
                let named = give_name(name);
                self.complete += u64::from(named.is_ok());
                self.keep(named, name);
            }
            if self.result.is_err() {
                remove(name);
            }
        }
        if !names.is_empty() {
            let folder = self.folder.clone();
            self.keep(sync_folder(&folder), &folder);
        }
    }
}

/// A new file for what will have this name.
fn create(name: &Path) -> io::Result<File> {
    // Also a link to nothing takes a name.
    if fs::symlink_metadata(name).is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    File::create_new(partial(name))
}

/// Renames a file without `.partial`, unless the name is taken.
fn give_name(name: &Path) -> io::Result<()> {
    let mut path = TempPath::try_from_path(partial(name))?;
    path.disable_cleanup(true);
    path.persist_noclobber(name).map_err(|failed| failed.error)
}

/// Removes a file that this run began.
fn remove(name: &Path) {
    let partial = partial(name);
    if let Err(error) = fs::remove_file(&partial) {
        warn(&format!("cannot remove {}: {error}", partial.display()));
    }
}

/// Makes names last when the system fails.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

fn partial(name: &Path) -> PathBuf {
    name.with_added_extension("partial")
}

impl Report for Splitter {
    fn finding(&mut self, finding: &Finding<'_>) {
        if !self.damage.take(finding) {
            return;
        }
        match finding.kind.code() {
            Code::Group(_) => self.damaged.group = true,
            _ if finding.interchange_note().is_some() => self.damaged.interchange = true,
            _ => self.damaged.set = true,
        }
    }

    fn interchange_began(&mut self, isa: &Segment<'_>) {
        let delimiters = isa.delimiters();
        let terminator = delimiters.terminator();
        self.end = if terminator == '\n' {
            "\n".to_owned()
        } else {
            format!("{terminator}\n")
        };
        self.trailers.1 = format!("IEA{0}1{0}{1}", delimiters.element(), isa.element(13));
        isa.bytes().clone_into(&mut self.isa);
        self.damaged = Damaged::default();
    }

    fn group_began(&mut self, gs: &Segment<'_>) {
        self.trailers.0 = format!("GE{0}1{0}{1}", gs.delimiters().element(), gs.element(6));
        gs.bytes().clone_into(&mut self.gs);
        self.damaged.group = false;
    }

    fn transaction_began(&mut self, st: &Segment<'_>, _: Option<&'static Guide>) {
        self.damaged.set = false;
        self.begin(st.element(1));
        let (isa, gs) = (self.isa.clone(), self.gs.clone());
        self.put(&isa);
        self.put(&gs);
    }

    fn segment(&mut self, segment: &Segment<'_>, _: Option<&Placed>) {
        self.put(segment.bytes());
    }

    fn transaction_ended(&mut self, ended: &Ended) {
        if !ended.is_cut {
            let (ge, iea) = self.trailers.clone();
            self.put(ge.as_bytes());
            self.put(iea.as_bytes());
        }
        let Some((mut file, name)) = self.file.take() else {
            return;
        };
        let flushed = file.flush().and_then(|()| file.get_ref().sync_all());
        self.keep(flushed, &name);
        if self.result.is_err() {
            remove(&name);
        } else if !ended.is_cut && !self.damaged.set {
            self.group.push(name);
        }
    }

    fn group_ended(&mut self, _: &GroupEnded) {
        let group = std::mem::take(&mut self.group);
        if !self.damaged.group {
            self.interchange.extend(group);
        }
    }

    fn interchange_ended(&mut self, _: &InterchangeEnded) {
        if self.damaged.interchange {
            self.interchange.clear();
        }
        self.name_files();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_was_taken_in_the_meantime_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let name = folder.path().join("000001-837.x12");
        drop(create(&name).unwrap());
        fs::write(&name, "another").unwrap();
        let error = give_name(&name).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(&name).unwrap(), "another");
        assert!(partial(&name).exists(), "the set is still there");
        fs::remove_file(&name).unwrap();
        give_name(&name).unwrap();
        assert!(name.exists() && !partial(&name).exists());
    }
}
