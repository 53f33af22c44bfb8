//! An inquiry (X12 270), stored before it is sent.

use chrono::{DateTime, Utc};
use mc_vocabulary::VerificationId;
use mc_x12::ControlNumbers;
use uuid::Uuid;

/// An inquiry to a payer.
#[derive(Debug, Clone)]
pub struct Inquiry {
    /// `PayloadID` of the CORE envelope.
    pub payload_id: Uuid,
    /// ISA13, GS06 and ST02, 1 to 999 999 999.
    pub control_number: u32,
    /// TRN02 and BHT03; the response repeats it.
    pub trace_number: String,
    /// EQ01, X12 data element 1365.
    pub service_type: String,
    /// When it was stored, just before sending.
    pub requested_at: DateTime<Utc>,
}

impl Inquiry {
    /// A new inquiry under the next control number.
    pub fn new(control_number: u32, service_type: &str, requested_at: DateTime<Utc>) -> Self {
        let payload_id = VerificationId::new().uuid();
        Self {
            payload_id,
            control_number,
            trace_number: payload_id.simple().to_string().to_uppercase(),
            service_type: service_type.to_owned(),
            requested_at,
        }
    }

    /// One number for interchange, group and transaction: each contains exactly one of the next.
    pub fn control(&self) -> ControlNumbers {
        ControlNumbers {
            interchange: self.control_number,
            group: self.control_number,
            transaction: self.control_number,
        }
    }
}
