//! Splits a 271 into the responses for its patients, each with the names of the levels above.

use crate::eligibility::{EligibilityError, Response};
use mc_x12::Segment;

/// Maximum number of segments that a level passes to those below: more than the guide allows, and
/// few enough that responses do not outgrow the input.
const PASSED: usize = 64;

/// An HL and the segments up to the next one, or the segments before the first HL.
type Level<'s, 'a> = &'s [Segment<'a>];

/// The open levels.
#[derive(Default)]
struct Open<'s, 'a> {
    head: Level<'s, 'a>,
    source: Level<'s, 'a>,
    receiver: Level<'s, 'a>,
    subscriber: Level<'s, 'a>,
}

/// The responses for each patient, in order. A level without levels below is a response of its own,
/// and so is one with its own benefits or rejections.
pub(super) fn responses(segments: &[Segment<'_>]) -> Result<Vec<Response>, EligibilityError> {
    let before = segments.iter().take_while(|segment| segment.id() != "HL").count();
    let (head, levels) = segments.split_at(before);
    let levels: Vec<_> = levels.chunk_by(|_, next| next.id() != "HL").collect();
    let mut open = Open {
        head,
        ..Open::default()
    };
    let mut found = Vec::new();
    for (at, level) in levels.iter().enumerate() {
        let next = levels.get(at + 1).map_or("", |next| code(next));
        let answers = next <= code(level) || has_answer(level);
        match code(level) {
            "20" => {
                open = Open {
                    head,
                    source: level,
                    ..Open::default()
                }
            }
            "21" => (open.receiver, open.subscriber) = (level, &[]),
            "22" => open.subscriber = level,
            _ => {}
        }
        if answers {
            found.push(open.answer(level)?);
        }
    }
    Ok(found)
}

/// HL03.
fn code<'a>(level: Level<'_, 'a>) -> &'a str {
    level.first().map_or("", |hl| hl.element(3))
}

fn has_answer(level: Level<'_, '_>) -> bool {
    level.iter().any(|segment| matches!(segment.id(), "EB" | "AAA"))
}

impl<'s, 'a> Open<'s, 'a> {
    /// The response at a level.
    fn answer(&self, level: Level<'s, 'a>) -> Result<Response, EligibilityError> {
        let is = |above: Level<'_, '_>| above.first().map(Segment::number) == level.first().map(Segment::number);
        let above = [self.source, self.receiver, self.subscriber]
            .into_iter()
            .filter(|above| !is(above));
        let names = above.flat_map(naming);
        Response::of_segments(self.head.iter().chain(names).chain(level))
    }
}

/// The segments that identify the subject of a level. The traces of a level with its own response
/// belong to that response.
fn naming<'s, 'a>(level: Level<'s, 'a>) -> impl Iterator<Item = &'s Segment<'a>> {
    let own = has_answer(level);
    let named = level.iter().take(PASSED).take_while(|segment| segment.id() != "EB");
    named.filter(move |segment| segment.id() != "AAA" && !(own && segment.id() == "TRN"))
}
