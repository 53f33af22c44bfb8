//! Service lines: loop 2400 with its drug (2410), providers (2420) and adjudications by other
//! payers (2430).

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Serialize;

use super::detail::{AmbulanceTransport, Attachment, Conditions, Contract, FixedText, Note, Repricing};
use super::equipment::{EquipmentCertification, EquipmentService, Measurement, PurchasedService};
use super::form::SupportingForm;
use super::provider::Provider;
use super::service::{ProfessionalService, Service};
use crate::parts::{
    Adjustment, Amount, Dated, Procedure, Quantity, Reference, adjustments, each, find, first, list, need, optional,
    redact_debug, write_adjustments, write_all,
};
use mc_x12::tree::Node;
use mc_x12::{Builder, Line, WriteError};

/// One service line (loop 2400).
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct ServiceLine {
    /// LX01.
    pub number: String,
    pub service: Service,
    /// Durable medical equipment, in addition to the service.
    pub equipment: Option<Box<EquipmentService>>,
    pub attachments: Vec<Attachment>,
    pub ambulance: Option<Box<AmbulanceTransport>>,
    pub equipment_certification: Option<EquipmentCertification>,
    pub conditions: Vec<Conditions>,
    /// `472` service, ...
    pub dates: Vec<Dated>,
    pub quantities: Vec<Quantity>,
    pub measurements: Vec<Measurement>,
    pub contract: Option<Box<Contract>>,
    /// `6R` line control number, ...
    pub references: Vec<Reference>,
    pub amounts: Vec<Amount>,
    pub fixed_texts: Vec<FixedText>,
    pub notes: Vec<Note>,
    pub purchased: Option<PurchasedService>,
    pub repricing: Option<Box<Repricing>>,
    pub drug: Option<Box<Drug>>,
    pub providers: Vec<Provider>,
    /// The decisions of other payers on the line.
    pub adjudications: Vec<LineAdjudication>,
    /// Loop 2440.
    pub forms: Vec<SupportingForm>,
}

/// A drug (loop 2410).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct Drug {
    /// LIN02: `N4` national drug code, 5-4-2 digits without hyphens.
    pub qualifier: String,
    pub code: String,
    pub quantity: Option<Decimal>,
    /// CTP05: `UN` units, `ML`, `GR`, `ME`, `F2` international units.
    pub unit: String,
    /// `XZ` prescription number, `VY` link of a compound.
    pub references: Vec<Reference>,
}

/// The decision of another payer on a line (loop 2430).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct LineAdjudication {
    /// SVD01: NM109 of that payer's loop 2330B.
    pub payer_id: String,
    /// SVD02.
    pub paid: Option<Decimal>,
    /// SVD03: the adjudicated procedure.
    pub procedure: Option<Procedure>,
    /// SVD04.
    pub revenue_code: String,
    /// SVD05.
    pub units: Option<Decimal>,
    /// SVD06: the line that this one was bundled into.
    pub bundled_into: String,
    pub adjustments: Vec<Adjustment>,
    /// `573` adjudication date.
    pub dates: Vec<Dated>,
    /// `EAF` remaining patient liability.
    pub amounts: Vec<Amount>,
}

redact_debug!(ServiceLine, Drug, LineAdjudication);

impl ServiceLine {
    /// A line with its service and date only; the claim numbers it.
    pub fn new(service: Service, day: NaiveDate) -> Self {
        Self {
            dates: vec![Dated::day("472", day)],
            ..Self::of(service)
        }
    }

    /// Units of a procedure on a day, with diagnosis pointers.
    pub fn professional<S: Into<String>>(
        procedure: Procedure,
        charge: impl Into<Decimal>,
        units: impl Into<Decimal>,
        pointers: impl IntoIterator<Item = S>,
        day: NaiveDate,
    ) -> Self {
        let service = ProfessionalService {
            procedure,
            charge: Some(charge.into()),
            unit: "UN".to_owned(),
            units: Some(units.into()),
            pointers: pointers.into_iter().map(Into::into).collect(),
            ..ProfessionalService::default()
        };
        Self::new(Service::Professional(service), day)
    }

    fn of(service: Service) -> Self {
        Self {
            number: String::new(),
            service,
            equipment: None,
            attachments: Vec::new(),
            ambulance: None,
            equipment_certification: None,
            conditions: Vec::new(),
            dates: Vec::new(),
            quantities: Vec::new(),
            measurements: Vec::new(),
            contract: None,
            references: Vec::new(),
            amounts: Vec::new(),
            fixed_texts: Vec::new(),
            notes: Vec::new(),
            purchased: None,
            repricing: None,
            drug: None,
            providers: Vec::new(),
            adjudications: Vec::new(),
            forms: Vec::new(),
        }
    }

    /// REF 6R: repeated in the 835.
    pub fn control_number(&self) -> Option<&str> {
        Reference::find(&self.references, "6R")
    }

    /// The first day of the service (DTP 472).
    pub fn service_day(&self) -> Option<NaiveDate> {
        Dated::find_day(&self.dates, "472")
    }

    /// Reads loop 2400.
    pub fn from_node(node: &Node<'_>) -> Self {
        Self {
            number: need(node, "LX").text(1),
            equipment: first(node).map(Box::new),
            attachments: list(node),
            ambulance: first(node).map(Box::new),
            equipment_certification: first(node),
            conditions: list(node),
            dates: list(node),
            quantities: list(node),
            measurements: list(node),
            contract: first(node).map(Box::new),
            references: list(node),
            amounts: list(node),
            fixed_texts: list(node),
            notes: list(node),
            purchased: first(node),
            repricing: first(node).map(Box::new),
            drug: node.child("2410").map(Drug::read).map(Box::new),
            providers: Provider::read_all(node, "2420", &[]),
            adjudications: each(node, "2430", LineAdjudication::read),
            forms: each(node, "2440", SupportingForm::read),
            ..Self::of(Service::read(node))
        }
    }

    pub(super) fn write(&self, out: &mut Builder) -> Result<(), WriteError> {
        out.push(Line::new("LX").required(&self.number, 6))?;
        self.service.write(out)?;
        write_all(out, self.equipment.as_deref())?;
        write_all(out, &self.attachments)?;
        write_all(out, self.ambulance.as_deref())?;
        write_all(out, &self.equipment_certification)?;
        write_all(out, &self.conditions)?;
        write_all(out, &self.dates)?;
        write_all(out, &self.quantities)?;
        write_all(out, &self.measurements)?;
        write_all(out, self.contract.as_deref())?;
        write_all(out, &self.references)?;
        write_all(out, &self.amounts)?;
        write_all(out, &self.fixed_texts)?;
        write_all(out, &self.notes)?;
        write_all(out, &self.purchased)?;
        write_all(out, self.repricing.as_deref())?;
        self.drug.iter().try_for_each(|drug| drug.write(out))?;
        self.providers.iter().try_for_each(|provider| provider.write(out))?;
        self.adjudications.iter().try_for_each(|decision| decision.write(out))?;
        self.forms.iter().try_for_each(|form| form.write(out))
    }
}

impl Drug {
    /// A drug by its national drug code.
    pub fn national(code: impl Into<String>, quantity: impl Into<Decimal>, unit: impl Into<String>) -> Self {
        Self {
            qualifier: "N4".to_owned(),
            code: code.into(),
            quantity: Some(quantity.into()),
            unit: unit.into(),
            references: Vec::new(),
        }
    }

    fn read(node: &Node<'_>) -> Self {
        let (lin, ctp) = (need(node, "LIN"), find(node, "CTP"));
        Self {
            qualifier: lin.text(2),
            code: lin.text(3),
            quantity: ctp.and_then(|ctp| ctp.number(4)),
            unit: ctp.map(|ctp| ctp.component(5, 1)).unwrap_or_default(),
            references: list(node),
        }
    }

    fn write(&self, out: &mut Builder) -> Result<(), WriteError> {
        out.push(
            Line::new("LIN")
                .skip(1)
                .required(&self.qualifier, 2)
                .required(&self.code, 48),
        )?;
        if self.quantity.is_some() || !self.unit.is_empty() {
            out.push(
                Line::new("CTP")
                    .skip(3)
                    .required(&optional(self.quantity), 15)
                    .required(&self.unit, 2),
            )?;
        }
        write_all(out, &self.references)
    }
}

impl LineAdjudication {
    fn read(node: &Node<'_>) -> Self {
        let svd = need(node, "SVD");
        Self {
            payer_id: svd.text(1),
            paid: svd.number(2),
            procedure: Procedure::read(svd, 3),
            revenue_code: svd.text(4),
            units: svd.number(5),
            bundled_into: svd.text(6),
            adjustments: adjustments(node),
            dates: list(node),
            amounts: list(node),
        }
    }

    fn write(&self, out: &mut Builder) -> Result<(), WriteError> {
        let procedure = self.procedure.as_ref();
        out.push(
            Line::new("SVD")
                .required(&self.payer_id, 80)
                .required(&optional(self.paid), 18)
                .composite(procedure.map_or(Ok(Vec::new()), |p| p.components("SVD", 3))?, 80)
                .data(&self.revenue_code, 48)
                .data(&optional(self.units), 15)
                .data(&self.bundled_into, 6),
        )?;
        write_adjustments(out, &self.adjustments)?;
        write_all(out, &self.dates)?;
        write_all(out, &self.amounts)
    }
}
