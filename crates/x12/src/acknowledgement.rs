//! TA1 and 999, written from the findings of the [`checker`](crate::check), and read back.
//!
//! ```
//! use mc_x12::acknowledgement::{Acknowledger, Functional, Values};
//! use mc_x12::{ControlNumbers, Delimiters, Interchange, Limits, check::{check, Settings}};
//! # let claim = "ISA*00*          *00*          *ZZ*CLINIC         *ZZ*PAYER          *240102*0304*^*00501*000000007*1*T*:~\
//! #   GS*HC*CLINIC*PAYER*20240102*0304*8*X*005010X222A1~ST*837*0009*005010X222A1~SE*2*0009~GE*1*8~IEA*1*000000007~";
//! let mut acknowledger = Acknowledger::new(Values::Withheld);
//! check(claim.as_bytes(), Limits::FILE, &Settings::default(), &mut acknowledger)?;
//! let received = &acknowledger.finish()[0];
//! assert_eq!(received.interchange_note(), ("A", "000"));
//!
//! let at = chrono::DateTime::from_timestamp(1_704_164_640, 0).unwrap();
//! let control = ControlNumbers { interchange: 1, group: 1, transaction: 1 };
//! let text = received.groups[0].to_x12(received, control, at, Delimiters::STANDARD)?;
//! let answer = Interchange::parse(text.as_bytes())?;
//! let read = Functional::read(answer.transactions().next().unwrap())?;
//! assert_eq!((read.group_control.as_str(), read.is_accepted()), ("8", false));
//! assert_eq!(read.transactions[0].control, "0009");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod collect;
mod context;
mod errors;
mod functional_read;
mod functional_write;
mod interchange;
mod outcome;
mod triggers;

pub use collect::{Acknowledger, Values};
pub use functional_read::{Functional, ReadFunctionalError};
pub use interchange::InterchangeAcknowledgement;
pub(crate) use outcome::rejects_interchange;
pub use outcome::{
    BusinessUnit, ElementError, GroupOutcome, InterchangeOutcome, SegmentError, SituationalTrigger, TransactionOutcome,
};
