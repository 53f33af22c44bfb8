//! A finding as a biller reads it.

use super::expected::remedy;
use super::recent::{Recent, RecentSegments};
use crate::messages::printable;
use mc_x12::finding::{FindingKind, Rule};
use mc_x12::{Code, Finding};

/// A finding with its place in words, the way to mend it and its segment.
pub struct Described<'f> {
    pub finding: &'f Finding<'f>,
    /// E.g. `CLM05-2 Facility Code Qualifier`.
    pub element: Option<String>,
    /// What is wrong; without the element.
    pub sentence: String,
    /// What the element may hold, and a clause on how to mend it.
    pub remedy: String,
    /// The element of the acknowledgement, and the code in it.
    pub code: (&'static str, String),
    /// ST01 and ST02; empty outside transaction sets.
    pub transaction: &'f str,
    /// The segment, where it was read and is still kept.
    pub segment: Option<&'f Recent>,
    /// The number of the last segment that was read.
    pub last: u32,
    /// Text of the input may be shown.
    pub is_shown: bool,
}

impl<'f> Described<'f> {
    /// Describes a finding in a transaction set.
    pub fn new(finding: &'f Finding<'f>, transaction: &'f str, recent: &'f RecentSegments, is_shown: bool) -> Self {
        let segment = recent.find(finding.place.segment);
        let mut sentence = finding.to_string();
        if let (FindingKind::UnknownSegment { .. }, Some(id), true) = (finding.kind, finding.value, is_shown) {
            let id: String = printable(id).chars().take(10).collect();
            sentence = sentence.replacen("with this id", &format!("with the id {id}"), 1);
        }
        Self {
            finding,
            element: finding.place.element_name(),
            sentence,
            remedy: remedy(finding, segment),
            code: code(finding, transaction),
            transaction,
            segment,
            last: recent.last(),
            is_shown,
        }
    }

    /// The element with its name, then what is wrong.
    pub fn headline(&self) -> String {
        match &self.element {
            Some(element) => format!("{element}: {}", self.sentence),
            None => self.sentence.clone(),
        }
    }

    /// E.g. `segment 17 (N4 in 2010BA, subscriber city)`.
    pub fn place(&self) -> String {
        let place = &self.finding.place;
        if place.segment == 0 {
            return match self.last {
                0 => "the end of the input".to_owned(),
                last => format!("the end of the input, after segment {last}"),
            };
        }
        let of = self.segment.and_then(|segment| segment.placed.as_ref());
        if matches!(
            self.finding.kind,
            FindingKind::MissingSegment { .. } | FindingKind::MissingLoop { .. }
        ) {
            let next = of.map_or("?", |(placed, _)| placed.of.id.as_str());
            return format!(
                "in {} before segment {} ({next})",
                loop_name(place.loop_id),
                place.segment
            );
        }
        let mut text = format!("segment {} ({}", place.segment, place.id);
        if !place.loop_id.is_empty() {
            text = format!("{text} in {}", place.loop_id);
        }
        if let Some((placed, _)) = of.filter(|(placed, _)| placed.of.id.as_str() == place.id) {
            text = format!("{text}, {}", placed.of.name);
        }
        let repetition = place.element.map_or(1, |at| at.repetition);
        if repetition > 1 {
            text = format!("{text}, repetition {repetition}");
        }
        text + ")"
    }

    /// The claim or member and the line, where text is shown.
    pub fn claim(&self) -> String {
        let segment = self.segment.filter(|_| self.is_shown);
        segment.map_or_else(String::new, |segment| segment.context.describe())
    }

    /// The text of the segment, where it is shown.
    pub fn text(&self) -> Option<&'f str> {
        let segment = self.segment.filter(|_| self.is_shown)?;
        Some(segment.text.as_str()).filter(|text| !text.is_empty())
    }
}

fn loop_name(id: &str) -> &str {
    if id.is_empty() { "the transaction set" } else { id }
}

/// A 277CA answers claims only; in other transaction sets the 999 has one code for its errors.
fn code(finding: &Finding<'_>, transaction: &str) -> (&'static str, String) {
    match finding.kind.code() {
        Code::Claim(..) if !transaction.starts_with("837") => ("IK502", "I5".to_owned()),
        code => code.place_and_value(),
    }
}

/// The sentence of a rule, without the numbers of one finding.
pub fn rule(finding: &Finding<'_>) -> String {
    let sentence = match finding.kind {
        FindingKind::Unbalanced { rule, .. } => format!("{}.", Rule::sentence(rule)),
        _ => finding.to_string(),
    };
    match finding.place.element_name() {
        Some(element) => format!("{element}: {sentence}"),
        None => sentence,
    }
}
