//! Forms that support a line, such as a certificate of medical necessity: loop 2440.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Serialize;

use crate::parts::{At, Part, day, list, need, optional, redact_debug, write_all};
use mc_x12::tree::Node;
use mc_x12::{Builder, Line, WriteError};

/// A form and its answers (LQ and FRM).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct SupportingForm {
    /// LQ01: `AS` form type, `UT` certificate of medical necessity.
    pub list: String,
    /// LQ02: the form, e.g. `04.04`.
    pub form: String,
    pub answers: Vec<FormAnswer>,
}

/// The answer to one question of a form (FRM).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct FormAnswer {
    /// FRM01: the number of the question.
    pub question: String,
    /// FRM02: `Y`, `N` or `W` (not applicable).
    pub condition: String,
    /// FRM03.
    pub text: String,
    /// FRM04.
    pub date: Option<NaiveDate>,
    /// FRM05.
    pub percent: Option<Decimal>,
}

redact_debug!(SupportingForm, FormAnswer);

impl SupportingForm {
    pub(super) fn read(node: &Node<'_>) -> Self {
        let lq = need(node, "LQ");
        Self {
            list: lq.text(1),
            form: lq.text(2),
            answers: list(node),
        }
    }

    pub(super) fn write(&self, out: &mut Builder) -> Result<(), WriteError> {
        out.push(Line::new("LQ").required(&self.list, 3).required(&self.form, 30))?;
        write_all(out, &self.answers)
    }
}

impl Part for FormAnswer {
    const ID: &'static str = "FRM";

    fn read(at: At<'_, '_>) -> Self {
        Self {
            question: at.text(1),
            condition: at.text(2),
            text: at.text(3),
            date: at.day(4),
            percent: at.number(5),
        }
    }

    fn line(&self) -> Result<Line, WriteError> {
        Ok(Line::new(Self::ID)
            .required(&self.question, 20)
            .data(&self.condition, 1)
            .data(&self.text, 50)
            .data(&self.date.map(day).unwrap_or_default(), 8)
            .data(&optional(self.percent), 6))
    }
}
