//! The errors in the elements of one segment by its guide: usage, lengths, codes. As text for a
//! failing test.

use mc_x12::Segment;
use mc_x12::guide::{Codes, Content, ElementUse, SegmentUse, Simple, Usage};

/// Errors of a segment, e.g. `NM109 is missing`.
pub fn faults(segment: &Segment<'_>, of: &SegmentUse) -> Vec<String> {
    let mut faults = Vec::new();
    for (index, element) in of.elements.iter().enumerate() {
        let name = format!("{}{:02}", of.id, index + 1);
        let text = segment.element(index + 1);
        if let Some(fault) = usage(text, element.usage) {
            faults.push(format!("{name} {fault}"));
        }
        if text.is_empty() || element.usage == Usage::NotUsed {
            continue;
        }
        let repetitions: Vec<&str> = segment.repetitions(index + 1).collect();
        if repetitions.len() > usize::from(element.repeat) {
            faults.push(format!("{name} repeats {} times", repetitions.len()));
        }
        match element.content {
            Content::Simple(simple) => {
                let values = repetitions.iter().filter_map(|text| value(text, &simple));
                faults.extend(values.map(|fault| format!("{name} {fault}")));
            }
            Content::Composite(components) => {
                let found: Vec<&str> = segment.components(index + 1).collect();
                faults.extend(
                    composite(&found, components)
                        .into_iter()
                        .map(|fault| format!("{name}{fault}")),
                );
            }
        }
    }
    if !segment.element(of.elements.len() + 1).is_empty() {
        faults.push(format!("{} has more than {} elements", of.id, of.elements.len()));
    }
    faults
}

fn composite(found: &[&str], components: &[ElementUse]) -> Vec<String> {
    let mut faults = Vec::new();
    for (index, component) in components.iter().enumerate() {
        let text = found.get(index).copied().unwrap_or_default();
        let fault = usage(text, component.usage).map(str::to_owned);
        let fault = fault.or_else(|| match component.content {
            Content::Simple(simple) if !text.is_empty() => value(text, &simple),
            _ => None,
        });
        faults.extend(fault.map(|fault| format!("-{} {fault}", index + 1)));
    }
    if found.len() > components.len() {
        faults.push(format!(" has {} components", found.len()));
    }
    faults
}

fn usage(text: &str, usage: Usage) -> Option<&'static str> {
    match usage {
        Usage::Required if text.is_empty() => Some("is missing"),
        Usage::NotUsed if !text.is_empty() => Some("is not used"),
        _ => None,
    }
}

fn value(text: &str, simple: &Simple) -> Option<String> {
    let length = text
        .chars()
        .filter(|c| !matches!(c, '.' | '-') || text.parse::<f64>().is_err())
        .count();
    if !(usize::from(simple.min)..=usize::from(simple.max)).contains(&length) {
        return Some(format!("is {length} long, not {} to {}", simple.min, simple.max));
    }
    let known = match simple.codes {
        Codes::Any => return None,
        Codes::OneOf(codes) => codes.texts(),
        Codes::List(list) => list.values()?,
    };
    known
        .binary_search(&text)
        .is_err()
        .then(|| format!("has a code that is not in the guide: {text}"))
}
