//! A claim: loop 2300.

use rust_decimal::Decimal;
use serde::Serialize;

use super::Kind;
use super::codes::{self, HealthCode};
use super::dental::{Orthodontics, ToothStatus};
use super::detail::{Admission, AmbulanceTransport, Attachment, Conditions, Contract, FixedText, Note, Repricing};
use super::equipment::SpinalManipulation;
use super::line::ServiceLine;
use super::other_payer::OtherPayer;
use super::provider::Provider;
use crate::parts::{
    Amount, At, Dated, Reference, composite, each, first, list, need, optional, redact_debug, total, write_all,
};
use mc_x12::tree::Node;
use mc_x12::{Builder, Line, WriteError};

/// One claim (loop 2300).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct Claim {
    /// CLM01: repeated in the 277CA and the 835.
    pub control_number: String,
    /// CLM02.
    pub charge: Option<Decimal>,
    /// CLM05-01: place of service, or the first two digits of the type of bill.
    pub place: String,
    /// CLM05-02: `B` place of service, `A` type of bill.
    pub place_list: String,
    /// CLM05-03: `1` original, `7` replacement, `8` void.
    pub frequency: String,
    /// CLM06: the provider's signature is on file.
    pub signature_on_file: Option<bool>,
    /// CLM07: `A` assigned, `B` only for laboratory services, `C` not assigned.
    pub assignment: String,
    /// CLM08: `Y`, `N` or `W` (not applicable).
    pub benefits_assigned: String,
    /// CLM09: `Y` signed, `I` informed consent under law.
    pub release: String,
    /// CLM10.
    pub patient_signature: String,
    pub causes: RelatedCauses,
    /// CLM12.
    pub special_program: String,
    /// CLM19: `PB` predetermination of dental benefits.
    pub predetermination: String,
    /// CLM20.
    pub delay_reason: String,
    /// `434` statement, `435` admission, `431` onset, `439` accident, ...
    pub dates: Vec<Dated>,
    pub admission: Option<Admission>,
    pub orthodontics: Option<Orthodontics>,
    pub tooth_statuses: Vec<ToothStatus>,
    pub attachments: Vec<Attachment>,
    pub contract: Option<Box<Contract>>,
    /// `F5` patient paid, `F3` patient responsibility.
    pub amounts: Vec<Amount>,
    /// `F8` payer's claim number of the replaced claim, `G1` prior authorization, `D9`, `EA`, ...
    pub references: Vec<Reference>,
    pub fixed_texts: Vec<FixedText>,
    pub notes: Vec<Note>,
    pub ambulance: Option<Box<AmbulanceTransport>>,
    pub spinal_manipulation: Option<SpinalManipulation>,
    pub conditions: Vec<Conditions>,
    /// Diagnoses and the other codes of HI, in order.
    pub codes: Vec<HealthCode>,
    pub repricing: Option<Box<Repricing>>,
    pub providers: Vec<Provider>,
    pub other_payers: Vec<OtherPayer>,
    pub lines: Vec<ServiceLine>,
}

/// The causes of the illness (CLM11).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct RelatedCauses {
    /// Up to three: `AA` car accident, `EM` employment, `OA` other accident.
    pub codes: Vec<String>,
    /// The state in which the car accident happened.
    pub state: String,
    pub country: String,
}

redact_debug!(Claim, RelatedCauses);

impl Claim {
    /// An original claim with assignment and signatures on file. Its charge is the sum of its
    /// lines, which it numbers.
    pub fn new(
        control_number: impl Into<String>,
        place: impl Into<String>,
        kind: Kind,
        lines: Vec<ServiceLine>,
    ) -> Self {
        let yes = || "Y".to_owned();
        let mut claim = Self {
            control_number: control_number.into(),
            charge: total(lines.iter().map(|line| line.service.charge())),
            place: place.into(),
            place_list: if kind == Kind::Institutional { "A" } else { "B" }.to_owned(),
            frequency: "1".to_owned(),
            signature_on_file: (kind != Kind::Institutional).then_some(true),
            assignment: "A".to_owned(),
            benefits_assigned: yes(),
            release: yes(),
            lines,
            ..Self::default()
        };
        for (line, number) in claim.lines.iter_mut().zip(1..) {
            line.number = i32::to_string(&number);
        }
        claim
    }

    /// The diagnoses that lines point to, in order: pointer `1` is the first one.
    pub fn diagnoses(&self) -> impl Iterator<Item = &HealthCode> {
        self.codes.iter().filter(|code| code.is_diagnosis())
    }

    /// The principal diagnosis.
    pub fn principal_diagnosis(&self) -> Option<&HealthCode> {
        self.codes.iter().find(|code| code.is_principal())
    }

    /// The diagnoses that a line points to, in its order; invalid pointers are left out.
    pub fn diagnoses_of(&self, line: &ServiceLine) -> Vec<&HealthCode> {
        let pointers = line.service.pointers().iter();
        let places = pointers.filter_map(|pointer| pointer.parse::<usize>().ok()?.checked_sub(1));
        places.filter_map(|place| self.diagnoses().nth(place)).collect()
    }

    /// The first provider in this role.
    pub fn provider(&self, role: &str) -> Option<&Provider> {
        self.providers.iter().find(|provider| provider.name.role == role)
    }

    /// REF F8: the payer's number of the claim that this one replaces or voids.
    pub fn original_reference(&self) -> Option<&str> {
        Reference::find(&self.references, "F8")
    }

    /// The kind of its lines; without lines, the kind by the place of service.
    pub fn kind(&self) -> Kind {
        use super::Service;
        match self.lines.first().map(|line| &line.service) {
            Some(Service::Institutional(_)) => Kind::Institutional,
            Some(Service::Dental(_)) => Kind::Dental,
            None if self.place_list == "A" => Kind::Institutional,
            Some(Service::Professional(_)) | None => Kind::Professional,
        }
    }

    /// Reads loop 2300.
    pub fn from_node(node: &Node<'_>) -> Self {
        let clm = need(node, "CLM");
        Self {
            dates: list(node),
            admission: first(node),
            orthodontics: first(node),
            tooth_statuses: list(node),
            attachments: list(node),
            contract: first(node).map(Box::new),
            amounts: list(node),
            references: list(node),
            fixed_texts: list(node),
            notes: list(node),
            ambulance: first(node).map(Box::new),
            spinal_manipulation: first(node),
            conditions: list(node),
            codes: codes::read(node),
            repricing: first(node).map(Box::new),
            providers: Provider::read_all(node, "2310", &[]),
            other_payers: each(node, "2320", OtherPayer::read),
            lines: each(node, "2400", ServiceLine::from_node),
            ..Self::read_clm(clm)
        }
    }

    fn read_clm(clm: At<'_, '_>) -> Self {
        let codes = (1..=3).map(|c| clm.component(11, c)).filter(|code| !code.is_empty());
        Self {
            control_number: clm.text(1),
            charge: clm.number(2),
            place: clm.component(5, 1),
            place_list: clm.component(5, 2),
            frequency: clm.component(5, 3),
            signature_on_file: clm.yes_no(6),
            assignment: clm.text(7),
            benefits_assigned: clm.text(8),
            release: clm.text(9),
            patient_signature: clm.text(10),
            causes: RelatedCauses {
                codes: codes.collect(),
                state: clm.component(11, 4),
                country: clm.component(11, 5),
            },
            special_program: clm.text(12),
            predetermination: clm.text(19),
            delay_reason: clm.text(20),
            ..Self::default()
        }
    }

    fn clm(&self) -> Result<Line, WriteError> {
        let (segment, causes) = ("CLM", &self.causes);
        if self.place.is_empty() || self.frequency.is_empty() {
            return Err(WriteError::Missing { segment, element: 5 });
        }
        if causes.codes.len() > 3 {
            return Err(WriteError::Form { segment, element: 11 });
        }
        let place = [&self.place, &self.place_list, &self.frequency].map(Clone::clone);
        let mut related: Vec<_> = (0..3)
            .map(|at| causes.codes.get(at).cloned().unwrap_or_default())
            .collect();
        related.extend([causes.state.clone(), causes.country.clone()]);
        Ok(Line::new(segment)
            .required(&self.control_number, 38)
            .required(&optional(self.charge), 18)
            .skip(2)
            .composite(place.to_vec(), 2)
            .yes_no(self.signature_on_file)
            .data(&self.assignment, 1)
            .data(&self.benefits_assigned, 1)
            .data(&self.release, 1)
            .data(&self.patient_signature, 1)
            .composite(composite(related), 3)
            .data(&self.special_program, 3)
            .skip(6)
            .data(&self.predetermination, 2)
            .data(&self.delay_reason, 2))
    }

    pub(super) fn write(&self, out: &mut Builder, kind: Kind) -> Result<(), WriteError> {
        out.push(self.clm()?)?;
        write_all(out, &self.dates)?;
        write_all(out, &self.admission)?;
        write_all(out, &self.orthodontics)?;
        write_all(out, &self.tooth_statuses)?;
        write_all(out, &self.attachments)?;
        write_all(out, self.contract.as_deref())?;
        write_all(out, &self.amounts)?;
        write_all(out, &self.references)?;
        write_all(out, &self.fixed_texts)?;
        write_all(out, &self.notes)?;
        write_all(out, self.ambulance.as_deref())?;
        write_all(out, &self.spinal_manipulation)?;
        write_all(out, &self.conditions)?;
        codes::write(out, &self.codes, kind == Kind::Institutional)?;
        write_all(out, self.repricing.as_deref())?;
        self.providers.iter().try_for_each(|provider| provider.write(out))?;
        self.other_payers.iter().try_for_each(|payer| payer.write(out))?;
        self.lines.iter().try_for_each(|line| line.write(out))
    }
}
