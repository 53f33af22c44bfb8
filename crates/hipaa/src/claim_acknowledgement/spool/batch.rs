//! A batch of claims in the file, and the response to it.

use super::encoding::{invalid, read_entry, read_header};
use super::{CHUNK, Lines, SpoolError};
use crate::claim_acknowledgement::assembly::{BatchHeader, ClaimEntry, Entry};
use crate::claim_acknowledgement::assign::Assigner;
use crate::claim_acknowledgement::collect::Parties;
use crate::claim_acknowledgement::received::{self, ReceivedClaim, Totals};
use crate::claim_acknowledgement::write;
use crate::parts::{Hierarchy, Name};
use crate::status::ClaimLevel;
use chrono::{DateTime, NaiveDate, Utc};
use mc_x12::{Builder, ControlNumbers, Envelope};
use std::io::{self, Read, Seek, Write};

/// One accepted 837, whose claims are in the file.
#[derive(Debug)]
pub struct SpooledBatch<'s, S> {
    file: &'s mut S,
    header: BatchHeader,
    parties: Parties,
    /// The offsets of its entries.
    begin: u64,
    end: u64,
}

impl<'s, S: Read + Seek> SpooledBatch<'s, S> {
    /// Reads the header of the batch at an offset, whose entries begin at another; returns the
    /// offset of the next batch.
    pub(super) fn read(file: &'s mut S, at: u64, begin: u64) -> io::Result<(Self, u64)> {
        let end = Lines::from(file, at)?.next()?.parse().map_err(|_| invalid())?;
        let mut lines = Lines::from(file, end)?;
        let (header, parties) = read_header(|| lines.next().map(str::to_owned))?;
        let after = lines.at;
        let batch = Self {
            file,
            header,
            parties,
            begin,
            end,
        };
        Ok((batch, after))
    }

    /// The envelopes of the response, addressed to the sender.
    pub fn envelope(&self, control: ControlNumbers, created_at: DateTime<Utc>) -> Envelope {
        Envelope {
            sender: self.parties.receiver.answered(),
            receiver: self.parties.sender.answered(),
            control,
            created_at,
            usage: self.parties.usage,
        }
    }

    /// ISA13 of its interchange.
    pub fn interchange(&self) -> &str {
        &self.parties.control
    }

    /// Its ST02.
    pub fn control(&self) -> &str {
        &self.header.control
    }

    /// Findings that are kept in memory.
    #[cfg(test)]
    pub(super) fn findings(&self) -> usize {
        self.header.findings.len()
    }

    /// Writes the 277CA as [`super::super::ReceivedBatch::answer`] gives it. Returns the number of
    /// amounts that are left out because they are longer than 18 characters.
    ///
    /// # Errors
    /// The error of the file or of `out`; [`mc_x12::WriteError`] of a field that does not fit. What
    /// was written to `out` before is no whole interchange then.
    pub fn write(&mut self, reference: &str, envelope: &Envelope, out: &mut dyn Write) -> Result<usize, SpoolError> {
        let at = envelope.created_at.naive_utc();
        let mut answer = Answer {
            builder: write::open(envelope, reference, Some(at))?,
            levels: Hierarchy::default(),
            out,
            today: at.date(),
            left_out: 0,
        };
        let BatchHeader { payer, submitter, .. } = &self.header;
        let mut batch = GroupTotals::new(Assigner::new(&self.header.findings));
        entries(self.file, (self.begin, self.end), false, |entry| {
            batch.take(&entry);
            Ok(())
        })?;
        let submission = received::submission(
            (payer, submitter),
            &self.header.reference,
            reference,
            answer.today,
            &batch.totals,
        );
        answer.left_out += submission.level.left_out();
        let parent = submission.write_head(&mut answer.builder, &mut answer.levels, batch.has_provider)?;
        let (mut at, mut assigner) = (self.begin, Assigner::new(&self.header.findings));
        while at < self.end {
            // The totals precede the claims.
            let mut totals = GroupTotals::new(assigner.clone());
            entries(self.file, (at, self.end), true, |entry| {
                totals.take(&entry);
                Ok(())
            })?;
            let mut group = Group {
                answer: &mut answer,
                totals: totals.totals,
                parent,
                level: 0,
                patient: None,
            };
            at = entries(self.file, (at, self.end), true, |entry| {
                group.take(entry, &mut assigner)
            })?;
        }
        let left_out = answer.left_out;
        answer.finish()?;
        Ok(left_out)
    }
}

/// Reads the entries in a range of offsets, up to the second provider where only one is wanted;
/// returns the offset of what follows.
fn entries<S: Read + Seek>(
    file: &mut S,
    (begin, end): (u64, u64),
    is_one: bool,
    mut take: impl FnMut(Entry) -> Result<(), SpoolError>,
) -> Result<u64, SpoolError> {
    let mut lines = Lines::from(file, begin)?;
    let mut has_provider = false;
    while lines.at < end {
        let at = lines.at;
        let entry = read_entry(lines.next()?)?;
        if matches!(entry, Entry::Provider(_)) && is_one && std::mem::replace(&mut has_provider, true) {
            return Ok(at);
        }
        take(entry)?;
    }
    Ok(end)
}

struct GroupTotals<'f> {
    assigner: Assigner<'f>,
    totals: Totals,
    has_provider: bool,
}

impl<'f> GroupTotals<'f> {
    fn new(assigner: Assigner<'f>) -> Self {
        Self {
            assigner,
            totals: Totals::default(),
            has_provider: false,
        }
    }

    fn take(&mut self, entry: &Entry) {
        match entry {
            Entry::Level { begin, rank, statuses } => self.assigner.level(*begin, *rank, statuses),
            Entry::Provider(_) => self.has_provider = true,
            Entry::Claim(of) => {
                let statuses = self.assigner.claim(of.begin, of.end, &of.claim.statuses);
                self.totals.add(!statuses.is_empty(), of.claim.charge);
            }
        }
    }
}

/// The response while it is written.
struct Answer<'o> {
    builder: Builder,
    levels: Hierarchy,
    out: &'o mut dyn Write,
    today: NaiveDate,
    left_out: usize,
}

impl Answer<'_> {
    fn drain(&mut self) -> io::Result<()> {
        if self.builder.written() < CHUNK {
            return Ok(());
        }
        self.out.write_all(self.builder.take_written().as_bytes())
    }

    fn finish(self) -> Result<(), SpoolError> {
        let rest = self.builder.finish()?;
        Ok(self.out.write_all(rest.as_bytes())?)
    }
}

/// A provider with their claims.
struct Group<'a, 'o> {
    answer: &'a mut Answer<'o>,
    totals: Totals,
    /// HL01 of the enclosing level, and of the provider.
    parent: u32,
    level: u32,
    patient: Option<Name>,
}

impl Group<'_, '_> {
    fn take(&mut self, entry: Entry, assigner: &mut Assigner<'_>) -> Result<(), SpoolError> {
        match entry {
            Entry::Level { begin, rank, statuses } => assigner.level(begin, rank, &statuses),
            Entry::Provider(name) => {
                let provider = received::provider(&name, &self.totals);
                self.answer.left_out += provider.level.left_out();
                let Answer { builder, levels, .. } = &mut *self.answer;
                self.level = provider.write_head(builder, levels, self.parent, self.totals.has_claims())?;
            }
            Entry::Claim(ClaimEntry { begin, end, claim }) => {
                let statuses = assigner.claim(begin, end, &claim.statuses);
                self.claim(&ReceivedClaim { statuses, ..claim })?;
            }
        }
        Ok(self.answer.drain()?)
    }

    fn claim(&mut self, claim: &ReceivedClaim) -> Result<(), SpoolError> {
        let Answer {
            builder,
            levels,
            today,
            left_out,
            ..
        } = &mut *self.answer;
        if self.patient.as_ref() != Some(&claim.patient) {
            received::patient(&claim.patient).write_head(builder, levels, self.level)?;
            self.patient = Some(claim.patient.clone());
        }
        let answer = claim.answer(*today);
        *left_out += answer.information.iter().filter(|one| one.charge.is_none()).count();
        Ok(answer.write(builder)?)
    }
}
