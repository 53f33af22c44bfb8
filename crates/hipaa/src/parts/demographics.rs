//! Demographics: DMG.

use chrono::NaiveDate;
use serde::Serialize;

use super::{At, Part, composite, day, redact_debug};
use mc_x12::{Line, WriteError};

/// Birth date, gender and further demographics (DMG).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct Demographics {
    pub birth_date: Option<NaiveDate>,
    pub gender: Option<Gender>,
    /// DMG04.
    pub marital_status: String,
    /// DMG05.
    pub ethnicities: Vec<Ethnicity>,
    /// DMG06.
    pub citizenship: String,
    /// DMG11 with list `REC`: how race or ethnicity was collected, in an 834.
    pub collection: String,
}

/// Race or ethnicity (C056).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct Ethnicity {
    /// Data element 1109.
    pub code: String,
    /// Data element 1270: the list that `detail` is from, `RET`.
    pub list: String,
    /// Data element 1271.
    pub detail: String,
}

/// DMG03 (data element 1068).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Gender {
    Female,
    Male,
    Unknown,
}

impl Gender {
    /// `F`, `M` or `U`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Female => "F",
            Self::Male => "M",
            Self::Unknown => "U",
        }
    }

    /// From the code; `None` for anything else.
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "F" => Some(Self::Female),
            "M" => Some(Self::Male),
            "U" => Some(Self::Unknown),
            _ => None,
        }
    }
}

redact_debug!(Demographics, Ethnicity);

impl Demographics {
    pub fn new(birth_date: NaiveDate, gender: Gender) -> Self {
        Self {
            birth_date: Some(birth_date),
            gender: Some(gender),
            ..Self::default()
        }
    }
}

impl Part for Demographics {
    const ID: &'static str = "DMG";

    fn read(at: At<'_, '_>) -> Self {
        let ethnicities = at.composites(5).into_iter().map(|parts| {
            let part = |n: usize| parts.get(n).cloned().unwrap_or_default();
            Ethnicity {
                code: part(0),
                list: part(1),
                detail: part(2),
            }
        });
        Self {
            birth_date: at.day(2),
            gender: at.code(3, Gender::from_code),
            marital_status: at.text(4),
            ethnicities: ethnicities.collect(),
            citizenship: at.text(6),
            collection: at.text(11),
        }
    }

    fn line(&self) -> Result<Line, WriteError> {
        let born = self.birth_date.map(day).unwrap_or_default();
        let ethnicities = self.ethnicities.iter();
        let ethnicities = ethnicities.map(|e| composite(vec![e.code.clone(), e.list.clone(), e.detail.clone()]));
        Ok(Line::new("DMG")
            .code(if born.is_empty() { "" } else { "D8" })
            .data(&born, 8)
            .code(self.gender.map_or("", Gender::code))
            .data(&self.marital_status, 1)
            .repeated_composite(ethnicities.collect(), 30)
            .data(&self.citizenship, 2)
            .skip(3)
            .code(if self.collection.is_empty() { "" } else { "REC" })
            .data(&self.collection, 30))
    }
}
