//! The cells of a segment line: one use of an element each.

use std::collections::BTreeMap;

use super::dictionary::{Element, Holds, Position};
use super::fault::{At, Fault};
use super::lines::{cells, words};
use super::lists;

/// Named code sets, which a guide defines once and uses in several cells.
pub type Sets = BTreeMap<String, Vec<String>>;

/// One use of an element or component.
#[derive(Debug, Clone)]
pub struct Use {
    /// The variant of `Usage`.
    pub usage: &'static str,
    /// How often it may repeat.
    pub repeat: u16,
    /// What it holds.
    pub content: Content,
}

/// What an element holds.
#[derive(Debug, Clone)]
pub enum Content {
    /// One value.
    Simple(Element, Codes),
    /// Components; empty where the composite is not used.
    Composite(Vec<Use>),
}

/// The values of an element.
#[derive(Debug, Clone)]
pub enum Codes {
    /// Any.
    Any,
    /// These, sorted.
    OneOf(Vec<String>),
    /// The variant of `List`.
    List(&'static str),
}

/// The value that distinguishes the uses of a segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// From 1.
    pub element: usize,
    /// As in the model: 0 is the element or its first component.
    pub component: usize,
    /// Sorted.
    pub codes: Vec<String>,
}

/// The place of a cell and what it may hold.
struct Reader<'a> {
    at: &'a At<'a>,
    sets: &'a Sets,
    keys: Vec<Key>,
}

/// Reads the cells of one segment line. Elements after the last cell are not used.
pub fn elements(text: &str, base: &[Position], sets: &Sets, at: &At<'_>) -> Result<(Vec<Use>, Option<Key>), Fault> {
    let mut reader = Reader {
        at,
        sets,
        keys: Vec::new(),
    };
    let written = if text.is_empty() {
        Vec::new()
    } else {
        reader.expand(&cells(text))?
    };
    if written.len() > base.len() {
        let (found, known) = (written.len(), base.len());
        return at.fail(format!(
            "{found} elements; the segment has {known}. Drop some, or add to segments.table"
        ));
    }
    let mut uses = Vec::new();
    for (index, position) in base.iter().enumerate() {
        let cell = written.get(index).copied().unwrap_or("-");
        uses.push(reader.element(cell, index + 1, position)?);
    }
    if reader.keys.len() > 1 {
        return at.fail("two keys; mark one element with `!`");
    }
    Ok((uses, reader.keys.pop()))
}

impl Reader<'_> {
    /// `4x S` is short for four cells `S`.
    fn expand<'t>(&self, cells: &[&'t str]) -> Result<Vec<&'t str>, Fault> {
        let mut expanded = Vec::new();
        for cell in cells {
            let (first, rest) = cell.split_once(' ').unwrap_or((cell, ""));
            let count = first.strip_suffix('x').and_then(|digits| digits.parse::<usize>().ok());
            match count {
                Some(0) => return self.at.fail("0 cells; drop it"),
                Some(count) => expanded.extend(std::iter::repeat_n(rest.trim(), count)),
                None => expanded.push(*cell),
            }
        }
        Ok(expanded)
    }

    fn element(&mut self, cell: &str, number: usize, position: &Position) -> Result<Use, Fault> {
        match &position.what {
            Holds::Simple(element) => self.simple(cell, (number, 0), *element, position.repeat),
            Holds::Composite(name, components) => self.composite(cell, number, (name, components), position.repeat),
        }
    }

    fn composite(
        &mut self,
        cell: &str,
        number: usize,
        (name, components): (&str, &[Element]),
        max: u16,
    ) -> Result<Use, Fault> {
        let what = format!("element {number}");
        let head = self.head(cell, &what, max)?;
        if head.usage == "NotUsed" {
            return Ok(Use {
                usage: head.usage,
                repeat: 1,
                content: Content::Composite(Vec::new()),
            });
        }
        let inner = head.rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
        let Some(inner) = inner.filter(|_| !head.key && head.length.is_none()) else {
            return self.at.fail(format!(
                "{what} is composite {name}; write `R ( cell | cell … )`, key and lengths within"
            ));
        };
        let written = self.expand(&cells(inner))?;
        if written.len() > components.len() {
            let (found, known) = (written.len(), components.len());
            return self.at.fail(format!("{what}: {found} components; {name} has {known}"));
        }
        let mut uses = Vec::new();
        for (index, component) in components.iter().enumerate() {
            let cell = written.get(index).copied().unwrap_or("-");
            uses.push(self.simple(cell, (number, index + 1), *component, 1)?);
        }
        Ok(Use {
            usage: head.usage,
            repeat: head.repeat,
            content: Content::Composite(uses),
        })
    }

    fn simple(&mut self, cell: &str, place: (usize, usize), base: Element, max: u16) -> Result<Use, Fault> {
        let what = match place {
            (number, 0) => format!("element {number}"),
            (number, component) => format!("element {number}-{component}"),
        };
        let head = self.head(cell, &what, max)?;
        let element = self.narrowed(base, head.length, &what)?;
        let codes = self.codes(head.rest, element, &what)?;
        if head.key {
            let Codes::OneOf(codes) = &codes else {
                return self
                    .at
                    .fail(format!("{what} is a key without codes; write them after `!`"));
            };
            self.keys.push(Key {
                element: place.0,
                component: if place.1 == 1 { 0 } else { place.1 },
                codes: codes.clone(),
            });
        }
        Ok(Use {
            usage: head.usage,
            repeat: head.repeat,
            content: Content::Simple(element, codes),
        })
    }

    fn narrowed(&self, base: Element, length: Option<(u16, u16)>, what: &str) -> Result<Element, Fault> {
        let Some((min, max)) = length else {
            return Ok(base);
        };
        if min > max || min < base.min || max > base.max {
            let Element { number, min, max, .. } = base;
            return self.at.fail(format!(
                "{what}: lengths beyond those of element {number}, {min} to {max}"
            ));
        }
        Ok(Element { min, max, ..base })
    }

    fn codes(&self, text: &str, element: Element, what: &str) -> Result<Codes, Fault> {
        if text.is_empty() {
            return Ok(Codes::Any);
        }
        if text.starts_with('(') {
            return self
                .at
                .fail(format!("{what} is not composite; write codes without parentheses"));
        }
        if let Some(name) = text.strip_prefix('@') {
            let known = lists::variant(name).map(Codes::List);
            let names = || lists::NAMES.map(|(name, _)| name).join(" ");
            return known.ok_or_else(|| {
                self.at
                    .fault(format!("list @{name} is not known; known are {}", names()))
            });
        }
        let mut codes: Vec<String> = Vec::new();
        for word in words(text) {
            let set = match word.strip_prefix('$') {
                Some(name) => match self.sets.get(name) {
                    Some(set) => set.clone(),
                    None => {
                        return self
                            .at
                            .fail(format!("set ${name} is not known; define it above with `set {name} …`"));
                    }
                },
                None => vec![word.to_owned()],
            };
            codes.extend(set);
        }
        codes.sort();
        let too_long =
            |code: &&String| !(element.min..=element.max).contains(&u16::try_from(code.len()).unwrap_or(u16::MAX));
        if let Some(code) = codes.iter().find(too_long) {
            let Element { number, min, max, .. } = element;
            return self.at.fail(format!(
                "{what}: code {code} does not fit element {number}, {min} to {max} long"
            ));
        }
        if let Some([twice, _]) = codes.array_windows().find(|[one, next]| one == next) {
            return self.at.fail(format!("{what}: code {twice} is defined twice; drop one"));
        }
        Ok(Codes::OneOf(codes))
    }

    /// Usage with its flags, and the rest of the cell.
    fn head<'t>(&self, cell: &'t str, what: &str, max: u16) -> Result<Head<'t>, Fault> {
        let (first, rest) = cell.split_once(' ').unwrap_or((cell, ""));
        let usage = match first.chars().next() {
            Some('R') => "Required",
            Some('S') => "Situational",
            Some('-') if cell == "-" => "NotUsed",
            _ => {
                return self
                    .at
                    .fail(format!("{what}: `{cell}`; a cell begins with R or S, or is `-`"));
            }
        };
        let mut head = Head {
            usage,
            key: false,
            repeat: 1,
            length: None,
            rest: rest.trim(),
        };
        let mut flags = first[1..].trim_end();
        while let Some(flag) = flags.chars().next() {
            let after = &flags[1..];
            match flag {
                '!' => {
                    head.key = true;
                    flags = after;
                }
                '*' => {
                    let end = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
                    head.repeat = after[..end].parse().unwrap_or(0);
                    flags = &after[end..];
                }
                '{' => {
                    let (inner, behind) = after.split_once('}').unwrap_or((after, ""));
                    let length = inner
                        .split_once(',')
                        .and_then(|(min, max)| Some((min.parse().ok()?, max.parse().ok()?)));
                    let wrong = || {
                        self.at
                            .fault(format!("{what}: `{{{inner}}}`; lengths are `{{min,max}}`"))
                    };
                    head.length = Some(length.ok_or_else(wrong)?);
                    flags = behind;
                }
                _ => {
                    return self.at.fail(format!(
                        "{what}: `{first}`; after R or S come `!`, `*n` or `{{min,max}}`"
                    ));
                }
            }
        }
        if head.repeat == 0 || head.repeat > max {
            return self.at.fail(format!(
                "{what} repeats up to {max} times in segments.table; change one of them"
            ));
        }
        Ok(head)
    }
}

/// The beginning of a cell.
struct Head<'t> {
    usage: &'static str,
    key: bool,
    repeat: u16,
    length: Option<(u16, u16)>,
    rest: &'t str,
}
