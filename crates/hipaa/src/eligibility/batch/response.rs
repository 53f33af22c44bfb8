//! The 271 with any number of patients.

use chrono::NaiveDateTime;
use serde::Serialize;

use super::beginning;
use super::patients::responses;
use crate::eligibility::benefit_write::{date, write_benefit};
use crate::eligibility::response_read::levels;
use crate::eligibility::{
    EligibilityError, InquiryBatch, Level, PatientLoop, Person, Rejection, Response, VERSION, supported,
};
use crate::parts::{self, Contact, Hierarchy, Name, Part, find, inner, moment, need, write_all};
use mc_x12::{Builder, Envelope, Transaction, TransactionKind, TransactionSet, WriteError};

/// One transaction set 271 of one payer for one provider, to be written, with a response for each
/// patient.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ResponseBatch {
    /// BHT03 of the inquiry.
    pub reference: String,
    /// BHT04 and BHT05.
    pub created_at: Option<NaiveDateTime>,
    /// Role `PR`; id `PI`.
    pub payer: Name,
    /// PER of loop 2100A, up to three.
    pub payer_contacts: Vec<Contact>,
    /// Role `1P`; id `XX`.
    pub provider: Name,
    /// One for each patient. Traces, persons, dates, rejections and benefits are written.
    /// Alternatively a single one without persons, whose rejections are at the level of the payer
    /// ([`Level::SourceSystem`], [`Level::Source`]) or of the provider ([`Level::Receiver`]): the
    /// transaction set then ends at that level, without patients and their traces.
    pub responses: Vec<Response>,
}

impl Response {
    /// Reads every patient of a 271, in order. Segments at the levels above a patient are part of
    /// each response. A level without levels below is a response of its own, with its rejections. A
    /// subscriber with their own benefits or rejections is a patient as well as their dependents.
    ///
    /// # Errors
    /// [`EligibilityError`]; [`EligibilityError::Malformed`] for a patient with neither EB nor AAA.
    pub fn read_all(transaction: &Transaction<'_>) -> Result<Vec<Self>, EligibilityError> {
        supported(transaction, "271")?;
        responses(transaction)
    }
}

impl ResponseBatch {
    /// Responses for every patient of the first payer and provider of an inquiry: traces are echoed
    /// and persons kept; benefits or rejections are added by the caller.
    pub fn answering(inquiry: &InquiryBatch, created_at: NaiveDateTime) -> Option<Self> {
        let source = inquiry.sources.first()?;
        let receiver = source.receivers.first()?;
        let responses = receiver.patients.iter().map(|patient| Response {
            reference: inquiry.reference.clone(),
            traces: patient.traces.iter().map(crate::parts::Trace::echo).collect(),
            payer_name: source.name.last.clone(),
            payer_id: id(&source.name),
            subscriber: Some(Person::known_as(&patient.subscriber)),
            dependent: patient.dependent.as_ref().map(Person::known_as),
            ..Response::default()
        });
        Some(Self {
            reference: inquiry.reference.clone(),
            created_at: Some(created_at),
            payer: source.name.clone(),
            payer_contacts: Vec::new(),
            provider: receiver.name.clone(),
            responses: responses.collect(),
        })
    }

    /// Reads a transaction set of one payer for one provider.
    ///
    /// # Errors
    /// As [`Response::read_all`]; [`EligibilityError::BadElement`] with the level (HL) of a further
    /// payer or provider, [`EligibilityError::Missing`] without a payer.
    pub fn read(transaction: &Transaction<'_>) -> Result<Self, EligibilityError> {
        let root = levels(transaction)?.root;
        for level in ["2000A", "2000B"] {
            let mut levels = parts::levels(&root).into_iter().filter(|of| of.id() == level);
            if let Some(further) = levels.nth(1).and_then(|of| of.segment("HL")) {
                let (place, element) = (further.place(), 3);
                return Err(EligibilityError::BadElement { place, element });
            }
        }
        let responses = Response::read_all(transaction)?;
        let bht = need(&root, "BHT");
        let source = inner(&root, "2000A");
        let payer = find(inner(source, "2100A"), "NM1").map(Name::read);
        let provider = find(inner(inner(source, "2000B"), "2100B"), "NM1").map(Name::read);
        let payer = payer.ok_or(EligibilityError::Missing { what: "NM1" })?;
        Ok(Self {
            reference: bht.text(3),
            created_at: moment(&bht.text(4), &bht.text(5)),
            payer,
            payer_contacts: responses
                .first()
                .map(|first| first.payer_contacts.clone())
                .unwrap_or_default(),
            provider: provider.unwrap_or_default(),
            responses,
        })
    }

    /// A rejection of an inquiry as a whole: all rejections concern its first payer, or all concern
    /// that payer's first provider. The payer cannot respond now, or does not know the provider.
    /// Traces are not echoed; [`Self::reference`] is.
    pub fn rejecting(
        inquiry: &InquiryBatch,
        created_at: NaiveDateTime,
        rejections: impl Into<Vec<Rejection>>,
    ) -> Option<Self> {
        let mut batch = Self::answering(inquiry, created_at)?;
        batch.responses = vec![Response {
            reference: batch.reference.clone(),
            payer_name: batch.payer.last.clone(),
            payer_id: id(&batch.payer),
            rejections: rejections.into(),
            ..Response::default()
        }];
        Some(batch)
    }

    /// The rejections above all patients; empty where patients have responses.
    fn rejected(&self) -> Result<&[Rejection], WriteError> {
        let is_above = |response: &&Response| response.rejections.iter().any(|one| one.level <= Level::Receiver);
        let Some(response) = self.responses.iter().find(is_above) else {
            return Ok(&[]);
        };
        let levels = || response.rejections.iter().map(|rejection| rejection.level);
        let of_provider = levels().all(|level| level == Level::Receiver);
        let of_payer = levels().all(|level| level <= Level::Source) && levels().is_sorted();
        // A patient without a level has nothing else.
        let rejected_only = Response {
            reference: response.reference.clone(),
            payer_name: response.payer_name.clone(),
            payer_id: response.payer_id.clone(),
            payer_contacts: response.payer_contacts.clone(),
            rejections: response.rejections.clone(),
            ..Response::default()
        };
        if self.responses.len() == 1 && (of_payer || of_provider) && *response == rejected_only {
            return Ok(&response.rejections);
        }
        Err(WriteError::Form {
            segment: "AAA",
            element: 1,
        })
    }

    /// Writes the interchange.
    ///
    /// # Errors
    /// [`WriteError`] naming the field that does not fit; [`WriteError::Missing`] for a response
    /// without a subscriber; [`WriteError::Form`] for one with neither benefit nor rejection, with
    /// some of another level or loop than its patient's, or in addition to a rejection at the level
    /// of payer or provider.
    pub fn to_x12(&self, envelope: &Envelope) -> Result<String, WriteError> {
        envelope.enclose(self)
    }
}

impl TransactionSet for ResponseBatch {
    type Error = WriteError;

    fn kind(&self) -> TransactionKind {
        TransactionKind {
            functional_id: "HB",
            id: "271",
            version: VERSION,
        }
    }

    fn write(&self, out: &mut Builder) -> Result<(), WriteError> {
        out.push(beginning("11", &self.reference, self.created_at))?;
        let rejected = self.rejected()?;
        let ends_at = |levels: &[Level]| rejected.iter().any(|rejection| levels.contains(&rejection.level));
        let ends_at_payer = ends_at(&[Level::SourceSystem, Level::Source]);
        let mut numbers = Hierarchy::default();
        let source = numbers.open(out, None, "20", !ends_at_payer)?;
        write_rejections(out, rejected, Level::SourceSystem)?;
        out.push(self.payer.line()?)?;
        write_all(out, &self.payer_contacts)?;
        write_rejections(out, rejected, Level::Source)?;
        if ends_at_payer {
            return Ok(());
        }
        let ends_here = ends_at(&[Level::Receiver]) || self.responses.is_empty();
        let receiver = numbers.open(out, Some(source), "21", !ends_here)?;
        out.push(self.provider.line()?)?;
        write_rejections(out, rejected, Level::Receiver)?;
        if ends_here {
            return Ok(());
        }
        for response in &self.responses {
            write_patient(out, &mut numbers, receiver, response)?;
        }
        Ok(())
    }
}

fn id(name: &Name) -> String {
    name.id.as_ref().map(|id| id.value.clone()).unwrap_or_default()
}

fn write_rejections(out: &mut Builder, all: &[Rejection], at: Level) -> Result<(), WriteError> {
    let mut here = all.iter().filter(|rejection| rejection.level == at);
    here.try_for_each(|rejection| out.push(rejection.line()))
}

fn write_patient(
    out: &mut Builder,
    numbers: &mut Hierarchy,
    parent: u32,
    response: &Response,
) -> Result<(), WriteError> {
    let (segment, element) = ("NM1", 1);
    let subscriber = response.subscriber.as_ref();
    let subscriber = subscriber.ok_or(WriteError::Missing { segment, element })?;
    let (level, patient) = match response.dependent {
        None => (Level::Subscriber, PatientLoop::Subscriber),
        Some(_) => (Level::Dependent, PatientLoop::Dependent),
    };
    check(response, level, patient)?;
    let parent = numbers.open(out, Some(parent), "22", response.dependent.is_some())?;
    let person = match &response.dependent {
        None => {
            write_all(out, &response.traces)?;
            subscriber.write(out, "IL")?;
            subscriber
        }
        Some(dependent) => {
            subscriber.write(out, "IL")?;
            subscriber.write_rest(out, true)?;
            subscriber.write_military(out)?;
            numbers.open(out, Some(parent), "23", false)?;
            write_all(out, &response.traces)?;
            dependent.write(out, "03")?;
            dependent
        }
    };
    write_rejections(out, &response.rejections, level)?;
    person.write_rest(out, response.dependent.is_none())?;
    for period in &response.dates {
        out.push(date(period))?;
    }
    person.write_military(out)?;
    response
        .benefits
        .iter()
        .try_for_each(|benefit| write_benefit(out, benefit))
}

/// Rejections of benefits belong to their benefits, the others to the patient's level.
fn check(response: &Response, level: Level, patient: PatientLoop) -> Result<(), WriteError> {
    let element = 1;
    let of_benefits: Vec<_> = response
        .benefits
        .iter()
        .flat_map(|benefit| &benefit.rejections)
        .collect();
    let others: Vec<_> = response
        .rejections
        .iter()
        .filter(|rejection| rejection.level != level)
        .collect();
    if others != of_benefits || (response.benefits.is_empty() && response.rejections.is_empty()) {
        return Err(WriteError::Form {
            segment: "AAA",
            element,
        });
    }
    if response.benefits.iter().any(|benefit| benefit.patient != patient) {
        return Err(WriteError::Form { segment: "EB", element });
    }
    Ok(())
}

impl Person {
    /// The person as in an inquiry.
    fn known_as(person: &super::InquiryPerson) -> Self {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let born = person.demographics.as_ref();
        Self {
            member_id: some(&id(&person.name)),
            family: some(&person.name.last),
            given: some(&person.name.first),
            middle: some(&person.name.middle),
            suffix: some(&person.name.suffix),
            references: person.references.clone(),
            address: person.address.clone(),
            relationship: some(&person.relationship),
            birth_date: born.and_then(|born| born.birth_date),
            gender: born.and_then(|born| born.gender),
            birth_sequence: some(&person.birth_sequence),
            provider: person.provider.clone(),
            diagnoses: person.diagnoses.clone(),
            military: None,
            corrected: (!person.relationship.is_empty()).then_some(false),
        }
    }
}
