//! Files of any size, one claim, payment or member at a time, in memory that does not grow with
//! them.
//!
//! ```
//! use mc_hipaa::stream;
//! # let isa = format!("ISA*00*{0:10}*00*{0:10}*ZZ*{1:15}*ZZ*{1:15}*260102*0304*^*00501*000000001*0*T*:~", "", "X");
//! # let file = format!("{isa}GS*HP*XX*XX*20260102*0304*1*X*005010X221A1~ST*835*0001~{}SE*10*0001~GE*1*1~IEA*1*000000001~",
//! #   "BPR*I*90*C*CHK************20260105~TRN*1*T1*1512345678~N1*PR*PAYER~N1*PE*CLINIC*XX*1234567893~\
//! #    LX*1~CLP*C1*1*100*90**12*P1~CAS*CO*45*10~NM1*QC*1*DOE*JO~");
//! for next in stream::remittances(file.as_bytes()) {
//!     // An error names its place; what follows is read where it can be.
//!     if let stream::StreamedRemittance::Claim(payment) = next? {
//!         assert_eq!(payment.header.value.payment.trace_number, "T1");
//!         assert_eq!(payment.claim.value.paid, Some(90.into()));
//!     }
//! }
//! # Ok::<(), mc_x12::units::UnitError>(())
//! ```

mod benefits;
mod claims;
mod interchanges;
mod members;
mod remittances;

pub use benefits::{Benefits, StreamedResponse, benefits};
pub use claims::{Claims, StreamedClaim, claims};
pub use interchanges::{InterchangeError, Interchanges, interchanges};
pub use members::{Members, StreamedMember, members};
pub use remittances::{Remittances, StreamedPayment, StreamedRemittance, remittances};

use std::io::Read as Source;

use crate::parts::Read;
use mc_x12::Finding;
use mc_x12::units::{Unit, UnitError, UnitReader};

/// Returns the values of one kind from a source, which need not be buffered. Transaction sets of
/// other kinds are left out.
#[derive(Debug)]
pub struct Stream<R, C> {
    units: UnitReader<R>,
    collector: C,
}

/// Makes values from the units of transaction sets. It remembers the levels above the next value.
pub trait Collect {
    type Item;
    /// ST01.
    const TRANSACTION: &'static str;
    /// The loops that are units of their own.
    const UNITS: &'static [&'static str];

    /// The value that is complete with this unit.
    fn take(&mut self, unit: Unit<'_>) -> Option<Self::Item>;

    /// The value that is complete at the end.
    fn finish(&mut self) -> Option<Self::Item> {
        None
    }
}

impl<R: Source, C: Collect> Stream<R, C> {
    fn new(source: R, collector: C) -> Self {
        Self {
            units: UnitReader::new(source, |id| C::UNITS.contains(&id)),
            collector,
        }
    }
}

impl<R: Source, C: Collect> Iterator for Stream<R, C> {
    type Item = Result<C::Item, UnitError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let unit = match self.units.next_unit() {
                Some(Ok(unit)) => unit,
                Some(Err(error)) => return Some(Err(error)),
                None => return self.collector.finish().map(Ok),
            };
            if unit.guide.transaction == C::TRANSACTION
                && let Some(item) = self.collector.take(unit)
            {
                return Some(Ok(item));
            }
        }
    }
}

/// A value with what could not be read in it.
fn read<T>(value: T, unread: Vec<Finding<'static>>) -> Read<T> {
    Read { value, unread }
}
