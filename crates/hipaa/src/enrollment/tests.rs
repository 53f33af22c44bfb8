//! Written values read back equal, and steps are derived from them.

use chrono::NaiveDate;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::parts::arbitrary::*;
use crate::parts::{Address, Dated, Name, Organization, Reference, ViewError};
use mc_x12::{Interchange, WriteError};

fn read(text: &str) -> Result<Enrollment, ViewError> {
    let interchange = Interchange::parse(text.as_bytes()).unwrap();
    let transaction = interchange.transactions().next().unwrap();
    Ok(Enrollment::read(transaction)?.value)
}

fn date(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, day).unwrap()
}

fn example() -> Enrollment {
    let health = |maintenance, qualifier, day| Coverage {
        dates: vec![Dated::day(qualifier, date(day))],
        ..Coverage::new(maintenance, "HLT", "GOLD", "FAM")
    };
    let mut corrected = Person::new("DOE", "JO");
    corrected.name.role = "74".to_owned();
    let subscriber = Member {
        former: Some(FormerName {
            name: Name::person("70", "DO", "JO"),
            demographics: None,
        }),
        mailing: Some(Address::new("1 ELM ST", "BOSTON", "MA", "02110")),
        coverages: vec![health(Maintenance::Change, "303", 1)],
        categories: vec![ReportingCategory {
            number: "1".to_owned(),
            name: "DIVISION".to_owned(),
            references: vec![Reference::new("17", "EAST")],
            dates: Vec::new(),
        }],
        ..Member::subscriber("S1", Maintenance::Change, corrected)
    };
    let child = Member {
        coverages: vec![health(Maintenance::End, "349", 31)],
        ..Member::dependent("S1", "19", Maintenance::End, Person::new("DOE", "JIM"))
    };
    let spouse = Member {
        coverages: vec![health(Maintenance::Add, "348", 2)],
        ..Member::dependent("S1", "01", Maintenance::Add, Person::new("DOE", "ANN"))
    };
    Enrollment {
        sponsor: Organization::new("P5", "SPONSOR").with_id("FI", "123456789"),
        insurer: Organization::new("IN", "PAYER").with_id("FI", "987654321"),
        members: vec![subscriber, child, spouse],
        ..Enrollment::new(FileAction::Change, "FILE-1", date(3).and_hms_opt(4, 5, 6).unwrap())
    }
}

/// The example, written.
pub(crate) fn written() -> String {
    example().to_x12(&envelope()).unwrap()
}

#[test]
fn the_834_has_the_loops_of_the_guide() {
    let text = example().to_x12(&envelope()).unwrap();
    assert_eq!(
        &text[text.find("ST*").unwrap()..text.find("INS*N*01").unwrap()],
        "ST*834*0009*005010X220A1~BGN*00*FILE-1*20260103*040506****2~N1*P5*SPONSOR*FI*123456789~\
         N1*IN*PAYER*FI*987654321~INS*Y*18*001**A~REF*0F*S1~NM1*74*1*DOE*JO~NM1*70*1*DO*JO~NM1*31*1~N3*1 ELM ST~\
         N4*BOSTON*MA*02110~HD*001**HLT*GOLD*FAM~DTP*303*D8*20260101~LS*2700~LX*1~N1*75*DIVISION~REF*17*EAST~LE*2700~\
         INS*N*19*024**A~REF*0F*S1~NM1*IL*1*DOE*JIM~HD*024**HLT*GOLD*FAM~DTP*349*D8*20260131~"
    );
    assert_eq!(read(&text).unwrap(), example());
}

#[test]
fn steps_state_the_action_the_member_and_the_day() {
    let enrollment = example();
    let found: Vec<_> = enrollment
        .steps()
        .map(|s| {
            (
                s.member.person.name.first.as_str(),
                s.coverage.is_some(),
                s.maintenance,
                s.effective,
            )
        })
        .collect();
    let expected = [
        ("JO", false, Maintenance::Change, None),
        ("JO", true, Maintenance::Change, Some(date(1))),
        ("JIM", false, Maintenance::End, None),
        ("JIM", true, Maintenance::End, Some(date(31))),
        ("ANN", true, Maintenance::Add, Some(date(2))),
    ];
    assert_eq!(found, expected);
    assert!(enrollment.members[0].person.is_corrected());
}

#[test]
fn a_subscriber_precedes_the_dependents() {
    let mut enrollment = example();
    enrollment.members.rotate_left(1);
    assert_eq!(enrollment.misplaced(), [0, 1]);
    assert_eq!(enrollment.to_x12(&envelope()), Err(EnrollmentError::Order(vec![0, 1])));
    enrollment.sort();
    assert_eq!(enrollment, example());
    enrollment.members.remove(0);
    assert!(
        enrollment.misplaced().is_empty(),
        "the subscriber may have been enrolled before"
    );
}

#[test]
fn a_maintenance_type_is_never_guessed() {
    let text = example().to_x12(&envelope()).unwrap();
    let text = text.replace("HD*024*", "HD*042*").replace("****2~", "****3~");
    let interchange = Interchange::parse(text.as_bytes()).unwrap();
    let seen = Enrollment::read(interchange.transactions().next().unwrap()).unwrap();
    let listed: Vec<_> = seen.unread.iter().map(|finding| finding.place.id).collect();
    assert_eq!(listed, ["BGN", "HD"]);
    assert_eq!(seen.value.action, None);
    assert_eq!(seen.value.members.len(), example().members.len());
    let coverages = || seen.value.members.iter().flat_map(|member| &member.coverages);
    assert_eq!(coverages().filter(|coverage| coverage.maintenance.is_none()).count(), 1);
    assert!(seen.value.steps().count() < example().steps().count());
    assert!(seen.strict().is_err());
}

#[test]
fn what_does_not_fit_is_named() {
    let mut enrollment = example();
    enrollment.members[0].subscriber_id.clear();
    let (segment, element) = ("REF", 2);
    let missing = WriteError::Missing { segment, element };
    assert_eq!(enrollment.to_x12(&envelope()), Err(EnrollmentError::Write(missing)));
}

#[test]
fn debug_output_holds_nothing_of_the_member() {
    let shown = format!("{:?} {:?}", example(), example().steps().next().unwrap());
    for secret in ["DOE", "S1", "GOLD", "ELM"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

fn maintenance() -> BoxedStrategy<Maintenance> {
    select(vec![
        Maintenance::Change,
        Maintenance::Add,
        Maintenance::End,
        Maintenance::Reinstate,
        Maintenance::Audit,
    ])
    .boxed()
}

prop_compose! {
    fn people(role: &'static str)(
        name in name(role), contacts in vec(contact(&["IP"]), 0..2), address in option::of(address()),
        demographics in option::of(demographics()), amounts in amounts(&["P3"]), languages in vec((maybe(2), text(80)), 0..2),
        classes in vec(vec(text(2), 1..4), 0..3), income in option::of((money(), option::of(money()), maybe(30))),
        health in option::of((text(1), option::of((0i64..100).prop_map(rust_decimal::Decimal::from)))),
    ) -> Person {
        let languages = languages.into_iter().map(|(list, code)| Language { list, code, ..Language::default() }).collect();
        let health = health.map(|(code, height)| Health { code, height, weight: height });
        let employment_classes = classes.into_iter().map(|codes| EmploymentClass { codes }).collect();
        let income = income.map(|(amount, hours, department)| Income { frequency: "7".to_owned(), amount: Some(amount), hours, department, grade: String::new() });
        Person { name, contacts, address, demographics, employment_classes, income, amounts, health, languages }
    }
}

prop_compose! {
    fn related()(
        name in prop_oneof![name("36"), name("M8"), name("S3"), name("GD"), name("45")],
        contacts in vec(contact(&["RP"]), 0..2), address in option::of(address()),
    ) -> Party {
        let contacts = if name.role == "45" { Vec::new() } else { contacts };
        Party { name, contacts, address }
    }
}

prop_compose! {
    fn providers()(
        name in name("P3"), address in option::of(address()), contacts in vec(contact(&["IC"]), 0..2),
        change in option::of((text(2), text(3), day(), maybe(3))),
    ) -> ChosenProvider {
        let change = change.map(|(action, role, date, reason)| ProviderChange { action, role, date: Some(date), reason });
        ChosenProvider { number: "1".to_owned(), name, address, contacts, change }
    }
}

prop_compose! {
    fn other_coverages()(
        sequence in text(1), policy in maybe(50), coordination in text(1), service_types in vec(text(2), 0..3),
        references in references(&["60"]), dates in vec(dated(&["344"]), 0..2),
        parties in vec((name("IN"), option::of(address()), vec(contact(&["CN"]), 0..2)), 0..3),
    ) -> OtherCoverage {
        let parties = parties.into_iter().map(|(name, address, contacts)| Party { name, contacts, address }).collect();
        OtherCoverage { sequence, policy, coordination, service_types, references, dates, parties }
    }
}

prop_compose! {
    fn coverages()(
        maintenance in maintenance(), texts in (text(3), maybe(50), maybe(3)), is_late_enrollee in option::of(any::<bool>()),
        dates in vec(dated(&["348", "349"]), 0..3), amounts in amounts(&["P3"]), references in references(&["1L", "17"]),
        cards in vec((text(50), text(1), maybe(2)), 0..2), providers in vec(providers(), 0..2),
        other_coverages in vec(other_coverages(), 0..2),
    ) -> Coverage {
        let cards = cards.into_iter().map(|(plan, kind, action)| Card { plan, kind, count: Some(2.into()), action }).collect();
        Coverage {
            is_late_enrollee, dates, amounts, references, cards, providers, other_coverages,
            ..Coverage::new(maintenance, texts.0, texts.1, texts.2)
        }
    }
}

prop_compose! {
    fn states()(
        texts in (maybe(1), text(1), maybe(1), maybe(2), maybe(2), maybe(1)), is_handicapped in option::of(any::<bool>()),
        died_on in option::of(day()), last in (maybe(1), maybe(9)),
    ) -> MemberStatus {
        MemberStatus {
            benefit: texts.0, medicare: texts.1, medicare_reason: texts.2, cobra: texts.3, employment: texts.4,
            student: texts.5, is_handicapped, died_on, confidentiality: last.0, birth_sequence: last.1,
        }
    }
}

prop_compose! {
    fn categories()(name in maybe(60), references in references(&["17"]), dates in vec(dated(&["007"]), 0..2)) -> ReportingCategory {
        let number = "1".to_owned();
        if name.is_empty() {
            return ReportingCategory { number, ..ReportingCategory::default() };
        }
        ReportingCategory { number, name, references, dates }
    }
}

prop_compose! {
    fn members()(
        is_subscriber in any::<bool>(), relationship in text(2), maintenance in maintenance(), reason in maybe(3),
        status in states(), subscriber_id in code(&["S1", "S2", "S3"]),
        numbers in (maybe(50), references(&["17", "23"]), vec(dated(&["336", "356"]), 0..3)), person in people("IL"),
        former in option::of((name("70"), option::of(demographics()))), around in (option::of(address()), vec(related(), 0..3)),
        disabilities in vec((text(1), option::of((maybe(2), text(15))), vec(dated(&["360"]), 0..2)), 0..2),
        covered in (vec(coverages(), 0..2), vec(categories(), 0..3)),
    ) -> Member {
        let former = former.map(|(name, demographics)| FormerName { name, demographics });
        let mut related = around.1;
        related.sort_by(|a, b| a.name.role.cmp(&b.name.role));
        related.dedup_by(|a, b| a.name.role == b.name.role);
        let disabilities = disabilities.into_iter().map(|(kind, diagnosis, dates)| Disability { kind, diagnosis, dates }).collect();
        Member {
            is_subscriber: Some(is_subscriber), relationship, maintenance: Some(maintenance), reason, status, subscriber_id, group_number: numbers.0,
            references: numbers.1, dates: numbers.2, person, former, mailing: around.0, related, disabilities,
            coverages: covered.0, categories: covered.1,
        }
    }
}

prop_compose! {
    fn files()(
        texts in (text(2), text(50), maybe(2), maybe(50), maybe(50)), at in moment(),
        action in select(vec![FileAction::Change, FileAction::Verify, FileAction::Replace]), dates in vec(dated(&["007"]), 0..2),
        counts in quantities(&["TO"]), parties in (organization("P5"), organization("IN")),
        brokers in vec((organization("BO"), option::of((text(35), maybe(35)))), 0..3), members in vec(members(), 0..4),
    ) -> Enrollment {
        let brokers = brokers.into_iter().map(|(name, accounts)| Broker { name, accounts }).collect();
        let mut enrollment = Enrollment {
            purpose: texts.0, zone: texts.2, original_reference: texts.3, policy: texts.4, dates, counts,
            sponsor: parties.0, insurer: parties.1, brokers, members, ..Enrollment::new(action, texts.1, at)
        };
        enrollment.sort();
        enrollment
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn an_enrolment_reads_back_equal(enrollment in files()) {
        let text = enrollment.to_x12(&envelope()).unwrap();
        let seen = read(&text).unwrap();
        prop_assert_eq!(first_difference(&seen.to_x12(&envelope()).unwrap_or_default(), &text), None);
        prop_assert_eq!(seen, enrollment);
    }
}
