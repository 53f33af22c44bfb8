//! Premium payment (820), version 005010X218: a sponsor's payment for its members, read by a health
//! plan.
//!
//! ```
//! use mc_hipaa::premium::PremiumPayment;
//! # let isa = format!("ISA*00*{0:10}*00*{0:10}*ZZ*{1:15}*ZZ*{1:15}*260102*0304*^*00501*000000001*0*T*:~", "", "X");
//! # let text = format!("{isa}GS*RA*X*X*20260102*0304*1*X*005010X218~ST*820*0001*005010X218~{}SE*10*0001~GE*1*1~IEA*1*000000001~",
//! #   "BPR*I*130*C*ACH*CTX*01*111*DA*1*9SPONSOR01**01*222*DA*2*20260102~TRN*1*T1*9SPONSOR01~N1*PE*PLAN*FI*123456789~N1*PR*SPONSOR*FI*987654321~\
//! #   ENT*1*2J*EI*E7~NM1*IL*1*DOE*JO****N*M1~ADX*-20*52~RMR*AZ*POLICY**150~");
//! let interchange = mc_x12::Interchange::parse(text.as_bytes())?; // a payment of 130 for one member
//! let payment = PremiumPayment::read(interchange.transactions().next().unwrap())?.strict()?;
//! assert_eq!((payment.payment.amount, payment.computed_amount()), (Some(130.into()), Some(130.into())));
//! assert_eq!(payment.balance(), []);
//! let member = &payment.individuals[0];
//! assert_eq!(member.people[0].id("N"), Some("M1"));
//! assert_eq!((member.premiums[0].paid, member.adjustments[0].amount), (Some(150.into()), Some((-20).into())));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod balance;
mod party;
mod remittance;
#[cfg(test)]
pub(crate) mod tests;

pub use party::Party;
pub use remittance::{
    Adjustment, Charge, Entity, IndividualRemittance, MemberCount, OrganizationRemittance, Premium, SummaryLine,
};
use serde::Serialize;

use crate::parts::{Dated, Read, Reference, ViewError, each, inner, list, text_of};
use crate::remittance::Payment;
use mc_x12::Transaction;
use mc_x12::tree::Node;

/// One transaction set 820: a payment for an organization in total, or for each of its members.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PremiumPayment {
    /// BPR and TRN.
    pub payment: Payment,
    /// CUR02, where it is not US dollars.
    pub currency: String,
    /// `14` master account, `18` plan, `38` master policy, ...
    pub references: Vec<Reference>,
    /// `009` process, `035` delivery, `582` coverage period, `097` creation.
    pub dates: Vec<Dated>,
    /// The receiver of the payment.
    pub receiver: Party,
    /// The payer.
    pub payer: Party,
    pub banks: Vec<Party>,
    /// The payment for an organization in total.
    pub organization: Option<OrganizationRemittance>,
    /// The payment for each member.
    pub individuals: Vec<IndividualRemittance>,
}

impl PremiumPayment {
    /// Every premium, those of the organization first.
    pub fn premiums(&self) -> impl Iterator<Item = &Premium> {
        let individuals = self.individuals.iter().flat_map(|individual| &individual.premiums);
        let organization = self.organization.iter().flat_map(|organization| &organization.premiums);
        organization.chain(individuals)
    }

    /// Reads one transaction set by its guide. What cannot be read is listed, and the rest is read.
    ///
    /// # Errors
    /// [`ViewError`] for another transaction set.
    pub fn read(transaction: &Transaction<'_>) -> Result<Read<Self>, ViewError> {
        Read::of(transaction, "820", Self::from_node)
    }

    /// Reads the loops of a transaction set.
    pub fn from_node(node: &Node<'_>) -> Self {
        Self {
            payment: Payment::read(node),
            currency: text_of(node, "CUR", 2),
            references: list(node),
            dates: remittance::dates(node),
            receiver: Party::read(inner(node, "1000A")),
            payer: Party::read(inner(node, "1000B")),
            banks: each(node, "1000C", Party::read),
            organization: node.child("2000A").map(OrganizationRemittance::read),
            individuals: each(node, "2000B", IndividualRemittance::read),
        }
    }
}
