//! One transaction set 837: submitter, billing providers and claims.

use chrono::NaiveDateTime;
use serde::Serialize;

use super::{BillingProvider, Claim, Patient, Person, Subscriber};
use crate::balance::Imbalance;
use crate::parts::{
    Contact, Hierarchy, Name, Part, Read, ViewError, beginning, inner, last, levels, list, need, one, write_all,
};
use mc_x12::tree::Node;
use mc_x12::{Builder, Envelope, Transaction, TransactionKind, TransactionSet, WriteError, guide};

/// The three kinds of 837.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Professional,
    Institutional,
    Dental,
}

/// The sender of the claims (loop 1000A).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Submitter {
    /// Role `41`; id `46` electronic transmitter id.
    pub name: Name,
    pub contacts: Vec<Contact>,
}

/// One transaction set 837.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClaimBatch {
    pub kind: Kind,
    /// BHT02: `00` original, `18` reissue.
    pub purpose: String,
    /// BHT03.
    pub reference: String,
    /// BHT04 and BHT05.
    pub created_at: Option<NaiveDateTime>,
    /// BHT06: `CH` chargeable, `RP` reporting of encounters, `31` subrogation.
    pub use_code: String,
    pub submitter: Submitter,
    /// Role `40` (loop 1000B).
    pub receiver: Name,
    pub providers: Vec<BillingProvider>,
}

/// A claim with its provider, subscriber and patient.
#[derive(Debug, Clone, Copy, Serialize)]
#[non_exhaustive]
pub struct PlacedClaim<'b> {
    pub billing: &'b BillingProvider,
    /// The insured person; [`Subscriber::payer`] is the destination payer.
    pub subscriber: &'b Subscriber,
    /// `None` where the subscriber is the patient.
    pub patient: Option<&'b Patient>,
    pub claim: &'b Claim,
}

/// Maximum number of claims that the guide recommends for one transaction set.
pub const MAX_CLAIMS: usize = 5_000;

/// Why claims cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClaimError {
    /// Sums that do not agree.
    #[error("the claims do not balance in {} places", .0.len())]
    Unbalanced(Vec<Imbalance>),
    /// A claim of another kind than the batch, by its index from 1.
    #[error("claim {claim} has lines of another kind")]
    Kind { claim: usize },
    /// A field that does not fit.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl Kind {
    /// The kind of the guide by which a transaction set was read.
    fn of_guide(root: &Node<'_>) -> Self {
        let mut guides = guide::all().iter().filter(|guide| std::ptr::eq(guide.root, root.of));
        let version = guides.next().map_or("", |guide| guide.version);
        let kinds = [Self::Professional, Self::Institutional, Self::Dental];
        let kind = kinds.into_iter().find(|kind| kind.written().version == version);
        kind.unwrap_or(Self::Professional)
    }

    fn written(self) -> TransactionKind {
        TransactionKind {
            functional_id: "HC",
            id: "837",
            version: match self {
                Self::Professional => "005010X222A1",
                Self::Institutional => "005010X223A2",
                Self::Dental => "005010X224A2",
            },
        }
    }
}

impl Submitter {
    pub fn new(name: impl Into<String>, id: impl Into<String>, contact: Contact) -> Self {
        Self {
            name: Name::organization("41", name).with_id("46", id),
            contacts: vec![contact],
        }
    }
}

impl PlacedClaim<'_> {
    /// The person who was treated.
    pub fn treated(&self) -> &Person {
        self.patient.map_or(&self.subscriber.person, |patient| &patient.person)
    }
}

impl ClaimBatch {
    /// An empty batch of original, chargeable claims.
    pub fn new(kind: Kind, reference: impl Into<String>, created_at: NaiveDateTime) -> Self {
        Self {
            kind,
            purpose: "00".to_owned(),
            reference: reference.into(),
            created_at: Some(created_at),
            use_code: "CH".to_owned(),
            submitter: Submitter::default(),
            receiver: Name::default(),
            providers: Vec::new(),
        }
    }

    /// Every claim with its billing provider, subscriber and patient, in order.
    pub fn claims(&self) -> impl Iterator<Item = PlacedClaim<'_>> {
        let subscribers = self
            .providers
            .iter()
            .flat_map(|billing| billing.subscribers.iter().map(move |subscriber| (billing, subscriber)));
        subscribers.flat_map(|(billing, subscriber)| {
            let own = subscriber.claims.iter().map(|claim| (None, claim));
            let patients = subscriber.patients.iter();
            let others = patients.flat_map(|patient| patient.claims.iter().map(move |claim| (Some(patient), claim)));
            own.chain(others).map(move |(patient, claim)| PlacedClaim {
                billing,
                subscriber,
                patient,
                claim,
            })
        })
    }

    /// Every claim, in the order of [`ClaimBatch::claims`], to be changed.
    pub fn claims_mut(&mut self) -> impl Iterator<Item = &mut Claim> {
        let subscribers = self.providers.iter_mut().flat_map(|billing| &mut billing.subscribers);
        subscribers.flat_map(|subscriber| {
            let others = subscriber.patients.iter_mut().flat_map(|patient| &mut patient.claims);
            subscriber.claims.iter_mut().chain(others)
        })
    }

    /// Every sum that does not agree, of every claim.
    pub fn balance(&self) -> Vec<Imbalance> {
        let placed = self.claims().zip(1..);
        Imbalance::all(|on_imbalance| placed.for_each(|(placed, at)| placed.claim.add_up(at, on_imbalance)))
    }

    /// Reads one transaction set by its guide. What cannot be read is listed, and the rest is read.
    ///
    /// # Errors
    /// [`ViewError`] for another transaction set.
    pub fn read(transaction: &Transaction<'_>) -> Result<Read<Self>, ViewError> {
        Read::of(transaction, "837", Self::from_node)
    }

    /// Reads the loops of a transaction set. Without any claim it counts as professional.
    ///
    /// # Errors
    /// [`ViewError`] for a missing part or an unreadable number.
    pub fn from_node(node: &Node<'_>) -> Self {
        let (bht, submitter) = (need(node, "BHT"), inner(node, "1000A"));
        let mut batch = Self {
            kind: Kind::of_guide(node),
            purpose: bht.text(2),
            reference: bht.text(3),
            created_at: bht.moment(4),
            use_code: bht.text(6),
            submitter: Submitter {
                name: one(submitter),
                contacts: list(submitter),
            },
            receiver: one(inner(node, "1000B")),
            providers: Vec::new(),
        };
        for node in levels(node) {
            batch.add(node);
        }
        batch
    }

    /// Adds one HL level below the last one of the level above; an empty one where that is missing.
    fn add(&mut self, node: &Node<'_>) {
        match node.id() {
            "2000A" => self.providers.push(BillingProvider::read(node)),
            "2000B" => last(&mut self.providers).subscribers.push(Subscriber::read(node)),
            "2000C" => {
                let billing = last(&mut self.providers);
                last(&mut billing.subscribers).patients.push(Patient::read(node));
            }
            _ => {}
        }
    }

    /// The same claims in batches of at most `max`, each with its providers, subscribers and
    /// patients. [`MAX_CLAIMS`] is the recommended maximum for one transaction set. The references
    /// (BHT03) of all batches but the first end in `-2`, `-3` and so on.
    pub fn split(&self, max: usize) -> Vec<Self> {
        let mut parts: Vec<Self> = Vec::new();
        let mut room = 0;
        for billing in &self.providers {
            let mut bare = billing.clone();
            let subscribers = std::mem::take(&mut bare.subscribers);
            let mut begun = false;
            for subscriber in subscribers {
                let mut rest = subscriber;
                while !rest.claims.is_empty() || rest.patients.iter().any(|patient| !patient.claims.is_empty()) {
                    if room == 0 {
                        parts.push(self.part(parts.len() + 1));
                        (room, begun) = (max.max(1), false);
                    }
                    let Some(part) = parts.last_mut() else { break };
                    if !begun {
                        part.providers.push(bare.clone());
                        begun = true;
                    }
                    let taken = rest.take(&mut room);
                    if let Some(provider) = part.providers.last_mut() {
                        provider.subscribers.push(taken);
                    }
                }
            }
        }
        parts
    }

    /// The batch without claims.
    fn part(&self, number: usize) -> Self {
        let suffix = if number == 1 {
            String::new()
        } else {
            format!("-{number}")
        };
        Self {
            kind: self.kind,
            purpose: self.purpose.clone(),
            reference: format!("{}{suffix}", self.reference),
            created_at: self.created_at,
            use_code: self.use_code.clone(),
            submitter: self.submitter.clone(),
            receiver: self.receiver.clone(),
            providers: Vec::new(),
        }
    }

    /// Writes the interchange.
    ///
    /// # Errors
    /// [`ClaimError`]: what does not add up is not written, nor a field that does not fit.
    pub fn to_x12(&self, envelope: &Envelope) -> Result<String, ClaimError> {
        envelope.enclose(self)
    }

    fn write_segments(&self, out: &mut Builder) -> Result<(), WriteError> {
        let line = beginning("0019", &self.purpose, &self.reference, self.created_at);
        out.push(line.required(&self.use_code, 2))?;
        out.push(self.submitter.name.line()?)?;
        write_all(out, &self.submitter.contacts)?;
        out.push(self.receiver.line()?)?;
        let mut levels = Hierarchy::default();
        for billing in &self.providers {
            let level = levels.open(out, None, "20", true)?;
            billing.write(out)?;
            for subscriber in &billing.subscribers {
                subscriber.write(out, &mut levels, level, self.kind)?;
            }
        }
        Ok(())
    }
}

impl TransactionSet for ClaimBatch {
    type Error = ClaimError;

    fn kind(&self) -> TransactionKind {
        self.kind.written()
    }

    fn write(&self, out: &mut Builder) -> Result<(), ClaimError> {
        let mut claims = self.claims().zip(1..);
        if let Some((_, claim)) = claims.find(|(placed, _)| placed.claim.kind() != self.kind) {
            return Err(ClaimError::Kind { claim });
        }
        let failed = self.balance();
        if !failed.is_empty() {
            return Err(ClaimError::Unbalanced(failed));
        }
        Ok(self.write_segments(out)?)
    }
}
