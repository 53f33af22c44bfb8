//! A plain implementation that places the segments of a transaction: innermost loop first, position
//! never decreasing.

use mc_x12::Segment;
use mc_x12::guide::{Guide, Id, Key, Loop, Part, PartKind, SegmentUse, Usage};

/// One open loop.
struct Open {
    of: &'static Loop,
    position: u16,
    /// How often each part occurred, by its address.
    counts: Vec<(*const Part, u32)>,
}

/// Places segments one after another.
pub struct Placer {
    open: Vec<Open>,
    missing: Vec<String>,
}

impl Placer {
    /// A placer before ST.
    pub fn new(guide: &'static Guide) -> Self {
        Self {
            open: vec![Open::new(guide.root)],
            missing: Vec::new(),
        }
    }

    /// The use of a segment; `None` where it has no place.
    pub fn place(&mut self, segment: &Segment<'_>) -> Option<&'static SegmentUse> {
        let id = Id::new(segment.id());
        for depth in (0..self.open.len()).rev() {
            let Some(mut part) = self.open[depth].take(id, segment) else {
                continue;
            };
            self.close(depth + 1);
            while let PartKind::Loop(inner) = part.kind {
                part = inner.parts.first()?;
                let counts = vec![(std::ptr::from_ref(part), 1)];
                self.open.push(Open {
                    counts,
                    ..Open::new(inner)
                });
            }
            return part.kind.opening();
        }
        None
    }

    /// The required parts that are missing at the end of the transaction.
    pub fn missing(mut self) -> Vec<String> {
        self.close(0);
        self.missing
    }

    /// Closes loops down to that depth.
    fn close(&mut self, depth: usize) {
        for closed in self.open.drain(depth..) {
            let missing = closed.of.parts.iter().filter(|part| closed.lacks(part));
            let named = missing.filter_map(|part| Some((part, part.kind.opening()?)));
            // `Transaction` holds neither ST nor SE.
            let named = named.filter(|(_, opening)| !["ST", "SE"].contains(&opening.id.as_str()));
            let findings =
                named.map(|(_, opening)| format!("{} ({}) is missing in {}", opening.id, opening.name, closed.of.id));
            self.missing.extend(findings);
        }
    }
}

impl Open {
    fn new(of: &'static Loop) -> Self {
        Self {
            of,
            position: 0,
            counts: Vec::new(),
        }
    }

    fn take(&mut self, id: Id, segment: &Segment<'_>) -> Option<&'static Part> {
        let fits = |part: &&'static Part| {
            let key = part.kind.opening().and_then(|opening| opening.key);
            let max = match part.kind {
                PartKind::Segment(of) => of.max,
                PartKind::Loop(of) => of.max,
            };
            part.position >= self.position && self.count(part) < max && key.is_none_or(|key| is_key(key, segment))
        };
        let part = self.of.candidates(id).find(fits)?;
        self.position = part.position;
        let count = self.count(part) + 1;
        self.counts.retain(|(known, _)| !std::ptr::eq(*known, part));
        self.counts.push((std::ptr::from_ref(part), count));
        Some(part)
    }

    fn lacks(&self, part: &'static Part) -> bool {
        let usage = match part.kind {
            PartKind::Segment(of) => of.usage,
            PartKind::Loop(of) => of.usage,
        };
        usage == Usage::Required && self.count(part) == 0
    }

    fn count(&self, part: &'static Part) -> u32 {
        let known = self.counts.iter().find(|(known, _)| std::ptr::eq(*known, part));
        known.map_or(0, |(_, count)| *count)
    }
}

fn is_key(key: Key, segment: &Segment<'_>) -> bool {
    let component = usize::from(key.component.max(1));
    key.codes
        .contains(&segment.component(usize::from(key.element), component))
}
