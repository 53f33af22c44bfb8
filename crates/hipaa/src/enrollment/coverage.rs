//! A member's coverages: loops 2300, 2310, 2320 and 2330.

use chrono::NaiveDate;
use serde::Serialize;

use super::{Maintenance, Party};
use crate::parts::{
    Address, Amount, At, Contact, Dated, Name, Part, Reference, day, each, find, list, need, one, redact_debug,
    write_all,
};
use mc_x12::tree::Node;
use mc_x12::{Builder, Line, WriteError};

/// A coverage and its maintenance (loop 2300).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct Coverage {
    /// HD01; `None` where the code is unknown.
    pub maintenance: Option<Maintenance>,
    /// HD03: `HLT` health, `DEN` dental, `VIS` vision, `HMO`, `PPO`, `PDG` drugs, ...
    pub insurance_line: String,
    /// HD04.
    pub plan: String,
    /// HD05: `IND` individual, `FAM` family, `EMP` employee, `ESP` with spouse, `ECH` with
    /// children, ...
    pub level: String,
    /// HD09.
    pub is_late_enrollee: Option<bool>,
    /// `348` begins, `349` ends, `303` maintenance effective, `300` signed, ...
    pub dates: Vec<Dated>,
    /// `P3` premium, `C1` copayment, `D2` deductible, ...
    pub amounts: Vec<Amount>,
    /// `1L` group, `17` reporting category, `CE` class of contract, ...
    pub references: Vec<Reference>,
    pub cards: Vec<Card>,
    /// Loop 2310.
    pub providers: Vec<ChosenProvider>,
    /// Loop 2320.
    pub other_coverages: Vec<OtherCoverage>,
}

/// A request for an identification card (IDC).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct Card {
    pub plan: String,
    /// IDC02: `D` dental, `H` health, `P` drugs.
    pub kind: String,
    /// IDC03.
    pub count: Option<rust_decimal::Decimal>,
    /// IDC04: `1` add, `2` change, `RX` replace.
    pub action: String,
}

/// A provider whom the member selected or left (loop 2310).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct ChosenProvider {
    /// LX01.
    pub number: String,
    /// Role `P3` primary care, `Y2` managed care organization, ...; the relation states whether the
    /// member is an established patient (`25`, `26`, `72`).
    pub name: Name,
    pub address: Option<Address>,
    pub contacts: Vec<Contact>,
    pub change: Option<ProviderChange>,
}

/// A change of the selected provider (PLA).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct ProviderChange {
    /// PLA01: `2` change.
    pub action: String,
    /// PLA02.
    pub role: String,
    pub date: Option<NaiveDate>,
    /// PLA05.
    pub reason: String,
}

/// Another insurance of the member (loop 2320).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct OtherCoverage {
    /// COB01: `P` primary, `S` secondary, `T` tertiary, `U` unknown.
    pub sequence: String,
    /// COB02.
    pub policy: String,
    /// COB03: `1` coordination, `5` unknown, `6` none.
    pub coordination: String,
    /// COB04.
    pub service_types: Vec<String>,
    pub references: Vec<Reference>,
    /// `344` begins, `345` ends.
    pub dates: Vec<Dated>,
    /// Roles `IN` insurer, `36` employer, `GW` group (loop 2330).
    pub parties: Vec<Party>,
}

redact_debug!(Coverage, Card, ChosenProvider, ProviderChange, OtherCoverage);

impl Coverage {
    pub fn new(
        maintenance: Maintenance,
        insurance_line: impl Into<String>,
        plan: impl Into<String>,
        level: impl Into<String>,
    ) -> Self {
        Self {
            maintenance: Some(maintenance),
            insurance_line: insurance_line.into(),
            plan: plan.into(),
            level: level.into(),
            ..Self::default()
        }
    }

    /// The date with this qualifier.
    pub fn date(&self, qualifier: &str) -> Option<NaiveDate> {
        Dated::find_day(&self.dates, qualifier)
    }

    /// Reads loop 2300.
    pub fn from_node(node: &Node<'_>) -> Self {
        let hd = need(node, "HD");
        Self {
            maintenance: hd.code(1, Maintenance::from_code),
            insurance_line: hd.text(3),
            plan: hd.text(4),
            level: hd.text(5),
            is_late_enrollee: hd.yes_no(9),
            dates: list(node),
            amounts: list(node),
            references: list(node),
            cards: list(node),
            providers: each(node, "2310", ChosenProvider::read),
            other_coverages: each(node, "2320", OtherCoverage::read),
        }
    }

    pub(super) fn write(&self, out: &mut Builder) -> Result<(), WriteError> {
        out.push(
            Line::new("HD")
                .required(self.maintenance.map_or("", Maintenance::code), 3)
                .skip(1)
                .required(&self.insurance_line, 3)
                .data(&self.plan, 50)
                .data(&self.level, 3)
                .skip(3)
                .yes_no(self.is_late_enrollee),
        )?;
        write_all(out, &self.dates)?;
        write_all(out, &self.amounts)?;
        write_all(out, &self.references)?;
        write_all(out, &self.cards)?;
        self.providers.iter().try_for_each(|provider| provider.write(out))?;
        self.other_coverages.iter().try_for_each(|other| other.write(out))
    }
}

impl ChosenProvider {
    fn read(node: &Node<'_>) -> Self {
        let change = find(node, "PLA").map(|pla| ProviderChange {
            action: pla.text(1),
            role: pla.text(2),
            date: pla.day(3),
            reason: pla.text(5),
        });
        Self {
            number: need(node, "LX").text(1),
            name: one(node),
            address: Address::read(node),
            contacts: list(node),
            change,
        }
    }

    fn write(&self, out: &mut Builder) -> Result<(), WriteError> {
        out.push(Line::new("LX").required(&self.number, 6))?;
        out.push(self.name.line()?)?;
        Address::write_if(self.address.as_ref(), out)?;
        write_all(out, &self.contacts)?;
        let Some(change) = &self.change else {
            return Ok(());
        };
        out.push(
            Line::new("PLA")
                .required(&change.action, 2)
                .required(&change.role, 3)
                .required(&change.date.map(day).unwrap_or_default(), 8)
                .skip(1)
                .data(&change.reason, 3),
        )
    }
}

impl OtherCoverage {
    fn read(node: &Node<'_>) -> Self {
        let cob = need(node, "COB");
        Self {
            sequence: cob.text(1),
            policy: cob.text(2),
            coordination: cob.text(3),
            service_types: cob.repetitions(4),
            references: list(node),
            dates: list(node),
            parties: each(node, "2330", Party::read),
        }
    }

    fn write(&self, out: &mut Builder) -> Result<(), WriteError> {
        out.push(
            Line::new("COB")
                .required(&self.sequence, 1)
                .data(&self.policy, 50)
                .required(&self.coordination, 1)
                .repeated(&self.service_types, 2),
        )?;
        write_all(out, &self.references)?;
        write_all(out, &self.dates)?;
        self.parties.iter().try_for_each(|party| party.write_insurer(out))
    }
}

impl Part for Card {
    const ID: &'static str = "IDC";

    fn read(at: At<'_, '_>) -> Self {
        Self {
            plan: at.text(1),
            kind: at.text(2),
            count: at.number(3),
            action: at.text(4),
        }
    }

    fn line(&self) -> Result<Line, WriteError> {
        Ok(Line::new("IDC")
            .required(&self.plan, 50)
            .required(&self.kind, 1)
            .data(&crate::parts::optional(self.count), 15)
            .data(&self.action, 2))
    }
}
