//! Written values read back equal.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::*;
use crate::Read;
use crate::parts::arbitrary::*;
use crate::parts::{Dated, Name, Procedure, Reference, ViewError};
use mc_x12::{Interchange, Transaction, WriteError};

fn read<T>(text: &str, view: impl Fn(&Transaction<'_>) -> Result<Read<T>, ViewError>) -> Result<T, ViewError> {
    let interchange = Interchange::parse(text.as_bytes()).unwrap();
    let transaction = interchange.transactions().next().unwrap();
    Ok(view(transaction)?.value)
}

fn date() -> chrono::NaiveDate {
    chrono::NaiveDate::from_ymd_opt(2026, 1, 2).unwrap()
}

fn sources<T>(patients: Vec<Patient<T>>) -> Vec<Source<T>> {
    let provider = Provider {
        names: vec![Name::organization("1P", "CLINIC").with_id("XX", "1234567893")],
        status: None,
        patients,
    };
    vec![Source {
        name: Name::organization("PR", "PAYER").with_id("PI", "99999"),
        contacts: Vec::new(),
        receivers: vec![Receiver {
            name: Name::organization("41", "CLINIC").with_id("46", "S1"),
            status: None,
            providers: vec![provider],
        }],
    }]
}

fn person(first: &str) -> Person {
    Person::new(Name::person("IL", "DOE", first).with_id("MI", "M1"), None)
}

/// An inquiry, written.
pub(crate) fn request_text() -> String {
    let claim = ClaimInquiry {
        trace: "T1".to_owned(),
        references: vec![Reference::new("EJ", "CLAIM-1")],
        charge: Some(120.into()),
        dates: vec![Dated::day("472", date())],
        ..ClaimInquiry::default()
    };
    let born = crate::parts::Demographics::new(date(), crate::eligibility::Gender::Female);
    let subscriber = Person::new(person("JO").name, Some(born));
    let patient = Patient {
        subscriber,
        dependent: None,
        claims: vec![claim],
    };
    let mut inquiry = StatusInquiry::new("Q1", date().and_hms_opt(3, 4, 5).unwrap());
    inquiry.sources = sources(vec![patient]);
    inquiry.to_x12(&envelope()).unwrap()
}

fn answer() -> StatusAnswer {
    let line = Service {
        paid: Some(90.into()),
        information: vec![StatusInformation::new(Status::new("F1", "65"), date())],
        ..Service {
            procedure: Procedure::new("HC", "99213"),
            charge: Some(120.into()),
            units: Some(1.into()),
            dates: vec![Dated::day("472", date())],
            ..Service::default()
        }
    };
    let mut rejected = Status::new("F2", "88");
    rejected.entity = "QC".to_owned();
    let claim = |trace: &str| ClaimAnswer {
        trace: trace.to_owned(),
        information: vec![StatusInformation {
            statuses: vec![Status::new("F1", "65"), rejected.clone()],
            charge: Some(120.into()),
            ..StatusInformation::new(Status::default(), date())
        }],
        references: vec![Reference::new("1K", "P-77")],
        dates: vec![Dated::day("472", date())],
        lines: vec![line.clone()],
    };
    let entry = |dependent: Option<&str>, trace| Patient {
        subscriber: person("JO"),
        dependent: dependent.map(|first| Person::new(Name::person("QC", "DOE", first), None)),
        claims: vec![claim(trace)],
    };
    let mut answer = StatusAnswer::new("A1", date().and_hms_opt(3, 4, 5).unwrap());
    answer.sources = sources(vec![
        entry(None, "T1"),
        entry(Some("JIM"), "T2"),
        entry(Some("ANN"), "T3"),
    ]);
    answer
}

/// The example, written.
pub(crate) fn written() -> String {
    answer().to_x12(&envelope()).unwrap()
}

#[test]
fn dependents_share_the_level_of_their_subscriber() {
    let answer = answer();
    let text = answer.to_x12(&envelope()).unwrap();
    let levels: Vec<_> = text.split('~').filter(|segment| segment.starts_with("HL*")).collect();
    let expected = [
        "HL*1**20*1",
        "HL*2*1*21*1",
        "HL*3*2*19*1",
        "HL*4*3*22*1",
        "HL*5*4*23",
        "HL*6*4*23",
    ];
    assert_eq!(levels, expected);
    assert!(text.contains(
        "~TRN*2*T1~STC*F1:65*20260102**120******F2:88:QC~REF*1K*P-77~DTP*472*D8*20260102~SVC*HC:99213*120*90****1~"
    ));
    assert_eq!(read(&text, StatusAnswer::read).unwrap(), answer);
    assert_eq!(answer.claims().count(), 3);
}

#[test]
fn a_category_gives_the_kind_of_answer() {
    let class = |category| Status::new(category, "1").class();
    assert_eq!(
        (class("A7"), class("P3")),
        (StatusClass::Acknowledgement, StatusClass::Pending)
    );
    assert_eq!((class("F1"), class("E0")), (StatusClass::Finalized, StatusClass::Error));
    assert_eq!((class("R1"), class("")), (StatusClass::Requested, StatusClass::Other));
}

#[test]
fn debug_output_holds_nothing_of_the_patient() {
    let shown = format!("{:?}", answer());
    for secret in ["DOE", "M1", "99213", "P-77"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn what_does_not_fit_is_named() {
    let mut wrong = answer();
    wrong.sources[0].receivers[0].providers[0].patients[0].claims[0]
        .information
        .clear();
    let (segment, element) = ("STC", 1);
    assert_eq!(wrong.to_x12(&envelope()), Err(WriteError::Missing { segment, element }));
    let text = answer().to_x12(&envelope()).unwrap();
    let seen = read(&text.replace("*120******", "*12O******"), StatusAnswer::read).unwrap();
    let claim = seen.claims().next().unwrap();
    assert_eq!((claim.information[0].charge, claim.lines.len()), (None, 1));
}

prop_compose! {
    fn statuses()(category in text(30), code in maybe(30), entity in maybe(30), list in maybe(30)) -> Status {
        Status { category, code, entity, list }
    }
}

prop_compose! {
    fn information()(
        statuses in vec(statuses(), 1..4), dates in (option::of(day()), option::of(day()), option::of(day())),
        amounts in (option::of(signed()), option::of(signed())), texts in (maybe(2), maybe(3), maybe(50), maybe(264)),
    ) -> StatusInformation {
        StatusInformation {
            statuses, effective: dates.0, finalized_on: dates.1, paid_on: dates.2, charge: amounts.0, paid: amounts.1,
            action: texts.0, method: texts.1, payment_number: texts.2, message: texts.3,
        }
    }
}

prop_compose! {
    fn services(answered: bool)(
        procedure in procedure(), charge in money(), paid in option::of(money()), revenue_code in maybe(48),
        units in option::of(money()), information in vec(information(), 1..3), references in references(&["FJ"]),
        dates in vec(dated(&["472"]), 0..2),
    ) -> Service {
        let information = if answered { information } else { Vec::new() };
        let paid = paid.filter(|_| answered);
        Service { procedure, charge: Some(charge), paid, revenue_code, units, information, references, dates }
    }
}

prop_compose! {
    fn inquiries()(
        trace in text(50), references in references(&["1K", "EJ"]), charge in option::of(money()),
        dates in vec(dated(&["472"]), 0..2), lines in vec(services(false), 0..2),
    ) -> ClaimInquiry {
        ClaimInquiry { trace, references, charge, dates, lines }
    }
}

prop_compose! {
    fn answers()(
        trace in text(50), information in vec(information(), 1..3), references in references(&["1K", "EJ"]),
        dates in vec(dated(&["472"]), 0..2), lines in vec(services(true), 0..2),
    ) -> ClaimAnswer {
        ClaimAnswer { trace, information, references, dates, lines }
    }
}

prop_compose! {
    fn people(role: &'static str, answered: bool)(name in name(role), demographics in option::of(demographics())) -> Person {
        let demographics = demographics.filter(|_| !answered);
        Person { name, demographics }
    }
}

/// Families: a subscriber with their own claims or those of dependents.
fn families<T: Clone + std::fmt::Debug + 'static>(
    claims: BoxedStrategy<T>,
    answered: bool,
) -> BoxedStrategy<Vec<Patient<T>>> {
    let several = vec(claims, 1..3).boxed();
    let dependents = vec((people("QC", answered), several.clone()), 0..3);
    (people("IL", answered), option::of(several), dependents)
        .prop_map(|(subscriber, own, dependents)| {
            let own = own.map(|claims| (None, claims));
            let others = dependents.into_iter().map(|(person, claims)| (Some(person), claims));
            let entries = own.into_iter().chain(others);
            entries
                .map(|(dependent, claims)| Patient {
                    subscriber: subscriber.clone(),
                    dependent,
                    claims,
                })
                .collect()
        })
        .boxed()
}

fn level_status(answered: bool) -> BoxedStrategy<Option<LevelStatus>> {
    if !answered {
        return Just(None).boxed();
    }
    let parts = (text(50), vec(information(), 1..2));
    option::of(parts.prop_map(|(trace, information)| LevelStatus { trace, information })).boxed()
}

fn trees<T: Clone + std::fmt::Debug + 'static>(
    claims: BoxedStrategy<T>,
    answered: bool,
) -> BoxedStrategy<Vec<Source<T>>> {
    let provider = (
        vec(name("1P"), 1..3),
        level_status(answered),
        vec(families(claims, answered), 0..3),
    )
        .prop_map(|(names, status, families)| Provider {
            names,
            status,
            patients: families.into_iter().flatten().collect(),
        });
    let receiver =
        (name("41"), level_status(answered), vec(provider, 0..3)).prop_map(|(name, status, providers)| Receiver {
            name,
            status,
            providers,
        });
    let source = (
        name("PR"),
        vec(contact(&["IC"]), 0..=usize::from(answered)),
        vec(receiver, 0..2),
    );
    let source = source.prop_map(|(name, contacts, receivers)| Source {
        name,
        contacts,
        receivers,
    });
    vec(source, 0..3).boxed()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn an_inquiry_reads_back_equal(sources in trees(inquiries().boxed(), false), reference in text(50), at in moment()) {
        let inquiry = StatusInquiry { sources, ..StatusInquiry::new(reference, at) };
        let text = inquiry.to_x12(&envelope()).unwrap();
        prop_assert_eq!(read(&text, StatusInquiry::read).unwrap(), inquiry);
    }

    #[test]
    fn an_answer_reads_back_equal(sources in trees(answers().boxed(), true), reference in text(50), at in moment()) {
        let answer = StatusAnswer { sources, ..StatusAnswer::new(reference, at) };
        let text = answer.to_x12(&envelope()).unwrap();
        prop_assert_eq!(read(&text, StatusAnswer::read).unwrap(), answer);
    }
}
