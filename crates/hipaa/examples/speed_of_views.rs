//! Measures the typed values of a file over a stream, or the summary of each 271 of a file, and
//! prints one line of JSON: `speed_of_views claims|remittances|members|benefits|summary FILE`.

use std::fs::{self, File};
use std::time::Instant;

use mc_hipaa::eligibility::Response;
use mc_hipaa::stream;
use mc_x12::Interchange;

/// The allocator of the command `medconnect-x12`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Minimum duration of a measurement: a small file is read repeatedly.
const MIN_SECONDS: f64 = 0.3;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [mode, file] = arguments.as_slice() else {
        return Err("usage: speed_of_views claims|remittances|members|benefits|summary FILE".into());
    };
    if mode == "summary" {
        return summary(file);
    }
    let begun = Instant::now();
    let mut turns = 0;
    let (values, seconds) = loop {
        let source = File::open(file)?;
        let values = match mode.as_str() {
            "claims" => stream::claims(source).try_fold(0_u64, |count, next| next.map(|_| count + 1))?,
            "remittances" => stream::remittances(source).try_fold(0_u64, |count, next| next.map(|_| count + 1))?,
            "members" => stream::members(source).try_fold(0_u64, |count, next| next.map(|_| count + 1))?,
            "benefits" => stream::benefits(source).try_fold(0_u64, |count, next| next.map(|_| count + 1))?,
            _ => return Err(format!("{mode} is none of claims, remittances, members, benefits, summary").into()),
        };
        turns += 1;
        let seconds = begun.elapsed().as_secs_f64();
        if seconds >= MIN_SECONDS {
            break (values, seconds / f64::from(turns));
        }
    };
    let status = fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes: u64 = peak.unwrap_or_default().trim().trim_end_matches(" kB").parse()?;
    let line = serde_json::json!({
        "bytes": fs::metadata(file)?.len(),
        "seconds": seconds,
        "claims": values,
        "memory_bytes": kilobytes * 1024,
    });
    println!("{line}");
    Ok(())
}

/// The time of [`Response::summary`] alone, once for each answer of the file.
fn summary(file: &str) -> Result<(), Box<dyn std::error::Error>> {
    let text = fs::read(file)?;
    let interchange = Interchange::parse(&text)?;
    let mut answers = Vec::new();
    for transaction in interchange.transactions() {
        answers.extend(Response::read_all(transaction)?);
    }
    let begun = Instant::now();
    let limits: usize = answers.iter().map(|answer| answer.summary("98").limits.len()).sum();
    let seconds = begun.elapsed().as_secs_f64();
    println!(
        "{}",
        serde_json::json!({ "bytes": text.len(), "seconds": seconds, "claims": answers.len(), "limits": limits })
    );
    Ok(())
}
