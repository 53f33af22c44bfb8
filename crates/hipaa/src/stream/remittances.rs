//! The payments of 835s.

use serde::Serialize;
use std::io::Read as Source;
use std::sync::Arc;

use super::{Collect, Stream, read};
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
        header: Arc::new(read(Remittance::default(), Vec::new())),
        group: Arc::new(read(ClaimGroup::default(), Vec::new())),
    };
    Stream::new(source, collector)
}

#[derive(Debug)]
pub struct RemittanceCollector {
    header: Arc<Read<Remittance>>,
    group: Arc<Read<ClaimGroup>>,
}

impl Collect for RemittanceCollector {
    type Item = StreamedRemittance;
    const TRANSACTION: &'static str = "835";
    const UNITS: &'static [&'static str] = &["2000", "2100"];

    fn take(&mut self, unit: Unit<'_>) -> Option<StreamedRemittance> {
        let Unit { node, unread, .. } = unit;
        match node.id() {
            "" => return self.transaction(&node, unread, unit.is_first),
            "2000" => self.group = Arc::new(read(ClaimGroup::from_node(&node), unread)),
            "2100" => {
                return Some(StreamedRemittance::Claim(Box::new(StreamedPayment {
                    header: Arc::clone(&self.header),
                    group: Arc::clone(&self.group),
                    claim: read(ClaimPayment::from_node(&node), unread),
                })));
            }
            _ => {}
        }
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
    ) -> Option<StreamedRemittance> {
        let mut header = Remittance::from_node(node);
        let adjustments = std::mem::take(&mut header.adjustments);
        let unread = if is_first {
            self.header = Arc::new(read(header, unread));
            Vec::new()
        } else {
            unread
        };
        let is_stated = !adjustments.is_empty() || !unread.is_empty();
        is_stated.then(|| StreamedRemittance::ProviderAdjustments {
            header: Arc::clone(&self.header),
            adjustments: read(adjustments, unread),
        })
    }
}
