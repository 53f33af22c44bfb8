//! What an element may hold: its codes where they are few, else its form.

use super::recent::Recent;
use mc_x12::finding::{ElementPlace, FindingKind};
use mc_x12::guide::{Codes, Content, Kind, Simple, envelope_element};
use mc_x12::{Code, Finding};

/// Codes are listed up to this number.
const LISTED: usize = 10;

/// One or two sentences on how to mend a finding, with what its element may hold.
pub fn remedy(finding: &Finding<'_>, segment: Option<&Recent>) -> String {
    let general = finding.kind.remedy();
    if let FindingKind::IsaElement { .. } | FindingKind::GroupElement { .. } = finding.kind {
        let at = finding.place.element.map_or(0, |at| at.element);
        let codes = match envelope_element(finding.place.id, at).map(|simple| simple.codes) {
            Some(Codes::OneOf(choice)) => codes(choice.texts()) + " ",
            _ => String::new(),
        };
        return codes + general;
    }
    let Some((segment, at, simple)) = segment.and_then(|segment| {
        let at = finding.place.element?;
        Some((segment, at, simple(segment, at)?))
    }) else {
        return general.to_owned();
    };
    match finding.kind {
        FindingKind::BadCode => format!("{} {general}", codes(&allowed(segment, at, &simple))),
        FindingKind::NotInList(list) => match list.values() {
            Some(values) if values.len() <= LISTED => format!("{} {general}", codes(values)),
            _ => general.to_owned(),
        },
        FindingKind::Situation(_) if is_missing(finding) => {
            format!("Add {}, or correct what requires it.", form(&simple))
        }
        FindingKind::MissingElement | FindingKind::PairedMissing { .. } | FindingKind::ConditionalMissing { .. } => {
            format!("Add {}.", form(&simple))
        }
        FindingKind::TooShort { .. } | FindingKind::TooLong { .. } => {
            format!("{general} It is {}.", form(&simple))
        }
        _ => general.to_owned(),
    }
}

fn is_missing(finding: &Finding<'_>) -> bool {
    matches!(finding.kind.code(), Code::Element("1" | "2" | "I9"))
}

fn simple(segment: &Recent, at: ElementPlace) -> Option<Simple> {
    let (placed, _) = segment.placed.as_ref()?;
    let element = placed.of.elements.get(usize::from(at.element).checked_sub(1)?)?;
    match element.content {
        Content::Simple(simple) => Some(simple),
        Content::Composite(components) => {
            let component = components.get(usize::from(at.component).checked_sub(1)?)?;
            match component.content {
                Content::Simple(simple) => Some(simple),
                Content::Composite(_) => None,
            }
        }
    }
}

/// The codes of an element; of a qualifier those of each use that the guide has here.
fn allowed(segment: &Recent, at: ElementPlace, simple: &Simple) -> Vec<&'static str> {
    let own = match simple.codes {
        Codes::OneOf(codes) => codes.texts(),
        _ => &[],
    };
    let Some((placed, enclosing)) = segment.placed.as_ref().filter(|(placed, _)| placed.by_id_only) else {
        return own.to_vec();
    };
    let within = if placed.opened { *enclosing } else { Some(placed.within) };
    let Some(within) = within else { return Vec::new() };
    let uses = within.candidates(placed.of.id).filter_map(|part| part.kind.opening());
    let keys = uses.filter_map(|of| of.key).filter(|key| key.element == at.element);
    let mut codes: Vec<_> = keys.flat_map(|key| key.codes.texts().iter().copied()).collect();
    codes.sort_unstable();
    codes.dedup();
    if codes.is_empty() { own.to_vec() } else { codes }
}

fn codes(codes: &[&str]) -> String {
    match codes {
        [] => String::new(),
        [one] => format!("Allowed is {one}."),
        some if some.len() <= LISTED => format!("Allowed are {}.", some.join(", ")),
        many => format!("The guide allows {} codes here.", many.len()),
    }
}

/// What an element holds, e.g. `a date, CCYYMMDD`.
fn form(simple: &Simple) -> String {
    match simple.codes {
        Codes::OneOf(choice) if choice.texts().len() <= LISTED => {
            return format!("one of the codes {}", choice.texts().join(", "));
        }
        Codes::OneOf(choice) => return format!("one of the {} codes that the guide allows", choice.texts().len()),
        Codes::List(list) => return format!("a code from the list of {}", list.name()),
        Codes::Any => {}
    }
    let Simple { min, max, .. } = *simple;
    match simple.kind {
        Kind::Date => "a date, CCYYMMDD".to_owned(),
        Kind::Time => "a time, HHMM, HHMMSS or HHMMSSDD".to_owned(),
        Kind::Decimal => "a number, with a point before decimals".to_owned(),
        Kind::Integer | Kind::Cents => "a whole number".to_owned(),
        _ if min == max => format!("a value of {min} characters"),
        _ => format!("a value of {min} to {max} characters"),
    }
}
