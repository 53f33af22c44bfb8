//! 834: subscribers precede dependents, terminations have their dates.

use super::{Situation, Step, broken};
use crate::check::balance::OnFinding;
use crate::finding::Place;
use crate::guide::ids;
use std::collections::HashSet;

/// Maximum number of ids remembered of dependents that precede their subscriber; later ones are not
/// compared.
const REMEMBERED: usize = 20_000;
/// Maximum length of an id that is remembered; a longer one is reported as too long.
const ID: usize = 50;

#[derive(Debug, Default)]
pub(in crate::check) struct Enrollment {
    /// BGN08.
    action: String,
    member: Option<Member>,
    /// REF 0F of the last subscriber.
    subscriber: String,
    /// REF 0F of dependents that precede their subscriber.
    waiting: HashSet<String>,
}

#[derive(Debug)]
struct Member {
    place: Place,
    is_subscriber: bool,
    ends: bool,
    has_end: bool,
    /// The place of the current coverage, where it is terminated and has no date yet.
    coverage: Option<Place>,
}

impl Enrollment {
    pub(super) fn take(&mut self, step: &Step<'_, '_>, on_finding: &mut OnFinding<'_>) {
        match (step.id(), step.within) {
            (ids::BGN, _) => step.element(8).clone_into(&mut self.action),
            (ids::INS, "2000") => self.member(step, on_finding),
            (ids::REF, "2000") if step.element(1) == "0F" => self.belongs_to(step, on_finding),
            (ids::DTP, "2000") if matches!(step.element(1), "357" | "341") => {
                if let Some(member) = &mut self.member {
                    member.has_end = true;
                }
            }
            (ids::HD, "2300") => {
                self.end_coverage(on_finding);
                if let Some(member) = &mut self.member {
                    member.coverage = (step.element(1) == "024").then_some(*step.place);
                }
            }
            (ids::DTP, "2300") if step.element(1) == "349" => {
                if let Some(member) = &mut self.member {
                    (member.coverage, member.has_end) = (None, true);
                }
            }
            _ => {}
        }
    }

    fn is_full(&self) -> bool {
        matches!(self.action.as_str(), "4" | "RX")
    }

    fn member(&mut self, ins: &Step<'_, '_>, on_finding: &mut OnFinding<'_>) {
        self.end_member(on_finding);
        let is_subscriber = ins.element(1) == "Y";
        let relationship = ins.element(2);
        if !relationship.is_empty() && is_subscriber != (relationship == "18") {
            broken(Situation::Relationship, ins.at(2, 0), on_finding);
        }
        let maintenance = ins.element(3);
        if !self.action.is_empty() && !maintenance.is_empty() && self.is_full() != (maintenance == "030") {
            broken(Situation::Maintenance, ins.at(3, 0), on_finding);
        }
        self.member = Some(Member {
            place: *ins.place,
            is_subscriber,
            ends: maintenance == "024",
            has_end: false,
            coverage: None,
        });
    }

    fn belongs_to(&mut self, reference: &Step<'_, '_>, on_finding: &mut OnFinding<'_>) {
        let Some(member) = &self.member else { return };
        let id = reference.element(2);
        if member.is_subscriber {
            if self.waiting.contains(id) {
                broken(Situation::SubscriberAfterDependent, member.place, on_finding);
            }
            id.clone_into(&mut self.subscriber);
        } else if id != self.subscriber {
            // A file of changes may hold a dependent alone.
            if self.is_full() {
                broken(Situation::DependentAlone, member.place, on_finding);
            }
            if id.len() <= ID && self.waiting.len() < REMEMBERED {
                self.waiting.insert(id.to_owned());
            }
        }
    }

    fn end_coverage(&mut self, on_finding: &mut OnFinding<'_>) {
        let Some(member) = &mut self.member else { return };
        if let Some(coverage) = member.coverage.take().filter(|_| !member.has_end) {
            // Reported once per member.
            member.has_end = true;
            broken(Situation::TerminationDate, Place { id: "DTP", ..coverage }, on_finding);
        }
    }

    pub(super) fn end_member(&mut self, on_finding: &mut OnFinding<'_>) {
        self.end_coverage(on_finding);
        if let Some(member) = self.member.take().filter(|member| member.ends && !member.has_end) {
            broken(
                Situation::TerminationDate,
                Place {
                    id: "DTP",
                    ..member.place
                },
                on_finding,
            );
        }
    }
}
