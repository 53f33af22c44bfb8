//! The base standard: data elements, composites, segments.

use std::collections::BTreeMap;

use super::Source;
use super::fault::{At, Fault};
use super::lines::{Line, lines};

/// One data element.
#[derive(Debug, Clone, Copy)]
pub struct Element {
    /// Its number.
    pub number: u16,
    /// The variant of `Kind` it is.
    pub kind: &'static str,
    /// Minimum length.
    pub min: u16,
    /// Maximum length.
    pub max: u16,
}

/// The names of the elements of a segment, each with those of its components.
pub type SegmentNames<'d> = Vec<(&'d str, Vec<&'d str>)>;

/// One position of a segment or composite.
#[derive(Debug, Clone)]
pub struct Position {
    /// A simple element or a composite.
    pub what: Holds,
    /// Maximum number of repetitions in the base standard.
    pub repeat: u16,
}

/// A simple element, or a composite by name with its positions.
#[derive(Debug, Clone)]
pub enum Holds {
    /// One value.
    Simple(Element),
    /// Components.
    Composite(String, Vec<Element>),
}

/// A segment of the base standard.
#[derive(Debug)]
pub struct Segment {
    /// Its elements.
    pub positions: Vec<Position>,
    /// Its rules: the variant of `Rule` and the elements.
    pub rules: Vec<(&'static str, Vec<u8>)>,
}

/// The base standard, as far as the guides use it.
#[derive(Debug, Default)]
pub struct Dictionary {
    elements: BTreeMap<u16, Element>,
    composites: BTreeMap<String, Vec<Element>>,
    segments: BTreeMap<String, Segment>,
    /// The names of elements, by number.
    names: BTreeMap<u16, String>,
    composite_names: BTreeMap<String, String>,
}

impl Dictionary {
    /// The ids of all segments, in order.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.segments.keys().map(String::as_str)
    }

    /// The names of the elements of each segment, in the order of ids.
    pub fn names(&self) -> impl Iterator<Item = SegmentNames<'_>> {
        let positions = self.segments.values().map(|segment| &segment.positions);
        positions.map(|positions| positions.iter().map(|position| self.name(position)).collect())
    }

    fn name(&self, position: &Position) -> (&str, Vec<&str>) {
        let simple = |element: &Element| self.names.get(&element.number).map_or("", String::as_str);
        match &position.what {
            Holds::Simple(element) => (simple(element), Vec::new()),
            Holds::Composite(id, elements) => {
                let name = self.composite_names.get(id).map_or("", String::as_str);
                (name, elements.iter().map(simple).collect())
            }
        }
    }

    /// Reads `elements.table` and `segments.table`.
    pub fn read(sources: &[Source]) -> Result<Self, Fault> {
        let mut dictionary = Self::default();
        let of = |name: &'static str| sources.iter().filter(move |source| source.file.ends_with(name));
        for source in of("elements.table") {
            for line in lines(source)? {
                dictionary.add_element(&line)?;
            }
        }
        for source in of("segments.table") {
            for line in lines(source)? {
                dictionary.add_segment(&line)?;
            }
        }
        Ok(dictionary)
    }

    /// The segment with this id; a fault at `at` where there is none.
    pub fn segment(&self, id: &str, at: &At<'_>) -> Result<&Segment, Fault> {
        let known = self.segments.get(id);
        known.ok_or_else(|| at.fault(format!("segment {id} is not known; add it to segments.table")))
    }

    fn add_element(&mut self, line: &Line<'_>) -> Result<(), Fault> {
        let (facts, name) = line.text.split_once('"').unwrap_or((&line.text, ""));
        let words: Vec<&str> = facts.split_whitespace().collect();
        let [number, kind, min, max] = words[..] else {
            return line
                .at
                .fail("a data element is `number type min max \"name\"`, e.g. `98 ID 2 3 \"Entity Identifier Code\"`");
        };
        let amount = |text: &str| match text.parse() {
            Ok(amount) => Ok(amount),
            Err(_) => line.at.fail(format!("`{text}` is no number up to 65535")),
        };
        let number = amount(number)?;
        let kind = kind_of(kind).ok_or_else(|| line.at.fault(format!("type {kind}; known are {}", KINDS.join(" "))))?;
        let (min, max) = (amount(min)?, amount(max)?);
        if min == 0 || min > max {
            return line.at.fail(format!(
                "lengths {min} to {max}; the minimum is at least 1 and at most the maximum"
            ));
        }
        let element = Element { number, kind, min, max };
        self.names.insert(number, name.trim_end_matches('"').to_owned());
        if self.elements.insert(number, element).is_some() {
            return line
                .at
                .fail(format!("element {number} is defined twice; drop one line"));
        }
        Ok(())
    }

    fn add_segment(&mut self, line: &Line<'_>) -> Result<(), Fault> {
        let (positions, rules) = line.text.split_once(':').unwrap_or((&line.text, ""));
        let (id, positions) = positions.trim_end().split_once(' ').unwrap_or((positions, ""));
        let named = positions
            .trim_start()
            .strip_prefix('"')
            .and_then(|rest| rest.split_once('"'));
        let (name, positions) = named.unwrap_or(("", positions));
        let positions = positions
            .split_whitespace()
            .map(|word| self.position(word, &line.at))
            .collect::<Result<Vec<_>, _>>()?;
        if positions.is_empty() {
            return line
                .at
                .fail(format!("{id} has no elements; write their numbers after it"));
        }
        let twice = if is_composite(id) {
            let simple = |position: &Position| match &position.what {
                Holds::Simple(element) => Ok(*element),
                Holds::Composite(name, _) => line.at.fail(format!("{name} within {id}: composites do not nest")),
            };
            let elements = positions.iter().map(simple).collect::<Result<Vec<_>, _>>()?;
            self.composite_names.insert(id.to_owned(), name.to_owned());
            self.composites.insert(id.to_owned(), elements).is_some()
        } else {
            let count = positions.len();
            let rules = rules
                .split_whitespace()
                .map(|word| rule(word, count, &line.at))
                .collect::<Result<_, _>>()?;
            self.segments
                .insert(id.to_owned(), Segment { positions, rules })
                .is_some()
        };
        if twice {
            return line.at.fail(format!("{id} is defined twice; drop one line"));
        }
        Ok(())
    }

    fn position(&self, word: &str, at: &At<'_>) -> Result<Position, Fault> {
        let (name, repeat) = word.split_once('*').unwrap_or((word, "1"));
        let Ok(repeat) = repeat.parse() else {
            return at.fail(format!("`{word}`: write how often it repeats as a number after `*`"));
        };
        let what = if is_composite(name) {
            let known = self.composites.get(name).cloned();
            known.map(|elements| Holds::Composite(name.to_owned(), elements))
        } else {
            name.parse()
                .ok()
                .and_then(|number: u16| self.elements.get(&number))
                .map(|element| Holds::Simple(*element))
        };
        match what {
            Some(what) => Ok(Position { what, repeat }),
            None => at.fail(format!(
                "{name} is not known; add it to elements.table, or above if it is a composite"
            )),
        }
    }
}

const KINDS: [&str; 8] = ["AN", "ID", "DT", "TM", "R", "N0", "N2", "B"];

fn kind_of(word: &str) -> Option<&'static str> {
    let variants = ["Text", "Code", "Date", "Time", "Decimal", "Integer", "Cents", "Binary"];
    KINDS.iter().position(|kind| *kind == word).map(|at| variants[at])
}

/// `C003` is a composite; `CAS`, `CN1` and `CR1` are segments.
fn is_composite(id: &str) -> bool {
    id.len() == 4 && id.starts_with('C') && id[1..].bytes().all(|b| b.is_ascii_digit())
}

/// Parses a rule such as `P0304`.
fn rule(word: &str, count: usize, at: &At<'_>) -> Result<(&'static str, Vec<u8>), Fault> {
    let variant = match word.bytes().next() {
        Some(b'P') => "Paired",
        Some(b'R') => "AtLeastOne",
        Some(b'E') => "Exclusive",
        Some(b'C') => "Conditional",
        Some(b'L') => "ListConditional",
        _ => return at.fail(format!("rule `{word}`; a rule begins with P, R, E, C or L")),
    };
    let digits = word.as_bytes()[1..].chunks(2);
    let elements: Option<Vec<u8>> = digits.map(|two| std::str::from_utf8(two).ok()?.parse().ok()).collect();
    match elements.filter(|list| list.len() > 1 && list.iter().all(|n| (1..=count).contains(&usize::from(*n)))) {
        Some(elements) => Ok((variant, elements)),
        None => at.fail(format!(
            "rule `{word}`: two digits for each element, two elements or more, each within the segment"
        )),
    }
}
