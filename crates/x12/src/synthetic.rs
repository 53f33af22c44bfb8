//! Valid synthetic files of any size, generated from a seed: for benchmarks, demonstrations and
//! tests. Names are words, ids are counters, and NPIs have a valid check digit but are random.

mod answer;
mod claim;
mod remittance;

pub use answer::eligibility;
pub use claim::claims;
pub use remittance::remittance;

use rand::{Rng, SeedableRng, rngs::StdRng};
use std::io::{self, Write};

const FAMILIES: [&str; 12] = [
    "ALDER", "BIRCH", "CEDAR", "DOGWOOD", "ELM", "FIR", "GINKGO", "HAZEL", "JUNIPER", "LARCH", "MAPLE", "ROWAN",
];
const GIVEN: [&str; 10] = ["ADA", "BEN", "CLEO", "DAN", "EVE", "FINN", "GIA", "HUGO", "IDA", "JON"];

/// The source of variation. The same seed gives the same file.
#[derive(Debug)]
pub struct Synthetic {
    random: StdRng,
    /// Number of people generated.
    people: u64,
}

/// A synthetic person.
struct Person {
    family: &'static str,
    given: &'static str,
    member: String,
    birth: String,
    gender: &'static str,
}

impl Synthetic {
    /// Starts with a seed.
    pub fn new(seed: u64) -> Self {
        Self {
            random: StdRng::seed_from_u64(seed),
            people: 0,
        }
    }

    fn below(&mut self, end: u32) -> u32 {
        self.random.random_range(0..end)
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.random.random_range(0..all.len())]
    }

    fn person(&mut self) -> Person {
        self.people += 1;
        Person {
            family: self.one_of(&FAMILIES),
            given: self.one_of(&GIVEN),
            member: format!("M{:09}", self.people),
            birth: self.date(1_940, 2_015),
            gender: self.one_of(&["F", "M"]),
        }
    }

    /// CCYYMMDD.
    fn date(&mut self, from: u32, before: u32) -> String {
        let year = from + self.below(before - from);
        format!("{year}{:02}{:02}", 1 + self.below(12), 1 + self.below(28))
    }

    /// Ten digits with their check digit.
    fn npi(&mut self) -> String {
        let base = format!("1{:08}", self.below(100_000_000));
        let valid = (0..10)
            .map(|digit| format!("{base}{digit}"))
            .find(|npi| crate::is_valid_npi(npi));
        valid.unwrap_or(base)
    }
}

/// Counts what is written.
struct Counted<'w, W: Write> {
    out: &'w mut W,
    bytes: u64,
    /// Segments since ST.
    segments: u32,
}

impl<W: Write> Counted<'_, W> {
    /// One segment, without its terminator.
    fn put(&mut self, text: &str) -> io::Result<()> {
        self.out.write_all(text.as_bytes())?;
        self.out.write_all(b"~\n")?;
        self.bytes += text.len() as u64 + 2;
        self.segments += 1;
        Ok(())
    }
}

/// Writes one interchange with one group; `transaction` writes the segments between ST and SE,
/// until `size` is reached.
fn interchange<W: Write>(
    out: &mut W,
    size: u64,
    (group, kind, version): (&str, &str, &str),
    mut transaction: impl FnMut(&mut Counted<'_, W>) -> io::Result<()>,
) -> io::Result<()> {
    let mut out = Counted {
        out,
        bytes: 0,
        segments: 0,
    };
    out.put(
        "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *240102*0304*^*00501*000000001*0*T*:",
    )?;
    out.put(&format!("GS*{group}*SENDER*RECEIVER*20240102*0304*1*X*{version}"))?;
    let mut count = 0;
    while count == 0 || out.bytes < size {
        count += 1;
        out.segments = 0;
        // The guide of the 835 does not use ST03.
        let convention = if kind == "835" { "" } else { version };
        out.put(format!("ST*{kind}*{count:04}*{convention}").trim_end_matches('*'))?;
        transaction(&mut out)?;
        let segments = out.segments + 1;
        out.put(&format!("SE*{segments}*{count:04}"))?;
    }
    out.put(&format!("GE*{count}*1"))?;
    out.put("IEA*1*000000001")
}

/// Cents as dollars.
fn money(cents: u32) -> String {
    match (cents / 100, cents % 100) {
        (dollars, 0) => dollars.to_string(),
        (dollars, rest) => format!("{dollars}.{rest:02}"),
    }
}
