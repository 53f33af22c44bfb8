//! Subscribers, patients and payers: loops 2000B and 2000C.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Serialize;

use super::{Claim, Kind, Party, Person};
use crate::parts::{Address, At, Hierarchy, day, each, find, inner, need, optional, redact_debug};
use mc_x12::tree::Node;
use mc_x12::{Builder, Line, WriteError};

/// The subscriber's insurance (SBR).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct Coverage {
    /// SBR01: `P` primary, `S` secondary, `T` tertiary, ...
    pub sequence: String,
    /// SBR02: `18` self; empty in loop 2000B where the patient is someone else.
    pub relationship: String,
    /// SBR03.
    pub group_number: String,
    /// SBR04.
    pub group_name: String,
    /// SBR05, for Medicare as secondary payer.
    pub insurance_type: String,
    /// SBR09: claim filing indicator, e.g. `CI` commercial, `MB` Medicare part B.
    pub filing: String,
}

/// Facts on the patient's condition (PAT05 to PAT09).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct PatientState {
    pub died_on: Option<NaiveDate>,
    /// In pounds.
    pub weight: Option<Decimal>,
    /// PAT09; `None` where it is not stated.
    pub is_pregnant: Option<bool>,
}

/// The insured person, with the payer and the claims (loops 2000B, 2010BA and 2010BB).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct Subscriber {
    pub coverage: Coverage,
    /// Given where the subscriber is the patient.
    pub state: Option<PatientState>,
    pub person: Person,
    /// The destination payer.
    pub payer: Party,
    /// Claims for the subscriber's own treatment.
    pub claims: Vec<Claim>,
    /// Other covered patients.
    pub patients: Vec<Patient>,
}

/// A patient who is not the subscriber (loops 2000C and 2010CA).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct Patient {
    /// PAT01: `01` spouse, `19` child, `20` employee, `21` unknown, `53` life partner, `G8` other.
    pub relationship: String,
    pub state: Option<PatientState>,
    pub person: Person,
    pub claims: Vec<Claim>,
}

redact_debug!(Coverage, PatientState, Subscriber, Patient);

impl Coverage {
    /// A primary insurance of the patient (`is_patient`), or of someone else for the patient.
    pub fn primary(is_patient: bool, filing: impl Into<String>) -> Self {
        Self {
            sequence: "P".to_owned(),
            relationship: if is_patient { "18".to_owned() } else { String::new() },
            filing: filing.into(),
            ..Self::default()
        }
    }

    pub(super) fn read(at: At<'_, '_>) -> Self {
        Self {
            sequence: at.text(1),
            relationship: at.text(2),
            group_number: at.text(3),
            group_name: at.text(4),
            insurance_type: at.text(5),
            filing: at.text(9),
        }
    }

    pub(super) fn line(&self) -> Line {
        Line::new("SBR")
            .required(&self.sequence, 1)
            .data(&self.relationship, 2)
            .data(&self.group_number, 50)
            .data(&self.group_name, 60)
            .data(&self.insurance_type, 3)
            .skip(3)
            .data(&self.filing, 2)
    }
}

impl PatientState {
    fn read(at: At<'_, '_>) -> Option<Self> {
        let state = Self {
            died_on: at.day(6),
            weight: at.number(8),
            is_pregnant: at.yes_no(9),
        };
        (state != Self::default()).then_some(state)
    }

    /// PAT, with a relationship or without.
    fn line(state: Option<&Self>, relationship: &str) -> Line {
        let died = state.and_then(|s| s.died_on).map(day).unwrap_or_default();
        let weight = optional(state.and_then(|s| s.weight));
        Line::new("PAT")
            .data(relationship, 2)
            .skip(3)
            .code(if died.is_empty() { "" } else { "D8" })
            .data(&died, 8)
            .code(if weight.is_empty() { "" } else { "01" })
            .data(&weight, 10)
            .yes_no(state.and_then(|s| s.is_pregnant))
    }
}

impl Subscriber {
    /// Takes up to `room` claims, with their patients.
    pub(super) fn take(&mut self, room: &mut usize) -> Self {
        let mut own = std::mem::take(&mut self.claims);
        let mut patients = std::mem::take(&mut self.patients);
        let mut taken = self.clone();
        taken.claims = take(&mut own, room);
        for patient in &mut patients {
            let mut rest = std::mem::take(&mut patient.claims);
            let claims = take(&mut rest, room);
            if !claims.is_empty() {
                let bare = patient.clone();
                taken.patients.push(Patient { claims, ..bare });
            }
            patient.claims = rest;
        }
        (self.claims, self.patients) = (own, patients);
        self.patients.retain(|patient| !patient.claims.is_empty());
        taken
    }

    /// Loop 2000B without the levels below it.
    pub(crate) fn read(node: &Node<'_>) -> Self {
        let state = find(node, "PAT").map(PatientState::read);
        Self {
            coverage: Coverage::read(need(node, "SBR")),
            state: state.flatten(),
            person: Person::read(inner(node, "2010BA")),
            payer: Party::read(inner(node, "2010BB")),
            claims: claims(node),
            patients: Vec::new(),
        }
    }

    pub(super) fn write(
        &self,
        out: &mut Builder,
        levels: &mut Hierarchy,
        parent: u32,
        kind: Kind,
    ) -> Result<(), WriteError> {
        let level = levels.open(out, Some(parent), "22", !self.patients.is_empty())?;
        out.push(self.coverage.line())?;
        if self.state.is_some() {
            out.push(PatientState::line(self.state.as_ref(), ""))?;
        }
        self.person.write(out, Address::write_if)?;
        self.payer.write(out, Address::write_if)?;
        self.claims.iter().try_for_each(|claim| claim.write(out, kind))?;
        self.patients
            .iter()
            .try_for_each(|patient| patient.write(out, levels, level, kind))
    }
}

impl Patient {
    /// Loop 2000C.
    pub(crate) fn read(node: &Node<'_>) -> Self {
        let pat = need(node, "PAT");
        Self {
            relationship: pat.text(1),
            state: PatientState::read(pat),
            person: Person::read(inner(node, "2010CA")),
            claims: claims(node),
        }
    }

    fn write(&self, out: &mut Builder, levels: &mut Hierarchy, parent: u32, kind: Kind) -> Result<(), WriteError> {
        levels.open(out, Some(parent), "23", false)?;
        out.push(PatientState::line(self.state.as_ref(), &self.relationship))?;
        self.person.write(out, Address::write_required)?;
        self.claims.iter().try_for_each(|claim| claim.write(out, kind))
    }
}

fn claims(node: &Node<'_>) -> Vec<Claim> {
    each(node, "2300", Claim::from_node)
}

fn take(claims: &mut Vec<Claim>, room: &mut usize) -> Vec<Claim> {
    let rest = claims.split_off(claims.len().min(*room));
    let taken = std::mem::replace(claims, rest);
    *room -= taken.len();
    taken
}
