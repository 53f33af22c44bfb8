//! TA1: the acknowledgement of a whole interchange.

use super::outcome::InterchangeOutcome;
use crate::delimiters::Delimiters;
use crate::error::WriteError;
use crate::segment::Segment;
use crate::writer::{Header, TransactionKind, interchange_of_ta1};
use chrono::{DateTime, Utc};

/// A TA1 that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InterchangeAcknowledgement {
    /// TA101: ISA13 of the acknowledged interchange.
    pub control: String,
    /// TA102: its ISA09.
    pub date: String,
    /// TA103: its ISA10.
    pub time: String,
    /// TA104: `A` accepted, `E` accepted with errors, `R` rejected: nothing inside was processed.
    pub verdict: String,
    /// TA105 (I18).
    pub note: String,
}

impl InterchangeAcknowledgement {
    /// Reads a TA1; `None` for another segment.
    pub fn read(ta1: &Segment<'_>) -> Option<Self> {
        let text = |n| ta1.element(n).to_owned();
        (ta1.id() == "TA1").then(|| Self {
            control: text(1),
            date: text(2),
            time: text(3),
            verdict: text(4),
            note: text(5),
        })
    }

    /// Whether the content of the interchange is processed.
    pub fn is_accepted(&self) -> bool {
        self.verdict != "R"
    }
}

impl InterchangeOutcome {
    /// The TA1 of this interchange, in an interchange of its own with ISA13 `control`; `None` where
    /// it is itself an acknowledgement. A delimiter that the ids, the control number, date or time
    /// of the interchange contain gives way to another. The ids are returned as they were received,
    /// also a blank one; a qualifier that is none is written as [`Party::answered`] has it.
    ///
    /// # Errors
    /// [`WriteError`] where the control number of the interchange is blank, or an id, the control
    /// number, date or time holds a control character.
    pub fn to_ta1(
        &self,
        control: u32,
        created_at: DateTime<Utc>,
        delimiters: Delimiters,
    ) -> Result<Option<String>, WriteError> {
        if self.is_acknowledgement() {
            return Ok(None);
        }
        let header = Header {
            sender: self.receiver.answered(),
            receiver: self.sender.answered(),
            control: crate::ControlNumbers {
                interchange: control,
                group: 1,
                transaction: 1,
            },
            created_at,
            usage: self.usage,
            kind: TransactionKind {
                functional_id: "",
                id: "",
                version: "",
            },
        };
        let (verdict, note) = self.interchange_note();
        let line = crate::Line::new("TA1")
            .required(&self.control, 9)
            .data(&self.date, 6)
            .data(&self.time, 4)
            .code(verdict)
            .code(note);
        let delimiters = header.delimiters(delimiters, &[&self.control, &self.date, &self.time]);
        interchange_of_ta1(&header, delimiters, line).map(Some)
    }
}
