//! Writes the guides as Rust source. Equal values become one static, so that shared parts of guides
//! are stored once.

use std::collections::HashMap;
use std::fmt::Write as _;

use super::cell::{Codes, Content, Key, Use};
use super::check::groups;
use super::dictionary::{Dictionary, Element};
use super::guide::{Guide, Node, PartKind};
use super::lists::Shipped;

/// Writes the statics of all guides and lists, and the ids of all segments in order with the names
/// of their elements.
pub fn write(guides: &[Guide<'_>], lists: &[Shipped], dictionary: &Dictionary) -> String {
    let mut writer = Writer::default();
    let mut names = Vec::new();
    for guide in guides {
        let parts = writer.parts(&guide.parts);
        let root = format!(
            "Loop {{ id: \"\", name: {:?}, usage: Usage::Required, max: 1, {parts} }}",
            guide.name
        );
        let root = writer.named("Loop", &root);
        let text = format!(
            "Guide {{ transaction: {:?}, version: {:?}, near: &{:?}, functional_group: {:?}, name: {:?}, root: &{root} }}",
            guide.transaction, guide.version, guide.near, guide.group, guide.name,
        );
        names.push(format!("&{}", writer.named("Guide", &text)));
    }
    let mut values = String::from("pub(super) fn values(list: List) -> Option<Choice> {\n    match list {\n");
    for list in lists {
        let choice = writer.codes(&list.values);
        let _ = writeln!(values, "        List::{} => Some({choice}),", list.variant);
    }
    values.push_str("        _ => None,\n    }\n}\n");
    let mut text = writer.text;
    let _ = writeln!(text, "pub(super) static GUIDES: &[&Guide] = &[{}];", names.join(", "));
    let segments: Vec<&str> = dictionary.ids().collect();
    text.push_str("pub(super) static NAMES: &[&[(&str, &[&str])]] = &[\n");
    for names in dictionary.names() {
        let names: Vec<String> = names
            .iter()
            .map(|(name, components)| format!("({name:?}, &{components:?})"))
            .collect();
        let _ = writeln!(text, "    &[{}],", names.join(", "));
    }
    text.push_str("];\n");
    let _ = writeln!(text, "pub(super) const SEGMENTS: &[&str] = &{segments:?};");
    text + &values
}

#[derive(Default)]
struct Writer {
    text: String,
    known: HashMap<String, String>,
}

impl Writer {
    /// The name of the static with this type and value, which is written if it is new.
    fn named(&mut self, of: &str, value: &str) -> String {
        let definition = format!("{of} = {value}");
        if let Some(name) = self.known.get(&definition) {
            return name.clone();
        }
        let name = format!("S{}", self.known.len());
        let _ = writeln!(self.text, "static {name}: {definition};");
        self.known.insert(definition, name.clone());
        name
    }

    /// The name of the static array of these values.
    fn array(&mut self, of: &str, values: &[String]) -> String {
        self.named(
            &format!("[{of}; {}]", values.len()),
            &format!("[{}]", values.join(", ")),
        )
    }

    /// The fields `parts` and `dispatch` of a loop.
    fn parts(&mut self, nodes: &[Node<'_>]) -> String {
        let mut parts = Vec::new();
        let mut required = Vec::new();
        let mut dispatch: Vec<(String, Vec<usize>, Vec<usize>)> = Vec::new();
        for (position, group) in groups(nodes).enumerate() {
            for node in group {
                let (id, key) = node.opening();
                let padded = format!("{id:3}");
                let at = dispatch
                    .iter()
                    .position(|(known, ..)| *known == padded)
                    .unwrap_or(dispatch.len());
                if at == dispatch.len() {
                    dispatch.push((padded, Vec::new(), Vec::new()));
                }
                let (_, keyed, keyless) = &mut dispatch[at];
                if key.is_some() { keyed } else { keyless }.push(parts.len());
                if node.usage == "Required" {
                    required.push(parts.len().to_string());
                }
                let kind = self.node(node);
                parts.push(format!("Part {{ position: {position}, kind: {kind} }}"));
            }
        }
        dispatch.sort();
        let row = |(id, keyed, keyless): &(String, Vec<usize>, Vec<usize>)| {
            format!("(Id::new({:?}), &{:?})", id.trim_end(), [&keyed[..], keyless].concat())
        };
        let rows: Vec<String> = dispatch.iter().map(row).collect();
        let parts = self.array("Part", &parts);
        let dispatch = self.array("(Id, &[u16])", &rows);
        let required = self.array("u16", &required);
        format!("required: &{required}, parts: &{parts}, dispatch: &{dispatch}, rows: rows(&{dispatch})")
    }

    fn node(&mut self, node: &Node<'_>) -> String {
        let max = node.max.map_or("u32::MAX".to_owned(), |max| max.to_string());
        let Node { id, name, usage, .. } = node;
        match &node.kind {
            PartKind::Loop(nodes) => {
                let parts = self.parts(nodes);
                let text = format!("Loop {{ id: {id:?}, name: {name:?}, usage: Usage::{usage}, max: {max}, {parts} }}");
                format!("PartKind::Loop(&{})", self.named("Loop", &text))
            }
            PartKind::Segment(uses, key, rules) => {
                let last = uses.iter().rposition(|element| element.usage == "Required");
                let last = last.map_or(0, |last| last + 1);
                let elements = self.uses(uses);
                let key = key.as_ref().map_or("None".to_owned(), |key| self.key(key));
                let rules: Vec<String> = rules
                    .iter()
                    .map(|(rule, of)| format!("Rule::{rule}(Elements::new(&{of:?}))"))
                    .collect();
                let rules = self.array("Rule", &rules);
                let text = format!(
                    "SegmentUse {{ id: Id::new({id:?}), name: {name:?}, usage: Usage::{usage}, max: {max}, \
                     elements: &{elements}, key: {key}, rules: &{rules}, last_required: {last}, \
                     marks: Marks::of(Id::new({id:?}), &{elements}) }}"
                );
                format!("PartKind::Segment(&{})", self.named("SegmentUse", &text))
            }
        }
    }

    fn key(&mut self, key: &Key) -> String {
        let Key { element, component, .. } = key;
        let codes = self.codes(&key.codes);
        format!("Some(Key {{ element: {element}, component: {component}, codes: {codes} }})")
    }

    fn uses(&mut self, uses: &[Use]) -> String {
        let uses: Vec<String> = uses.iter().map(|one| self.one(one)).collect();
        self.array("ElementUse", &uses)
    }

    fn one(&mut self, one: &Use) -> String {
        let content = match &one.content {
            Content::Composite(uses) => format!("Content::Composite(&{})", self.uses(uses)),
            Content::Simple(Element { number, kind, min, max }, codes) => {
                let codes = match codes {
                    Codes::Any => "Codes::Any".to_owned(),
                    Codes::List(list) => format!("Codes::List(List::{list})"),
                    Codes::OneOf(codes) => format!("Codes::OneOf({})", self.codes(codes)),
                };
                format!(
                    "Content::Simple(Simple {{ number: {number}, kind: Kind::{kind}, min: {min}, max: {max}, codes: {codes} }})"
                )
            }
        };
        let Use { usage, repeat, .. } = one;
        format!("ElementUse::new(Usage::{usage}, {repeat}, {content})")
    }

    /// A set of codes, as text and as numbers.
    fn codes(&mut self, codes: &[String]) -> String {
        let codes: Vec<String> = codes.iter().map(|code| format!("{code:?}")).collect();
        let texts = self.array("&str", &codes);
        let packed = self.named(&format!("[u64; {}]", codes.len()), &format!("packed(&{texts})"));
        format!("Choice {{ texts: &{texts}, packed: &{packed} }}")
    }
}
