//! Gathers findings as acknowledgements want them.

use super::outcome::{ElementError, GroupOutcome, InterchangeOutcome, SegmentError, TransactionOutcome};
use crate::check::{Ended, Report};
use crate::finding::{Code, Finding, Severity};
use crate::guide::Guide;
use crate::segment::Segment;
use crate::writer::{Party, Usage};

/// IK4 segments of one IK3: more are not told.
const ELEMENTS: usize = 20;
/// Longest copy of a value (IK404).
const VALUE: usize = 99;

/// Whether acknowledgements repeat offending values (IK404). They go to who sent them; kept or logged they are PHI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Values {
    /// As the guide has it.
    Copied,
    /// Places and codes alone.
    Withheld,
}

/// Interchanges, groups, transaction sets and errors that are kept where nothing else is asked for: some 50 MB at the very most.
const KEPT: usize = 100_000;

/// Hears the checker and keeps what acknowledgements tell: all of it, up to a number of things kept.
#[derive(Debug)]
pub struct Acknowledger {
    values: Values,
    done: Vec<InterchangeOutcome>,
    /// What may still be kept.
    left: usize,
    /// What is not kept of what is open.
    lost: Lost,
    complete: bool,
}

/// From here on inwards, what is open is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Lost {
    Nothing,
    Transaction,
    Group,
    Interchange,
}

impl Acknowledger {
    /// Nothing heard yet.
    pub fn new(values: Values) -> Self {
        Self::keeping(KEPT, values)
    }

    /// Nothing heard yet; `most` interchanges, groups, transaction sets and errors together are kept. Transaction sets beyond are counted and not
    /// listed; groups and interchanges beyond are not answered.
    pub fn keeping(most: usize, values: Values) -> Self {
        Self {
            values,
            done: Vec::new(),
            left: most,
            lost: Lost::Nothing,
            complete: true,
        }
    }

    /// Whether all that was heard is kept.
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// Whether one more is kept.
    fn keeps(&mut self) -> bool {
        let keeps = self.left > 0;
        self.left = self.left.saturating_sub(1);
        self.complete &= keeps;
        keeps
    }

    /// Whether what opens now is kept, in what is kept itself.
    fn opens(&mut self, as_what: Lost) -> bool {
        if self.lost > as_what {
            return false;
        }
        self.lost = if self.keeps() { Lost::Nothing } else { as_what };
        self.lost == Lost::Nothing
    }

    fn interchange(&mut self) -> Option<&mut InterchangeOutcome> {
        self.done.last_mut().filter(|_| self.lost < Lost::Interchange)
    }

    /// What became of each interchange.
    pub fn finish(self) -> Vec<InterchangeOutcome> {
        self.done
    }

    fn group(&mut self) -> Option<&mut GroupOutcome> {
        let kept = self.lost < Lost::Group;
        self.interchange()?.groups.last_mut().filter(|_| kept)
    }

    fn transaction(&mut self) -> Option<&mut TransactionOutcome> {
        let kept = self.lost < Lost::Transaction;
        self.group()?.transactions.last_mut().filter(|_| kept)
    }
}

impl Report for Acknowledger {
    fn interchange_began(&mut self, isa: &Segment<'_>) {
        self.lost = Lost::Nothing;
        if !self.opens(Lost::Interchange) {
            return;
        }
        let party = |qualifier: usize| Party {
            qualifier: isa.element(qualifier).to_owned(),
            id: isa.element(qualifier + 1).trim_end().to_owned(),
        };
        self.done.push(InterchangeOutcome {
            sender: party(5),
            receiver: party(7),
            control: isa.element(13).to_owned(),
            date: isa.element(9).to_owned(),
            time: isa.element(10).to_owned(),
            wants_ta1: isa.element(14) == "1",
            usage: if isa.element(15) == "T" {
                Usage::Test
            } else {
                Usage::Production
            },
            notes: Vec::new(),
            groups: Vec::new(),
        });
    }

    fn group_began(&mut self, gs: &Segment<'_>) {
        self.lost = if self.lost < Lost::Interchange {
            Lost::Nothing
        } else {
            self.lost
        };
        if !self.opens(Lost::Group) {
            return;
        }
        let text = |n| cut(gs.element(n));
        if let Some(interchange) = self.interchange() {
            interchange.groups.push(GroupOutcome {
                functional_id: text(1),
                sender: text(2),
                receiver: text(3),
                control: text(6),
                version: text(8),
                stated: None,
                codes: Vec::new(),
                transactions: Vec::new(),
                unlisted: (0, 0),
            });
        }
    }

    fn transaction_began(&mut self, st: &Segment<'_>, guide: Option<&'static Guide>) {
        self.lost = if self.lost < Lost::Group {
            Lost::Nothing
        } else {
            self.lost
        };
        if !self.opens(Lost::Transaction) {
            if let Some(group) = self.group() {
                group.unlisted.0 = group.unlisted.0.saturating_add(1);
            }
            return;
        }
        let text = |n| cut(st.element(n));
        if let Some(group) = self.group() {
            group.transactions.push(TransactionOutcome {
                id: text(1),
                control: text(2),
                version: text(3),
                accepted: guide.is_some(),
                codes: Vec::new(),
                segments: Vec::new(),
            });
        }
    }

    fn finding(&mut self, finding: &Finding<'_>) {
        if finding.severity() == Severity::Warning {
            return;
        }
        let copied = self.values == Values::Copied;
        match finding.what.code() {
            Code::Interchange(note) => {
                if let Some(interchange) = self.interchange().filter(|known| !known.notes.contains(&note)) {
                    interchange.notes.push(note);
                }
            }
            Code::Group(code) => {
                if let Some(group) = self.group().filter(|known| !known.codes.contains(&code)) {
                    group.codes.push(code);
                }
            }
            Code::Transaction(code) => {
                if let Some(transaction) = self.transaction() {
                    add_code(transaction, code);
                }
            }
            Code::Segment(_) | Code::Element(_) if !self.keeps() => {}
            Code::Segment(code) => {
                if let Some(transaction) = self.transaction() {
                    transaction.segments.push(segment_error(finding, code));
                }
            }
            Code::Element(code) => {
                if let Some(transaction) = self.transaction() {
                    add_element(transaction, finding, code, copied);
                }
            }
            // Sums are the 277CA's to tell; the transaction set is rejected all the same.
            Code::Claim(..) => {
                if let Some(transaction) = self.transaction() {
                    add_code(transaction, "I5");
                }
            }
        }
    }

    fn transaction_ended(&mut self, ended: &Ended) {
        if self.lost == Lost::Transaction
            && ended.errors == 0
            && let Some(group) = self.group()
        {
            group.unlisted.1 = group.unlisted.1.saturating_add(1);
        }
        if let Some(transaction) = self.transaction() {
            transaction.accepted &= ended.errors == 0;
            if !transaction.segments.is_empty() {
                add_code(transaction, "5");
            }
        }
    }

    fn group_ended(&mut self, stated: Option<u32>, _came: u32) {
        if let Some(group) = self.group() {
            group.stated = stated;
        }
    }
}

/// What an acknowledgement repeats of an element; a sound one is never longer.
fn cut(text: &str) -> String {
    text.chars().take(35).collect()
}

fn add_code(transaction: &mut TransactionOutcome, code: &str) {
    if !transaction.codes.iter().any(|known| known == code) {
        transaction.codes.push(code.to_owned());
    }
}

fn segment_error(finding: &Finding<'_>, code: &str) -> SegmentError {
    SegmentError {
        id: finding.place.id.to_owned(),
        position: finding.place.position,
        loop_id: finding.place.loop_id.to_owned(),
        code: code.to_owned(),
        elements: Vec::new(),
    }
}

fn add_element(transaction: &mut TransactionOutcome, finding: &Finding<'_>, code: &str, copied: bool) {
    let place = &finding.place;
    let last = transaction.segments.last();
    if last.is_none_or(|last| last.position != place.position || last.code != "8" || last.id != place.id) {
        transaction.segments.push(segment_error(finding, "8"));
    }
    let Some(segment) = transaction
        .segments
        .last_mut()
        .filter(|segment| segment.elements.len() < ELEMENTS)
    else {
        return;
    };
    let at = place
        .element
        .map_or((1, 0, 1), |at| (at.element, at.component, at.repetition));
    let value = finding
        .value
        .filter(|_| copied)
        .map(|value| value.chars().take(VALUE).collect());
    segment.elements.push(ElementError {
        at,
        number: place.element.map_or(0, |at| at.number),
        code: code.to_owned(),
        value,
    });
}
