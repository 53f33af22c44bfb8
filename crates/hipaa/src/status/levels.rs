//! Payer, information receiver, provider, patient: the levels of 276 and 277.

use serde::Serialize;
use std::fmt;

use super::information::StatusInformation;
use crate::parts::{
    Contact, Demographics, Hierarchy, Name, Part, first, last, levels, list, need, one, redact_debug, write_all,
};
use mc_x12::tree::Node;
use mc_x12::{Builder, Line, WriteError};

/// The payer (loop 2000A).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Source<T> {
    /// Role `PR`.
    pub name: Name,
    /// In a response: contacts for further questions.
    pub contacts: Vec<Contact>,
    pub receivers: Vec<Receiver<T>>,
}

/// The information receiver (loop 2000B).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Receiver<T> {
    /// Role `41`; id `46`.
    pub name: Name,
    /// In a response: why claims below were not looked up.
    pub status: Option<LevelStatus>,
    pub providers: Vec<Provider<T>>,
}

/// The provider of the service (loop 2000C).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Provider<T> {
    /// Role `1P`; once with the NPI, a second time with another id where both are needed.
    pub names: Vec<Name>,
    /// In a response: why claims below were not looked up.
    pub status: Option<LevelStatus>,
    pub patients: Vec<Patient<T>>,
}

/// A patient with the claims in question (loops 2000D and 2000E).
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Patient<T> {
    pub subscriber: Person,
    /// `None` where the subscriber is the patient.
    pub dependent: Option<Person>,
    pub claims: Vec<T>,
}

/// A subscriber or a dependent.
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct Person {
    /// Role `IL` or `QC`; id `MI` member id.
    pub name: Name,
    /// In an inquiry.
    pub demographics: Option<Demographics>,
}

/// Why a whole level has no response (loops 2200B and 2200C).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct LevelStatus {
    /// TRN02.
    pub trace: String,
    pub information: Vec<StatusInformation>,
}

redact_debug!(Person);

impl<T> fmt::Debug for Patient<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Patient([phi])")
    }
}

/// The differences between a 276 and a 277.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Kind {
    /// GS01.
    pub(super) functional_id: &'static str,
    /// ST01.
    pub(super) id: &'static str,
    /// BHT02.
    pub(super) purpose: &'static str,
    /// BHT06; empty where it is not used.
    pub(super) type_code: &'static str,
}

/// A claim of an inquiry or of a response.
pub trait ClaimLevel: Sized {
    /// The transaction set that contains it.
    const KIND: Kind;
    /// Loop 2200D or 2200E.
    fn read(node: &Node<'_>) -> Self;
    fn write(&self, out: &mut Builder) -> Result<(), WriteError>;
}

// Not derived: claims need no default.
impl<T> Default for Source<T> {
    fn default() -> Self {
        Self {
            name: Name::default(),
            contacts: Vec::new(),
            receivers: Vec::new(),
        }
    }
}

impl<T> Default for Receiver<T> {
    fn default() -> Self {
        Self {
            name: Name::default(),
            status: None,
            providers: Vec::new(),
        }
    }
}

impl<T> Default for Provider<T> {
    fn default() -> Self {
        Self {
            names: Vec::new(),
            status: None,
            patients: Vec::new(),
        }
    }
}

impl<T> Source<T> {
    /// The same levels with the claims of a response.
    pub(super) fn answered<A>(&self, claim: &mut impl FnMut(&T) -> A) -> Source<A> {
        let receivers = self.receivers.iter().map(|receiver| Receiver {
            name: receiver.name.clone(),
            status: None,
            providers: receiver.providers.iter().map(|p| p.answered(claim)).collect(),
        });
        Source {
            name: self.name.clone(),
            contacts: Vec::new(),
            receivers: receivers.collect(),
        }
    }
}

impl<T> Provider<T> {
    fn answered<A>(&self, claim: &mut impl FnMut(&T) -> A) -> Provider<A> {
        let by_name = |person: &Person| Person::new(person.name.clone(), None);
        let patients = self.patients.iter().map(|patient| Patient {
            subscriber: by_name(&patient.subscriber),
            dependent: patient.dependent.as_ref().map(by_name),
            claims: patient.claims.iter().map(&mut *claim).collect(),
        });
        Provider {
            names: self.names.clone(),
            status: None,
            patients: patients.collect(),
        }
    }
}

impl Person {
    pub fn new(name: Name, demographics: Option<Demographics>) -> Self {
        Self { name, demographics }
    }

    fn read(node: &Node<'_>) -> Self {
        Self {
            name: name(node),
            demographics: first(node),
        }
    }

    fn write(&self, out: &mut Builder) -> Result<(), WriteError> {
        write_all(out, &self.demographics)?;
        out.push(self.name.line()?)
    }
}

impl LevelStatus {
    fn read(node: &Node<'_>) -> Option<Self> {
        inside(node, "2200").next().map(|inner| Self {
            trace: need(inner, "TRN").text(2),
            information: list(inner),
        })
    }

    fn write(&self, out: &mut Builder, kind: &str) -> Result<(), WriteError> {
        out.push(Line::new("TRN").code(kind).required(&self.trace, 50))?;
        write_all(out, &self.information)
    }
}

/// The loops inside whose id begins with `family`: `2200` for 2200D and 2200E.
pub(super) fn inside<'n, 'a>(node: &'n Node<'a>, family: &'static str) -> impl Iterator<Item = &'n Node<'a>> {
    node.loops.iter().filter(move |inner| inner.id().starts_with(family))
}

fn name(node: &Node<'_>) -> Name {
    inside(node, "2100").next().map(one).unwrap_or_default()
}

/// Reads the levels of a transaction set. A level without the one above it is below an empty one.
pub(super) fn read<T: ClaimLevel>(node: &Node<'_>) -> Vec<Source<T>> {
    let mut sources: Vec<Source<T>> = Vec::new();
    // A subscriber without claims of their own, only of dependents, has no entry.
    let mut subscriber = Person::default();
    for node in levels(node) {
        match node.id() {
            "2000A" => sources.push(Source {
                name: name(node),
                contacts: inside(node, "2100").next().map_or_else(Vec::new, list),
                receivers: Vec::new(),
            }),
            "2000B" => last(&mut sources).receivers.push(Receiver {
                name: name(node),
                status: LevelStatus::read(node),
                providers: Vec::new(),
            }),
            "2000C" => {
                let provider = Provider {
                    names: inside(node, "2100").map(one).collect(),
                    status: LevelStatus::read(node),
                    patients: Vec::new(),
                };
                last(&mut last(&mut sources).receivers).providers.push(provider);
                subscriber = Person::default();
            }
            level @ ("2000D" | "2000E") => {
                let person = Person::read(node);
                let claims: Vec<T> = inside(node, "2200").map(T::read).collect();
                if level == "2000D" {
                    subscriber = person.clone();
                }
                if level == "2000E" || !claims.is_empty() {
                    let receiver = last(&mut last(&mut sources).receivers);
                    last(&mut receiver.providers).patients.push(Patient {
                        subscriber: subscriber.clone(),
                        dependent: (level == "2000E").then_some(person),
                        claims,
                    });
                }
            }
            _ => {}
        }
    }
    sources
}

/// Writes the levels of a transaction set.
pub(super) fn write<T: ClaimLevel>(out: &mut Builder, sources: &[Source<T>]) -> Result<(), WriteError> {
    let mut numbers = Hierarchy::default();
    for source in sources {
        let level = numbers.open(out, None, "20", true)?;
        out.push(source.name.line()?)?;
        write_all(out, &source.contacts)?;
        for receiver in &source.receivers {
            let level = numbers.open(out, Some(level), "21", !receiver.providers.is_empty())?;
            out.push(receiver.name.line()?)?;
            if let Some(status) = &receiver.status {
                status.write(out, "2")?;
            }
            for provider in &receiver.providers {
                write_provider(out, &mut numbers, level, provider)?;
            }
        }
    }
    Ok(())
}

fn write_provider<T: ClaimLevel>(
    out: &mut Builder,
    numbers: &mut Hierarchy,
    parent: u32,
    provider: &Provider<T>,
) -> Result<(), WriteError> {
    let level = numbers.open(out, Some(parent), "19", !provider.patients.is_empty())?;
    write_all(out, &provider.names)?;
    if let Some(status) = &provider.status {
        status.write(out, "1")?;
    }
    // Dependents share the level of their subscriber and follow the subscriber's own claims.
    let family = |a: &Patient<T>, b: &Patient<T>| a.subscriber == b.subscriber && b.dependent.is_some();
    for patients in provider.patients.chunk_by(family) {
        let Some(first) = patients.first() else { continue };
        let has_dependents = patients.iter().any(|patient| patient.dependent.is_some());
        let level = numbers.open(out, Some(level), "22", has_dependents)?;
        first.subscriber.write(out)?;
        for patient in patients {
            if let Some(dependent) = &patient.dependent {
                numbers.open(out, Some(level), "23", None)?;
                dependent.write(out)?;
            }
            if patient.claims.is_empty() {
                let segment = "TRN";
                return Err(WriteError::Missing { segment, element: 2 });
            }
            patient.claims.iter().try_for_each(|claim| claim.write(out))?;
        }
    }
    Ok(())
}
