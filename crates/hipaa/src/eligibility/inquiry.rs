//! The 270 for real-time use: an inquiry about one subscriber.

use serde::Serialize;
use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};

use super::{Gender, VERSION};
use crate::names::{normalise_name, normalise_organization};
use mc_x12::{Builder, ControlNumbers, Delimiters, Header, Line, Party, TransactionKind, Usage, WriteError};

/// The payer (loop 2100A).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Organization {
    /// NM103.
    pub name: String,
    /// NM109 with qualifier PI.
    pub id: String,
}

/// The requesting provider, as an organization (loop 2100B).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Provider {
    /// NM103.
    pub name: String,
    /// NM109 with qualifier XX: ten digits.
    pub npi: String,
}

/// The insured person (loop 2100C). `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Subscriber {
    /// NM109 with qualifier MI.
    pub member_id: String,
    /// NM103, written after [`normalise_name`].
    pub family: String,
    /// NM104, written after [`normalise_name`].
    pub given: String,
    /// DMG02.
    pub birth_date: NaiveDate,
    /// DMG03.
    pub gender: Option<Gender>,
}

impl fmt::Debug for Subscriber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subscriber([phi])")
    }
}

/// One real-time eligibility inquiry about a subscriber.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Inquiry {
    /// ISA05/06, GS02.
    pub sender: Party,
    /// ISA07/08, GS03.
    pub receiver: Party,
    /// ISA13, GS06, ST02.
    pub control: ControlNumbers,
    /// ISA15.
    pub usage: Usage,
    /// BHT03: the requester's reference; repeated in the 271.
    pub reference: String,
    /// BHT04/05 and the envelopes, to the second.
    pub submitted_at: DateTime<Utc>,
    pub payer: Organization,
    pub provider: Provider,
    pub subscriber: Subscriber,
    /// TRN02: repeated in the 271 as TRN*2.
    pub trace_number: String,
    /// TRN03: the originator of the trace number; ten characters, `9…` or `1` and the EIN.
    pub trace_originator: String,
    /// EQ01: the services in question; `30` is the plan as a whole.
    pub service_types: Vec<String>,
    /// DTP*291.
    pub service_date: NaiveDate,
}

impl Inquiry {
    /// Writes the interchange with the usual delimiters.
    ///
    /// # Errors
    /// [`WriteError`] naming the field that does not fit.
    pub fn to_x12(&self) -> Result<String, WriteError> {
        let mut out = Builder::new(&self.header(), Delimiters::STANDARD)?;
        let day = |date: NaiveDate| date.format("%Y%m%d").to_string();
        out.push(
            Line::new("BHT")
                .code("0022")
                .code("13")
                .required(&self.reference, 50)
                .data(&self.submitted_at.format("%Y%m%d").to_string(), 8)
                .data(&self.submitted_at.format("%H%M%S").to_string(), 6),
        )?;
        out.push(Line::new("HL").code("1").skip(1).code("20").code("1"))?;
        out.push(organization("PR", &self.payer.name, "PI", &self.payer.id))?;
        out.push(Line::new("HL").code("2").code("1").code("21").code("1"))?;
        if self.provider.npi.len() != 10 || !self.provider.npi.bytes().all(|b| b.is_ascii_digit()) {
            return Err(WriteError::Form {
                segment: "NM1",
                element: 9,
            });
        }
        out.push(organization("1P", &self.provider.name, "XX", &self.provider.npi))?;
        out.push(Line::new("HL").code("3").code("2").code("22").code("0"))?;
        if self.trace_originator.len() != 10 {
            return Err(WriteError::Form {
                segment: "TRN",
                element: 3,
            });
        }
        out.push(
            Line::new("TRN")
                .code("1")
                .required(&self.trace_number, 50)
                .required(&self.trace_originator, 10),
        )?;
        for line in self.subscriber.lines() {
            out.push(line)?;
        }
        out.push(Line::new("DTP").code("291").code("D8").data(&day(self.service_date), 8))?;
        if self.service_types.is_empty() {
            return Err(WriteError::Missing {
                segment: "EQ",
                element: 1,
            });
        }
        out.push(Line::new("EQ").repeated(&self.service_types, 2))?;
        out.finish()
    }

    fn header(&self) -> Header {
        Header {
            sender: self.sender.clone(),
            receiver: self.receiver.clone(),
            control: self.control,
            created_at: self.submitted_at,
            usage: self.usage,
            kind: TransactionKind {
                functional_id: "HS",
                id: "270",
                version: VERSION,
            },
        }
    }
}

impl Subscriber {
    /// NM1 and DMG of loop 2100C.
    pub(super) fn lines(&self) -> [Line; 2] {
        let name = Line::new("NM1")
            .code("IL")
            .code("1")
            .required(&normalise_name(&self.family), 60)
            .required(&normalise_name(&self.given), 35)
            .skip(3)
            .code("MI")
            .required(&self.member_id, 80);
        let demographics = Line::new("DMG")
            .code("D8")
            .data(&self.birth_date.format("%Y%m%d").to_string(), 8)
            .code(self.gender.map_or("", Gender::code));
        [name, demographics]
    }
}

/// NM1 of an organization.
pub(super) fn organization(role: &str, name: &str, qualifier: &str, id: &str) -> Line {
    Line::new("NM1")
        .code(role)
        .code("2")
        .required(&normalise_organization(name), 60)
        .skip(4)
        .code(qualifier)
        .required(id, 80)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn example() -> Inquiry {
        Inquiry {
            sender: Party::mutual("MEDCONNECT"),
            receiver: Party::mutual("842610001"),
            control: ControlNumbers {
                interchange: 907,
                group: 1,
                transaction: 1234,
            },
            usage: Usage::Test,
            reference: "10001234".to_owned(),
            submitted_at: DateTime::from_timestamp(1_767_323_045, 0).unwrap(),
            payer: Organization {
                name: "ABC Company".to_owned(),
                id: "842610001".to_owned(),
            },
            provider: Provider {
                name: "Bone and Joint Clinic".to_owned(),
                npi: "1234567893".to_owned(),
            },
            subscriber: Subscriber {
                member_id: "11122333301".to_owned(),
                family: "O'Brien".to_owned(),
                given: "Robert".to_owned(),
                birth_date: NaiveDate::from_ymd_opt(1943, 5, 19).unwrap(),
                gender: Some(Gender::Male),
            },
            trace_number: "93175-012547".to_owned(),
            trace_originator: "9877281234".to_owned(),
            service_types: vec!["30".to_owned(), "98".to_owned()],
            service_date: NaiveDate::from_ymd_opt(2026, 1, 2).unwrap(),
        }
    }

    #[test]
    fn the_270_has_the_loops_of_the_guide() {
        let text = example().to_x12().unwrap();
        let transaction = &text[text.find("ST*").unwrap()..text.find("GE*").unwrap()];
        assert_eq!(
            transaction,
            "ST*270*1234*005010X279A1~BHT*0022*13*10001234*20260102*030405~HL*1**20*1~NM1*PR*2*ABC COMPANY*****PI*842610001~\
             HL*2*1*21*1~NM1*1P*2*BONE AND JOINT CLINIC*****XX*1234567893~HL*3*2*22*0~TRN*1*93175-012547*9877281234~\
             NM1*IL*1*OBRIEN*ROBERT****MI*11122333301~DMG*D8*19430519*M~DTP*291*D8*20260102~EQ*30^98~SE*13*1234~"
        );
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let mut inquiry = example();
        inquiry.trace_originator = "123".to_owned();
        assert_eq!(
            inquiry.to_x12(),
            Err(WriteError::Form {
                segment: "TRN",
                element: 3
            })
        );
        let mut inquiry = example();
        inquiry.subscriber.member_id = "1*2".to_owned();
        assert_eq!(
            inquiry.to_x12(),
            Err(WriteError::Delimiter {
                segment: "NM1",
                element: 9
            })
        );
        let mut inquiry = example();
        inquiry.subscriber.family = "*".to_owned();
        assert_eq!(
            inquiry.to_x12(),
            Err(WriteError::Missing {
                segment: "NM1",
                element: 3
            })
        );
    }

    #[test]
    fn debug_output_holds_nothing_of_the_person() {
        let shown = format!("{:?}", example());
        assert!(!shown.contains("Brien") && !shown.contains("11122333301") && !shown.contains("1943"));
    }
}
