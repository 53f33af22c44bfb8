//! Batches are read, answered and written, and patients are kept apart.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::*;
use crate::ViewError;
use crate::claim::HealthCode;
use crate::eligibility::{
    Benefit, BenefitDetail, DatePeriod, EligibilityError, Gender, Level, MilitaryService, Network, PatientLoop, Person,
    Rejection, RelatedEntity, Response, Status,
};
use crate::parts::arbitrary::*;
use crate::parts::{Delivery, Demographics, Name, Trace, When};
use mc_x12::acknowledgement::{Acknowledger, Values};
use mc_x12::check::{Settings, check};
use mc_x12::finding::FindingKind;
use mc_x12::{Interchange, Limits, WriteError};

fn date() -> chrono::NaiveDate {
    chrono::NaiveDate::from_ymd_opt(2026, 1, 2).unwrap()
}

fn at() -> chrono::NaiveDateTime {
    date().and_hms_opt(3, 4, 5).unwrap()
}

fn read(text: &str) -> Result<InquiryBatch, ViewError> {
    let interchange = Interchange::parse(text.as_bytes()).unwrap();
    Ok(InquiryBatch::read(interchange.transactions().next().unwrap())?.value)
}

fn answers(text: &str) -> Result<Vec<Response>, EligibilityError> {
    let interchange = Interchange::parse(text.as_bytes()).unwrap();
    Response::read_all(interchange.transactions().next().unwrap())
}

/// A subscriber, their child, and another subscriber's child.
fn inquiry() -> InquiryBatch {
    let person = |first: &str, id: &str| InquiryPerson {
        demographics: Some(Demographics::new(date(), Gender::Female)),
        ..InquiryPerson::new(Name::person("IL", "DOE", first).with_id("MI", id))
    };
    let child = |first: &str| {
        let demographics = Demographics::new(date(), Gender::Male);
        InquiryPerson::dependent(Name::person("03", "DOE", first), demographics, "19")
    };
    let patient = |first: &str, id: &str, trace: &str| {
        InquiryPatient::subscriber(person(first, id), Trace::new(trace, "9CLINIC001"), ["30"])
    };
    let patients = vec![
        patient("JO", "M1", "T1"),
        patient("JO", "M1", "T2").of_dependent(child("JIM")),
        patient("ANN", "M2", "T3").of_dependent(child("SUE")),
    ];
    InquiryBatch::new("R1", at()).with_patients(
        Name::organization("PR", "PAYER").with_id("PI", "99999"),
        Name::organization("1P", "CLINIC").with_id("XX", "1234567893"),
        patients,
    )
}

/// The inquiry, written.
pub(crate) fn request_text() -> String {
    inquiry().to_x12(&envelope()).unwrap()
}

fn response() -> ResponseBatch {
    let mut batch = ResponseBatch::answering(&inquiry(), at()).unwrap();
    batch.responses[0].benefits = vec![Benefit::new("1").services(["30"])];
    let covered = Benefit {
        patient: PatientLoop::Dependent,
        ..Benefit::new("6").services(["30"])
    };
    batch.responses[1].benefits = vec![covered];
    let (request_valid, code, follow_up) = (true, "67".to_owned(), "C".to_owned());
    batch.responses[2].rejections = vec![Rejection {
        level: Level::Dependent,
        request_valid: Some(request_valid),
        code,
        follow_up,
    }];
    batch
}

/// The response, written.
pub(crate) fn written() -> String {
    response().to_x12(&envelope()).unwrap()
}

#[test]
fn dependents_are_below_their_subscriber() {
    let text = request_text();
    assert_eq!(
        &text[text.find("BHT*").unwrap()..text.find("GE*").unwrap()],
        "BHT*0022*13*R1*20260102*030405~HL*1**20*1~NM1*PR*2*PAYER*****PI*99999~HL*2*1*21*1~\
         NM1*1P*2*CLINIC*****XX*1234567893~HL*3*2*22*1~TRN*1*T1*9CLINIC001~NM1*IL*1*DOE*JO****MI*M1~DMG*D8*20260102*F~\
         EQ*30~HL*4*3*23*0~TRN*1*T2*9CLINIC001~NM1*03*1*DOE*JIM~DMG*D8*20260102*M~INS*N*19~EQ*30~HL*5*2*22*1~\
         NM1*IL*1*DOE*ANN****MI*M2~DMG*D8*20260102*F~HL*6*5*23*0~TRN*1*T3*9CLINIC001~NM1*03*1*DOE*SUE~\
         DMG*D8*20260102*M~INS*N*19~EQ*30~SE*27*0009~"
    );
    assert_eq!(read(&text).unwrap(), inquiry());
}

#[test]
fn each_patient_has_an_answer_of_their_own() {
    let seen = answers(&written()).unwrap();
    assert_eq!(seen, response().responses);
    let found: Vec<_> = seen
        .iter()
        .map(|r| {
            (
                r.trace_numbers().next(),
                r.patient().and_then(|p| p.given.as_deref()),
                r.summary("30").status,
            )
        })
        .collect();
    let (active, inactive, none) = (Status::Active, Status::Inactive, Status::NotStated);
    let expected = [
        (Some("T1"), Some("JO"), active),
        (Some("T2"), Some("JIM"), inactive),
        (Some("T3"), Some("SUE"), none),
    ];
    assert_eq!(found, expected);
    assert_eq!(
        Response::parse(written().as_bytes()),
        Err(EligibilityError::NotOnePatient { count: 3 })
    );
}

#[test]
fn a_subscriber_with_benefits_is_a_patient_as_well_as_the_dependents() {
    let text = interchange(
        "271",
        "005010X279A1",
        "BHT*0022*11*R1*20260102*0304~HL*1**20*1~NM1*PR*2*PAYER*****PI*99999~HL*2*1*21*1~NM1*1P*2*CLINIC*****XX*1~\
         HL*3*2*22*1~TRN*2*T1*9CLINIC001~NM1*IL*1*DOE*JO****MI*M1~EB*1**30~HL*4*3*23*0~TRN*2*T2*9CLINIC001~\
         NM1*03*1*DOE*JIM~EB*6**30~HL*5*3*23*0~TRN*2*T3*9CLINIC001~NM1*03*1*DOE*SUE~EB*1**30~HL*6**20*0~AAA*Y**42*R~\
         NM1*PR*2*OTHER*****PI*88888~",
    );
    let seen = answers(&text).unwrap();
    let found: Vec<_> = seen
        .iter()
        .map(|r| (r.traces.len(), r.benefits.len(), r.rejections.len()))
        .collect();
    assert_eq!(found, [(1, 1, 0), (1, 1, 0), (1, 1, 0), (0, 0, 1)]);
    assert_eq!(
        seen[2].subscriber.as_ref().and_then(|p| p.member_id.as_deref()),
        Some("M1")
    );
    assert_eq!(
        (seen[3].payer_id.as_str(), seen[3].subscriber.is_none()),
        ("88888", true)
    );
}

#[test]
fn what_does_not_fit_is_named() {
    let (segment, element) = ("EQ", 1);
    let mut wrong = inquiry();
    wrong.sources[0].receivers[0].patients[0].questions.clear();
    assert_eq!(wrong.to_x12(&envelope()), Err(WriteError::Missing { segment, element }));
    let mut wrong = response();
    wrong.responses[0].benefits.clear();
    let segment = "AAA";
    assert_eq!(wrong.to_x12(&envelope()), Err(WriteError::Form { segment, element }));
    let mut wrong = response();
    wrong.responses[1].benefits[0].patient = PatientLoop::Subscriber;
    let segment = "EB";
    assert_eq!(wrong.to_x12(&envelope()), Err(WriteError::Form { segment, element }));
}

fn reject(level: Level, code: &str) -> Rejection {
    let (request_valid, code, follow_up) = (true, code.to_owned(), "R".to_owned());
    Rejection {
        level,
        request_valid: Some(request_valid),
        code,
        follow_up,
    }
}

#[test]
fn a_payer_who_cannot_answer_reports_it_once() {
    let rejecting = |rejections: &[Rejection]| ResponseBatch::rejecting(&inquiry(), at(), rejections).unwrap();
    let body = |batch: &ResponseBatch| {
        let text = batch.to_x12(&envelope()).unwrap();
        assert_eq!(answers(&text).unwrap(), batch.responses);
        let mut listener = Acknowledger::new(Values::Withheld);
        let verdict = check(text.as_bytes(), Limits::FILE, &Settings::default(), &mut listener).unwrap();
        assert_eq!((verdict.errors, verdict.warnings), (0, 0));
        text[text.find("HL*").unwrap()..text.find("SE*").unwrap()].to_owned()
    };
    let (system, source) = (reject(Level::SourceSystem, "42"), reject(Level::Source, "80"));
    assert_eq!(
        body(&rejecting(&[system.clone(), source.clone()])),
        "HL*1**20*0~AAA*Y**42*R~NM1*PR*2*PAYER*****PI*99999~AAA*Y**80*R~"
    );
    let receiver = reject(Level::Receiver, "43");
    assert_eq!(
        body(&rejecting(std::slice::from_ref(&receiver))),
        "HL*1**20*1~NM1*PR*2*PAYER*****PI*99999~HL*2*1*21*0~NM1*1P*2*CLINIC*****XX*1234567893~AAA*Y**43*R~"
    );

    let refused = |batch: &ResponseBatch| {
        let (segment, element) = ("AAA", 1);
        assert_eq!(batch.to_x12(&envelope()), Err(WriteError::Form { segment, element }));
    };
    refused(&rejecting(&[source.clone(), system]));
    refused(&rejecting(&[source.clone(), receiver]));
    let mut beside_patients = response();
    beside_patients.responses.extend(rejecting(&[source]).responses);
    refused(&beside_patients);
}

#[test]
fn debug_output_holds_nothing_of_a_patient() {
    let shown = format!("{:?} {:?}", inquiry(), response());
    for secret in ["DOE", "M1"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

prop_compose! {
    fn people(role: &'static str)(
        name in name(role), references in references(&["6P", "SY"]), address in option::of(address()),
        provider in option::of((text(3), maybe(3), text(50))), demographics in option::of(demographics()),
        relationship in option::of((text(2), maybe(9))), codes in vec((code(&["ABK", "ABF"]), text(30)), 0..8),
        dates in vec(dated(&["291", "102"]), 0..3),
    ) -> InquiryPerson {
        let (relationship, birth_sequence) = relationship.unwrap_or_default();
        let diagnoses = codes.into_iter().map(|(list, code)| HealthCode::new(list, code)).collect();
        InquiryPerson {
            name, references, address, provider, demographics, relationship, birth_sequence, diagnoses, dates,
        }
    }
}

fn traces() -> BoxedStrategy<Vec<Trace>> {
    vec(
        (text(50), text(10)).prop_map(|(number, originator)| Trace::new(number, originator)),
        0..3,
    )
    .boxed()
}

prop_compose! {
    fn questions(of_dependent: bool)(
        service_types in vec(text(2), 1..4), procedure in option::of(procedure()), level in maybe(3),
        pointers in vec(text(2), 0..5), amounts in amounts(&["R", "PB"]), place in maybe(30),
        references in references(&["9F"]), dates in vec(dated(&["291"]), 0..2),
    ) -> Question {
        let amounts = if of_dependent { Vec::new() } else { amounts };
        Question { service_types, procedure, level, pointers, amounts, place, references, dates }
    }
}

fn family() -> BoxedStrategy<Vec<InquiryPatient>> {
    let own = option::of((traces(), vec(questions(false), 1..3)));
    let others = vec((people("03"), traces(), vec(questions(true), 1..3)), 0..3);
    (people("IL"), own, others)
        .prop_map(|(subscriber, own, others)| {
            let own = own.map(|(traces, questions)| (None, traces, questions));
            let others = others
                .into_iter()
                .map(|(person, traces, questions)| (Some(person), traces, questions));
            let patients = own
                .into_iter()
                .chain(others)
                .map(|(dependent, traces, questions)| InquiryPatient {
                    subscriber: subscriber.clone(),
                    dependent,
                    traces,
                    questions,
                });
            patients.collect()
        })
        .boxed()
}

fn receiver() -> BoxedStrategy<InquiryReceiver> {
    let specialty = option::of((text(3), text(50)));
    let families = vec(family(), 0..3);
    (
        name("1P"),
        references(&["EO"]),
        option::of(address()),
        specialty,
        families,
    )
        .prop_map(|(name, references, address, specialty, families)| InquiryReceiver {
            name,
            references,
            address,
            specialty,
            patients: families.into_iter().flatten().collect(),
        })
        .boxed()
}

prop_compose! {
    fn known()(
        texts in (text(20), text(20), text(20), maybe(20), maybe(10)), references in references(&["6P"]),
        address in option::of(address()), relationship in text(2), birth_date in option::of(day()), corrected in any::<bool>(),
        birth_sequence in maybe(9), provider in option::of((text(3), maybe(3), text(50))),
        codes in vec((code(&["ABK", "ABF"]), text(30)), 0..8), military in option::of(military()),
    ) -> Person {
        let some = |text: String| Some(text).filter(|text| !text.is_empty());
        Person {
            member_id: some(texts.0), family: some(texts.1), given: some(texts.2), middle: some(texts.3), suffix: some(texts.4),
            references, address, relationship: Some(relationship), birth_date, gender: birth_date.map(|_| Gender::Unknown), corrected: Some(corrected),
            birth_sequence: some(birth_sequence), provider, military,
            diagnoses: codes.into_iter().map(|(list, code)| HealthCode::new(list, code)).collect(),
        }
    }
}

prop_compose! {
    fn military()(
        codes in (text(1), text(2), text(1)), description in maybe(80), rank in maybe(2), when in option::of(day()),
    ) -> MilitaryService {
        let (status, employment, branch) = codes;
        MilitaryService { status, employment, branch, description, rank, when: when.map(When::Day) }
    }
}

fn rejection(level: Level) -> BoxedStrategy<Rejection> {
    (any::<bool>(), text(2), text(1))
        .prop_map(move |(request_valid, code, follow_up)| Rejection {
            level,
            request_valid: Some(request_valid),
            code,
            follow_up,
        })
        .boxed()
}

fn periods() -> BoxedStrategy<Vec<DatePeriod>> {
    let one = (code(&["291", "346"]), day(), option::of(day()));
    vec(
        one.prop_map(|(qualifier, start, end)| DatePeriod { qualifier, start, end }),
        0..3,
    )
    .boxed()
}

prop_compose! {
    fn entity()(
        role in text(3), name in text(60), given in maybe(35), is_person in any::<bool>(), id in option::of((text(2), text(80))),
        address in option::of(address()), contacts in vec(contact(&["IC"]), 0..2), specialty in maybe(50),
        others in (maybe(25), maybe(10), maybe(2)), provider_role in text(3),
    ) -> RelatedEntity {
        let (id_qualifier, id) = id.unwrap_or_default();
        let (middle, suffix, relation) = others;
        let provider_role = if specialty.is_empty() { String::new() } else { provider_role };
        RelatedEntity {
            role, is_person: Some(is_person), name, given, middle, suffix, id_qualifier, id, relation, address, contacts, provider_role, specialty,
        }
    }
}

prop_compose! {
    fn benefit(patient: PatientLoop, level: Level)(
        info in text(2), services in vec(text(2), 0..3), amount in option::of(money()), texts in vec(text(20), 0..3),
        rejections in vec(rejection(level), 0..2), dates in periods(), references in references(&["18"]),
        details in vec((text(3), text(30), maybe(2), maybe(264)), 0..2), related in vec(entity(), 0..3),
        pointers in vec(text(2), 0..3), visits in option::of(1i64..99),
    ) -> Benefit {
        let details = details.into_iter().map(|(list, code, category, text)| BenefitDetail { list, code, category, text });
        let details = details.filter(|detail| detail.list != "ZZ");
        Benefit {
            patient, amount, network: Network::In, messages: texts, rejections, dates, references, related, pointers,
            details: details.collect(), deliveries: visits.map(|n| Delivery::new("VS", n)).into_iter().collect(),
            ..Benefit::new(info).services(services)
        }
    }
}

fn answered() -> BoxedStrategy<Response> {
    let of = |dependent: Option<Person>| {
        let (patient, own, of_benefit) = match dependent {
            None => (PatientLoop::Subscriber, Level::Subscriber, Level::SubscriberBenefit),
            Some(_) => (PatientLoop::Dependent, Level::Dependent, Level::DependentBenefit),
        };
        let parts = (
            known(),
            traces(),
            periods(),
            vec(rejection(own), 0..3),
            vec(benefit(patient, of_benefit), 1..3),
        );
        parts.prop_map(move |(subscriber, traces, dates, mut rejections, benefits)| {
            rejections.extend(benefits.iter().flat_map(|benefit: &Benefit| benefit.rejections.clone()));
            Response {
                subscriber: Some(subscriber),
                dependent: dependent.clone(),
                traces,
                dates,
                rejections,
                benefits,
                ..Response::default()
            }
        })
    };
    option::of(known()).prop_flat_map(of).boxed()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn an_inquiry_reads_back_equal(
        payer in name("PR"), receivers in vec(receiver(), 0..3), reference in maybe(50), created_at in moment(),
    ) {
        let mut inquiry = InquiryBatch::new(reference, created_at);
        inquiry.sources = vec![InquirySource { name: payer, receivers }];
        let text = inquiry.to_x12(&envelope()).unwrap();
        prop_assert_eq!(read(&text).unwrap(), inquiry);
    }

    #[test]
    fn a_response_reads_back_equal(
        responses in vec(answered(), 1..4), reference in text(50), payer_contacts in vec(contact(&["IC"]), 0..3),
    ) {
        let responses = responses.into_iter().map(|response| Response {
            reference: reference.clone(), payer_name: "PAYER".to_owned(), payer_id: "99999".to_owned(),
            payer_contacts: payer_contacts.clone(), ..response
        });
        let batch = ResponseBatch {
            reference: reference.clone(), responses: responses.collect(), payer_contacts: payer_contacts.clone(), ..response()
        };
        let text = batch.to_x12(&envelope()).unwrap();
        let seen = answers(&text).unwrap();
        for response in &seen {
            let benefits = response.benefits.iter().flat_map(|benefit| &benefit.dates);
            let reversed = response.dates.iter().chain(benefits).filter(|period| period.is_reversed()).count();
            let listed = response.unread.iter().filter(|finding| finding.kind == FindingKind::PeriodReversed);
            prop_assert_eq!(listed.count(), reversed);
        }
        prop_assert_eq!(seen.len(), batch.responses.len());
        for (mut seen, written) in seen.into_iter().zip(batch.responses) {
            // Some of the generated values are outside the guide.
            seen.unread.clear();
            prop_assert_eq!(&seen.benefits, &written.benefits);
            prop_assert_eq!(&seen.rejections, &written.rejections);
            prop_assert!(seen == written);
        }
    }

    #[test]
    fn a_rejection_above_patients_reads_back_equal(
        system in vec(rejection(Level::SourceSystem), 0..3), source in vec(rejection(Level::Source), 0..3),
        receiver in vec(rejection(Level::Receiver), 1..4), payer in name("PR"), reference in text(50),
    ) {
        let of_payer = [system, source].concat();
        let rejections = if of_payer.is_empty() { receiver } else { of_payer };
        let mut inquiry = inquiry();
        inquiry.reference = reference;
        inquiry.sources[0].name = payer;
        let batch = ResponseBatch::rejecting(&inquiry, at(), rejections).unwrap();
        let mut seen = answers(&batch.to_x12(&envelope()).unwrap()).unwrap();
        seen[0].unread.clear();
        prop_assert_eq!(seen, batch.responses);
    }
}
