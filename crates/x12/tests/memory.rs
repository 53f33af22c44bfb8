//! Memory does not grow with the input. It is a single test, because peak memory is a property of
//! the process.

#[cfg(test)]
#[path = "engine/flood.rs"]
mod flood;

use flood::{ISA, endless, flood};
use mc_x12::Limits;
use mc_x12::acknowledgement::{Acknowledger, Values};
use mc_x12::check::{Settings, check};
use mc_x12::synthetic::{Synthetic, claims};
use std::io::Read;

const OPEN: &str = "GS*HC*CLINIC*PAYER*20240102*0304*8*X*005010X222A1~";

/// Peak resident memory of this process so far, in bytes; `None` where the system does not report
/// it.
fn memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? << 10)
}

/// Runs a closure; returns by how many bytes it raised the peak memory of the process.
fn grows_by(run: impl FnOnce()) -> u64 {
    let before = memory();
    run();
    memory().zip(before).map_or(0, |(after, before)| after - before)
}

#[test]
fn memory_stays_flat() {
    // Two gigabytes are for release builds, where they take seconds.
    let (line, file) = if cfg!(debug_assertions) {
        (8 << 20, 2 << 20)
    } else {
        (2 << 30, 200 << 20)
    };
    let open = format!("{ISA}{OPEN}");
    flood(&open, b"ST*837*0001~SE*2*0001~", 4 << 20);

    let growth = grows_by(|| {
        assert!(
            flood(ISA, b"NM1*ABCDEFGHIJKLMNOPQRSTUVWXYZ", line) <= 3,
            "one line without end"
        );
        assert_eq!(flood("", b"ISA", line), 1, "an ISA without end");
    });
    assert!(growth < 4 << 20, "a line without end took {growth} bytes more");

    let growth = grows_by(|| {
        let mut sound = Vec::new();
        claims(&mut Synthetic::new(1), file, &mut sound).unwrap();
        let held = sound.len() as u64;
        assert_eq!(flood("", &sound, held), 0);
        drop(sound);
    });
    assert!(growth < 3 * file, "a sound file took {growth} bytes more");

    let long = "9".repeat(100_000);
    let sets = format!("ST*837*{long}~SE*2*{long}~");
    let growth = grows_by(|| {
        flood(&open, sets.as_bytes(), 16 << 20);
    });
    assert!(growth < 16 << 20, "long control numbers took {growth} bytes more");

    let growth = grows_by(|| {
        for piece in [sets.as_bytes(), b"ST*1~", b"GS~", b"IEA*~ISA~", b"~", b"QQ*1~"] {
            let mut acknowledger = Acknowledger::new(Values::Copied);
            let source = open.as_bytes().chain(endless(piece, 8 << 20));
            check(source, Limits::FILE, &Settings::default(), &mut acknowledger).unwrap();
            acknowledger.finish();
        }
    });
    assert!(growth < 100 << 20, "acknowledgements took {growth} bytes more");
}
