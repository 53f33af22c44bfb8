//! A slice, a stream and chunks give the same segments.

use super::input;
use mc_x12::{Fault, Feeder, Limits, ReadError, Segment, SegmentReader, StreamError, StreamReader};
use std::io::Read;

type Event = Result<(Vec<u8>, Vec<usize>, u32, u64), (Fault, u64)>;

fn event(found: Result<Segment<'_>, ReadError>) -> Event {
    match found {
        Ok(segment) => {
            // Every accessor.
            let elements = (0..45)
                .map(|n| segment.element(n).len() + segment.components(n).count())
                .sum::<usize>();
            let repetitions = segment.repetitions(3).count();
            let text = segment.text().len() + segment.decoded(3).len();
            assert!(elements + repetitions + text < usize::MAX && segment.place().segment == segment.number());
            Ok((
                segment.bytes().into(),
                segment.undecodable().collect(),
                segment.number(),
                segment.offset(),
            ))
        }
        Err(error) => Err((error.fault, error.place.offset)),
    }
}

fn drain(feeder: &mut Feeder, events: &mut Vec<Event>) {
    while let Some(found) = feeder.next_segment() {
        events.push(event(found));
    }
}

struct Bites<'a>(&'a [u8], usize);

impl Read for Bites<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.0.len().min(self.1).min(buffer.len());
        buffer[..count].copy_from_slice(&self.0[..count]);
        self.0 = &self.0[count..];
        Ok(count)
    }
}

/// A slice, a stream and chunks give the same segments.
pub fn holds(data: &[u8]) {
    let Some(([size, longest, max], rest)) = data.split_first_chunk().map(|(first, rest)| (*first, rest)) else {
        return;
    };
    let bytes = input(rest);
    let size = usize::from(size).max(1);
    let limits = Limits {
        segment_bytes: if longest == 0 { 256 << 10 } else { usize::from(longest) },
        segments: if max == 0 { u32::MAX } else { u32::from(max) },
        ..Limits::FILE
    };
    let mut whole = Vec::new();
    let mut feeder = Feeder::new(limits);
    feeder.push(&bytes);
    feeder.finish();
    drain(&mut feeder, &mut whole);

    let mut chunked = Vec::new();
    let mut feeder = Feeder::new(limits);
    for chunk in bytes.chunks(size) {
        feeder.push(chunk);
        drain(&mut feeder, &mut chunked);
    }
    feeder.finish();
    drain(&mut feeder, &mut chunked);
    assert!(whole == chunked, "chunks");

    let mut streamed = Vec::new();
    let mut reader = StreamReader::new(Bites(&bytes, size), limits);
    while let Some(found) = reader.next_segment() {
        streamed.push(event(found.map_err(|error| match error {
            StreamError::Read(error) => error,
            StreamError::Source(error) => panic!("{error}"),
        })));
    }
    assert!(whole == streamed, "stream");

    let sliced: Vec<Event> = match SegmentReader::new(&bytes, limits) {
        Ok(reader) => reader.map(event).collect(),
        Err(error) => vec![event(Err(error))],
    };
    let sound = |event: &&Event| event.is_ok();
    let (ours, theirs) = (sliced.iter().take_while(sound), whole.iter().take_while(sound));
    assert!(ours.eq(theirs), "slice");
}
