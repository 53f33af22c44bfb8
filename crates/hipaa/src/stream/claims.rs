//! The claims of 837s.

use serde::Serialize;
use std::io::Read as Source;
use std::sync::Arc;

use super::{Collect, Level, Stream, complete, read};
use crate::claim::{BillingProvider, Claim, ClaimBatch, Patient, Subscriber};
use crate::parts::Read;
use mc_x12::Finding;
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
        batch: Level::new(ClaimBatch::from_node(Node::empty())),
        billing: Level::new(BillingProvider::default()),
        subscriber: Level::new(Subscriber::default()),
        patient: None,
    };
    Stream::new(source, collector)
}

/// The levels above the next claim.
#[derive(Debug)]
pub struct ClaimCollector {
    control: Arc<str>,
    batch: Level<ClaimBatch>,
    billing: Level<BillingProvider>,
    subscriber: Level<Subscriber>,
    patient: Option<Level<Patient>>,
}

impl ClaimCollector {
    fn end_patient(&mut self, lost: &mut Vec<Finding<'static>>) {
        if let Some(mut patient) = self.patient.take() {
            patient.end(lost);
        }
    }

    /// Ends the levels below the transaction set.
    fn end_levels(&mut self, lost: &mut Vec<Finding<'static>>) {
        self.billing.end(lost);
        self.subscriber.end(lost);
        self.end_patient(lost);
    }
}

impl Collect for ClaimCollector {
    type Item = StreamedClaim;
    const TRANSACTION: &'static str = "837";
    const UNITS: &'static [&'static str] = &["2000A", "2000B", "2000C", "2300"];

    fn take(&mut self, unit: Unit<'_>, lost: &mut Vec<Finding<'static>>) -> Option<StreamedClaim> {
        let Unit { node, unread, .. } = unit;
        match node.id() {
            "" if unit.is_first => {
                self.end_levels(lost);
                self.control = Arc::from(unit.control);
                self.batch.set(ClaimBatch::from_node(&node), unread, lost);
            }
            "2000A" => self.billing.set(BillingProvider::read(&node), unread, lost),
            "2000B" => {
                self.end_patient(lost);
                self.subscriber.set(Subscriber::read(&node), unread, lost);
            }
            "2000C" => {
                self.end_patient(lost);
                let patient = self.patient.insert(Level::new(Patient::default()));
                patient.set(Patient::read(&node), unread, lost);
            }
            "2300" => {
                return Some(StreamedClaim {
                    control: Arc::clone(&self.control),
                    batch: self.batch.give(),
                    billing: self.billing.give(),
                    subscriber: self.subscriber.give(),
                    patient: self.patient.as_mut().map(Level::give),
                    claim: read(Claim::from_node(&node), unread),
                });
            }
            _ => lost.extend(unread),
        }
        None
    }

    fn finish(&mut self, lost: &mut Vec<Finding<'static>>) -> Option<StreamedClaim> {
        self.batch.end(lost);
        self.end_levels(lost);
        None
    }
}

impl StreamedClaim {
    /// What could not be read in the claim and above it, in the order of the levels.
    pub fn unread(&self) -> impl Iterator<Item = &Finding<'static>> {
        let patient = self.patient.iter().flat_map(|patient| &patient.unread);
        let above = self.batch.unread.iter().chain(&self.billing.unread);
        above
            .chain(&self.subscriber.unread)
            .chain(patient)
            .chain(&self.claim.unread)
    }

    complete!();
}
