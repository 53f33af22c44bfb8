//! Requests and responses of every shape that can be written.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::subsequence;

use super::super::*;
use crate::claim::{Admission, Attachment, Conditions, HealthCode, Tooth};
use crate::parts::arbitrary::*;
use crate::parts::{Delivery, Trace};

/// An empty list where the loop has no place for the segment.
fn only<T: Clone + std::fmt::Debug + 'static>(there: bool, some: BoxedStrategy<Vec<T>>) -> BoxedStrategy<Vec<T>> {
    if there { some } else { Just(Vec::new()).boxed() }
}

pub(super) fn rejections(answered: bool) -> BoxedStrategy<Vec<Rejection>> {
    let one = (any::<bool>(), maybe(2), maybe(1)).prop_map(|(valid, code, advice)| Rejection::new(valid, code, advice));
    only(answered, vec(one, 0..3).boxed())
}

fn specialty() -> BoxedStrategy<(String, String)> {
    prop_oneof![Just(Default::default()), (code(&["PE", "AT"]), text(50))].boxed()
}

prop_compose! {
    pub(super) fn party(role: &'static str, answered: bool)(
        name in name(role), references in references(&["1J", "EI"]), address in option::of(address()),
        contacts in vec(contact(&["IC"]), 0..2), rejections in rejections(answered), specialty in specialty(),
    ) -> Party {
        let (specialty_role, specialty) = specialty;
        Party { references, address, contacts, rejections, specialty_role, specialty, ..Party::new(name) }
    }
}

/// A reviewer in a response.
pub(super) fn reviewer() -> BoxedStrategy<Party> {
    let strip = |party: Party| Party {
        contacts: party.contacts,
        rejections: party.rejections,
        ..Party::new(party.name)
    };
    party("X3", true).prop_map(strip).boxed()
}

pub(super) fn requester() -> BoxedStrategy<Party> {
    let strip = |party: Party| Party {
        address: None,
        contacts: Vec::new(),
        ..party
    };
    party("1P", true).prop_map(strip).boxed()
}

fn other_reviewer() -> BoxedStrategy<Party> {
    let parts = (name("CA"), vec(text(30), 1..4), vec(dated(&["598"]), 0..2));
    parts
        .prop_map(|(name, reasons, dates)| Party {
            reasons,
            dates,
            ..Party::new(name)
        })
        .boxed()
}

fn transport() -> BoxedStrategy<Party> {
    (name("PW"), address())
        .prop_map(|(name, address)| Party {
            address: Some(address),
            ..Party::new(name)
        })
        .boxed()
}

prop_compose! {
    pub(super) fn member(role: &'static str, answered: bool)(
        name in name(role), references in references(&["EJ", "SY"]), address in option::of(address()),
        rejections in rejections(answered), demographics in option::of(demographics()),
        relationship in option::of((any::<bool>(), text(2), maybe(2), maybe(9))),
    ) -> Member {
        let relationship = relationship.map(|(is_subscriber, code, employment, birth_sequence)| Relationship {
            is_subscriber: Some(is_subscriber), code, employment, birth_sequence,
        });
        Member { name, references, address, rejections, demographics, relationship }
    }
}

prop_compose! {
    fn review()(
        codes in (text(2), maybe(1), maybe(2), maybe(2), maybe(1), maybe(1)), causes in vec(text(3), 0..6),
        rest in (maybe(3), maybe(1), maybe(1), maybe(1), maybe(2)),
    ) -> Review {
        let (category, certification, service_type, facility, facility_list, frequency) = codes;
        let (urgency, condition, prognosis, release, delay) = rest;
        Review {
            category, certification, service_type, facility, facility_list, frequency, causes, urgency, condition, prognosis, release, delay,
        }
    }
}

prop_compose! {
    fn decision()(
        action in text(2), number in maybe(50), reasons in vec(text(30), 0..3), second_opinion in option::of(any::<bool>()),
    ) -> Decision {
        Decision { action, number, reasons, second_opinion }
    }
}

fn delivery() -> BoxedStrategy<Delivery> {
    let whole = || option::of((0i64..999).prop_map(rust_decimal::Decimal::from));
    let texts = (text(2), maybe(2), maybe(2), maybe(2), maybe(1));
    (texts, whole(), whole(), whole())
        .prop_map(
            |((quantity_qualifier, unit, period, pattern, time), quantity, every, periods)| Delivery {
                quantity_qualifier,
                quantity,
                unit,
                every,
                period,
                periods,
                pattern,
                time,
            },
        )
        .boxed()
}

fn traces(answered: bool) -> BoxedStrategy<Vec<Trace>> {
    let trace = (any::<bool>(), text(50), text(10), maybe(50));
    let trace = trace.prop_map(move |(echoed, number, originator, additional)| Trace {
        echoed: Some(echoed && answered),
        number,
        originator,
        additional,
    });
    vec(trace, 0..3).boxed()
}

fn health_codes() -> BoxedStrategy<Vec<HealthCode>> {
    let parts = (code(&["ABK", "ABF", "LOI"]), text(30), option::of(when()));
    let one = parts.prop_map(|(qualifier, value, when)| HealthCode {
        when,
        ..HealthCode::new(qualifier, value)
    });
    vec(one, 0..13).boxed()
}

fn facts() -> BoxedStrategy<Vec<Facts>> {
    let all = vec![
        FactsKind::AmbulanceTransport,
        FactsKind::SpinalManipulation,
        FactsKind::HomeOxygen,
        FactsKind::HomeHealth,
    ];
    let elements = (vec(maybe(9), 0..10), text(9)).prop_map(|(mut first, last)| {
        first.truncate(9);
        first.push(last);
        first
    });
    (subsequence(all, 0..=4), vec(elements, 4))
        .prop_map(|(kinds, elements)| {
            let facts = kinds.into_iter().zip(elements);
            facts.map(|(kind, elements)| Facts { kind, elements }).collect()
        })
        .boxed()
}

prop_compose! {
    fn attachment()(kind in text(2), transmission in text(2), control_number in maybe(80), description in maybe(80)) -> Attachment {
        Attachment { kind, transmission, control_number, description }
    }
}

fn item() -> BoxedStrategy<Item> {
    let amount = || option::of(money());
    let one = || maybe(1);
    let professional = (
        procedure(),
        amount(),
        maybe(2),
        amount(),
        vec(text(2), 0..5),
        option::of(any::<bool>()),
        one(),
    );
    let professional = professional.prop_map(
        |(procedure, charge, unit, units, pointers, is_screening, level_of_care)| Item {
            procedure: Some(procedure),
            charge,
            unit,
            units,
            pointers,
            is_screening,
            level_of_care,
            ..Item::default()
        },
    );
    let institutional = (
        text(48),
        option::of(procedure()),
        amount(),
        maybe(2),
        amount(),
        amount(),
        one(),
        one(),
    );
    let institutional = institutional.prop_map(
        |(revenue_code, procedure, charge, unit, units, rate, residence, level_of_care)| Item {
            kind: ItemKind::Institutional,
            revenue_code,
            procedure,
            charge,
            unit,
            units,
            rate,
            residence,
            level_of_care,
            ..Item::default()
        },
    );
    let dental = (
        procedure(),
        amount(),
        vec(text(3), 0..5),
        one(),
        amount(),
        maybe(80),
        vec(text(2), 0..5),
    );
    let dental = dental.prop_map(
        |(procedure, charge, oral_cavity, prosthesis, units, description, pointers)| Item {
            kind: ItemKind::Dental,
            procedure: Some(procedure),
            charge,
            oral_cavity,
            prosthesis,
            units,
            description,
            pointers,
            ..Item::default()
        },
    );
    prop_oneof![professional, institutional, dental].boxed()
}

prop_compose! {
    fn subject(answered: bool, dates: &'static [&'static str])(
        traces in traces(answered), rejections in rejections(answered), review in option::of(review()),
        decision in option::of(decision()), references in references(&["BB", "NT"]), dates in vec(dated(dates), 0..4),
        codes in health_codes(), attachments in vec(attachment(), 0..3), message in maybe(264), parties in parties(answered),
    ) -> ReviewSubject {
        let decision = decision.filter(|_| answered);
        ReviewSubject { traces, rejections, review, decision, references, dates, codes, attachments, message, parties }
    }
}

prop_compose! {
    fn service(answered: bool)(
        subject in subject(answered, &["472"]), item in option::of(item()),
        teeth in vec((text(30), vec(text(2), 0..6)), 0..3), delivery in option::of(delivery()),
    ) -> Service {
        let codes = if answered { subject.codes } else { Vec::new() };
        let teeth = teeth.into_iter().map(|(number, surfaces)| Tooth { number, surfaces }).collect();
        // A service has neither transports nor other reviewers.
        let parties = subject.parties.into_iter().filter(|party| party.name.role == "SJ").collect();
        Service { subject: ReviewSubject { codes, parties, ..subject }, item, teeth, delivery }
    }
}

fn conditions() -> BoxedStrategy<Vec<Conditions>> {
    let one = (text(2), any::<bool>(), vec(text(3), 0..6));
    let one = one.prop_map(|(category, applies, codes)| Conditions {
        category,
        applies: Some(applies),
        codes,
    });
    vec(one, 0..3).boxed()
}

fn admission() -> BoxedStrategy<Option<Admission>> {
    let parts = (text(1), maybe(1), maybe(2), maybe(1));
    let some = parts.prop_map(|(kind, source, status, residence)| Admission {
        kind,
        source,
        status,
        residence,
    });
    option::of(some).boxed()
}

fn parties(answered: bool) -> BoxedStrategy<Vec<Party>> {
    vec(
        prop_oneof![
            party("SJ", answered),
            party("71", answered),
            transport(),
            other_reviewer()
        ],
        0..4,
    )
    .boxed()
}

prop_compose! {
    pub(super) fn event(answered: bool)(
        subject in subject(answered, &["AAH", "435", "096"]), review in review(), delivery in option::of(delivery()),
        conditions in only(!answered, conditions()), admission in admission(), facts in facts(),
        services in vec(service(answered), 0..3),
    ) -> Event {
        let subject = ReviewSubject { review: Some(review), ..subject };
        Event { subject, delivery, conditions, admission, facts, services }
    }
}
