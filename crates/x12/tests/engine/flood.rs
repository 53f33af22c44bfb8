//! Repeated input, for tests of sources without end.

use mc_x12::check::{Report, Settings, check};
use mc_x12::{Finding, Limits};
use std::io::{self, Read};

pub const ISA: &str =
    "ISA*00*          *00*          *ZZ*CLINIC         *ZZ*PAYER          *240102*0304*^*00501*000000007*0*T*:~";

/// A piece repeated up to a number of bytes, generated on the fly.
pub struct Endless<'a> {
    piece: &'a [u8],
    at: usize,
    left: u64,
}

pub fn endless(piece: &[u8], left: u64) -> Endless<'_> {
    Endless { piece, at: 0, left }
}

impl Read for Endless<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        while filled < buffer.len() && self.left > 0 {
            let max = usize::try_from(self.left).unwrap_or(usize::MAX);
            let count = (self.piece.len() - self.at).min(buffer.len() - filled).min(max);
            buffer[filled..filled + count].copy_from_slice(&self.piece[self.at..self.at + count]);
            filled += count;
            self.left -= count as u64;
            self.at = (self.at + count) % self.piece.len();
        }
        Ok(filled)
    }
}

#[derive(Default)]
struct Count(u64);

impl Report for Count {
    fn finding(&mut self, _: &Finding<'_>) {
        self.0 += 1;
    }
}

/// Checks a beginning followed by a repeated piece; returns the number of findings.
pub fn flood(beginning: &str, piece: &[u8], bytes: u64) -> u64 {
    let mut count = Count::default();
    let source = beginning.as_bytes().chain(endless(piece, bytes));
    check(source, Limits::FILE, &Settings::default(), &mut count).unwrap();
    count.0
}
