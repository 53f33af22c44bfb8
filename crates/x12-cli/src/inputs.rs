//! Files, folders and standard input, with a progress bar on a terminal.

use super::arguments::{Inputs, Rules};
use anyhow::Context;
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
    /// All named inputs; the content of folders is sorted by name.
    pub fn open(&self) -> anyhow::Result<Vec<Pending>> {
        if self.paths.is_empty() {
            return Ok(vec![Pending::new(PathBuf::from("-"), self.quiet)]);
        }
        let mut files = Vec::new();
        for path in &self.paths {
            gather(path, &mut files)?;
        }
        Ok(files.into_iter().map(|path| Pending::new(path, self.quiet)).collect())
    }
}

/// An input that is opened when it is read.
pub struct Pending {
    path: PathBuf,
    quiet: bool,
}

impl Pending {
    fn new(path: PathBuf, quiet: bool) -> Self {
        Self { path, quiet }
    }

    /// Opens it.
    pub fn open(self) -> anyhow::Result<Input> {
        let name = self.path.display().to_string();
        if name == "-" {
            let source = Box::new(io::stdin().lock());
            let bar = ProgressBar::hidden();
            return Ok(Input { name, source, bar });
        }
        let file = File::open(&self.path).with_context(|| format!("cannot open {name}"))?;
        let length = file.metadata().map_or(0, |data| data.len());
        let bar = if self.quiet || length < BAR_FROM || !io::stderr().is_terminal() {
            ProgressBar::hidden()
        } else {
            bar(length)
        };
        let source = Box::new(bar.wrap_read(file));
        Ok(Input { name, source, bar })
    }
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

fn gather(path: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    let entries = fs::read_dir(path).with_context(|| format!("cannot list {}", path.display()))?;
    let mut inside = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()?;
    inside.sort();
    // A symbolic link to a parent would never end.
    inside
        .iter()
        .filter(|path| !path.is_symlink())
        .try_for_each(|path| gather(path, files))
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
