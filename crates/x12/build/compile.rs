//! From tables to Rust text. No I/O, no dependency: the build script feeds it files, tests feed it text.

mod cell;
mod check;
mod dictionary;
mod fault;
mod guide;
mod lines;
mod lists;
mod write;

pub use fault::Fault;

/// One table: its name, as faults shall tell it, and its text.
#[derive(Debug)]
pub struct Source {
    /// E.g. `guides/837p.guide`; what follows the last dot says how it is read.
    pub file: String,
    /// The whole text.
    pub text: String,
}

impl Source {
    /// What follows the last dot of the name.
    fn extension(&self) -> &str {
        self.file.rsplit_once('.').map_or("", |(_, extension)| extension)
    }
}

/// Compiles all tables: `elements.table`, `segments.table`, `*.list` and `*.guide`. Other files are passed over.
///
/// # Errors
/// The first mistake found, with its place.
pub fn compile(sources: &[Source]) -> Result<String, Fault> {
    let dictionary = dictionary::Dictionary::read(sources)?;
    let lists = lists::read(sources)?;
    let mut guides = Vec::new();
    for source in sources.iter().filter(|source| source.extension() == "guide") {
        guides.push(guide::read(source, &dictionary)?);
    }
    check::between(&guides)?;
    Ok(write::write(&guides, &lists, dictionary.ids()))
}
