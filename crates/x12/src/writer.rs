//! Writes one transaction set in its envelopes. It cannot emit a delimiter inside data.

use chrono::{DateTime, Utc};

use crate::delimiters::Delimiters;
use crate::error::WriteError;
use crate::line::Line;

/// Who sends or receives (ISA05/06, ISA07/08); the id also stands in GS02/GS03.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// Two characters: `ZZ` mutually defined, `01` D-U-N-S, `30` tax id, ...
    pub qualifier: String,
    /// 2 to 15 characters.
    pub id: String,
}

impl Party {
    /// A mutually defined (`ZZ`) id.
    pub fn mutual(id: impl Into<String>) -> Self {
        Self {
            qualifier: "ZZ".to_owned(),
            id: id.into(),
        }
    }
}

/// The control numbers of the three envelopes; the caller keeps them unique.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ControlNumbers {
    /// ISA13, 0 to 999 999 999.
    pub interchange: u32,
    /// GS06, 1 to 999 999 999.
    pub group: u32,
    /// ST02, written with at least four digits, up to 999 999 999.
    pub transaction: u32,
}

/// ISA15.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Usage {
    /// `P`
    Production,
    /// `T`
    Test,
}

/// What kind of transaction set goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TransactionKind {
    /// GS01, e.g. `HS`.
    pub functional_id: &'static str,
    /// ST01, e.g. `270`.
    pub id: &'static str,
    /// GS08 and ST03, e.g. `005010X279A1`.
    pub version: &'static str,
}

/// All that the envelopes say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    pub sender: Party,
    pub receiver: Party,
    pub control: ControlNumbers,
    /// ISA09/10 and GS04/05, in UTC, to the second.
    pub created_at: DateTime<Utc>,
    pub usage: Usage,
    pub kind: TransactionKind,
}

/// The envelopes of one transaction set, without its kind, which its content knows.
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
    /// Writes ISA, GS and ST with the usual delimiters.
    pub(crate) fn open(&self, kind: TransactionKind) -> Result<Builder, WriteError> {
        let header = Header {
            sender: self.sender.clone(),
            receiver: self.receiver.clone(),
            control: self.control,
            created_at: self.created_at,
            usage: self.usage,
            kind,
        };
        Builder::new(&header, Delimiters::STANDARD)
    }
}

/// Writes the envelopes and counts segments.
#[derive(Debug)]
pub struct Builder {
    out: String,
    delimiters: Delimiters,
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
        let control = header.control;
        check_number(control.interchange, 0, "ISA", 13)?;
        check_number(control.group, 1, "GS", 6)?;
        check_number(control.transaction, 1, "ST", 2)?;
        let mut builder = Self {
            out: String::with_capacity(1024),
            delimiters,
            control,
            segments: 0,
        };
        builder.isa(header)?;
        let at = header.created_at;
        builder.push(
            Line::new("GS")
                .code(header.kind.functional_id)
                .required(&header.sender.id, 15)
                .required(&header.receiver.id, 15)
                .data(&at.format("%Y%m%d").to_string(), 8)
                .data(&at.format("%H%M%S").to_string(), 6)
                .code(&control.group.to_string())
                .code("X")
                .code(header.kind.version),
        )?;
        builder.segments = 0;
        // The guide of the 835 does not use ST03.
        let version = if header.kind.id == "835" {
            ""
        } else {
            header.kind.version
        };
        builder.push(
            Line::new("ST")
                .code(header.kind.id)
                .code(&transaction_number(control))
                .code(version),
        )?;
        Ok(builder)
    }

    fn isa(&mut self, header: &Header) -> Result<(), WriteError> {
        let padded = |value: &str| format!("{value:<15}");
        let at = header.created_at;
        if header.sender.qualifier.len() != 2 {
            return Err(WriteError::Form {
                segment: "ISA",
                element: 5,
            });
        }
        if header.receiver.qualifier.len() != 2 {
            return Err(WriteError::Form {
                segment: "ISA",
                element: 7,
            });
        }
        let line = Line::new("ISA")
            .code("00")
            .data(&" ".repeat(10), 10)
            .code("00")
            .data(&" ".repeat(10), 10)
            .code(&header.sender.qualifier)
            .required(&padded(&header.sender.id), 15)
            .code(&header.receiver.qualifier)
            .required(&padded(&header.receiver.id), 15)
            .data(&at.format("%y%m%d").to_string(), 6)
            .data(&at.format("%H%M").to_string(), 4);
        let start = line.render(self.delimiters)?;
        let separator = self.delimiters.element();
        let usage = match header.usage {
            Usage::Production => 'P',
            Usage::Test => 'T',
        };
        // ISA11 and ISA16 are delimiters themselves, so the tail is not made of checked data.
        let tail = [
            self.delimiters.repetition().unwrap_or('U').to_string(),
            "00501".to_owned(),
            format!("{:09}", header.control.interchange),
            "0".to_owned(),
            usage.to_string(),
            self.delimiters.component().to_string(),
        ];
        self.out.push_str(&start);
        for element in tail {
            self.out.push(separator);
            self.out.push_str(&element);
        }
        self.out.push(self.delimiters.terminator());
        Ok(())
    }

    /// Writes one segment; trailing empty elements are left out.
    ///
    /// # Errors
    /// [`WriteError`] naming segment and element.
    pub fn push(&mut self, line: Line) -> Result<(), WriteError> {
        let text = line.render(self.delimiters)?;
        self.out.push_str(&text);
        self.out.push(self.delimiters.terminator());
        self.segments += 1;
        Ok(())
    }

    /// Writes SE, GE and IEA and gives the interchange.
    ///
    /// # Errors
    /// None in practice: the trailers hold only numbers.
    pub fn finish(mut self) -> Result<String, WriteError> {
        let count = self.segments + 1;
        let control = self.control;
        self.push(
            Line::new("SE")
                .code(&count.to_string())
                .code(&transaction_number(control)),
        )?;
        self.push(Line::new("GE").code("1").code(&control.group.to_string()))?;
        self.push(Line::new("IEA").code("1").code(&format!("{:09}", control.interchange)))?;
        Ok(self.out)
    }
}

/// An interchange that holds a TA1 and no group.
pub(crate) fn interchange_of_ta1(header: &Header, delimiters: Delimiters, ta1: Line) -> Result<String, WriteError> {
    let control = header.control;
    check_number(control.interchange, 0, "ISA", 13)?;
    let mut builder = Builder {
        out: String::with_capacity(256),
        delimiters,
        control,
        segments: 0,
    };
    builder.isa(header)?;
    builder.push(ta1)?;
    builder.push(Line::new("IEA").code("0").code(&format!("{:09}", control.interchange)))?;
    Ok(builder.out)
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
mod tests {
    use super::*;
    use crate::Interchange;
    use proptest::prelude::*;

    fn header() -> Header {
        Header {
            sender: Party::mutual("MEDCONNECT"),
            receiver: Party::mutual("PAYER"),
            control: ControlNumbers {
                interchange: 7,
                group: 8,
                transaction: 9,
            },
            created_at: DateTime::from_timestamp(1_700_000_000, 0).unwrap(),
            usage: Usage::Test,
            kind: TransactionKind {
                functional_id: "HS",
                id: "270",
                version: "005010X279A1",
            },
        }
    }

    #[test]
    fn the_isa_has_its_fixed_width_and_the_counts_agree() {
        let mut builder = Builder::new(&header(), Delimiters::STANDARD).unwrap();
        builder
            .push(Line::new("BHT").code("0022").skip(2).code("X").skip(3))
            .unwrap();
        let text = builder.finish().unwrap();
        assert_eq!(text.find("~GS*"), Some(105));
        assert!(text.contains("~BHT*0022***X~SE*3*0009~GE*1*8~IEA*1*000000007~"));
        Interchange::parse(text.as_bytes()).unwrap();
    }

    #[test]
    fn faults_name_the_field_and_not_the_value() {
        let mut builder = Builder::new(&header(), Delimiters::STANDARD).unwrap();
        let error = builder
            .push(Line::new("NM1").code("IL").data("SMI*TH", 60))
            .unwrap_err();
        assert_eq!(error.to_string(), "NM102 holds a delimiter, which X12 cannot escape");
        let error = builder.push(Line::new("NM1").data("SMÏTH", 60)).unwrap_err();
        assert_eq!(
            error,
            WriteError::Character {
                segment: "NM1",
                element: 1
            }
        );
        let error = builder.push(Line::new("NM1").data("SMITH", 4)).unwrap_err();
        assert_eq!(
            error,
            WriteError::TooLong {
                segment: "NM1",
                element: 1,
                max: 4
            }
        );
        let error = builder.push(Line::new("NM1").required(" ", 4)).unwrap_err();
        assert_eq!(
            error,
            WriteError::Missing {
                segment: "NM1",
                element: 1
            }
        );
        let mut wrong = header();
        wrong.sender.id = "SIXTEEN-LETTERS!".to_owned();
        assert_eq!(
            Builder::new(&wrong, Delimiters::STANDARD).unwrap_err(),
            WriteError::TooLong {
                segment: "ISA",
                element: 6,
                max: 15
            }
        );
    }

    proptest! {
        #[test]
        fn no_data_breaks_the_envelope(a in "\\PC{0,30}", b in "[ -~]{0,30}") {
            let mut builder = Builder::new(&header(), Delimiters::STANDARD).unwrap();
            let kept = builder.push(Line::new("NM1").data(&a, 60).data(&b, 60).code("X")).is_ok();
            let text = builder.finish().unwrap();
            let interchange = Interchange::parse(text.as_bytes()).unwrap();
            let transaction = interchange.transactions().next().unwrap();
            prop_assert_eq!(transaction.segments.len(), usize::from(kept));
            if kept {
                prop_assert_eq!(transaction.segments[0].element(2), b.as_str());
            }
        }
    }
}
