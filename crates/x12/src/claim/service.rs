//! What was done on a service line: SV1, SV2 and SV3.

use rust_decimal::Decimal;

use super::dental::Tooth;
use crate::error::WriteError;
use crate::line::Line;
use crate::parts::{At, Procedure, ViewError, composite, find, hidden, list, number, optional, write_all};
use crate::tree::Node;
use crate::writer::Builder;

/// The service of a line, by the kind of claim.
#[derive(Clone, PartialEq, Eq)]
pub enum Service {
    Professional(ProfessionalService),
    Institutional(InstitutionalService),
    Dental(DentalService),
}

/// SV1.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct ProfessionalService {
    pub procedure: Procedure,
    pub charge: Decimal,
    /// SV103: `UN` units, `MJ` minutes.
    pub unit: String,
    pub units: Option<Decimal>,
    /// SV105, where it is not that of the claim.
    pub place: String,
    /// SV107: numbers of the claim's diagnoses, most important first.
    pub pointers: Vec<String>,
    /// SV109.
    pub is_emergency: bool,
    /// SV111.
    pub is_screening: bool,
    /// SV112.
    pub is_family_planning: bool,
    /// SV115: the patient owes no copay.
    pub is_copay_exempt: bool,
}

/// SV2.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct InstitutionalService {
    /// SV201.
    pub revenue_code: String,
    pub procedure: Option<Procedure>,
    pub charge: Decimal,
    /// SV204: `UN` units, `DA` days.
    pub unit: String,
    pub units: Option<Decimal>,
    /// SV207.
    pub noncovered: Option<Decimal>,
}

/// SV3 and TOO.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct DentalService {
    pub procedure: Procedure,
    pub charge: Decimal,
    /// SV303, where it is not that of the claim.
    pub place: String,
    /// SV304: up to five areas of the mouth.
    pub oral_cavity: Vec<String>,
    /// SV305: `I` initial placement, `R` replacement.
    pub prosthesis: String,
    pub units: Option<Decimal>,
    /// SV311.
    pub pointers: Vec<String>,
    pub teeth: Vec<Tooth>,
}

hidden!(Service, ProfessionalService, InstitutionalService, DentalService);

impl Service {
    /// What is charged for it.
    pub fn charge(&self) -> Decimal {
        match self {
            Self::Professional(service) => service.charge,
            Self::Institutional(service) => service.charge,
            Self::Dental(service) => service.charge,
        }
    }

    /// The procedure; an institutional line may have a revenue code alone.
    pub fn procedure(&self) -> Option<&Procedure> {
        match self {
            Self::Professional(service) => Some(&service.procedure),
            Self::Institutional(service) => service.procedure.as_ref(),
            Self::Dental(service) => Some(&service.procedure),
        }
    }

    /// How many; absent on a dental line it means one.
    pub fn units(&self) -> Option<Decimal> {
        match self {
            Self::Professional(service) => service.units,
            Self::Institutional(service) => service.units,
            Self::Dental(service) => service.units,
        }
    }

    /// Numbers of the claim's diagnoses that the line is for.
    pub fn pointers(&self) -> &[String] {
        match self {
            Self::Professional(service) => &service.pointers,
            Self::Institutional(_) => &[],
            Self::Dental(service) => &service.pointers,
        }
    }

    pub(super) fn read(node: &Node<'_>) -> Result<Self, ViewError> {
        if let Some(sv1) = find(node, "SV1") {
            return Ok(Self::Professional(ProfessionalService::read(sv1)?));
        }
        if let Some(sv2) = find(node, "SV2") {
            return Ok(Self::Institutional(InstitutionalService::read(sv2)?));
        }
        let (loop_id, segment) = (node.id(), "SV1, SV2 or SV3");
        let sv3 = find(node, "SV3").ok_or(ViewError::SegmentMissing { loop_id, segment })?;
        Ok(Self::Dental(DentalService::read(sv3, list(node)?)?))
    }

    pub(super) fn write(&self, out: &mut Builder) -> Result<(), WriteError> {
        match self {
            Self::Professional(service) => out.push(service.line()?),
            Self::Institutional(service) => out.push(service.line()?),
            Self::Dental(service) => {
                out.push(service.line()?)?;
                write_all(out, &service.teeth)
            }
        }
    }
}

impl ProfessionalService {
    fn read(at: At<'_, '_>) -> Result<Self, ViewError> {
        Ok(Self {
            procedure: Procedure::read(at, 1).unwrap_or_default(),
            charge: at.required_number(2)?,
            unit: at.text(3),
            units: at.number(4)?,
            place: at.text(5),
            pointers: at.components(7),
            is_emergency: at.is(9, "Y"),
            is_screening: at.is(11, "Y"),
            is_family_planning: at.is(12, "Y"),
            is_copay_exempt: at.is(15, "0"),
        })
    }

    fn line(&self) -> Result<Line, WriteError> {
        let (segment, yes) = ("SV1", |flag| if flag { "Y" } else { "" });
        let line = Line::new(segment)
            .composite(required(&self.procedure, segment)?, 80)
            .required(&number(self.charge), 18)
            .required(&self.unit, 2)
            .required(&optional(self.units), 15)
            .data(&self.place, 2)
            .skip(1);
        Ok(pointers(line, &self.pointers, segment, 7)?
            .skip(1)
            .code(yes(self.is_emergency))
            .skip(1)
            .code(yes(self.is_screening))
            .code(yes(self.is_family_planning))
            .skip(2)
            .code(if self.is_copay_exempt { "0" } else { "" }))
    }
}

impl InstitutionalService {
    fn read(at: At<'_, '_>) -> Result<Self, ViewError> {
        Ok(Self {
            revenue_code: at.text(1),
            procedure: Procedure::read(at, 2),
            charge: at.required_number(3)?,
            unit: at.text(4),
            units: at.number(5)?,
            noncovered: at.number(7)?,
        })
    }

    fn line(&self) -> Result<Line, WriteError> {
        let procedure = self.procedure.as_ref();
        Ok(Line::new("SV2")
            .required(&self.revenue_code, 48)
            .composite(procedure.map_or(Ok(Vec::new()), |p| p.components("SV2", 2))?, 80)
            .required(&number(self.charge), 18)
            .required(&self.unit, 2)
            .required(&optional(self.units), 15)
            .skip(1)
            .data(&optional(self.noncovered), 18))
    }
}

impl DentalService {
    fn read(at: At<'_, '_>, teeth: Vec<Tooth>) -> Result<Self, ViewError> {
        Ok(Self {
            procedure: Procedure::read(at, 1).unwrap_or_default(),
            charge: at.required_number(2)?,
            place: at.text(3),
            oral_cavity: at.components(4),
            prosthesis: at.text(5),
            units: at.number(6)?,
            pointers: at.components(11),
            teeth,
        })
    }

    fn line(&self) -> Result<Line, WriteError> {
        let segment = "SV3";
        if self.oral_cavity.len() > 5 {
            return Err(WriteError::Form { segment, element: 4 });
        }
        let line = Line::new(segment)
            .composite(required(&self.procedure, segment)?, 80)
            .required(&number(self.charge), 18)
            .data(&self.place, 2)
            .composite(composite(self.oral_cavity.clone()), 3)
            .data(&self.prosthesis, 1)
            .data(&optional(self.units), 15)
            .skip(4);
        pointers(line, &self.pointers, segment, 11)
    }
}

fn required(procedure: &Procedure, segment: &'static str) -> Result<Vec<String>, WriteError> {
    if procedure.code.is_empty() {
        return Err(WriteError::Missing { segment, element: 1 });
    }
    procedure.components(segment, 1)
}

fn pointers(line: Line, pointers: &[String], segment: &'static str, element: usize) -> Result<Line, WriteError> {
    if pointers.len() > 4 {
        return Err(WriteError::Form { segment, element });
    }
    Ok(line.composite(composite(pointers.to_vec()), 2))
}
