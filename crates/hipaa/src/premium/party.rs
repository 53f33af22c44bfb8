//! Payer, receiver and intermediaries: loops 1000A to 1000C.

use crate::parts::{Address, Contact, Organization, list, one, text_of};
use crate::remittance::Delivery;
use mc_x12::tree::Node;
use serde::Serialize;

/// The receiver (loop 1000A), the payer (loop 1000B), or an intermediary bank or broker (loop
/// 1000C).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Party {
    /// Role `PE` receiver, `PR` payer, `BK` bank, `C1` in care of, ...
    pub name: Organization,
    /// N201.
    pub more_name: String,
    pub address: Option<Address>,
    /// Contacts of the payer and of banks.
    pub contacts: Vec<Contact>,
    /// Delivery of the remittance to the receiver.
    pub delivery: Option<Delivery>,
}

impl Party {
    pub(super) fn read(node: &Node<'_>) -> Self {
        Self {
            name: one(node),
            more_name: text_of(node, "N2", 1),
            address: Address::read(node),
            contacts: list(node),
            delivery: Delivery::read(node),
        }
    }
}
