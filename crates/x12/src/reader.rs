//! From bytes to segments: a slice that is at hand ([`SegmentReader`]), anything that can be read ([`StreamReader`]), or chunks as they come
//! ([`Feeder`]). All find segments with the same scanner, without copying, in memory that does not grow with the input.

mod feeder;
mod scanner;
mod slice;
mod stream;

pub use feeder::Feeder;
pub use slice::SegmentReader;
pub use stream::{StreamError, StreamReader};

/// Bounds on what is read at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Largest input in bytes.
    pub size_bytes: u64,
    /// Most segments.
    pub segments: u32,
    /// Longest segment in bytes.
    pub segment_bytes: usize,
}

impl Limits {
    /// For files of any size: only a single segment is bounded, to 256 KiB.
    pub const FILE: Self = Self {
        size_bytes: u64::MAX,
        segments: u32::MAX,
        segment_bytes: 256 << 10,
    };
}

impl Default for Limits {
    /// 1 MiB and 20 000 segments: far above any real-time answer.
    fn default() -> Self {
        Self {
            size_bytes: 1 << 20,
            segments: 20_000,
            segment_bytes: 256 << 10,
        }
    }
}
