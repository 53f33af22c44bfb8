//! Measures the typed values of a file over a stream and prints one line of JSON:
//! `speed_of_views claims|remittances|members FILE`.

use std::fs::{self, File};
use std::time::Instant;

use mc_hipaa::stream;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [mode, file] = arguments.as_slice() else {
        return Err("usage: speed_of_views claims|remittances|members FILE".into());
    };
    let begun = Instant::now();
    let source = File::open(file)?;
    let values = match mode.as_str() {
        "claims" => stream::claims(source).try_fold(0_u64, |count, next| next.map(|_| count + 1))?,
        "remittances" => stream::remittances(source).try_fold(0_u64, |count, next| next.map(|_| count + 1))?,
        "members" => stream::members(source).try_fold(0_u64, |count, next| next.map(|_| count + 1))?,
        _ => return Err(format!("{mode} is none of claims, remittances, members").into()),
    };
    let status = fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes: u64 = peak.unwrap_or_default().trim().trim_end_matches(" kB").parse()?;
    let line = serde_json::json!({
        "bytes": fs::metadata(file)?.len(),
        "seconds": begun.elapsed().as_secs_f64(),
        "claims": values,
        "memory_bytes": kilobytes * 1024,
    });
    println!("{line}");
    Ok(())
}
