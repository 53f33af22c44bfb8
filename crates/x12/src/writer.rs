//! Writes transaction sets in their envelopes: one with [`Builder`], several in groups with
//! [`InterchangeWriter`]. Neither can emit a delimiter inside data, nor envelopes that do not
//! balance.

mod header;
mod interchange;

use header::Ids;
pub use header::{ControlNumbers, Header, Party, TransactionKind, Usage};
pub use interchange::{InterchangeWriter, TransactionSet};

use chrono::{DateTime, NaiveDateTime, Utc};

use crate::delimiters::Delimiters;
use crate::envelope::Interchange;
use crate::error::WriteError;
use crate::line::Line;

/// The envelopes of one transaction set. Its kind is known by its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// ISA05/06, GS02.
    pub sender: Party,
    /// ISA07/08, GS03.
    pub receiver: Party,
    /// ISA13, GS06, ST02.
    pub control: ControlNumbers,
    /// ISA09/10 and GS04/05, in UTC, to the second.
    pub created_at: DateTime<Utc>,
    /// ISA15.
    pub usage: Usage,
}

impl Envelope {
    /// The envelopes of the first transaction set of an interchange that was read, e.g. to write it
    /// again with changes. GS02 and GS03 become the ids of the ISA, and the time is that of the
    /// ISA. `None` where there is no transaction set, or where a control number, the time or ISA15
    /// has another form.
    pub fn of(interchange: &Interchange<'_>) -> Option<Self> {
        let isa = &interchange.isa;
        let group = interchange.groups.iter().find(|group| !group.transactions.is_empty())?;
        let created_at = format!("{}{}", isa.element(9), isa.element(10));
        Some(Self {
            sender: Party::of(isa, 5),
            receiver: Party::of(isa, 7),
            control: ControlNumbers {
                interchange: isa.element(13).parse().ok()?,
                group: group.gs.element(6).parse().ok()?,
                transaction: group.transactions.first()?.control_number.parse().ok()?,
            },
            created_at: NaiveDateTime::parse_from_str(&created_at, "%y%m%d%H%M").ok()?.and_utc(),
            usage: match isa.element(15) {
                "P" => Usage::Production,
                "T" => Usage::Test,
                _ => return None,
            },
        })
    }

    /// Writes ISA, GS and ST; the caller writes the segments between ST and SE. The delimiters are
    /// the usual ones; one that an id of the envelope contains gives way to another, as does a
    /// component or repetition separator that the data contains.
    ///
    /// # Errors
    /// [`WriteError`] naming the field of the envelope that does not fit.
    pub fn open(&self, kind: TransactionKind) -> Result<Builder, WriteError> {
        let header = self.header(kind);
        let mut builder = Builder::new(&header, header.delimiters(Delimiters::STANDARD, &[]))?;
        builder.is_free = true;
        Ok(builder)
    }

    /// The interchange of one transaction set.
    ///
    /// # Errors
    /// The error of the transaction set, or the [`WriteError`] of a field of the envelope that does
    /// not fit.
    pub fn enclose<T: TransactionSet>(&self, set: &T) -> Result<String, T::Error> {
        let mut out = self.open(set.kind())?;
        set.write(&mut out)?;
        Ok(out.finish()?)
    }

    fn header(&self, kind: TransactionKind) -> Header {
        Header {
            sender: self.sender.clone(),
            receiver: self.receiver.clone(),
            control: self.control,
            created_at: self.created_at,
            usage: self.usage,
            kind,
        }
    }
}

/// The segments that content must not write.
const ENVELOPE: [&str; 6] = ["ISA", "GS", "ST", "SE", "GE", "IEA"];

/// Writes the envelopes and counts segments.
#[derive(Debug)]
pub struct Builder {
    out: String,
    delimiters: Delimiters,
    /// The component and the repetition separator may be changed where the data contains them: the
    /// caller did not choose the delimiters.
    is_free: bool,
    control: ControlNumbers,
    /// Segments from ST on.
    segments: usize,
}

impl Builder {
    /// Writes ISA, GS and ST.
    ///
    /// # Errors
    /// [`WriteError`] naming the field that does not fit.
    pub fn new(header: &Header, delimiters: Delimiters) -> Result<Self, WriteError> {
        let mut builder = Self::interchange(header, Ids::Valid, delimiters)?;
        builder.open_group(header, header.control.group)?;
        builder.open_set(header.kind, header.control.transaction)?;
        Ok(builder)
    }

    /// Writes ISA.
    fn interchange(header: &Header, ids: Ids, delimiters: Delimiters) -> Result<Self, WriteError> {
        check_number(header.control.interchange, 0, "ISA", 13)?;
        header.check_parties(ids, delimiters)?;
        let mut builder = Self {
            out: String::with_capacity(1024),
            delimiters,
            is_free: false,
            control: header.control,
            segments: 0,
        };
        builder.isa(header);
        Ok(builder)
    }

    /// Writes GS.
    fn open_group(&mut self, header: &Header, number: u32) -> Result<(), WriteError> {
        check_number(number, 1, "GS", 6)?;
        self.control.group = number;
        let at = header.created_at;
        self.put(
            Line::new("GS")
                .code(header.kind.functional_id)
                .required(&header.sender.id, 15)
                .required(&header.receiver.id, 15)
                .data(&at.format("%Y%m%d").to_string(), 8)
                .data(&at.format("%H%M%S").to_string(), 6)
                .code(&number.to_string())
                .code("X")
                .code(header.kind.version),
        )
    }

    /// Writes ST.
    fn open_set(&mut self, kind: TransactionKind, number: u32) -> Result<(), WriteError> {
        check_number(number, 1, "ST", 2)?;
        self.control.transaction = number;
        self.segments = 0;
        // The guide of the 835 does not use ST03.
        let version = if kind.id == "835" { "" } else { kind.version };
        self.put(
            Line::new("ST")
                .code(kind.id)
                .code(&transaction_number(self.control))
                .code(version),
        )
    }

    /// Writes SE.
    fn close_set(&mut self) -> Result<(), WriteError> {
        let count = self.segments + 1;
        let number = transaction_number(self.control);
        self.put(Line::new("SE").code(&count.to_string()).code(&number))
    }

    /// Writes GE.
    fn close_group(&mut self, sets: usize) -> Result<(), WriteError> {
        let number = self.control.group.to_string();
        self.put(Line::new("GE").code(&sets.to_string()).code(&number))
    }

    /// Writes IEA.
    fn close_interchange(mut self, groups: usize) -> Result<String, WriteError> {
        let number = format!("{:09}", self.control.interchange);
        self.put(Line::new("IEA").code(&groups.to_string()).code(&number))?;
        Ok(self.out)
    }

    fn isa(&mut self, header: &Header) {
        let padded = |value: &str, length: usize| format!("{value:<length$}");
        let at = header.created_at;
        let usage = match header.usage {
            Usage::Production => 'P',
            Usage::Test => 'T',
        };
        // ISA11 and ISA16 are delimiters themselves, so it is no segment of data.
        let elements = [
            "ISA".to_owned(),
            "00".to_owned(),
            padded("", 10),
            "00".to_owned(),
            padded("", 10),
            header.sender.qualifier.clone(),
            padded(&header.sender.id, 15),
            header.receiver.qualifier.clone(),
            padded(&header.receiver.id, 15),
            at.format("%y%m%d").to_string(),
            at.format("%H%M").to_string(),
            self.delimiters.repetition().unwrap_or('U').to_string(),
            "00501".to_owned(),
            format!("{:09}", header.control.interchange),
            "0".to_owned(),
            usage.to_string(),
            self.delimiters.component().to_string(),
        ];
        self.out
            .push_str(&elements.join(&self.delimiters.element().to_string()));
        self.out.push(self.delimiters.terminator());
    }

    /// Writes one segment; trailing empty elements are left out.
    ///
    /// # Errors
    /// [`WriteError`] naming segment and element; [`WriteError::Envelope`] for a segment of the
    /// envelopes.
    pub fn push(&mut self, line: Line) -> Result<(), WriteError> {
        if let Some(segment) = ENVELOPE.into_iter().find(|id| *id == line.id()) {
            return Err(WriteError::Envelope { segment });
        }
        self.put(line)
    }

    fn put(&mut self, line: Line) -> Result<(), WriteError> {
        let text = match line.render(self.delimiters) {
            Err(WriteError::Delimiter { .. }) if self.is_free => {
                self.give_way(&line);
                line.render(self.delimiters)?
            }
            rendered => rendered?,
        };
        self.out.push_str(&text);
        self.out.push(self.delimiters.terminator());
        self.segments += 1;
        Ok(())
    }

    /// The text that was written since the last call, for interchanges that are larger than memory.
    /// From now on the delimiters are fixed: data that contains one is refused.
    pub fn take_written(&mut self) -> String {
        self.is_free = false;
        std::mem::take(&mut self.out)
    }

    /// Bytes that were written since the last [`Builder::take_written`].
    pub fn written(&self) -> usize {
        self.out.len()
    }

    /// Writes SE, GE and IEA and returns the interchange, without what was taken from it.
    ///
    /// # Errors
    /// None in practice: the trailers hold only numbers.
    pub fn finish(mut self) -> Result<String, WriteError> {
        self.close_set()?;
        self.close_group(1)?;
        self.close_interchange(1)
    }
}

impl Builder {
    /// Changes the component and the repetition separator where a segment's data contains them, in
    /// what has been written, too. No data before contains them, so that each occurrence is a
    /// separator.
    fn give_way(&mut self, line: &Line) {
        let separators = [Some(self.delimiters.component()), self.delimiters.repetition()];
        for old in separators.into_iter().flatten().filter(|old| line.has(*old)) {
            let is_used = |c: char| line.has(c) || self.out.contains(c);
            if let Some(new) = self.delimiters.give_way(old, is_used) {
                self.out = self.out.replace(old, new.encode_utf8(&mut [0; 4]));
            }
        }
    }
}

/// An interchange that holds a TA1 and no group.
pub(crate) fn interchange_of_ta1(header: &Header, delimiters: Delimiters, ta1: Line) -> Result<String, WriteError> {
    let mut builder = Builder::interchange(header, Ids::Received, delimiters)?;
    builder.put(ta1)?;
    builder.close_interchange(0)
}

fn transaction_number(control: ControlNumbers) -> String {
    format!("{:04}", control.transaction)
}

fn check_number(value: u32, min: u32, segment: &'static str, element: usize) -> Result<(), WriteError> {
    if (min..=999_999_999).contains(&value) {
        Ok(())
    } else {
        Err(WriteError::Form { segment, element })
    }
}

#[cfg(test)]
mod tests;
