//! 837: the claims of a transaction set.

use super::dates::{self, Dates};
use super::diagnoses::Codes;
use super::facts::{self, Facts};
use super::lines::{self, Lines};
use super::other_payer::{Order, OtherPayers};
use super::parties::{Billing, Rendering, Subscriber};
use super::{Situation, Step, broken, local};
use crate::check::balance::OnFinding;
use crate::finding::Place;
use crate::guide::{Guide, ids};
use std::collections::HashSet;

/// Maximum number of claims that the guide recommends for one transaction set.
const CLAIMS: u32 = 5_000;
/// Maximum number of claim numbers remembered to find duplicates; later ones are not compared.
const REMEMBERED: usize = 20_000;
/// Maximum length of a claim number that is remembered; a longer one is reported as too long.
const NUMBER: usize = 38;

#[derive(Debug, Default)]
pub(in crate::check) struct Claims {
    is_dental: bool,
    /// BHT04 as a number; 0 where it is no date.
    sent: u32,
    /// BHT06 CH.
    is_chargeable: bool,
    /// The loop id of the last HL.
    level: &'static str,
    billing: Billing,
    /// The current subscriber.
    subscriber: Option<Subscriber>,
    claim: Option<Claim>,
    /// The codes and lines of the current claim, kept for the next one.
    codes: Codes,
    lines: Lines,
    count: u32,
    numbers: HashSet<Vec<u8>>,
}

#[derive(Debug, Default)]
struct Claim {
    place: Place,
    facts: Facts,
    dates: Dates,
    rendering: Rendering,
    payers: OtherPayers,
}

impl Claims {
    pub(super) fn of(guide: &Guide) -> Self {
        Self {
            is_dental: guide.version.starts_with("005010X224"),
            ..Self::default()
        }
    }

    pub(super) fn take(&mut self, step: &Step<'_, '_>, on_finding: &mut OnFinding<'_>) {
        // A value that is not text is not checked further.
        if step.segment.is_text() {
            local::check(step, on_finding);
        }
        match (step.id(), step.within) {
            (ids::HL, level) => self.level(level, step, on_finding),
            (ids::CLM, _) => self.begin_claim(step, on_finding),
            (ids::DMG, "2010BA" | "2010CA") => {
                dates::birth(step, self.sent, on_finding);
                self.party(step);
            }
            _ if self.claim.is_some() => self.within_claim(step, on_finding),
            (ids::BHT, _) => {
                self.sent = dates::day(step.bytes(4)).unwrap_or(0);
                self.is_chargeable = step.bytes(6) == b"CH";
            }
            (ids::SBR, "2000B") => self.subscriber = Some(Subscriber::of(step)),
            _ => self.party(step),
        }
    }

    /// A segment about the billing provider, the subscriber or the payer.
    fn party(&mut self, step: &Step<'_, '_>) {
        self.billing.take(step);
        if let Some(subscriber) = self.subscriber.as_mut().filter(|_| step.within == "2010BA") {
            subscriber.take(step);
        }
    }

    fn level(&mut self, level: &'static str, step: &Step<'_, '_>, on_finding: &mut OnFinding<'_>) {
        self.end_claim(on_finding);
        self.level = level;
        if level != "2000C" {
            self.subscriber = None;
            self.billing.next_subscriber();
        } else if let Some(subscriber) = self.subscriber.as_mut().filter(|subscriber| subscriber.is_patient) {
            subscriber.is_patient = false;
            broken(Situation::PatientAndSubscriber, *step.place, on_finding);
        }
    }

    fn begin_claim(&mut self, clm: &Step<'_, '_>, on_finding: &mut OnFinding<'_>) {
        self.end_claim(on_finding);
        self.billing.claim(on_finding);
        if let Some(subscriber) = self.subscriber.as_mut().filter(|_| self.level == "2000B") {
            subscriber.claim(on_finding);
        }
        self.count_claim(clm, on_finding);
        if self.is_chargeable && is_zero(clm.bytes(2)) {
            broken(Situation::ChargeZero, clm.at(2, 0), on_finding);
        }
        let is_automobile = clm.parts(11).take(3).any(|cause| cause == b"AA");
        if is_automobile && clm.parts(11).nth(3).is_none_or(<[u8]>::is_empty) {
            broken(Situation::AccidentState, clm.at(11, 4), on_finding);
        }
        let mut facts = facts::of_claim(clm);
        if self.is_dental && clm.bytes(19) != b"PB" {
            facts.add(Facts::DENTAL);
        }
        let subscriber = self.subscriber.as_ref();
        let first = subscriber.map_or(Order::of(b""), |subscriber| subscriber.order);
        self.claim = Some(Claim {
            place: *clm.place,
            facts,
            payers: OtherPayers::after(first),
            ..Claim::default()
        });
    }

    fn count_claim(&mut self, clm: &Step<'_, '_>, on_finding: &mut OnFinding<'_>) {
        self.count = self.count.saturating_add(1);
        if self.count == CLAIMS + 1 {
            broken(Situation::TooManyClaims, *clm.place, on_finding);
        }
        let number = clm.bytes(1);
        let is_remembered = number.len() <= NUMBER && self.numbers.len() < REMEMBERED;
        if is_remembered && !self.numbers.insert(number.to_owned()) {
            broken(Situation::ClaimTwice, clm.at(1, 0), on_finding);
        }
    }

    fn within_claim(&mut self, step: &Step<'_, '_>, on_finding: &mut OnFinding<'_>) {
        let Some(claim) = &mut self.claim else { return };
        claim.facts.add(facts::of_segment(step));
        match step.id() {
            ids::HI if step.within == "2300" => self.codes.take(step, &mut claim.dates, on_finding),
            ids::LX => self.lines.begin(step, on_finding),
            ids::SV1 => lines::pointers(7, step, self.codes.count(), on_finding),
            ids::SV3 => lines::pointers(11, step, self.codes.count(), on_finding),
            ids::REF if step.bytes(1) == b"6R" => self.lines.control(step, on_finding),
            ids::DTP if matches!(step.within, "2300" | "2400") => claim.dates.take(step, self.sent, on_finding),
            ids::NM1 if step.within.starts_with("2310") => claim.rendering.take(step, on_finding),
            ids::SBR | ids::AMT | ids::CAS | ids::NM1 | ids::SVD | ids::DTP => claim.payers.take(step, on_finding),
            _ => {}
        }
    }

    pub(super) fn end_claim(&mut self, on_finding: &mut OnFinding<'_>) {
        let Some(claim) = self.claim.take() else { return };
        facts::check(claim.facts, &claim.place, on_finding);
        claim.dates.finish(on_finding);
        claim.payers.finish(&claim.place, on_finding);
        self.codes.clear();
        self.lines.clear();
    }
}

/// A number with no digit but zero.
fn is_zero(amount: &[u8]) -> bool {
    !amount.is_empty() && amount.iter().all(|byte| matches!(byte, b'0' | b'.'))
}
