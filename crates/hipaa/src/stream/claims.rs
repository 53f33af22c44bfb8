//! The claims of 837s.

use serde::Serialize;
use std::io::Read as Source;
use std::sync::Arc;

use super::{Collect, Stream, read};
use crate::claim::{BillingProvider, Claim, ClaimBatch, Patient, Subscriber};
use crate::parts::Read;
use mc_x12::tree::Node;
use mc_x12::units::Unit;

/// A claim with its provider, subscriber and patient, which claims share.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct StreamedClaim {
    /// ST02 of its transaction set.
    pub control: Arc<str>,
    /// The transaction set without its providers.
    pub batch: Arc<Read<ClaimBatch>>,
    /// Without subscribers.
    pub billing: Arc<Read<BillingProvider>>,
    /// Without claims and patients. [`Subscriber::payer`] is the destination payer.
    pub subscriber: Arc<Read<Subscriber>>,
    /// Without claims; `None` where the subscriber is the patient.
    pub patient: Option<Arc<Read<Patient>>>,
    pub claim: Read<Claim>,
}

/// Returns the claims of a source.
pub type Claims<R> = Stream<R, ClaimCollector>;

/// Reads the claims of every 837 of a source.
pub fn claims<R: Source>(source: R) -> Claims<R> {
    let collector = ClaimCollector {
        control: Arc::from(""),
        batch: Arc::new(read(ClaimBatch::from_node(Node::empty()), Vec::new())),
        billing: Arc::new(read(BillingProvider::default(), Vec::new())),
        subscriber: Arc::new(read(Subscriber::default(), Vec::new())),
        patient: None,
    };
    Stream::new(source, collector)
}

/// The levels above the next claim.
#[derive(Debug)]
pub struct ClaimCollector {
    control: Arc<str>,
    batch: Arc<Read<ClaimBatch>>,
    billing: Arc<Read<BillingProvider>>,
    subscriber: Arc<Read<Subscriber>>,
    patient: Option<Arc<Read<Patient>>>,
}

impl Collect for ClaimCollector {
    type Item = StreamedClaim;
    const TRANSACTION: &'static str = "837";
    const UNITS: &'static [&'static str] = &["2000A", "2000B", "2000C", "2300"];

    fn take(&mut self, unit: Unit<'_>) -> Option<StreamedClaim> {
        let Unit { node, unread, .. } = unit;
        match node.id() {
            "" if unit.is_first => {
                self.control = Arc::from(unit.control);
                self.batch = Arc::new(read(ClaimBatch::from_node(&node), unread));
            }
            "2000A" => self.billing = Arc::new(read(BillingProvider::read(&node), unread)),
            "2000B" => {
                self.subscriber = Arc::new(read(Subscriber::read(&node), unread));
                self.patient = None;
            }
            "2000C" => self.patient = Some(Arc::new(read(Patient::read(&node), unread))),
            "2300" => {
                return Some(StreamedClaim {
                    control: Arc::clone(&self.control),
                    batch: Arc::clone(&self.batch),
                    billing: Arc::clone(&self.billing),
                    subscriber: Arc::clone(&self.subscriber),
                    patient: self.patient.clone(),
                    claim: read(Claim::from_node(&node), unread),
                });
            }
            _ => {}
        }
        None
    }
}
