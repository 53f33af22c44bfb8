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
use std::sync::Arc;

use crate::parts::Read;
use mc_x12::Finding;
use mc_x12::units::{Unit, UnitError, UnitReader};

/// Returns the values of one kind from a source, which need not be buffered. Transaction sets of
/// other kinds are left out, and counted.
///
/// Each value lists what could not be read in it and above it. What could not be read and belongs
/// to no value is [`UnitError::Lost`]: nothing is left out without a word. A source without an
/// interchange is an error.
#[derive(Debug)]
pub struct Stream<R, C: Collect> {
    units: UnitReader<R>,
    collector: C,
    lost: Lost,
    /// A value whose turn comes after what was lost before it.
    ready: Option<C::Item>,
    left_out: u64,
}

/// What could not be read and belongs to no value.
type Lost = Vec<Finding<'static>>;

/// Makes values from the units of transaction sets. It remembers the levels above the next value.
pub trait Collect {
    type Item;
    /// ST01.
    const TRANSACTION: &'static str;
    /// The loops that are units of their own.
    const UNITS: &'static [&'static str];

    /// The value that is complete with this unit. What could not be read and belongs to no value
    /// is added to `lost`.
    fn take(&mut self, unit: Unit<'_>, lost: &mut Vec<Finding<'static>>) -> Option<Self::Item>;

    /// The value that is complete at the end.
    fn finish(&mut self, lost: &mut Vec<Finding<'static>>) -> Option<Self::Item>;
}

impl<R: Source, C: Collect> Stream<R, C> {
    fn new(source: R, collector: C) -> Self {
        Self {
            units: UnitReader::new(source, |id| C::UNITS.contains(&id)),
            collector,
            lost: Lost::new(),
            ready: None,
            left_out: 0,
        }
    }

    /// Number of transaction sets of other kinds, or other guides, so far.
    pub fn left_out(&self) -> u64 {
        self.left_out
    }

    /// What was lost before a value, or the value.
    fn given(&mut self, item: Option<C::Item>) -> Option<Result<C::Item, UnitError>> {
        if self.lost.is_empty() {
            return item.map(Ok);
        }
        self.ready = item;
        Some(Err(UnitError::Lost(std::mem::take(&mut self.lost))))
    }
}

impl<R: Source, C: Collect> Iterator for Stream<R, C> {
    type Item = Result<C::Item, UnitError>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(item) = self.ready.take() {
            return Some(Ok(item));
        }
        loop {
            let unit = match self.units.next_unit() {
                Some(Ok(unit)) => unit,
                Some(Err(error)) => return Some(Err(error)),
                None => {
                    let last = self.collector.finish(&mut self.lost);
                    return self.given(last);
                }
            };
            if unit.guide.transaction != C::TRANSACTION {
                self.left_out += u64::from(unit.is_first);
                continue;
            }
            let item = self.collector.take(unit, &mut self.lost);
            if let Some(next) = self.given(item) {
                return Some(next);
            }
        }
    }
}

/// A level above values, which they share.
#[derive(Debug)]
struct Level<T> {
    read: Arc<Read<T>>,
    /// A value was given with it.
    is_given: bool,
}

impl<T> Level<T> {
    /// An empty level.
    fn new(value: T) -> Self {
        Self {
            read: Arc::new(read(value, Vec::new())),
            is_given: true,
        }
    }

    /// Goes on with the next level. What could not be read in one without a value is lost.
    fn set(&mut self, value: T, unread: Vec<Finding<'static>>, lost: &mut Lost) {
        self.end(lost);
        *self = Self {
            read: Arc::new(read(value, unread)),
            is_given: false,
        };
    }

    /// No value comes any more.
    fn end(&mut self, lost: &mut Lost) {
        if !std::mem::replace(&mut self.is_given, true) {
            lost.extend_from_slice(&self.read.unread);
        }
    }

    /// The level of a value.
    fn give(&mut self) -> Arc<Read<T>> {
        self.is_given = true;
        Arc::clone(&self.read)
    }
}

/// A value with what could not be read in it.
fn read<T>(value: T, unread: Vec<Finding<'static>>) -> Read<T> {
    Read { value, unread }
}

/// Methods of a value of a stream, by its parts.
macro_rules! complete {
    ($name:ident: $($part:ident),+) => {
        impl $name {
            /// What could not be read in the value and above it, in the order of the levels.
            pub fn unread(&self) -> impl Iterator<Item = &Finding<'static>> {
                std::iter::empty()$(.chain(&self.$part.unread))+
            }
            complete!();
        }
    };
    () => {
        /// Whether everything was read, in the value and above it.
        pub fn is_complete(&self) -> bool {
            self.unread().next().is_none()
        }

        /// The value, where everything was read, in it and above it.
        ///
        /// # Errors
        /// [`ViewError::Unread`](crate::ViewError::Unread) with the first part that was not.
        pub fn strict(self) -> Result<Self, $crate::parts::ViewError> {
            let first = self.unread().next().copied();
            first.map_or(Ok(self), |first| Err($crate::parts::ViewError::Unread(first)))
        }
    };
}
use complete;
