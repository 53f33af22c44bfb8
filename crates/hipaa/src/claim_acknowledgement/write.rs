//! Writes a 277CA.

use super::{ClaimAcknowledgement, LevelAnswer, PatientAnswer, ProviderAnswer, Submission, VERSION};
use crate::parts::{Dated, Hierarchy, Part, beginning, write_all};
use crate::status::ClaimLevel;
use chrono::{NaiveDate, NaiveDateTime};
use mc_x12::{Builder, Envelope, Line, TransactionKind, WriteError};

impl ClaimAcknowledgement {
    /// Writes the interchange.
    ///
    /// # Errors
    /// [`WriteError`] naming the field that does not fit.
    pub fn to_x12(&self, envelope: &Envelope) -> Result<String, WriteError> {
        let mut out = open(envelope, &self.reference, self.created_at)?;
        let mut levels = Hierarchy::default();
        for submission in &self.submissions {
            submission.write(&mut out, &mut levels)?;
        }
        out.finish()
    }
}

/// Writes the envelopes and the beginning.
pub(super) fn open(
    envelope: &Envelope,
    reference: &str,
    created_at: Option<NaiveDateTime>,
) -> Result<Builder, WriteError> {
    let mut out = envelope.open(TransactionKind {
        functional_id: "HN",
        id: "277",
        version: VERSION,
    })?;
    out.push(beginning("0085", "08", reference, created_at).code("TH"))?;
    Ok(out)
}

fn trace(out: &mut Builder, kind: &str, number: &str) -> Result<(), WriteError> {
    out.push(Line::new("TRN").code(kind).required(number, 50))
}

impl Submission {
    fn write(&self, out: &mut Builder, levels: &mut Hierarchy) -> Result<(), WriteError> {
        let receiver = self.write_head(out, levels, !self.providers.is_empty())?;
        let mut providers = self.providers.iter();
        providers.try_for_each(|provider| provider.write(out, levels, receiver))
    }

    /// Writes what precedes the providers; returns the number of the enclosing level.
    pub(super) fn write_head(
        &self,
        out: &mut Builder,
        levels: &mut Hierarchy,
        has_providers: bool,
    ) -> Result<u32, WriteError> {
        let source = levels.open(out, None, "20", true)?;
        out.push(self.source.line()?)?;
        trace(out, "1", &self.receipt)?;
        let date = |qualifier, day: Option<NaiveDate>| {
            let (segment, element) = ("DTP", 3);
            let day = day.ok_or(WriteError::Missing { segment, element })?;
            Dated::day(qualifier, day).line()
        };
        out.push(date("050", self.received_on)?)?;
        out.push(date("009", self.processed_on)?)?;
        let receiver = levels.open(out, Some(source), "21", has_providers)?;
        out.push(self.submitter.line()?)?;
        trace(out, "2", &self.batch)?;
        self.level.write_statuses(out)?;
        self.level.write_sums(out)?;
        Ok(receiver)
    }
}

impl LevelAnswer {
    fn write_statuses(&self, out: &mut Builder) -> Result<(), WriteError> {
        write_all(out, &self.information)
    }

    fn write_sums(&self, out: &mut Builder) -> Result<(), WriteError> {
        write_all(out, &self.counts)?;
        write_all(out, &self.amounts)
    }
}

impl ProviderAnswer {
    fn write(&self, out: &mut Builder, levels: &mut Hierarchy, parent: u32) -> Result<(), WriteError> {
        let level = self.write_head(out, levels, parent, !self.patients.is_empty())?;
        for patient in &self.patients {
            patient.write_head(out, levels, level)?;
            patient.claims.iter().try_for_each(|claim| claim.write(out))?;
        }
        Ok(())
    }

    /// Writes what precedes the patients; returns the number of the enclosing level.
    pub(super) fn write_head(
        &self,
        out: &mut Builder,
        levels: &mut Hierarchy,
        parent: u32,
        has_patients: bool,
    ) -> Result<u32, WriteError> {
        let level = levels.open(out, Some(parent), "19", has_patients)?;
        write_all(out, &self.names)?;
        if !self.trace.is_empty() {
            trace(out, "1", &self.trace)?;
            self.level.write_statuses(out)?;
            write_all(out, &self.references)?;
            self.level.write_sums(out)?;
        }
        Ok(level)
    }
}

impl PatientAnswer {
    /// Writes what precedes the claims.
    pub(super) fn write_head(&self, out: &mut Builder, levels: &mut Hierarchy, parent: u32) -> Result<(), WriteError> {
        levels.open(out, Some(parent), "PT", None)?;
        out.push(self.name.line()?)
    }
}
