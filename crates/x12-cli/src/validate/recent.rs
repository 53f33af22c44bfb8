//! The last segments of an input: a finding may concern one before the current segment.

use super::context::Context;
use mc_x12::guide::Loop;
use mc_x12::walk::Placed;
use mc_x12::{Delimiters, Segment};
use std::collections::VecDeque;

/// Segments that are kept: more than a claim of any size that occurs.
const SEGMENTS: usize = 4_096;
/// Bytes of text that are kept.
const BYTES: usize = 4 << 20;

/// A segment that was read.
#[derive(Debug)]
pub struct Recent {
    /// Its number in the input.
    pub number: u32,
    /// As received; empty where texts are not shown.
    pub text: String,
    pub delimiters: Delimiters,
    pub context: Context,
    /// Its place in the guide, and the loop that encloses the one which it opens.
    pub placed: Option<(Placed, Option<&'static Loop>)>,
}

/// The last segments, in order.
#[derive(Debug, Default)]
pub struct RecentSegments {
    kept: VecDeque<Recent>,
    bytes: usize,
    with_text: bool,
}

impl RecentSegments {
    /// None yet; `with_text` keeps their texts.
    pub fn new(with_text: bool) -> Self {
        Self {
            with_text,
            ..Self::default()
        }
    }

    /// Adds a segment before it is checked.
    pub fn push(&mut self, segment: &Segment<'_>) {
        let text = if self.with_text {
            segment.text().into_owned()
        } else {
            String::new()
        };
        self.bytes += text.len();
        self.kept.push_back(Recent {
            number: segment.number(),
            text,
            delimiters: segment.delimiters(),
            context: Context::default(),
            placed: None,
        });
        while self.kept.len() > SEGMENTS || self.bytes > BYTES && self.kept.len() > 1 {
            let dropped = self.kept.pop_front();
            self.bytes -= dropped.map_or(0, |dropped| dropped.text.len());
        }
    }

    /// As [`RecentSegments::find`], to add what the check found.
    pub fn find_mut(&mut self, number: u32) -> Option<&mut Recent> {
        let at = self.kept.partition_point(|recent| recent.number < number);
        self.kept.get_mut(at).filter(|recent| recent.number == number)
    }

    /// The number of the last segment; 0 before the first.
    pub fn last(&self) -> u32 {
        self.kept.back().map_or(0, |recent| recent.number)
    }

    /// The segment with this number, where it is still kept.
    pub fn find(&self, number: u32) -> Option<&Recent> {
        let at = self.kept.partition_point(|recent| recent.number < number);
        self.kept.get(at).filter(|recent| recent.number == number)
    }
}
