//! A slice, a stream and chunks give the same segments, for any bytes and any cuts.

use crate::sample::{ISA, claim};
use mc_x12::{Fault, Feeder, Limits, Place, ReadError, Segment, SegmentReader, StreamError, StreamReader};
use proptest::prelude::*;
use std::io::{self, Read};

/// The bytes of a segment, its elements that are not text, number and offset; or a fault and its
/// place.
#[derive(Debug, Clone, PartialEq)]
enum Event {
    Segment(Vec<u8>, Vec<usize>, u32, u64),
    Error(Fault, Place),
}

fn of(found: Result<Segment<'_>, ReadError>) -> Event {
    match found {
        Ok(segment) => Event::Segment(
            segment.bytes().to_owned(),
            segment.undecodable().collect(),
            segment.number(),
            segment.offset(),
        ),
        Err(error) => Event::Error(error.fault, error.place),
    }
}

fn fed<'c>(chunks: impl Iterator<Item = &'c [u8]>, limits: Limits) -> Vec<Event> {
    let mut feeder = Feeder::new(limits);
    let mut events = Vec::new();
    for chunk in chunks {
        feeder.push(chunk);
        while let Some(found) = feeder.next_segment() {
            events.push(of(found));
        }
    }
    feeder.finish();
    while let Some(found) = feeder.next_segment() {
        events.push(of(found));
    }
    events
}

/// Reads as many bytes at a time as the sizes state, in a cycle.
struct Bites<'a> {
    rest: &'a [u8],
    sizes: Vec<usize>,
    turn: usize,
}

impl Read for Bites<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.turn += 1;
        if self.turn.is_multiple_of(3) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let size = self.sizes[self.turn % self.sizes.len()]
            .min(self.rest.len())
            .min(buffer.len());
        let (now, rest) = self.rest.split_at(size);
        buffer[..size].copy_from_slice(now);
        self.rest = rest;
        Ok(size)
    }
}

fn streamed(bytes: &[u8], sizes: &[usize], limits: Limits) -> Vec<Event> {
    let sizes = sizes.to_vec();
    let mut reader = StreamReader::new(
        Bites {
            rest: bytes,
            sizes,
            turn: 0,
        },
        limits,
    );
    let mut events = Vec::new();
    while let Some(found) = reader.next_segment() {
        events.push(of(found.map_err(|error| match error {
            StreamError::Read(error) => error,
            StreamError::Source(error) => panic!("{error}"),
        })));
    }
    events
}

fn sliced(bytes: &[u8], limits: Limits) -> Vec<Event> {
    match SegmentReader::new(bytes, limits) {
        Ok(reader) => reader.map(of).collect(),
        Err(error) => vec![of(Err(error))],
    }
}

/// All readings agree. The slice ends at the first error.
fn all_agree(bytes: &[u8], sizes: &[usize], limits: Limits) -> Result<(), TestCaseError> {
    let whole = fed(std::iter::once(bytes), limits);
    let mut at = 0;
    let mut turn = 0;
    let chunks = std::iter::from_fn(|| {
        let begin = at;
        turn += 1;
        at = (at + sizes[turn % sizes.len()]).min(bytes.len());
        (begin < bytes.len()).then(|| &bytes[begin..at])
    });
    prop_assert_eq!(&fed(chunks, limits), &whole);
    prop_assert_eq!(&streamed(bytes, sizes, limits), &whole);
    let stop = |event: &Event| !matches!(event, Event::Segment(..));
    let expected: Vec<_> = whole.iter().take_while(|event| !stop(event)).cloned().collect();
    let slice = sliced(bytes, limits);
    let good: Vec<_> = slice.iter().take_while(|event| !stop(event)).cloned().collect();
    prop_assert_eq!(&good, &expected);
    if let Some(Event::Error(fault, place)) = whole.get(good.len()) {
        prop_assert_eq!(slice.get(good.len()), Some(&Event::Error(*fault, *place)));
    }
    Ok(())
}

fn piece() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => Just(ISA.as_bytes().to_vec()),
        2 => Just(ISA.replace('~', "\n").replace('*', "|").replace(':', ">").into_bytes()),
        1 => Just(ISA.replace('~', "'").replace('^', "U").into_bytes()),
        1 => Just(ISA.as_bytes()[..60].to_vec()),
        2 => Just(b"IEA*1*000000007~".to_vec()),
        1 => Just(b"IEA|1|000000007\n".to_vec()),
        1 => Just(b"IEA*1".to_vec()),
        2 => Just(b"BIN*9*~\xff*:^\0\x1a\r\n~".to_vec()),
        1 => Just(b"BIN*3*a~b \n~bin*1*~~".to_vec()),
        1 => Just(b"BDS*B64*4*ISA*~".to_vec()),
        1 => Just(b"BIN*7*short~".to_vec()),
        1 => Just(b"BIN*90*long|".to_vec()),
        1 => Just(b"BIN*".to_vec()),
        2 => Just(b"NM1*IL*1*M\xc3\x9cLLER~".to_vec()),
        1 => Just(b"NM1*IL*1*M\xdcLLER~".to_vec()),
        1 => Just(b"ISA*1~ISAAC~".to_vec()),
        1 => Just(b"\xef\xbb\xbf".to_vec()),
        2 => "[ \r\n\t]{1,4}".prop_map(String::into_bytes),
        1 => "[ \x1a\x00]{1,3}".prop_map(String::into_bytes),
        1 => Just(b"REF*EI*1 \r\n~".to_vec()),
        2 => "[A-Z]{2,3}[*|][A-Z0-9*|:^]{0,30}[~\n']".prop_map(String::into_bytes),
        1 => "[~\n'A*]{1,5}".prop_map(String::into_bytes),
        1 => prop::collection::vec(any::<u8>(), 0..12),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn segments_do_not_depend_on_how_bytes_come(
        pieces in prop::collection::vec(piece(), 0..24),
        sizes in prop::collection::vec(prop_oneof![1usize..4, 1usize..400], 1..8),
        longest in prop_oneof![Just(256usize << 10), 1usize..150],
        max in prop_oneof![Just(u32::MAX), 1u32..20],
    ) {
        let binary_bytes = longest.min(100);
        let limits = Limits { segment_bytes: longest, segments: max, binary_bytes, ..Limits::FILE };
        all_agree(&pieces.concat(), &sizes, limits)?;
    }

    #[test]
    fn offsets_and_numbers_lead_back_to_the_bytes(pieces in prop::collection::vec(piece(), 0..24)) {
        let bytes = [claim().into_bytes(), pieces.concat()].concat();
        let mut last = 0;
        for event in fed(bytes.chunks(7), Limits::FILE) {
            if let Event::Segment(bytes_of, _, number, offset) = event {
                let at = usize::try_from(offset).unwrap();
                prop_assert!(bytes[at..].starts_with(&bytes_of));
                prop_assert!(number > last, "segments are counted through");
                last = number;
            }
        }
    }
}

#[test]
fn binary_data_may_hold_every_byte() {
    let data: Vec<u8> = (0..=255).chain(*b"~IEA*1*000000007~ISA*").collect();
    let bytes = [ISA.as_bytes(), b"BIN*277*", &data, b"~REF*EI*1~BIN*4*short~BIN*2*ok~"].concat();
    let found: Vec<_> = SegmentReader::new(&bytes, Limits::FILE)
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(found[1].binary(), Some(&data[..]));
    assert_eq!(
        (found[1].id(), found[1].element(1), found[1].element(2)),
        ("BIN", "277", "")
    );
    assert_eq!(
        (found[1].text().as_ref(), found[1].undecodable().next()),
        ("BIN*277*", None)
    );
    assert_eq!((found[2].text().as_ref(), found[2].binary()), ("REF*EI*1", None));
    assert_eq!(found[3].binary(), Some(&b"short"[..]), "up to the next terminator");
    assert_eq!(found[4].binary(), Some(&b"ok"[..]));
    assert_eq!(found.len(), 5);
    assert_eq!(format!("{:?}", mc_x12::Line::from(&found[1])), "Line(BIN)");
}

#[test]
fn white_space_after_binary_data_is_looked_through_once() {
    let found = |blanks: usize| {
        let bytes = format!("{ISA}BIN*4*a~bc{}~REF*EI*1~", " ".repeat(blanks));
        let reader = SegmentReader::new(bytes.as_bytes(), Limits::FILE).unwrap();
        let second = reader.map(Result::unwrap).nth(1).unwrap();
        second.binary().map(<[u8]>::to_vec).unwrap()
    };
    assert_eq!((found(0), found(132)), (b"a~bc".to_vec(), b"a~bc".to_vec()));
    assert_eq!(
        found(133),
        b"a",
        "no more than a line is looked through for each segment"
    );
}

#[test]
fn an_attachment_above_the_limit_is_refused_before_it_is_held() {
    let bytes = format!("{ISA}BIN*999999999*data~REF*EI*1~");
    let events = fed(bytes.as_bytes().chunks(9), Limits::FILE);
    let limit = Limits::FILE.binary_bytes;
    assert!(matches!(events[..], [_, Event::Error(Fault::SegmentTooLong { limit: found }, _)] if found == limit));
}

#[test]
fn each_interchange_has_its_own_delimiters() {
    let other = claim()
        .replace('~', "\n")
        .replace('*', "|")
        .replace(':', ">")
        .replace('^', "!");
    let bytes = format!("{}\r\n{other}", claim());
    let events = fed(bytes.as_bytes().chunks(11), Limits::FILE);
    assert_eq!(events.len(), 72);
    assert!(
        matches!(&events[37], Event::Segment(bytes, broken, 38, _) if bytes.starts_with(b"GS|HC") && broken.is_empty())
    );
    let mut reader = StreamReader::new(bytes.as_bytes(), Limits::FILE);
    let mut seen = Vec::new();
    while let Some(segment) = reader.next_segment() {
        let segment = segment.unwrap();
        if segment.id() == "ISA" {
            seen.push((segment.delimiters().element(), segment.delimiters().repetition()));
        }
    }
    assert_eq!(seen, [('*', Some('^')), ('|', Some('!'))]);
}

#[test]
fn a_source_that_fails_ends_the_reading() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::ConnectionReset.into())
        }
    }
    let text = claim();
    let mut reader = StreamReader::new(text.as_bytes()[..150].chain(Failing), Limits::FILE);
    let mut kinds = Vec::new();
    while let Some(found) = reader.next_segment() {
        kinds.push(match found {
            Ok(segment) => segment.id().to_owned(),
            Err(StreamError::Source(error)) => error.kind().to_string(),
            Err(StreamError::Read(error)) => error.to_string(),
        });
        assert!(kinds.len() < 10, "{kinds:?}");
    }
    assert_eq!(kinds, ["ISA", "connection reset"]);
}
