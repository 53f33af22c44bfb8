//! Reads a 271 in one pass over its segments, tracking the loop of each.

use rust_decimal::Decimal;

use super::{
    Benefit, BenefitDetail, DatePeriod, Delivery, EligibilityError, Gender, Level, Network, PatientLoop, Person,
    Procedure, Rejection, RelatedEntity, Response, Trace, date, single_transaction,
};
use crate::parts::{At, Contact, Part, Reference};
use mc_x12::{Interchange, Segment};

impl Response {
    /// Reads a real-time 271, which is about one patient; both a subscriber and one dependent are
    /// kept. [`Response::read_all`] reads batches.
    ///
    /// # Errors
    /// [`EligibilityError`]; [`EligibilityError::Malformed`] without EB and AAA.
    pub fn parse(input: &[u8]) -> Result<Self, EligibilityError> {
        let interchange = Interchange::parse(input)?;
        let transaction = single_transaction(&interchange, "271")?;
        for level in ["22", "23"] {
            let levels = transaction.segments.iter().filter(|segment| segment.id() == "HL");
            let count = levels.filter(|hl| hl.element(3) == level).count();
            if count > 1 {
                return Err(EligibilityError::NotOnePatient { count });
            }
        }
        Self::of_segments(&transaction.segments)
    }

    /// The response about one patient, from the segments that lead to it.
    pub(super) fn of_segments<'s, 'a: 's>(
        segments: impl IntoIterator<Item = &'s Segment<'a>>,
    ) -> Result<Self, EligibilityError> {
        let mut walk = Walk::default();
        for segment in segments {
            walk.step(segment)?;
        }
        let response = walk.response;
        if response.benefits.is_empty() && response.rejections.is_empty() {
            return Err(EligibilityError::Malformed);
        }
        Ok(response)
    }
}

/// The hierarchical level (HL03).
#[derive(Clone, Copy, PartialEq, Eq, Default)]
enum Hierarchy {
    #[default]
    None,
    Source,
    Receiver,
    Subscriber,
    Dependent,
}

#[derive(Default)]
struct Walk {
    hierarchy: Hierarchy,
    /// The NM1 of this level was read.
    named: bool,
    /// An EB is open; the following segments belong to it.
    in_benefit: bool,
    response: Response,
}

impl Walk {
    fn step(&mut self, segment: &Segment<'_>) -> Result<(), EligibilityError> {
        match segment.id() {
            "BHT" => segment.element(3).clone_into(&mut self.response.reference),
            "HL" => self.enter(segment)?,
            "TRN" => self.response.traces.push(Trace {
                echoed: segment.element(1) == "2",
                number: segment.element(2).to_owned(),
                originator: segment.element(3).to_owned(),
                additional: segment.element(4).to_owned(),
            }),
            "AAA" => {
                let rejection = Rejection {
                    level: self.level().ok_or_else(|| bad(segment, 0))?,
                    request_valid: segment.element(1) == "Y",
                    code: segment.element(3).to_owned(),
                    follow_up: segment.element(4).to_owned(),
                };
                if let Some(benefit) = self.open_benefit() {
                    benefit.rejections.push(rejection.clone());
                }
                self.response.rejections.push(rejection);
            }
            "NM1" => self.name(segment),
            "DTP" => self.date(segment),
            "EB" => {
                let patient = match self.hierarchy {
                    Hierarchy::Subscriber => PatientLoop::Subscriber,
                    Hierarchy::Dependent => PatientLoop::Dependent,
                    _ => return Err(bad(segment, 0)),
                };
                self.response.benefits.push(benefit(segment, patient)?);
                self.in_benefit = true;
            }
            "DMG" | "INS" => self.demographics(segment),
            "MSG" | "III" | "HSD" => self.detail(segment)?,
            "REF" => self.reference(segment),
            "N3" | "N4" | "PER" | "PRV" => self.location(segment),
            _ => {} // LS, LE, HI, MPI and others are not used
        }
        Ok(())
    }

    fn enter(&mut self, segment: &Segment<'_>) -> Result<(), EligibilityError> {
        self.hierarchy = match segment.element(3) {
            "20" => Hierarchy::Source,
            "21" => Hierarchy::Receiver,
            "22" => Hierarchy::Subscriber,
            "23" => Hierarchy::Dependent,
            _ => return Err(bad(segment, 3)),
        };
        self.named = false;
        self.in_benefit = false;
        Ok(())
    }

    fn level(&self) -> Option<Level> {
        Some(match self.hierarchy {
            Hierarchy::None => return None,
            Hierarchy::Source if self.named => Level::Source,
            Hierarchy::Source => Level::SourceSystem,
            Hierarchy::Receiver => Level::Receiver,
            Hierarchy::Subscriber if self.in_benefit => Level::SubscriberBenefit,
            Hierarchy::Subscriber => Level::Subscriber,
            Hierarchy::Dependent if self.in_benefit => Level::DependentBenefit,
            Hierarchy::Dependent => Level::Dependent,
        })
    }

    fn person(&mut self) -> Option<&mut Person> {
        match self.hierarchy {
            Hierarchy::Subscriber => Some(self.response.subscriber.get_or_insert_default()),
            Hierarchy::Dependent => Some(self.response.dependent.get_or_insert_default()),
            _ => None,
        }
    }

    /// The EB that a segment belongs to.
    fn open_benefit(&mut self) -> Option<&mut Benefit> {
        if self.in_benefit {
            self.response.benefits.last_mut()
        } else {
            None
        }
    }

    fn name(&mut self, segment: &Segment<'_>) {
        self.named = true;
        let text = |n: usize| segment.element(n).to_owned();
        if let Some(benefit) = self.open_benefit() {
            benefit.related.push(RelatedEntity {
                role: text(1),
                is_person: segment.element(2) == "1",
                name: text(3),
                given: text(4),
                id_qualifier: text(8),
                id: text(9),
                ..RelatedEntity::default()
            });
        } else if self.hierarchy == Hierarchy::Source {
            self.response.payer_name = text(3);
            self.response.payer_id = text(9);
        } else if let Some(person) = self.person() {
            person.family = some(segment, 3);
            person.given = some(segment, 4);
            person.middle = some(segment, 5);
            person.suffix = some(segment, 7);
            person.member_id = some(segment, 9);
        }
    }

    fn demographics(&mut self, segment: &Segment<'_>) {
        if self.in_benefit {
            return;
        }
        let birth_date = date(segment.element(2));
        let is_birth_date = segment.id() == "DMG";
        if is_birth_date && birth_date.is_none() && !segment.element(2).is_empty() {
            self.response.unreadable_dates.push(segment.place());
        }
        let Some(person) = self.person() else { return };
        if is_birth_date {
            person.birth_date = birth_date;
            person.gender = Gender::from_code(segment.element(3));
        } else {
            person.relationship = some(segment, 2);
            person.corrected = segment.element(3) == "001" && segment.element(4) == "25";
        }
    }

    fn date(&mut self, segment: &Segment<'_>) {
        let text = segment.element(3);
        let (start, end) = match (segment.element(2), text.split_once('-')) {
            ("RD8", Some((start, end))) => (date(start), Some(date(end))),
            _ => (date(text), None),
        };
        let (Some(start), None | Some(Some(_))) = (start, end) else {
            self.response.unreadable_dates.push(segment.place());
            return;
        };
        let found = DatePeriod {
            qualifier: segment.element(1).to_owned(),
            start,
            end: end.flatten(),
        };
        match self.open_benefit() {
            Some(benefit) => benefit.dates.push(found),
            None => self.response.dates.push(found),
        }
    }

    /// REF of a benefit or of a person.
    fn reference(&mut self, segment: &Segment<'_>) {
        let Ok(reference) = Reference::read(At::new("", Reference::ID, segment)) else {
            return;
        };
        if let Some(benefit) = self.open_benefit() {
            benefit.references.push(reference);
        } else if let Some(person) = self.person() {
            person.references.push(reference);
        }
    }

    /// Address and contact of an entity of loop 2120 or of a person.
    fn location(&mut self, segment: &Segment<'_>) {
        if self.in_benefit {
            let Some(entity) = self.open_benefit().and_then(|benefit| benefit.related.last_mut()) else {
                return;
            };
            match segment.id() {
                "PER" => entity
                    .contacts
                    .extend(Contact::read(At::new("2120", Contact::ID, segment))),
                "PRV" => segment.element(3).clone_into(&mut entity.specialty),
                _ => entity.address.get_or_insert_default().take(segment),
            }
        } else if let Some(person) = self.person()
            && matches!(segment.id(), "N3" | "N4")
        {
            person.address.get_or_insert_default().take(segment);
        }
    }

    fn detail(&mut self, segment: &Segment<'_>) -> Result<(), EligibilityError> {
        let Some(benefit) = self.open_benefit() else {
            return Ok(());
        };
        match segment.id() {
            "MSG" => benefit.messages.push(segment.element(1).to_owned()),
            "III" if segment.element(1) == "ZZ" => benefit.places_of_service.push(segment.element(2).to_owned()),
            "III" => benefit.details.push(BenefitDetail {
                list: segment.element(1).to_owned(),
                code: segment.element(2).to_owned(),
                category: segment.element(3).to_owned(),
                text: segment.element(4).to_owned(),
            }),
            "HSD" => benefit.deliveries.push(Delivery {
                quantity_qualifier: segment.element(1).to_owned(),
                quantity: decimal(segment, 2)?,
                unit: segment.element(3).to_owned(),
                every: decimal(segment, 4)?,
                period: segment.element(5).to_owned(),
                periods: decimal(segment, 6)?,
                pattern: segment.element(7).to_owned(),
                time: segment.element(8).to_owned(),
            }),
            _ => {}
        }
        Ok(())
    }
}

fn benefit(eb: &Segment<'_>, patient: PatientLoop) -> Result<Benefit, EligibilityError> {
    let mut benefit = Benefit::new(eb.element(1));
    benefit.patient = patient;
    benefit.level = some(eb, 2);
    benefit.service_types = eb.repetitions(3).map(str::to_owned).collect();
    benefit.insurance_type = some(eb, 4);
    benefit.plan = some(eb, 5);
    benefit.period = some(eb, 6);
    benefit.amount = decimal(eb, 7)?;
    benefit.percent = decimal(eb, 8)?;
    benefit.quantity_qualifier = some(eb, 9);
    benefit.quantity = decimal(eb, 10)?;
    benefit.authorization_required = match eb.element(11) {
        "Y" => Some(true),
        "N" => Some(false),
        _ => None,
    };
    benefit.network = Network::from_code(eb.element(12));
    benefit.pointers = eb.components(14).filter(|p| !p.is_empty()).map(str::to_owned).collect();
    if !eb.element(13).is_empty() {
        let mut parts = eb.components(13).map(str::to_owned);
        benefit.procedure = Some(Procedure {
            qualifier: parts.next().unwrap_or_default(),
            code: parts.next().unwrap_or_default(),
            modifiers: parts.filter(|m| !m.is_empty()).collect(),
        });
    }
    Ok(benefit)
}

fn some(segment: &Segment<'_>, element: usize) -> Option<String> {
    Some(segment.element(element))
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}

fn bad(segment: &Segment<'_>, element: usize) -> EligibilityError {
    EligibilityError::BadElement {
        place: segment.place(),
        element,
    }
}

/// An X12 number of type R: digits, one optional point, an optional leading minus. Empty is absent.
/// An invalid one is an error, because a benefit without its amount would mislead.
fn decimal(segment: &Segment<'_>, element: usize) -> Result<Option<Decimal>, EligibilityError> {
    let text = segment.element(element);
    if text.is_empty() {
        return Ok(None);
    }
    let digits = text.strip_prefix('-').unwrap_or(text);
    let shaped = digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && digits.bytes().filter(|b| *b == b'.').count() <= 1
        && digits.bytes().any(|b| b.is_ascii_digit());
    if !shaped {
        return Err(bad(segment, element));
    }
    Decimal::from_str_exact(text)
        .map(Some)
        .map_err(|_| bad(segment, element))
}
