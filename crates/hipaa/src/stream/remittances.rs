//! The payments of 835s.

use serde::Serialize;
use std::io::Read as Source;
use std::sync::Arc;

use super::{Collect, Level, Stream, complete, read};
use crate::parts::Read;
use crate::remittance::{ClaimGroup, ClaimPayment, ProviderAdjustment, Remittance};
use mc_x12::Finding;
use mc_x12::tree::Node;
use mc_x12::units::Unit;

/// A part of a remittance advice.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StreamedRemittance {
    /// The payment of a claim.
    Claim(Box<StreamedPayment>),
    /// The adjustments outside the claims (PLB), which follow the last claim.
    ProviderAdjustments {
        /// The transaction set without groups and adjustments.
        header: Arc<Read<Remittance>>,
        adjustments: Read<Vec<ProviderAdjustment>>,
    },
}

/// The payment of a claim, with the payment that it is a part of.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct StreamedPayment {
    /// The transaction set without groups and adjustments.
    pub header: Arc<Read<Remittance>>,
    /// Without claims.
    pub group: Arc<Read<ClaimGroup>>,
    pub claim: Read<ClaimPayment>,
}

/// Returns the payments of a source.
pub type Remittances<R> = Stream<R, RemittanceCollector>;

/// Reads the payments of every 835 of a source.
pub fn remittances<R: Source>(source: R) -> Remittances<R> {
    let collector = RemittanceCollector {
        header: Level::new(Remittance::default()),
        group: Level::new(ClaimGroup::default()),
    };
    Stream::new(source, collector)
}

#[derive(Debug)]
pub struct RemittanceCollector {
    header: Level<Remittance>,
    group: Level<ClaimGroup>,
}

impl Collect for RemittanceCollector {
    type Item = StreamedRemittance;
    const TRANSACTION: &'static str = "835";
    const UNITS: &'static [&'static str] = &["2000", "2100"];

    fn take(&mut self, unit: Unit<'_>, lost: &mut Vec<Finding<'static>>) -> Option<StreamedRemittance> {
        let Unit { node, unread, .. } = unit;
        match node.id() {
            "" => {
                self.group.end(lost);
                return self.transaction(&node, unread, unit.is_first, lost);
            }
            "2000" => self.group.set(ClaimGroup::from_node(&node), unread, lost),
            "2100" => {
                return Some(StreamedRemittance::Claim(Box::new(StreamedPayment {
                    header: self.header.give(),
                    group: self.group.give(),
                    claim: read(ClaimPayment::from_node(&node), unread),
                })));
            }
            _ => lost.extend(unread),
        }
        None
    }

    fn finish(&mut self, lost: &mut Vec<Finding<'static>>) -> Option<StreamedRemittance> {
        self.group.end(lost);
        self.header.end(lost);
        None
    }
}

impl RemittanceCollector {
    /// The segments before the first claim, or after the last one.
    fn transaction(
        &mut self,
        node: &Node<'_>,
        unread: Vec<Finding<'static>>,
        is_first: bool,
        lost: &mut Vec<Finding<'static>>,
    ) -> Option<StreamedRemittance> {
        let mut header = Remittance::from_node(node);
        let adjustments = std::mem::take(&mut header.adjustments);
        let unread = if is_first {
            self.header.set(header, unread, lost);
            Vec::new()
        } else {
            unread
        };
        let is_stated = !adjustments.is_empty() || !unread.is_empty();
        is_stated.then(|| StreamedRemittance::ProviderAdjustments {
            header: self.header.give(),
            adjustments: read(adjustments, unread),
        })
    }
}

complete!(StreamedPayment: header, group, claim);

impl StreamedRemittance {
    /// What could not be read in the part and above it, in the order of the levels.
    pub fn unread(&self) -> impl Iterator<Item = &Finding<'static>> {
        let (header, group, last) = match self {
            Self::Claim(payment) => (&payment.header, Some(&payment.group), &payment.claim.unread),
            Self::ProviderAdjustments { header, adjustments } => (header, None, &adjustments.unread),
        };
        let group = group.into_iter().flat_map(|group| &group.unread);
        header.unread.iter().chain(group).chain(last)
    }

    complete!();
}
