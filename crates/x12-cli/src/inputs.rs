//! Files, folders and standard input, with a progress bar on a terminal.

use super::Outcome;
use super::arguments::{Inputs, Rules};
use super::messages::warn;
use anyhow::{Context, anyhow};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use mc_x12::check::{CodeLists, Settings};
use mc_x12::guide::List;
use std::fs::{self, File};
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};

/// Smaller input is read before a bar would be visible.
const BAR_FROM: u64 = 8 << 20;

/// One opened input.
pub struct Input {
    /// The path as given, or `-`.
    pub name: String,
    /// Positioned at its beginning.
    pub source: Box<dyn Read>,
    bar: ProgressBar,
}

impl Inputs {
    /// Gives each named input to `take`; the content of folders is sorted by name. A file or folder
    /// that cannot be used is named on standard error and costs no other.
    ///
    /// # Errors
    /// The error of `take`, which ends the command.
    pub fn each(&self, mut take: impl FnMut(Input) -> anyhow::Result<Outcome>) -> anyhow::Result<Outcome> {
        let mut outcome = Outcome::Clean;
        for file in self.files() {
            let of_input = match file.and_then(|path| open(&path, self.quiet)) {
                Ok(input) => take(input)?,
                Err(error) => {
                    warn(&format!("{error:#}"));
                    Outcome::Unusable
                }
            };
            outcome = outcome.and(of_input);
        }
        Ok(outcome)
    }

    fn files(&self) -> Vec<anyhow::Result<PathBuf>> {
        if self.paths.is_empty() {
            return vec![Ok(PathBuf::from("-"))];
        }
        let mut files = Vec::new();
        for path in &self.paths {
            let before = files.len();
            gather(path, &mut files);
            if files.len() == before {
                files.push(Err(anyhow!("the folder {} holds no files", path.display())));
            }
        }
        files
    }
}

fn open(path: &Path, quiet: bool) -> anyhow::Result<Input> {
    let name = path.display().to_string();
    if name == "-" {
        let source = Box::new(io::stdin().lock());
        let bar = ProgressBar::hidden();
        return Ok(Input { name, source, bar });
    }
    let file = File::open(path).with_context(|| format!("cannot open {name}"))?;
    let length = file.metadata().map_or(0, |data| data.len());
    let bar = if quiet || length < BAR_FROM || !io::stderr().is_terminal() {
        ProgressBar::hidden()
    } else {
        bar(length)
    };
    let source = Box::new(bar.wrap_read(file));
    Ok(Input { name, source, bar })
}

impl Drop for Input {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

fn bar(length: u64) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template("{bar:40} {bytes}/{total_bytes} {bytes_per_sec} {eta}");
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar
}

/// Adds a file, or the files of a folder and of those inside it.
fn gather(path: &Path, files: &mut Vec<anyhow::Result<PathBuf>>) {
    if !path.is_dir() {
        return files.push(Ok(path.to_owned()));
    }
    let entries = fs::read_dir(path).and_then(|entries| {
        let paths = entries.map(|entry| entry.map(|entry| entry.path()));
        paths.collect::<Result<Vec<_>, _>>()
    });
    match entries.with_context(|| format!("cannot list {}", path.display())) {
        Ok(mut inside) => {
            inside.sort();
            // A symbolic link to a parent would never end.
            let inside = inside.iter().filter(|path| !path.is_symlink());
            inside.for_each(|path| gather(path, files));
        }
        Err(error) => files.push(Err(error)),
    }
}

impl Rules {
    /// The checker's settings.
    pub fn settings(&self) -> anyhow::Result<Settings> {
        let mut lists = CodeLists::default();
        for given in &self.codes {
            let (name, file) = given
                .split_once('=')
                .with_context(|| format!("{given} is not NAME=FILE"))?;
            let known = || List::names().collect::<Vec<_>>().join(", ");
            let list = List::named(name)
                .with_context(|| format!("there is no code list called {name}; there are {}", known()))?;
            let text = fs::read_to_string(file).with_context(|| format!("cannot read {file}"))?;
            lists.insert(list, text.split_whitespace().map(str::to_owned));
        }
        Ok(Settings {
            level: self.level(),
            near_versions: !self.adopted_only,
            findings: self.findings,
            lists,
        })
    }
}
