use super::*;
use mc_hipaa::eligibility::{Organization, Provider, RejectionClass, Response, Status, Subscriber};
use mc_x12::{Party, Usage};

fn inquiry(member_id: &str) -> Inquiry {
    let patient = find_member(member_id).unwrap();
    Inquiry {
        sender: Party::mutual("MEDCONNECT"),
        receiver: Party::mutual(RECEIVER_ID),
        control: ControlNumbers {
            interchange: 1,
            group: 1,
            transaction: 1,
        },
        usage: Usage::Test,
        reference: "R1".to_owned(),
        submitted_at: "2026-03-01T10:00:00Z".parse().unwrap(),
        payer: Organization {
            name: "Sandbox Health Plan".to_owned(),
            id: "SBX01".to_owned(),
        },
        provider: Provider {
            name: "Northside Clinic".to_owned(),
            npi: "1467560003".to_owned(),
        },
        subscriber: Subscriber {
            member_id: member_id.to_owned(),
            family: patient.family.to_owned(),
            given: patient.given.to_owned(),
            birth_date: patient.born(),
            gender: None,
        },
        trace_number: "T1".to_owned(),
        trace_originator: "9MEDCONNEC".to_owned(),
        service_types: vec!["30".to_owned()],
        service_date: "2026-03-01".parse().unwrap(),
    }
}

fn respond(inquiry: &Inquiry) -> Response {
    let text = answer(
        inquiry,
        evaluate(inquiry),
        inquiry.control,
        "SBX1",
        inquiry.submitted_at,
    )
    .unwrap();
    Response::parse(text.as_bytes()).unwrap()
}

#[test]
fn the_first_member_has_the_documented_benefits() {
    let summary = respond(&inquiry("W100200300")).summary("30");
    assert_eq!(summary.status, Status::Active);
    assert_eq!(summary.copay, Some(Decimal::from(25)));
    let remaining = summary.deductible_remaining.unwrap();
    assert_eq!((remaining.amount, remaining.derived), (Decimal::from(450), false));
}

#[test]
fn others_are_inactive_or_differ_by_message() {
    assert_eq!(respond(&inquiry("W100200301")).summary("30").status, Status::Inactive);
    let summary = respond(&inquiry("L500600700")).summary("30");
    assert_eq!(
        summary.copay_alternatives.len() + usize::from(summary.copay.is_some()),
        2
    );
}

#[test]
fn who_is_not_the_member_is_rejected_as_payers_reject() {
    let code = |change: fn(&mut Inquiry)| {
        let mut inquiry = inquiry("W100200300");
        change(&mut inquiry);
        respond(&inquiry).rejections[0].code.clone()
    };
    assert_eq!(code(|i| i.subscriber.member_id = "W999999999".to_owned()), "75");
    assert_eq!(code(|i| i.subscriber.member_id = "ABC".to_owned()), "72");
    assert_eq!(code(|i| i.subscriber.given = "Marta".to_owned()), "73");
    assert_eq!(code(|i| i.subscriber.birth_date = "1984-03-18".parse().unwrap()), "71");
    assert_eq!(code(|i| i.provider.npi = "1467560004".to_owned()), "43");
    assert_eq!(respond(&inquiry("W100200302")).rejections[0].code, "75");
}

#[test]
fn try_later_is_transient() {
    assert_eq!(
        respond(&inquiry("W100200303")).rejections[0].class(),
        RejectionClass::Retry
    );
}
