//! The 270 with any number of patients.

use serde::Serialize;
use std::fmt;

use chrono::NaiveDateTime;

use super::beginning;
use super::person::InquiryPerson;
use crate::claim::check_npi;
use crate::eligibility::VERSION;
use crate::parts::{
    Address, Amount, Dated, Hierarchy, Name, Part, Procedure, Read, Reference, Trace, ViewError, all, composite, find,
    inner, list, moment, need, redact_debug, write_all,
};
use mc_x12::tree::Node;
use mc_x12::{Builder, Envelope, Line, Transaction, TransactionKind, TransactionSet, WriteError};

/// One transaction set 270.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InquiryBatch {
    /// BHT02: `13` request, `01` cancellation.
    pub purpose: String,
    /// BHT03; may be empty in a batch, where traces identify responses.
    pub reference: String,
    /// BHT04 and BHT05.
    pub created_at: Option<NaiveDateTime>,
    pub sources: Vec<InquirySource>,
}

/// The payer (loop 2000A).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InquirySource {
    /// Role `PR`; id `PI`.
    pub name: Name,
    pub receivers: Vec<InquiryReceiver>,
}

/// The requesting provider (loop 2000B).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InquiryReceiver {
    /// Role `1P`; id `XX`.
    pub name: Name,
    pub references: Vec<Reference>,
    pub address: Option<Address>,
    /// PRV01 and PRV03.
    pub specialty: Option<(String, String)>,
    pub patients: Vec<InquiryPatient>,
}

/// A patient (loops 2000C and 2000D).
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct InquiryPatient {
    pub subscriber: InquiryPerson,
    /// `None` where the subscriber is the patient.
    pub dependent: Option<InquiryPerson>,
    pub traces: Vec<Trace>,
    pub questions: Vec<Question>,
}

/// A question about eligibility or a benefit (loop 2110).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct Question {
    /// EQ01, repeating (data element 1365).
    pub service_types: Vec<String>,
    /// EQ02.
    pub procedure: Option<Procedure>,
    /// EQ03: `FAM` includes the family's benefits.
    pub level: String,
    /// EQ05: numbers of the patient's diagnoses.
    pub pointers: Vec<String>,
    /// `R` spend down, `PB` billed.
    pub amounts: Vec<Amount>,
    /// III02: place of service.
    pub place: String,
    /// `9F` referral, `G1` authorization.
    pub references: Vec<Reference>,
    /// `291`
    pub dates: Vec<Dated>,
}

redact_debug!(Question);

impl fmt::Debug for InquiryPatient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InquiryPatient([phi])")
    }
}

impl InquiryBatch {
    pub fn new(reference: impl Into<String>, created_at: NaiveDateTime) -> Self {
        Self {
            purpose: "13".to_owned(),
            reference: reference.into(),
            created_at: Some(created_at),
            sources: Vec::new(),
        }
    }

    /// Adds the inquiries of one provider to one payer.
    #[must_use]
    pub fn with_patients(mut self, payer: Name, provider: Name, patients: Vec<InquiryPatient>) -> Self {
        let receivers = vec![InquiryReceiver {
            name: provider,
            references: Vec::new(),
            address: None,
            specialty: None,
            patients,
        }];
        self.sources.push(InquirySource { name: payer, receivers });
        self
    }

    /// Every patient, in order.
    pub fn patients(&self) -> impl Iterator<Item = &InquiryPatient> {
        let receivers = self.sources.iter().flat_map(|source| &source.receivers);
        receivers.flat_map(|receiver| &receiver.patients)
    }

    /// Reads one transaction set by its guide. What cannot be read is listed, and the rest is read.
    ///
    /// # Errors
    /// [`ViewError`] for another transaction set.
    pub fn read(transaction: &Transaction<'_>) -> Result<Read<Self>, ViewError> {
        Read::of(transaction, "270", Self::from_node)
    }

    /// Reads the loops of a transaction set.
    pub fn from_node(node: &Node<'_>) -> Self {
        let bht = need(node, "BHT");
        let sources = node.children("2000A").map(InquirySource::read);
        Self {
            purpose: bht.text(2),
            reference: bht.text(3),
            created_at: moment(&bht.text(4), &bht.text(5)),
            sources: sources.collect(),
        }
    }

    /// Writes the interchange.
    ///
    /// # Errors
    /// [`WriteError`] naming the field that does not fit; [`WriteError::Missing`] for a patient
    /// without a question.
    pub fn to_x12(&self, envelope: &Envelope) -> Result<String, WriteError> {
        envelope.enclose(self)
    }
}

impl TransactionSet for InquiryBatch {
    type Error = WriteError;

    fn kind(&self) -> TransactionKind {
        TransactionKind {
            functional_id: "HS",
            id: "270",
            version: VERSION,
        }
    }

    fn write(&self, out: &mut Builder) -> Result<(), WriteError> {
        out.push(beginning(&self.purpose, &self.reference, self.created_at))?;
        let mut numbers = Hierarchy::default();
        for source in &self.sources {
            let level = numbers.open(out, None, "20", true)?;
            out.push(source.name.line()?)?;
            for receiver in &source.receivers {
                receiver.write(out, &mut numbers, level)?;
            }
        }
        Ok(())
    }
}

impl InquirySource {
    fn read(node: &Node<'_>) -> Self {
        Self {
            name: Name::read(need(inner(node, "2100A"), "NM1")),
            receivers: node.children("2000B").map(InquiryReceiver::read).collect(),
        }
    }
}

impl InquiryReceiver {
    fn read(node: &Node<'_>) -> Self {
        let own = inner(node, "2100B");
        let mut patients = Vec::new();
        for level in node.children("2000C") {
            let subscriber = InquiryPerson::read(inner(level, "2100C"));
            let dependents: Vec<_> = level.children("2000D").collect();
            let patient = InquiryPatient::read(level, &subscriber, None);
            if !patient.questions.is_empty() || dependents.is_empty() {
                patients.push(patient);
            }
            for below in dependents {
                let dependent = InquiryPerson::read(inner(below, "2100D"));
                patients.push(InquiryPatient::read(below, &subscriber, Some(dependent)));
            }
        }
        Self {
            name: Name::read(need(own, "NM1")),
            references: list(own),
            address: Address::read(own),
            specialty: find(own, "PRV").map(|prv| (prv.text(1), prv.text(3))),
            patients,
        }
    }

    fn write(&self, out: &mut Builder, numbers: &mut Hierarchy, parent: u32) -> Result<(), WriteError> {
        let parent = numbers.open(out, Some(parent), "21", true)?;
        check_npi(&self.name)?;
        out.push(self.name.line()?)?;
        write_all(out, &self.references)?;
        Address::write_if(self.address.as_ref(), out)?;
        if let Some((role, taxonomy)) = &self.specialty {
            out.push(Line::new("PRV").required(role, 3).code("PXC").data(taxonomy, 50))?;
        }
        // Dependents share the level of their subscriber and follow the subscriber's own questions.
        let family = |a: &InquiryPatient, b: &InquiryPatient| a.subscriber == b.subscriber && b.dependent.is_some();
        for patients in self.patients.chunk_by(family) {
            let Some(first) = patients.first() else { continue };
            let has_dependents = patients.iter().any(|patient| patient.dependent.is_some());
            let level = numbers.open(out, Some(parent), "22", has_dependents)?;
            if first.dependent.is_none() {
                write_all(out, &first.traces)?;
            }
            first.subscriber.write(out, true)?;
            for patient in patients {
                if let Some(dependent) = &patient.dependent {
                    numbers.open(out, Some(level), "23", false)?;
                    write_all(out, &patient.traces)?;
                    dependent.write(out, false)?;
                }
                patient.write_questions(out)?;
            }
        }
        Ok(())
    }
}

impl InquiryPatient {
    /// A subscriber with a question about these services.
    pub fn subscriber<S: Into<String>>(
        person: InquiryPerson,
        trace: Trace,
        service_types: impl IntoIterator<Item = S>,
    ) -> Self {
        Self {
            subscriber: person,
            dependent: None,
            traces: vec![trace],
            questions: vec![Question::about(service_types)],
        }
    }

    /// The same question about a dependent.
    #[must_use]
    pub fn of_dependent(mut self, dependent: InquiryPerson) -> Self {
        self.dependent = Some(dependent);
        self
    }

    /// The patient.
    pub fn patient(&self) -> &InquiryPerson {
        self.dependent.as_ref().unwrap_or(&self.subscriber)
    }

    fn read(node: &Node<'_>, subscriber: &InquiryPerson, dependent: Option<InquiryPerson>) -> Self {
        let person = node.loops.iter().filter(|inner| inner.id().starts_with("2100"));
        let questions = person.flat_map(|inner| &inner.loops);
        let questions = questions.filter(|inner| inner.id().starts_with("2110"));
        Self {
            subscriber: subscriber.clone(),
            dependent,
            traces: list(node),
            questions: questions.map(Question::read).collect(),
        }
    }

    fn write_questions(&self, out: &mut Builder) -> Result<(), WriteError> {
        if self.questions.is_empty() {
            let (segment, element) = ("EQ", 1);
            return Err(WriteError::Missing { segment, element });
        }
        self.questions.iter().try_for_each(|question| question.write(out))
    }
}

impl Question {
    /// A question about the coverage of these services.
    pub fn about<S: Into<String>>(service_types: impl IntoIterator<Item = S>) -> Self {
        Self {
            service_types: service_types.into_iter().map(Into::into).collect(),
            ..Self::default()
        }
    }

    fn read(node: &Node<'_>) -> Self {
        let eq = need(node, "EQ");
        Self {
            service_types: eq.repetitions(1),
            procedure: Procedure::read(eq, 2),
            level: eq.text(3),
            pointers: eq.components(5),
            amounts: list(node),
            place: all(node, "III").map(|iii| iii.text(2)).next().unwrap_or_default(),
            references: list(node),
            dates: list(node),
        }
    }

    fn write(&self, out: &mut Builder) -> Result<(), WriteError> {
        let segment = "EQ";
        let procedure = self
            .procedure
            .as_ref()
            .map(|procedure| procedure.components(segment, 2));
        if self.service_types.is_empty() && procedure.is_none() {
            return Err(WriteError::Missing { segment, element: 1 });
        }
        out.push(
            Line::new(segment)
                .repeated(&self.service_types, 2)
                .composite(procedure.transpose()?.unwrap_or_default(), 80)
                .data(&self.level, 3)
                .skip(1)
                .composite(composite(self.pointers.clone()), 2),
        )?;
        write_all(out, &self.amounts)?;
        if !self.place.is_empty() {
            out.push(Line::new("III").code("ZZ").data(&self.place, 30))?;
        }
        write_all(out, &self.references)?;
        write_all(out, &self.dates)
    }
}
