//! Compiles tables to Rust source. No I/O and no dependencies: the build script passes it files,
//! tests pass it text.

mod cell;
mod check;
mod dictionary;
mod fault;
mod guide;
mod lines;
mod lists;
mod write;

pub use fault::Fault;

/// One table, with its name as faults show it.
#[derive(Debug)]
pub struct Source {
    /// E.g. `guides/837p.guide`; the extension determines how it is read.
    pub file: String,
    /// The whole text.
    pub text: String,
}

impl Source {
    /// The extension of the file name.
    fn extension(&self) -> &str {
        self.file.rsplit_once('.').map_or("", |(_, extension)| extension)
    }
}

/// Compiles all tables: `elements.table`, `segments.table`, `*.list` and `*.guide`. Other files are
/// ignored.
pub fn compile(sources: &[Source]) -> Result<String, Fault> {
    let dictionary = dictionary::Dictionary::read(sources)?;
    let lists = lists::read(sources)?;
    let mut guides = Vec::new();
    for source in sources.iter().filter(|source| source.extension() == "guide") {
        guides.push(guide::read(source, &dictionary)?);
    }
    check::between(&guides)?;
    Ok(write::write(&guides, &lists, &dictionary))
}
