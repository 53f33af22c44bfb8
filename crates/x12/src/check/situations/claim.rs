//! 837: the patient and the requirements of a claim.

use super::other_payer::OtherPayers;
use super::{Situation, Step, broken};
use crate::check::balance::OnFinding;
use crate::finding::Place;
use crate::guide::ids;
use std::collections::HashSet;

/// Maximum number of claims that the guide recommends for one transaction set.
const CLAIMS: u32 = 5_000;
/// Maximum number of claim numbers remembered to find duplicates; later ones are not compared.
const REMEMBERED: usize = 20_000;
/// Maximum length of a claim number that is remembered; a longer one is reported as too long.
const NUMBER: usize = 38;

#[derive(Debug, Default)]
pub(in crate::check) struct Claims {
    /// The loop id of the last HL.
    level: &'static str,
    /// The SBR of the current subscriber.
    subscriber: Option<Subscriber>,
    claim: Option<Claim>,
    count: u32,
    numbers: HashSet<String>,
}

#[derive(Debug)]
struct Subscriber {
    /// The place of SBR02.
    place: Place,
    name: Place,
    is_patient: bool,
    has_demographics: bool,
    /// Whether the missing statement of the patient has been reported.
    reported: bool,
    responsibility: String,
}

#[derive(Debug, Default)]
struct Claim {
    place: Place,
    replaces: bool,
    has_payer_number: bool,
    accident: bool,
    has_accident_date: bool,
    diagnoses: u32,
    lines: u32,
    payers: OtherPayers,
}

impl Claims {
    pub(super) fn take(&mut self, step: &Step<'_, '_>, on_finding: &mut OnFinding<'_>) {
        match (step.id(), step.within) {
            (ids::HL, level) => self.level(level, step, on_finding),
            (ids::SBR, "2000B") => self.subscriber(step),
            (ids::NM1, "2010BA") => {
                if let Some(subscriber) = &mut self.subscriber {
                    subscriber.name = step.place;
                }
            }
            (ids::DMG, "2010BA") => {
                if let Some(subscriber) = &mut self.subscriber {
                    subscriber.has_demographics = true;
                }
            }
            (ids::N3 | ids::N4, "2010AA") => address(step, on_finding),
            (ids::CLM, _) => self.begin_claim(step, on_finding),
            (ids::REF, "2300") if step.element(1) == "F8" => self.claim(|claim| claim.has_payer_number = true),
            (ids::DTP, "2300") if step.element(1) == "439" => self.claim(|claim| claim.has_accident_date = true),
            (ids::HI, "2300") => self.diagnoses(step, on_finding),
            (ids::LX, _) => self.line(step, on_finding),
            (ids::SV1, _) => self.pointers(7, step, on_finding),
            (ids::SV3, _) => self.pointers(11, step, on_finding),
            (ids::SBR | ids::AMT | ids::CAS | ids::NM1 | ids::SVD, _) => {
                if let Some(claim) = &mut self.claim {
                    claim.payers.take(step, on_finding);
                }
            }
            _ => {}
        }
    }

    fn level(&mut self, level: &'static str, step: &Step<'_, '_>, on_finding: &mut OnFinding<'_>) {
        self.end_claim(on_finding);
        self.level = level;
        if level != "2000C" {
            self.subscriber = None;
        } else if let Some(subscriber) = self.subscriber.as_mut().filter(|subscriber| subscriber.is_patient) {
            subscriber.is_patient = false;
            broken(Situation::PatientAndSubscriber, step.place, on_finding);
        }
    }

    fn subscriber(&mut self, sbr: &Step<'_, '_>) {
        self.subscriber = Some(Subscriber {
            place: sbr.at(2, 0),
            name: sbr.place,
            is_patient: sbr.element(2) == "18",
            has_demographics: false,
            reported: false,
            responsibility: sbr.element(1).to_owned(),
        });
    }

    fn begin_claim(&mut self, clm: &Step<'_, '_>, on_finding: &mut OnFinding<'_>) {
        self.end_claim(on_finding);
        self.patient(on_finding);
        self.count = self.count.saturating_add(1);
        if self.count == CLAIMS + 1 {
            broken(Situation::TooManyClaims, clm.place, on_finding);
        }
        let number = clm.element(1);
        let is_remembered = number.len() <= NUMBER && self.numbers.len() < REMEMBERED;
        if is_remembered && !self.numbers.insert(number.to_owned()) {
            broken(Situation::ClaimTwice, clm.at(1, 0), on_finding);
        }
        let frequency = clm.components(5).nth(2);
        let causes = || clm.components(11).take(3);
        if causes().any(|cause| cause == "AA") && clm.components(11).nth(3).is_none_or(str::is_empty) {
            broken(Situation::AccidentState, clm.at(11, 4), on_finding);
        }
        let first = self
            .subscriber
            .as_ref()
            .map_or("", |subscriber| &subscriber.responsibility);
        self.claim = Some(Claim {
            place: clm.place,
            replaces: matches!(frequency, Some("7" | "8")),
            accident: causes().any(|cause| matches!(cause, "AA" | "OA")),
            payers: OtherPayers::after(first),
            ..Claim::default()
        });
    }

    /// Checks the subscriber's level of a claim about the subscriber.
    fn patient(&mut self, on_finding: &mut OnFinding<'_>) {
        let Some(subscriber) = self.subscriber.as_mut().filter(|subscriber| !subscriber.reported) else {
            return;
        };
        if self.level != "2000B" {
            return;
        }
        subscriber.reported = true;
        if !subscriber.is_patient {
            broken(Situation::PatientNotStated, subscriber.place, on_finding);
        } else if !subscriber.has_demographics {
            let place = Place {
                id: "DMG",
                loop_id: "2010BA",
                ..subscriber.name
            };
            broken(Situation::PatientUnknown, place, on_finding);
        }
    }

    fn diagnoses(&mut self, hi: &Step<'_, '_>, on_finding: &mut OnFinding<'_>) {
        for n in 1..=hi.fields.len() {
            let mut parts = hi.parts(n);
            let (kind, code) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            let is_diagnosis = matches!(
                kind,
                b"ABK" | b"ABF" | b"BK" | b"BF" | b"ABJ" | b"BJ" | b"APR" | b"PR" | b"ABN" | b"BN"
            );
            if matches!(kind, b"ABK" | b"ABF" | b"BK" | b"BF") {
                self.claim(|claim| claim.diagnoses = claim.diagnoses.saturating_add(1));
            }
            if is_diagnosis && code.contains(&b'.') {
                broken(Situation::DiagnosisDot, hi.at(n, 2), on_finding);
            }
        }
    }

    fn line(&mut self, lx: &Step<'_, '_>, on_finding: &mut OnFinding<'_>) {
        let Some(claim) = &mut self.claim else { return };
        claim.lines = claim.lines.saturating_add(1);
        if whole(lx.bytes(1)) != Some(claim.lines) {
            broken(Situation::LineNumber, lx.at(1, 0), on_finding);
        }
    }

    fn pointers(&mut self, element: usize, sv: &Step<'_, '_>, on_finding: &mut OnFinding<'_>) {
        let Some(claim) = &self.claim else { return };
        for (n, pointer) in (1..=u8::MAX).zip(sv.parts(element)) {
            if whole(pointer).is_some_and(|pointer| pointer == 0 || pointer > claim.diagnoses) {
                broken(Situation::Pointer, sv.at(element, n), on_finding);
            }
        }
    }

    fn claim(&mut self, change: impl FnOnce(&mut Claim)) {
        if let Some(claim) = &mut self.claim {
            change(claim);
        }
    }

    pub(super) fn end_claim(&mut self, on_finding: &mut OnFinding<'_>) {
        let Some(claim) = self.claim.take() else { return };
        let missing = |id| Place { id, ..claim.place };
        if claim.replaces && !claim.has_payer_number {
            broken(Situation::PayerClaimNumber, missing("REF"), on_finding);
        }
        if claim.accident && !claim.has_accident_date {
            broken(Situation::AccidentDate, missing("DTP"), on_finding);
        }
        claim.payers.finish(on_finding);
    }
}

/// A whole number of a few digits.
fn whole(digits: &[u8]) -> Option<u32> {
    let is_short = (1..=9).contains(&digits.len());
    let digit = |byte: &u8| byte.is_ascii_digit().then(|| u32::from(byte - b'0'));
    is_short.then(|| {
        digits
            .iter()
            .try_fold(0, |number, byte| Some(number * 10 + digit(byte)?))
    })?
}

/// Checks the billing provider's street and ZIP code.
fn address(step: &Step<'_, '_>, on_finding: &mut OnFinding<'_>) {
    if step.id() == ids::N3 {
        let letters = |text: &str| text.bytes().filter(u8::is_ascii_alphabetic).collect::<Vec<_>>();
        let street = letters(&step.element(1).to_ascii_uppercase());
        if street.starts_with(b"POBOX") || street.starts_with(b"POSTOFFICEBOX") {
            broken(Situation::PostOfficeBox, step.at(1, 0), on_finding);
        }
        return;
    }
    let (zip, country) = (step.element(3), step.element(4));
    let is_american = matches!(country, "" | "US");
    if is_american && !zip.is_empty() && !(zip.len() == 9 && zip.bytes().all(|byte| byte.is_ascii_digit())) {
        broken(Situation::ZipCode, step.at(3, 0), on_finding);
    }
}
