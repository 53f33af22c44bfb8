//! Several transaction sets and groups in one interchange.

use std::collections::HashSet;

use super::{Builder, Envelope, Ids, TransactionKind};
use crate::delimiters::Delimiters;
use crate::error::WriteError;

/// The content between ST and SE.
pub trait TransactionSet {
    /// Why it cannot be written.
    type Error: From<WriteError>;

    /// GS01, ST01 and the version.
    fn kind(&self) -> TransactionKind;

    /// Writes the segments between ST and SE.
    ///
    /// # Errors
    /// Defined by the kind of transaction set.
    fn write(&self, out: &mut Builder) -> Result<(), Self::Error>;
}

/// Writes one interchange with any number of groups and transaction sets.
///
/// Control numbers come from the caller. The delimiters are the usual ones; one that an id of the
/// envelope contains gives way to another, as does a component or repetition separator that the
/// data contains. A refused transaction set leaves no trace: the interchange balances even where an
/// error is ignored.
///
/// ```
/// use mc_x12::{Envelope, InterchangeWriter, TransactionSet, WriteError};
/// # fn send<T: TransactionSet<Error = WriteError>>(sets: &[T], envelope: &Envelope) -> Result<String, WriteError> {
/// let mut out = InterchangeWriter::begin(envelope)?; // ISA13, and GS06 of the first group
/// for (set, number) in sets.iter().zip(1..) {
///     out.add(set, number)?; // ST02
/// }
/// out.finish()
/// # }
/// ```
#[derive(Debug)]
pub struct InterchangeWriter {
    builder: Builder,
    envelope: Envelope,
    /// GS06 of the group that the next transaction set opens.
    next_group: Option<u32>,
    open: Option<OpenGroup>,
    /// GS06 of every group.
    groups: HashSet<u32>,
}

#[derive(Debug)]
struct OpenGroup {
    kind: TransactionKind,
    /// ST02 of every transaction set.
    sets: HashSet<u32>,
}

impl InterchangeWriter {
    /// Writes ISA. The envelope's control numbers are ISA13 and GS06 of the first group; its ST02
    /// is not used.
    ///
    /// # Errors
    /// [`WriteError`] naming the field that does not fit.
    pub fn begin(envelope: &Envelope) -> Result<Self, WriteError> {
        // The kind is part of GS and ST, which are written with the first transaction set.
        let none = TransactionKind {
            functional_id: "",
            id: "",
            version: "",
        };
        let header = envelope.header(none);
        let delimiters = header.delimiters(Delimiters::STANDARD, &[]);
        let mut builder = Builder::interchange(&header, Ids::Valid, delimiters)?;
        builder.is_free = true;
        Ok(Self {
            builder,
            envelope: envelope.clone(),
            next_group: Some(envelope.control.group),
            open: None,
            groups: HashSet::new(),
        })
    }

    /// The next transaction set begins a group with this GS06.
    pub fn group(&mut self, number: u32) {
        self.next_group = Some(number);
    }

    /// Writes a transaction set with this ST02.
    ///
    /// # Errors
    /// The error of the set; [`WriteError::Form`] for an ST02 that its group already has (`ST`, 2),
    /// a GS06 that the interchange already has (`GS`, 6) or a set of another kind than its group
    /// (`GS`, 1). Nothing of the set is written then.
    pub fn add<T: TransactionSet>(&mut self, set: &T, number: u32) -> Result<(), T::Error> {
        let kept = (self.builder.out.len(), self.builder.control, self.builder.segments);
        let written = self.try_add(set, number);
        if written.is_err() {
            self.builder.out.truncate(kept.0);
            (self.builder.control, self.builder.segments) = (kept.1, kept.2);
        }
        let begun = written?;
        if let Some(group) = begun {
            self.groups.insert(group);
            self.next_group = None;
            self.open = Some(OpenGroup {
                kind: set.kind(),
                sets: HashSet::new(),
            });
        }
        if let Some(open) = &mut self.open {
            open.sets.insert(number);
        }
        Ok(())
    }

    /// Returns GS06 where the set began a group.
    fn try_add<T: TransactionSet>(&mut self, set: &T, number: u32) -> Result<Option<u32>, T::Error> {
        let kind = set.kind();
        match (self.next_group, &self.open) {
            (Some(group), open) => {
                if self.groups.contains(&group) {
                    return Err(form("GS", 6).into());
                }
                if let Some(open) = open {
                    self.builder.close_group(open.sets.len())?;
                }
                self.builder.open_group(&self.envelope.header(kind), group)?;
            }
            (None, Some(open)) => {
                if (open.kind.functional_id, open.kind.version) != (kind.functional_id, kind.version) {
                    return Err(form("GS", 1).into());
                }
                if open.sets.contains(&number) {
                    return Err(form("ST", 2).into());
                }
            }
            // Unreachable: the first set has the envelope's group number.
            (None, None) => return Err(form("GS", 6).into()),
        }
        self.builder.open_set(kind, number)?;
        set.write(&mut self.builder)?;
        self.builder.close_set()?;
        Ok(self.next_group)
    }

    /// Writes GE and IEA and returns the interchange.
    ///
    /// # Errors
    /// [`WriteError::Missing`] where nothing was written.
    pub fn finish(mut self) -> Result<String, WriteError> {
        let Some(open) = &self.open else {
            let (segment, element) = ("ST", 1);
            return Err(WriteError::Missing { segment, element });
        };
        self.builder.close_group(open.sets.len())?;
        self.builder.close_interchange(self.groups.len())
    }
}

fn form(segment: &'static str, element: usize) -> WriteError {
    WriteError::Form { segment, element }
}
