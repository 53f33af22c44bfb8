//! Coordination of benefits: the other payers of a claim, loops 2320 and 2330.

use rust_decimal::Decimal;
use serde::Serialize;

use super::party::Party;
use super::provider::Provider;
use super::subscriber::Coverage;
use crate::parts::{
    Address, Adjudication, Adjustment, Amount, Dated, Name, Part, Reference, adjustments, find, list, need, one,
    redact_debug, text_of, write_adjustments, write_all,
};
use mc_x12::tree::Node;
use mc_x12::{Builder, Line, WriteError};

/// Another payer of the claim, and its decision if there is one (loop 2320).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct OtherPayer {
    pub coverage: Coverage,
    /// CAS of the claim as a whole.
    pub adjustments: Vec<Adjustment>,
    /// `D` paid, `A8` not covered, `EAF` remaining patient liability.
    pub amounts: Vec<Amount>,
    /// OI03: `Y`, `N` or `W` (not applicable).
    pub benefits_assigned: String,
    /// OI04: `P` where the provider signed for the patient.
    pub patient_signature: String,
    /// OI06: `Y` signed, `I` informed consent under law.
    pub release: String,
    /// MIA and MOA.
    pub adjudications: Vec<Adjudication>,
    /// Role `IL` (loop 2330A).
    pub subscriber: Party,
    /// Role `PR` (loop 2330B); SVD01 refers to its id. Empty where the loop is missing; it is then
    /// not written.
    pub payer: Name,
    pub payer_address: Option<Address>,
    /// `573` adjudication date.
    pub dates: Vec<Dated>,
    /// `F8` the payer's claim number, `G1` prior authorization, ...
    pub references: Vec<Reference>,
    /// The payer's ids of the providers (loops 2330C and following).
    pub providers: Vec<Provider>,
}

redact_debug!(OtherPayer);

impl OtherPayer {
    /// AMT D: the payment; `None` where the payer has not adjudicated.
    pub fn paid(&self) -> Option<Decimal> {
        Amount::find(&self.amounts, "D")
    }

    /// The id by which lines refer to the payer.
    pub fn id(&self) -> Option<&str> {
        self.payer.id.as_ref().map(|id| id.value.as_str())
    }

    pub(super) fn read(node: &Node<'_>) -> Self {
        let payer = node.child("2330B");
        let mut adjudications = Vec::new();
        for (id, inpatient) in [("MIA", true), ("MOA", false)] {
            if let Some(at) = find(node, id) {
                adjudications.push(Adjudication::read(at, inpatient));
            }
        }
        Self {
            coverage: Coverage::read(need(node, "SBR")),
            adjustments: adjustments(node),
            amounts: list(node),
            benefits_assigned: text_of(node, "OI", 3),
            patient_signature: text_of(node, "OI", 4),
            release: text_of(node, "OI", 6),
            adjudications,
            subscriber: node.child("2330A").map_or(Party::default(), Party::read),
            payer: payer.map_or(Name::default(), one),
            payer_address: payer.and_then(Address::read),
            dates: payer.map_or(Vec::new(), list),
            references: payer.map_or(Vec::new(), list),
            providers: Provider::read_all(node, "2330", &["2330A", "2330B"]),
        }
    }

    pub(super) fn write(&self, out: &mut Builder) -> Result<(), WriteError> {
        out.push(self.coverage.line())?;
        write_adjustments(out, &self.adjustments)?;
        write_all(out, &self.amounts)?;
        out.push(
            Line::new("OI")
                .skip(2)
                .required(&self.benefits_assigned, 1)
                .data(&self.patient_signature, 1)
                .skip(1)
                .required(&self.release, 1),
        )?;
        for adjudication in &self.adjudications {
            out.push(adjudication.line()?)?;
        }
        self.subscriber.write(out, Address::write_if)?;
        out.push(self.payer.line()?)?;
        Address::write_if(self.payer_address.as_ref(), out)?;
        write_all(out, &self.dates)?;
        write_all(out, &self.references)?;
        self.providers.iter().try_for_each(|provider| provider.write(out))
    }
}
