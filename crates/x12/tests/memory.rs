//! Memory does not grow with what comes. One test: the greatest memory of a process is one figure.

use mc_x12::acknowledgement::{Acknowledger, Values};
use mc_x12::check::{Report, Settings, check};
use mc_x12::synthetic::{Synthetic, claims};
use mc_x12::{Finding, Limits};
use std::io::{self, Read};

const ISA: &str =
    "ISA*00*          *00*          *ZZ*CLINIC         *ZZ*PAYER          *240102*0304*^*00501*000000007*0*T*:~";
const OPEN: &str = "GS*HC*CLINIC*PAYER*20240102*0304*8*X*005010X222A1~";

#[derive(Default)]
struct Count(u64);

impl Report for Count {
    fn finding(&mut self, _: &Finding<'_>) {
        self.0 += 1;
    }
}

/// A piece again and again, up to a number of bytes, without ever being held.
struct Endless<'a> {
    piece: &'a [u8],
    at: usize,
    left: u64,
}

impl Read for Endless<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        while filled < buffer.len() && self.left > 0 {
            let most = usize::try_from(self.left).unwrap_or(usize::MAX);
            let count = (self.piece.len() - self.at).min(buffer.len() - filled).min(most);
            buffer[filled..filled + count].copy_from_slice(&self.piece[self.at..self.at + count]);
            filled += count;
            self.left -= count as u64;
            self.at = (self.at + count) % self.piece.len();
        }
        Ok(filled)
    }
}

/// Greatest resident memory of this process so far, in bytes; none where the system does not tell.
fn memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? << 10)
}

/// Checks a beginning and then a piece again and again; the findings that were told.
fn flood(beginning: &str, piece: &[u8], bytes: u64) -> io::Result<u64> {
    let mut count = Count::default();
    let endless = Endless {
        piece,
        at: 0,
        left: bytes,
    };
    let source = beginning.as_bytes().chain(endless);
    check(source, Limits::FILE, &Settings::default(), &mut count)?;
    Ok(count.0)
}

/// Runs something and tells how many bytes more than ever before were in use at its greatest.
fn grows_by(run: impl FnOnce()) -> u64 {
    let before = memory();
    run();
    memory().zip(before).map_or(0, |(after, before)| after - before)
}

#[test]
fn memory_stays_flat() {
    // Two gigabytes are for release builds, which take seconds for it.
    let (line, file) = if cfg!(debug_assertions) {
        (8 << 20, 2 << 20)
    } else {
        (2 << 30, 200 << 20)
    };
    let open = format!("{ISA}{OPEN}");
    flood(&open, b"ST*837*0001~SE*2*0001~", 4 << 20).unwrap();

    let growth = grows_by(|| {
        assert!(
            flood(ISA, b"NM1*ABCDEFGHIJKLMNOPQRSTUVWXYZ", line).unwrap() <= 3,
            "one line without end"
        );
        assert_eq!(flood("", b"ISA", line).unwrap(), 1, "an ISA without end");
    });
    assert!(growth < 4 << 20, "a line without end took {growth} bytes more");

    let growth = grows_by(|| {
        let mut sound = Vec::new();
        claims(&mut Synthetic::new(1), file, &mut sound).unwrap();
        let held = sound.len() as u64;
        assert_eq!(flood("", &sound, held).unwrap(), 0);
        drop(sound);
    });
    assert!(growth < 3 * file, "a sound file took {growth} bytes more");

    let long = "9".repeat(100_000);
    let sets = format!("ST*837*{long}~SE*2*{long}~");
    let growth = grows_by(|| {
        flood(&open, sets.as_bytes(), 16 << 20).unwrap();
    });
    assert!(growth < 16 << 20, "long control numbers took {growth} bytes more");

    let growth = grows_by(|| {
        for piece in [sets.as_bytes(), b"ST*1~", b"GS~", b"IEA*~ISA~", b"~", b"QQ*1~"] {
            let mut acknowledger = Acknowledger::new(Values::Copied);
            let source = open.as_bytes().chain(Endless {
                piece,
                at: 0,
                left: 8 << 20,
            });
            check(source, Limits::FILE, &Settings::default(), &mut acknowledger).unwrap();
            acknowledger.finish();
        }
    });
    assert!(growth < 100 << 20, "acknowledgements took {growth} bytes more");
}
