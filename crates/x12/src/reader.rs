//! From bytes to segments: a slice ([`SegmentReader`]), any [`std::io::Read`] ([`StreamReader`]),
//! or chunks ([`Feeder`]). All use the same scanner, without copying, in memory that does not grow
//! with the input.

mod binary;
mod feeder;
mod scanner;
mod slice;
mod stream;

pub use feeder::Feeder;
pub use slice::SegmentReader;
pub use stream::{StreamError, StreamReader};

/// Limits of the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Maximum size of the input in bytes.
    pub size_bytes: u64,
    /// Maximum number of segments.
    pub segments: u32,
    /// Maximum length of a segment in bytes, without binary data.
    pub segment_bytes: usize,
    /// Maximum length of binary data (BIN02, BDS03) in bytes: of one attachment. A reader of a
    /// stream holds one attachment in memory.
    pub binary_bytes: usize,
}

impl Limits {
    /// For files of any size: only a single segment is limited, to 256 KiB, and an attachment to
    /// 64 MiB.
    pub const FILE: Self = Self {
        size_bytes: u64::MAX,
        segments: u32::MAX,
        segment_bytes: 256 << 10,
        binary_bytes: 64 << 20,
    };

    /// For an answer in real time, which is read while somebody waits: 1 MiB and 20 000 segments,
    /// far above any.
    pub const REAL_TIME: Self = Self {
        size_bytes: 1 << 20,
        segments: 20_000,
        segment_bytes: 256 << 10,
        binary_bytes: 1 << 20,
    };
}

impl Default for Limits {
    /// [`Limits::FILE`].
    fn default() -> Self {
        Self::FILE
    }
}
