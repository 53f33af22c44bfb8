//! Measures one file and prints one line of JSON: `speed scan|read|check FILE`. Each measurement is
//! a process of its own, so that its peak memory is that of the measurement alone.

use mc_x12::check::{Report, Settings, check};
use mc_x12::guide::{Guide, Id};
use mc_x12::walk::Placed;
use mc_x12::{Finding, Limits, Segment, StreamReader};
use std::fs::{self, File};
use std::io::{self, Read};
use std::time::Instant;

/// Minimum duration of a measurement.
const MIN_SECONDS: f64 = 0.3;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [mode, file] = arguments.as_slice() else {
        anyhow::bail!("usage: speed scan|read|check FILE");
    };
    let measure = || match mode.as_str() {
        "scan" => Ok(scan(File::open(file)?)?),
        "read" => read(File::open(file)?),
        "check" => Ok(full(File::open(file)?)?),
        _ => anyhow::bail!("{mode} is none of scan, read, check"),
    };
    // The system counts processor time in ticks, so a small file is measured repeatedly.
    let (begun, used) = (Instant::now(), on_processor()?);
    let mut turns = 0;
    let (counts, seconds) = loop {
        let counts = measure()?;
        turns += 1;
        let seconds = match (on_processor()?, used) {
            (Some(now), Some(used)) => now - used,
            _ => begun.elapsed().as_secs_f64(),
        };
        if seconds >= MIN_SECONDS {
            break (counts, seconds / f64::from(turns));
        }
    };
    let line = serde_json::json!({
        "bytes": fs::metadata(file)?.len(),
        "seconds": seconds,
        "segments": counts.segments,
        "claims": counts.claims,
        "findings": counts.findings,
        "memory_bytes": greatest_memory()?,
    });
    println!("{line}");
    Ok(())
}

/// The segment that counts as a claim: that of a claim in an 837 or 835; of other transaction sets,
/// e.g. a 271, the beginning.
fn claim_of(transaction: &str) -> &'static str {
    match transaction {
        "837" => "CLM",
        "835" => "CLP",
        _ => "BHT",
    }
}

#[derive(Default)]
struct Counts {
    segments: u64,
    claims: u64,
    findings: u64,
    /// The segment that counts in the open transaction set.
    claim: &'static str,
}

impl Counts {
    fn count(&mut self, segment: &Segment<'_>) {
        self.segments += 1;
        let id = segment.id();
        if id == "ST" {
            self.claim = claim_of(segment.element(1));
        }
        self.claims += u64::from(id == self.claim);
    }
}

/// Lower bound: every byte is visited once, terminators are counted.
fn scan(mut source: File) -> io::Result<Counts> {
    let mut buffer = vec![0; 128 << 10];
    let mut counts = Counts::default();
    loop {
        match source.read(&mut buffer)? {
            0 => return Ok(counts),
            count => counts.segments += memchr::memchr_iter(b'~', &buffer[..count]).count() as u64,
        }
    }
}

fn read(source: File) -> anyhow::Result<Counts> {
    let mut reader = StreamReader::new(source, Limits::FILE);
    let mut counts = Counts::default();
    while let Some(segment) = reader.next_segment() {
        counts.count(&segment?);
    }
    Ok(counts)
}

fn full(source: File) -> io::Result<Counts> {
    let mut counts = Counts::default();
    check(source, Limits::FILE, &Settings::default(), &mut counts)?;
    Ok(counts)
}

impl Report for Counts {
    fn finding(&mut self, _: &Finding<'_>) {
        self.findings += 1;
    }

    fn transaction_began(&mut self, st: &Segment<'_>, _: Option<&'static Guide>) {
        self.claim = claim_of(st.element(1));
    }

    fn segment(&mut self, _: &Segment<'_>, placed: Option<&Placed>) {
        self.segments += 1;
        let claim = Id::new(self.claim);
        self.claims += u64::from(placed.is_some_and(|placed| placed.of.id == claim));
    }
}

/// Processor time of this process in seconds; `None` where the system does not report it.
fn on_processor() -> anyhow::Result<Option<f64>> {
    let Ok(stat) = fs::read_to_string("/proc/self/schedstat") else {
        return Ok(None);
    };
    let nanoseconds = stat.split_whitespace().next().unwrap_or_default().parse::<u64>()?;
    Ok(Some(std::time::Duration::from_nanos(nanoseconds).as_secs_f64()))
}

/// `VmHWM` of this process.
fn greatest_memory() -> anyhow::Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = line.and_then(|line| line.split_whitespace().next()).unwrap_or("0");
    Ok(kibibytes.parse::<u64>()? << 10)
}
