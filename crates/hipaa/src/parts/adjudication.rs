//! Adjudication information: MIA and MOA.

use rust_decimal::Decimal;
use serde::Serialize;

use super::{At, optional};
use mc_x12::{Line, WriteError};

/// Adjudication information of an inpatient (MIA) or outpatient (MOA) claim.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Adjudication {
    /// MIA; otherwise MOA.
    pub inpatient: bool,
    /// Remittance advice remark codes, in order.
    pub remarks: Vec<String>,
    /// Numbers by element: MIA01 covered days, MIA04 DRG amount, MOA01 reimbursement rate, MOA02
    /// payable amount, ...
    pub values: Vec<(usize, Decimal)>,
}

/// Elements of MIA and MOA that hold remark codes.
const REMARKS: [&[usize]; 2] = [&[3, 4, 5, 6, 7], &[5, 20, 21, 22, 23]];
/// Their last elements.
const LAST: [usize; 2] = [9, 24];

impl Adjudication {
    /// `MIA` or `MOA`.
    pub(crate) fn id(&self) -> &'static str {
        if self.inpatient { "MIA" } else { "MOA" }
    }

    pub(crate) fn read(at: At<'_, '_>, inpatient: bool) -> Self {
        let kind = usize::from(inpatient);
        let mut read = Self {
            inpatient,
            ..Self::default()
        };
        for n in 1..=LAST[kind] {
            if REMARKS[kind].contains(&n) {
                read.remarks.extend(Some(at.text(n)).filter(|code| !code.is_empty()));
            } else {
                read.values.extend(at.number(n).map(|value| (n, value)));
            }
        }
        read
    }

    pub(crate) fn line(&self) -> Result<Line, WriteError> {
        let kind = usize::from(self.inpatient);
        let fits = |n: usize| (1..=LAST[kind]).contains(&n) && !REMARKS[kind].contains(&n);
        if self.remarks.len() > REMARKS[kind].len() || !self.values.iter().all(|(n, _)| fits(*n)) {
            let segment = self.id();
            return Err(WriteError::Form {
                segment,
                element: LAST[kind],
            });
        }
        let mut remarks = self.remarks.iter();
        Ok((1..=LAST[kind]).fold(Line::new(self.id()), |line, n| {
            if REMARKS[kind].contains(&n) {
                return line.data(remarks.next().map_or("", String::as_str), 50);
            }
            let value = self.values.iter().find(|(at, _)| *at == n).map(|(_, value)| *value);
            line.data(&optional(value), 18)
        }))
    }
}
