//! The payment of one claim: loop 2100.

use rust_decimal::Decimal;
use serde::Serialize;

use super::ServicePayment;
use crate::parts::{
    Adjudication, Adjustment, Amount, Contact, Dated, Name, Quantity, Reference, adjustments, all, each, find, list,
    need, optional, redact_debug, write_adjustments, write_all,
};
use mc_x12::tree::Node;
use mc_x12::{Builder, Line, WriteError};

/// The payment of one claim, or its reversal (CLP and subordinate segments).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct ClaimPayment {
    /// CLP01: CLM01 of the claim.
    pub control_number: String,
    /// CLP02: `1` primary, `2` secondary, `3` tertiary, `4` denied, `19` to `21` also forwarded,
    /// `22` reversal, `23` not our claim, `25` predetermination.
    pub status: String,
    /// CLP03; `None` where it is empty or unreadable.
    pub charge: Option<Decimal>,
    /// CLP04; `None` where it is empty or unreadable.
    pub paid: Option<Decimal>,
    /// CLP05.
    pub patient_responsibility: Option<Decimal>,
    /// CLP06: claim filing indicator, e.g. `12` PPO, `MB` Medicare part B.
    pub filing: String,
    /// CLP07: the payer's claim number.
    pub payer_control_number: String,
    /// CLP08.
    pub facility: String,
    /// CLP09.
    pub frequency: String,
    /// CLP11.
    pub drg: String,
    /// CLP12.
    pub drg_weight: Option<Decimal>,
    /// CLP13.
    pub discharge_fraction: Option<Decimal>,
    /// CAS of the claim as a whole.
    pub adjustments: Vec<Adjustment>,
    /// `QC` patient, `IL` insured, `74` corrected name, `82` rendering provider, `TT` crossover
    /// carrier, `PR` corrected priority payer, `GB` other subscriber.
    pub names: Vec<Name>,
    /// MIA and MOA.
    pub adjudications: Vec<Adjudication>,
    pub references: Vec<Reference>,
    /// `232` and `233` statement from and to, `036` coverage ends, `050` received.
    pub dates: Vec<Dated>,
    pub contacts: Vec<Contact>,
    /// `AU` covered, `I` interest, `F5` patient paid, ...
    pub amounts: Vec<Amount>,
    pub quantities: Vec<Quantity>,
    pub lines: Vec<ServicePayment>,
}

redact_debug!(ClaimPayment);

impl ClaimPayment {
    /// A claim processed as primary, with charge and payment only.
    pub fn new(
        control_number: impl Into<String>,
        payer_control_number: impl Into<String>,
        charge: impl Into<Decimal>,
        paid: impl Into<Decimal>,
    ) -> Self {
        Self {
            control_number: control_number.into(),
            payer_control_number: payer_control_number.into(),
            status: "1".to_owned(),
            charge: Some(charge.into()),
            paid: Some(paid.into()),
            ..Self::default()
        }
    }

    /// Whether it reverses an earlier payment: all amounts are negated.
    pub fn is_reversal(&self) -> bool {
        self.status == "22"
    }

    /// Whether it is denied as a whole.
    pub fn is_denied(&self) -> bool {
        self.status == "4"
    }

    /// Whether it was forwarded to another payer.
    pub fn is_forwarded(&self) -> bool {
        matches!(self.status.as_str(), "19" | "20" | "21")
    }

    /// The first name in this role.
    pub fn name(&self, role: &str) -> Option<&Name> {
        self.names.iter().find(|name| name.role == role)
    }

    /// The patient (`QC`).
    pub fn patient(&self) -> Option<&Name> {
        self.name("QC")
    }

    /// The patient's or insured's name in the payer's records (`74`).
    pub fn corrected_name(&self) -> Option<&Name> {
        self.name("74")
    }

    /// All adjustments: those of the claim as a whole, then those of each line.
    pub fn all_adjustments(&self) -> impl Iterator<Item = &Adjustment> {
        let lines = self.lines.iter().flat_map(|line| &line.adjustments);
        self.adjustments.iter().chain(lines)
    }

    /// The amount that the claim and its lines adjust to the patient; `None` where one of the
    /// amounts or groups is unknown.
    pub fn adjusted_to_patient(&self) -> Option<Decimal> {
        let adjustments = self.all_adjustments().filter(|one| one.may_be_of_patient());
        crate::parts::total(adjustments.map(|one| one.amount.filter(|_| one.is_patient_responsibility())))
    }

    /// Reads loop 2100.
    pub fn from_node(node: &Node<'_>) -> Self {
        let clp = need(node, "CLP");
        let mut adjudications = Vec::new();
        for (id, inpatient) in [("MIA", true), ("MOA", false)] {
            if let Some(at) = find(node, id) {
                adjudications.push(Adjudication::read(at, inpatient));
            }
        }
        Self {
            control_number: clp.text(1),
            status: clp.text(2),
            charge: clp.number(3),
            paid: clp.number(4),
            patient_responsibility: clp.number(5),
            filing: clp.text(6),
            payer_control_number: clp.text(7),
            facility: clp.text(8),
            frequency: clp.text(9),
            drg: clp.text(11),
            drg_weight: clp.number(12),
            discharge_fraction: clp.number(13),
            adjustments: adjustments(node),
            names: list(node),
            adjudications,
            references: list(node),
            dates: all(node, "DTM").map(Dated::from_dtm).collect(),
            contacts: list(node),
            amounts: list(node),
            quantities: list(node),
            lines: each(node, "2110", ServicePayment::from_node),
        }
    }

    pub(super) fn write(&self, out: &mut Builder) -> Result<(), WriteError> {
        out.push(
            Line::new("CLP")
                .required(&self.control_number, 38)
                .required(&self.status, 2)
                .required(&optional(self.charge), 18)
                .required(&optional(self.paid), 18)
                .data(&optional(self.patient_responsibility), 18)
                .data(&self.filing, 2)
                .data(&self.payer_control_number, 50)
                .data(&self.facility, 2)
                .data(&self.frequency, 1)
                .skip(1)
                .data(&self.drg, 4)
                .data(&optional(self.drg_weight), 15)
                .data(&optional(self.discharge_fraction), 10),
        )?;
        write_adjustments(out, &self.adjustments)?;
        write_all(out, &self.names)?;
        for adjudication in &self.adjudications {
            out.push(adjudication.line()?)?;
        }
        write_all(out, &self.references)?;
        for date in &self.dates {
            out.push(date.dtm())?;
        }
        write_all(out, &self.contacts)?;
        write_all(out, &self.amounts)?;
        write_all(out, &self.quantities)?;
        self.lines.iter().try_for_each(|line| line.write(out))
    }
}
