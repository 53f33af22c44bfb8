//! 270, its 271, and 834.

use super::{Written, at, born, day, envelope};
use mc_hipaa::eligibility::{Benefit, Gender, Inquiry, Network, Organization, Provider, ResponseBuilder, Subscriber};
use mc_hipaa::enrollment::{Coverage, Enrollment, FileAction, Maintenance, Member, Person};
use mc_hipaa::parts::{self, Dated, Demographics};
use mc_x12::{ControlNumbers, Party, Usage};

pub fn inquiry() -> Written {
    let inquiry = Inquiry {
        sender: Party::mutual("CLINIC"),
        receiver: Party::mutual("PAYER"),
        usage: Usage::Test,
        control: ControlNumbers {
            interchange: 7,
            group: 8,
            transaction: 9,
        },
        reference: "R1".into(),
        submitted_at: at().and_utc(),
        service_date: day(),
        payer: Organization {
            name: "NO PAYER".into(),
            id: "99999".into(),
        },
        provider: Provider {
            name: "SAMPLE CLINIC".into(),
            npi: "1234567893".into(),
        },
        subscriber: Subscriber {
            member_id: "M0000001".into(),
            family: "DOE".into(),
            given: "JO".into(),
            birth_date: born(),
            gender: Some(Gender::Female),
        },
        trace_number: "T1".into(),
        trace_originator: "9MEDCONNEC".into(),
        service_types: vec!["30".into(), "98".into()],
    };
    Ok(inquiry.to_x12()?)
}

pub fn answer() -> Written {
    let seen = Inquiry::parse(inquiry()?.as_bytes())?;
    let benefit = |code: &str, services: &str| Benefit::new(code).level("IND").services([services]);
    let answer = ResponseBuilder::answering(&seen, seen.control, seen.submitted_at)
        .payer_trace("P77", "9PAYER0001")
        .plan_begins(day())
        .benefit(benefit("1", "30").plan("PR", "GOLD"))
        .benefit(benefit("C", "30").period("23").amount(1500.into()).network(Network::In))
        .benefit(benefit("C", "30").period("29").amount(900.into()).network(Network::In))
        .benefit(benefit("B", "98").period("27").amount(25.into()).network(Network::In))
        .to_x12()?;
    Ok(answer)
}

pub fn enrollment() -> Written {
    let person = |given: &str| Person {
        demographics: Some(Demographics::new(born(), Gender::Female)),
        ..Person::new("DOE", given)
    };
    let health = || Coverage {
        dates: vec![Dated::day("348", day())],
        ..Coverage::new(Maintenance::Add, "HLT", "GOLD", "FAM")
    };
    let subscriber = Member {
        coverages: vec![health()],
        ..Member::subscriber("S1", Maintenance::Add, person("JO"))
    };
    let child = Member {
        coverages: vec![health()],
        ..Member::dependent("S1", "19", Maintenance::Add, person("KIM"))
    };
    let enrollment = Enrollment {
        sponsor: parts::Organization::new("P5", "NO SPONSOR").with_id("FI", "123456789"),
        insurer: parts::Organization::new("IN", "NO PAYER").with_id("FI", "987654321"),
        members: vec![subscriber, child],
        ..Enrollment::new(FileAction::Change, "FILE1", at())
    };
    Ok(enrollment.to_x12(&envelope("SPONSOR", "PAYER"))?)
}
