//! Traces, which match responses to requests: TRN.

use super::{At, Part, either};
use mc_x12::{Line, WriteError};
use serde::Serialize;

/// One TRN.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Trace {
    /// TRN01 `2`: a trace of the requester (or an intermediary) that is echoed; `1`: the writer's
    /// own. `None` where the code is unknown.
    pub echoed: Option<bool>,
    /// TRN02.
    pub number: String,
    /// TRN03: the originator; ten characters, `9…` or `1` and the tax id.
    pub originator: String,
    /// TRN04; empty where it is absent.
    pub additional: String,
}

impl Trace {
    /// A trace of the writer.
    pub fn new(number: impl Into<String>, originator: impl Into<String>) -> Self {
        Self {
            echoed: Some(false),
            number: number.into(),
            originator: originator.into(),
            ..Self::default()
        }
    }

    /// The trace as a response echoes it.
    #[must_use]
    pub fn echo(&self) -> Self {
        Self {
            echoed: Some(true),
            ..self.clone()
        }
    }
}

impl Part for Trace {
    const ID: &'static str = "TRN";

    fn read(at: At<'_, '_>) -> Self {
        Self {
            echoed: at.either(1, "2", "1"),
            number: at.text(2),
            originator: at.text(3),
            additional: at.text(4),
        }
    }

    fn line(&self) -> Result<Line, WriteError> {
        Ok(Line::new("TRN")
            .required(either(self.echoed, "2", "1"), 1)
            .required(&self.number, 50)
            .required(&self.originator, 10)
            .data(&self.additional, 50))
    }
}
