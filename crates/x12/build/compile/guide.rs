//! A guide's table: its head lines, then loops and segments nested by indentation.

use super::Source;
use super::cell::{self, Key, Sets, Use};
use super::check;
use super::dictionary::Dictionary;
use super::fault::{At, Fault};
use super::lines::{Line, lines, words};

/// One guide.
#[derive(Debug)]
pub struct Guide<'a> {
    /// Its first line.
    pub at: At<'a>,
    /// ST01.
    pub transaction: String,
    /// GS08.
    pub version: String,
    /// Versions near it.
    pub near: Vec<String>,
    /// GS01.
    pub group: String,
    /// A short description.
    pub name: String,
    /// The parts of the root.
    pub parts: Vec<Node<'a>>,
}

/// A segment or a loop.
#[derive(Debug, Clone)]
pub struct Node<'a> {
    /// Its line.
    pub at: At<'a>,
    /// The segment's or the loop's id.
    pub id: String,
    /// A short description.
    pub name: String,
    /// The variant of `Usage`.
    pub usage: &'static str,
    /// How often it may occur; `None` is no limit.
    pub max: Option<u32>,
    /// A segment or a loop.
    pub kind: PartKind<'a>,
}

/// What a node is.
#[derive(Debug, Clone)]
pub enum PartKind<'a> {
    /// A segment: its elements, its key, its rules.
    Segment(Vec<Use>, Option<Key>, Vec<(&'static str, Vec<u8>)>),
    /// A loop: its parts.
    Loop(Vec<Node<'a>>),
}

impl Node<'_> {
    /// The segment id and key that open it.
    pub fn opening(&self) -> (&str, Option<&Key>) {
        match &self.kind {
            PartKind::Segment(_, key, _) => (&self.id, key.as_ref()),
            PartKind::Loop(parts) => parts.first().map_or(("", None), Node::opening),
        }
    }
}

struct Reader<'a, 'd> {
    lines: std::iter::Peekable<std::vec::IntoIter<Line<'a>>>,
    dictionary: &'d Dictionary,
    sets: Sets,
    known: Vec<Node<'a>>,
}

/// Reads one guide.
pub fn read<'a>(source: &'a Source, dictionary: &Dictionary) -> Result<Guide<'a>, Fault> {
    let mut reader = Reader {
        lines: lines(source)?.into_iter().peekable(),
        dictionary,
        sets: Sets::new(),
        known: Vec::new(),
    };
    let mut guide = reader.head(source)?;
    guide.parts = reader.parts(0)?;
    if let Some(line) = reader.lines.next() {
        return line
            .at
            .fail("indented deeper than the line above allows; indent a loop's parts by two more spaces");
    }
    check::within(&guide.at, &guide.parts)?;
    Ok(guide)
}

impl<'a> Reader<'a, '_> {
    /// Reads the `guide`, `near` and `set` lines.
    fn head(&mut self, source: &'a Source) -> Result<Guide<'a>, Fault> {
        let start = At {
            file: &source.file,
            line: 1,
        };
        let form = "begin with `guide <ST01> <GS08> <GS01> \"words\"`";
        let Some(first) = self.lines.next() else {
            return start.fail(form);
        };
        let first_words = words(&first.text);
        let ["guide", transaction, version, group, name] = first_words[..] else {
            return first.at.fail(form);
        };
        let mut guide = Guide {
            transaction: transaction.to_owned(),
            version: version.to_owned(),
            group: group.to_owned(),
            name: name.to_owned(),
            near: Vec::new(),
            parts: Vec::new(),
            at: first.at,
        };
        let is_head = |line: &Line<'_>| line.text.starts_with("near ") || line.text.starts_with("set ");
        while let Some(line) = self.lines.next_if(is_head) {
            let mut words_of_line = words(&line.text).into_iter();
            if words_of_line.next() == Some("near") {
                guide.near.extend(words_of_line.map(str::to_owned));
                continue;
            }
            let name = words_of_line.next().unwrap_or_default().to_owned();
            let codes: Vec<String> = words_of_line.map(str::to_owned).collect();
            if codes.is_empty() || self.sets.insert(name.clone(), codes).is_some() {
                return line.at.fail(format!(
                    "set {name}: write its codes after the name, and define it once"
                ));
            }
        }
        Ok(guide)
    }

    /// The nodes of one depth.
    fn parts(&mut self, depth: usize) -> Result<Vec<Node<'a>>, Fault> {
        let mut nodes = Vec::new();
        while let Some(line) = self.lines.next_if(|line| line.depth == depth) {
            let (head, elements) = line.text.split_once('|').unwrap_or((&line.text, ""));
            let words_of_line = words(head);
            let node = match words_of_line[..] {
                ["loop", id, usage, max, name] => self.new_loop(&line, (id, name), usage, max)?,
                ["same", id, usage, max] => self.same_loop(&line, id, usage, max)?,
                [id, usage, max, name] => {
                    let segment = self.dictionary.segment(id, &line.at)?;
                    let (uses, key) = cell::elements(elements.trim(), &segment.positions, &self.sets, &line.at)?;
                    let kind = PartKind::Segment(uses, key, segment.rules.clone());
                    node(&line.at, (id, name), (usage, max), kind)?
                }
                _ => {
                    return line
                        .at
                        .fail("a line is `<SEG> <R|S> <max|*> \"words\" | cells`, or `loop …`, or `same …`");
                }
            };
            nodes.push(node);
        }
        Ok(nodes)
    }

    fn new_loop(&mut self, line: &Line<'a>, names: (&str, &str), usage: &str, max: &str) -> Result<Node<'a>, Fault> {
        if self.known.iter().any(|known| known.id == names.0) {
            return line.at.fail(format!(
                "loop {} is defined twice; write `same {0} …` for the second",
                names.0
            ));
        }
        let parts = self.parts(line.depth + 1)?;
        let node = node(&line.at, names, (usage, max), PartKind::Loop(parts))?;
        self.known.push(node.clone());
        Ok(node)
    }

    fn same_loop(&self, line: &Line<'a>, id: &str, usage: &str, max: &str) -> Result<Node<'a>, Fault> {
        match self.known.iter().find(|known| known.id == id) {
            Some(known) => node(&line.at, (id, &known.name), (usage, max), known.kind.clone()),
            None => line.at.fail(format!(
                "loop {id} is not defined above; define it there with `loop {id} …`"
            )),
        }
    }
}

fn node<'a>(
    at: &At<'a>,
    (id, name): (&str, &str),
    (usage, max): (&str, &str),
    kind: PartKind<'a>,
) -> Result<Node<'a>, Fault> {
    let usage = match usage {
        "R" => "Required",
        "S" => "Situational",
        _ => {
            return at.fail(format!(
                "{id}: usage `{usage}`; write R or S, and leave out what is not used"
            ));
        }
    };
    let max = match max.parse() {
        Ok(0) | Err(_) if max != "*" => {
            return at.fail(format!("{id}: `{max}` times; write a number, or `*` for no limit"));
        }
        Ok(max) => Some(max),
        Err(_) => None,
    };
    Ok(Node {
        at: At { ..at.clone() },
        id: id.to_owned(),
        name: name.to_owned(),
        usage,
        max,
        kind,
    })
}
