//! The payments of 835s.

use serde::Serialize;
use std::io::Read as Source;
use std::sync::Arc;

use super::read;
use crate::parts::Read;
use crate::remittance::{ClaimGroup, ClaimPayment, ProviderAdjustment, Remittance};
use mc_x12::units::{Unit, UnitError, UnitReader};

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
#[derive(Debug)]
pub struct Remittances<R> {
    units: UnitReader<R>,
    header: Arc<Read<Remittance>>,
    group: Arc<Read<ClaimGroup>>,
}

/// Reads the payments of every 835 of a source, which need not be buffered. Other transaction sets
/// are left out.
pub fn remittances<R: Source>(source: R) -> Remittances<R> {
    Remittances {
        units: UnitReader::new(source, |id| matches!(id, "2000" | "2100")),
        header: Arc::new(read(Remittance::default(), Vec::new())),
        group: Arc::new(read(ClaimGroup::default(), Vec::new())),
    }
}

impl<R: Source> Iterator for Remittances<R> {
    type Item = Result<StreamedRemittance, UnitError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let Unit {
                guide,
                node,
                unread,
                is_first,
                ..
            } = match self.units.next_unit()? {
                Ok(unit) => unit,
                Err(error) => return Some(Err(error)),
            };
            if guide.transaction != "835" {
                continue;
            }
            match node.id() {
                "" => {
                    let mut header = Remittance::from_node(&node);
                    let adjustments = std::mem::take(&mut header.adjustments);
                    let unread = if is_first {
                        self.header = Arc::new(read(header, unread));
                        Vec::new()
                    } else {
                        unread
                    };
                    if !adjustments.is_empty() || !unread.is_empty() {
                        return Some(Ok(StreamedRemittance::ProviderAdjustments {
                            header: Arc::clone(&self.header),
                            adjustments: read(adjustments, unread),
                        }));
                    }
                }
                "2000" => self.group = Arc::new(read(ClaimGroup::from_node(&node), unread)),
                "2100" => {
                    return Some(Ok(StreamedRemittance::Claim(Box::new(StreamedPayment {
                        header: Arc::clone(&self.header),
                        group: Arc::clone(&self.group),
                        claim: read(ClaimPayment::from_node(&node), unread),
                    }))));
                }
                _ => {}
            }
        }
    }
}
