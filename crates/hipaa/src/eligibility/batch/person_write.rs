//! Writes the person of a 271: loops 2100C and 2100D.

use crate::claim::write_health_codes;
use crate::eligibility::{Gender, Person};
use crate::parts::{Address, When, day, write_all};
use mc_x12::{Builder, Line, WriteError};

impl Person {
    /// NM1, REF, N3 and N4: the segments before rejections.
    pub(super) fn write(&self, out: &mut Builder, role: &str) -> Result<(), WriteError> {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let member_id = text(&self.member_id);
        out.push(
            Line::new("NM1")
                .code(role)
                .code("1")
                .data(&text(&self.family), 60)
                .data(&text(&self.given), 35)
                .data(&text(&self.middle), 25)
                .skip(1)
                .data(&text(&self.suffix), 10)
                .code(if member_id.is_empty() { "" } else { "MI" })
                .data(&member_id, 80),
        )?;
        write_all(out, &self.references)?;
        Address::write_if(self.address.as_ref(), out)
    }

    /// PRV, DMG, INS and HI: the segments between rejections and dates.
    pub(super) fn write_rest(&self, out: &mut Builder, is_subscriber: bool) -> Result<(), WriteError> {
        if let Some((role, list, number)) = &self.provider {
            out.push(Line::new("PRV").required(role, 3).data(list, 3).data(number, 50))?;
        }
        if self.birth_date.is_some() || self.gender.is_some() {
            let born = self.birth_date.map(day).unwrap_or_default();
            out.push(
                Line::new("DMG")
                    .code(if born.is_empty() { "" } else { "D8" })
                    .data(&born, 8)
                    .code(self.gender.map_or("", Gender::code)),
            )?;
        }
        self.write_relationship(out, is_subscriber)?;
        write_health_codes(out, &self.diagnoses)
    }

    /// INS, where there is anything to write.
    fn write_relationship(&self, out: &mut Builder, is_subscriber: bool) -> Result<(), WriteError> {
        if self.relationship.is_none() && self.birth_sequence.is_none() && self.corrected != Some(true) {
            return Ok(());
        }
        let relationship = self.relationship.as_deref().unwrap_or("18");
        let (maintenance, reason) = if self.corrected == Some(true) {
            ("001", "25")
        } else {
            ("", "")
        };
        out.push(
            Line::new("INS")
                .code(if is_subscriber { "Y" } else { "N" })
                .required(relationship, 2)
                .code(maintenance)
                .code(reason)
                .skip(12)
                .data(self.birth_sequence.as_deref().unwrap_or_default(), 9),
        )
    }

    /// MPI, after the dates.
    pub(super) fn write_military(&self, out: &mut Builder) -> Result<(), WriteError> {
        let Some(military) = &self.military else { return Ok(()) };
        let (format, when) = military.when.as_ref().map(When::write).unwrap_or_default();
        out.push(
            Line::new("MPI")
                .required(&military.status, 1)
                .required(&military.employment, 2)
                .required(&military.branch, 1)
                .data(&military.description, 80)
                .data(&military.rank, 2)
                .data(&format, 3)
                .data(&when, 35),
        )
    }
}
