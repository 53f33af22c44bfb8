//! Compiles the tables in `guides/` into `$OUT_DIR/guides.rs`. A fault in a table stops the build
//! and is reported as `file:line: what is wrong; how to correct it`.

mod compile;

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use compile::Source;

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=guides");
    println!("cargo::rerun-if-changed=build");
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let folder = |name: &str| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .ok_or_else(|| format!("{name} is not set"))
    };
    let tables = folder("CARGO_MANIFEST_DIR")?.join("guides");
    let mut sources = Vec::new();
    read(&tables, "guides", &mut sources).map_err(|error| format!("{}: {error}", tables.display()))?;
    let text = compile::compile(&sources).map_err(|fault| fault.to_string())?;
    let target = folder("OUT_DIR")?.join("guides.rs");
    std::fs::write(&target, text).map_err(|error| format!("{}: {error}", target.display()))
}

/// Reads every file below `folder` in the order of names, so that equal tables give equal output.
fn read(folder: &Path, name: &str, sources: &mut Vec<Source>) -> io::Result<()> {
    let mut entries = std::fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let file = format!("{name}/{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            read(&entry.path(), &file, sources)?;
        } else {
            let text = std::fs::read_to_string(entry.path())?;
            sources.push(Source { file, text });
        }
    }
    Ok(())
}
