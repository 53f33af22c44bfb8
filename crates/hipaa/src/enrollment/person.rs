//! A member and related persons: loops 2100A to 2100H, and 2200.

use rust_decimal::Decimal;
use serde::Serialize;

use crate::parts::{
    Address, Amount, At, Contact, Dated, Demographics, Name, Part, first, list, need, one, optional, redact_debug,
    write_all,
};
use mc_x12::tree::Node;
use mc_x12::{Builder, Line, WriteError};

/// The loops that hold a [`Party`].
pub(super) const RELATED: [&str; 5] = ["2100D", "2100E", "2100F", "2100G", "2100H"];

/// The member as a person (loop 2100A).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct Person {
    /// Role `IL`, or `74` where the name corrects an earlier one; id `34` social security number.
    pub name: Name,
    pub contacts: Vec<Contact>,
    pub address: Option<Address>,
    pub demographics: Option<Demographics>,
    /// EC: union, salaried, hourly and other classes of employees.
    pub employment_classes: Vec<EmploymentClass>,
    pub income: Option<Income>,
    /// `P3` premium, `D2` deductible, ...
    pub amounts: Vec<Amount>,
    /// HLH01: `T` tobacco, `N` none, ...
    pub health: Option<Health>,
    pub languages: Vec<Language>,
}

/// A class of employees (EC).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct EmploymentClass {
    /// Up to three.
    pub codes: Vec<String>,
}

/// The member's income (ICM).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct Income {
    /// ICM01: `4` monthly, `7` yearly, `H` hourly, ...
    pub frequency: String,
    pub amount: Option<Decimal>,
    /// ICM03: hours per week.
    pub hours: Option<Decimal>,
    /// ICM04.
    pub department: String,
    /// ICM05.
    pub grade: String,
}

/// Health related facts (HLH).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct Health {
    /// HLH01: `N` none, `S` substance, `T` tobacco, `X` both, `U` unknown.
    pub code: String,
    /// HLH02, in inches.
    pub height: Option<Decimal>,
    /// HLH03, in pounds.
    pub weight: Option<Decimal>,
}

/// A language that the member uses (LUI).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct Language {
    /// LUI01: `LE` ISO 639, `LD` NISO.
    pub list: String,
    pub code: String,
    pub description: String,
    /// LUI04: `5` reading, `6` writing, `7` speaking, `8` native.
    pub used_for: String,
}

/// The incorrect name (loop 2100B).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct FormerName {
    /// Role `70`.
    pub name: Name,
    pub demographics: Option<Demographics>,
}

/// A person or organization related to the member (loops 2100D to 2100H), or to another insurance
/// (loop 2330).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct Party {
    /// Role `36` employer, `M8` school, `S3` custodial parent, `45` drop-off location; responsible
    /// persons `QD`, `GD` guardian, `S1` parent, ...; for another insurance `IN` insurer, `36`
    /// employer, `GW` group.
    pub name: Name,
    pub contacts: Vec<Contact>,
    pub address: Option<Address>,
}

/// A disability (loop 2200).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct Disability {
    /// DSB01: `1` short, `2` long, `3` permanent, `4` none.
    pub kind: String,
    /// DSB07 and DSB08: `DX` ICD-9, `ZZ` ICD-10, and the diagnosis.
    pub diagnosis: Option<(String, String)>,
    /// `360` begins, `361` ends.
    pub dates: Vec<Dated>,
}

redact_debug!(
    Person,
    EmploymentClass,
    Income,
    Health,
    Language,
    FormerName,
    Party,
    Disability
);

impl Person {
    pub fn new(last: impl Into<String>, first: impl Into<String>) -> Self {
        Self {
            name: Name::person("IL", last, first),
            ..Self::default()
        }
    }

    /// NM101 `74`: the name corrects an earlier one.
    pub fn is_corrected(&self) -> bool {
        self.name.role == "74"
    }

    /// The social security number.
    pub fn social_security_number(&self) -> Option<&str> {
        self.name.id("34")
    }

    pub(super) fn read(node: &Node<'_>) -> Self {
        Self {
            name: one(node),
            contacts: list(node),
            address: Address::read(node),
            demographics: first(node),
            employment_classes: list(node),
            income: first(node),
            amounts: list(node),
            health: first(node),
            languages: list(node),
        }
    }

    pub(super) fn write(&self, out: &mut Builder) -> Result<(), WriteError> {
        out.push(self.name.line()?)?;
        write_all(out, &self.contacts)?;
        Address::write_if(self.address.as_ref(), out)?;
        write_all(out, &self.demographics)?;
        write_all(out, &self.employment_classes)?;
        write_all(out, &self.income)?;
        write_all(out, &self.amounts)?;
        write_all(out, &self.health)?;
        write_all(out, &self.languages)
    }
}

impl FormerName {
    pub(super) fn read(node: &Node<'_>) -> Self {
        Self {
            name: one(node),
            demographics: first(node),
        }
    }

    pub(super) fn write(&self, out: &mut Builder) -> Result<(), WriteError> {
        out.push(self.name.line()?)?;
        write_all(out, &self.demographics)
    }
}

impl Party {
    pub(super) fn read(node: &Node<'_>) -> Self {
        Self {
            name: one(node),
            contacts: list(node),
            address: Address::read(node),
        }
    }

    /// Loops 2100D to 2100H.
    pub(super) fn write_related(&self, out: &mut Builder) -> Result<(), WriteError> {
        out.push(self.name.line()?)?;
        write_all(out, &self.contacts)?;
        Address::write_if(self.address.as_ref(), out)
    }

    /// Loop 2330, where contacts are last.
    pub(super) fn write_insurer(&self, out: &mut Builder) -> Result<(), WriteError> {
        out.push(self.name.line()?)?;
        Address::write_if(self.address.as_ref(), out)?;
        write_all(out, &self.contacts)
    }
}

impl Disability {
    pub(super) fn read(node: &Node<'_>) -> Self {
        let dsb = need(node, "DSB");
        Self {
            kind: dsb.text(1),
            diagnosis: (!dsb.is_empty(8)).then(|| (dsb.text(7), dsb.text(8))),
            dates: list(node),
        }
    }

    pub(super) fn write(&self, out: &mut Builder) -> Result<(), WriteError> {
        let (list, code) = self.diagnosis.clone().unwrap_or_default();
        out.push(
            Line::new("DSB")
                .required(&self.kind, 1)
                .skip(5)
                .data(&list, 2)
                .data(&code, 15),
        )?;
        write_all(out, &self.dates)
    }
}

impl Part for EmploymentClass {
    const ID: &'static str = "EC";

    fn read(at: At<'_, '_>) -> Self {
        let codes = (1..=3).map(|n| at.text(n)).filter(|code| !code.is_empty());
        Self { codes: codes.collect() }
    }

    fn line(&self) -> Result<Line, WriteError> {
        let segment = Self::ID;
        if self.codes.len() > 3 {
            return Err(WriteError::Form { segment, element: 4 });
        }
        Ok(self
            .codes
            .iter()
            .fold(Line::new(segment), |line, code| line.required(code, 2)))
    }
}

impl Part for Income {
    const ID: &'static str = "ICM";

    fn read(at: At<'_, '_>) -> Self {
        Self {
            frequency: at.text(1),
            amount: at.number(2),
            hours: at.number(3),
            department: at.text(4),
            grade: at.text(5),
        }
    }

    fn line(&self) -> Result<Line, WriteError> {
        Ok(Line::new("ICM")
            .required(&self.frequency, 1)
            .required(&optional(self.amount), 18)
            .data(&optional(self.hours), 15)
            .data(&self.department, 30)
            .data(&self.grade, 5))
    }
}

impl Part for Health {
    const ID: &'static str = "HLH";

    fn read(at: At<'_, '_>) -> Self {
        Self {
            code: at.text(1),
            height: at.number(2),
            weight: at.number(3),
        }
    }

    fn line(&self) -> Result<Line, WriteError> {
        Ok(Line::new("HLH")
            .required(&self.code, 1)
            .data(&optional(self.height), 8)
            .data(&optional(self.weight), 10))
    }
}

impl Part for Language {
    const ID: &'static str = "LUI";

    fn read(at: At<'_, '_>) -> Self {
        Self {
            list: at.text(1),
            code: at.text(2),
            description: at.text(3),
            used_for: at.text(4),
        }
    }

    fn line(&self) -> Result<Line, WriteError> {
        Ok(Line::new("LUI")
            .data(&self.list, 2)
            .data(&self.code, 80)
            .data(&self.description, 80)
            .data(&self.used_for, 2))
    }
}
