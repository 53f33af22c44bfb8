use chrono::DateTime;
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::super::inquiry::tests::example;
use super::super::{
    Delivery, EligibilityError, Network, PatientLoop, Procedure, RejectionClass, RelatedEntity, Remaining, Response,
    Status,
};
use super::*;

const CONTROL: ControlNumbers = ControlNumbers {
    interchange: 11,
    group: 12,
    transaction: 13,
};

fn dollars(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn builder(inquiry: &Inquiry) -> ResponseBuilder<'_> {
    ResponseBuilder::answering(inquiry, CONTROL, DateTime::from_timestamp(1_767_323_046, 0).unwrap())
        .payer_trace("PAYER-0001", "9PAYER0001")
}

fn parse(builder: &ResponseBuilder<'_>) -> Response {
    Response::parse(builder.to_x12().unwrap().as_bytes()).unwrap()
}

#[test]
fn an_active_member_gets_copay_and_deductible() {
    let inquiry = example();
    let limit = |period, amount, network| {
        Benefit::new("C")
            .level("IND")
            .services(["30"])
            .period(period)
            .amount(dollars(amount))
            .network(network)
    };
    let answer = builder(&inquiry)
        .plan_begins(NaiveDate::from_ymd_opt(2026, 1, 1).unwrap())
        .benefit(Benefit::new("1").level("IND").services(["30"]).plan("PR", "GOLD PPO"))
        .benefit(
            Benefit::new("B")
                .services(["30"])
                .period("27")
                .amount(dollars("25.00"))
                .network(Network::In),
        )
        .benefit(
            Benefit::new("B")
                .services(["30"])
                .period("27")
                .amount(dollars("60"))
                .network(Network::Out),
        )
        .benefit(limit("23", "1500", Network::In))
        .benefit(limit("29", "1350.50", Network::In))
        .benefit(limit("23", "3000", Network::Out));
    let response = parse(&answer);
    assert_eq!(response.trace_numbers().collect::<Vec<_>>(), ["93175-012547"]);
    assert_eq!(response.payer_trace().unwrap().number, "PAYER-0001");
    assert_eq!(response.plan_begins(), NaiveDate::from_ymd_opt(2026, 1, 1));
    let person = response.patient().unwrap();
    assert_ne!(person.corrected, Some(true));
    assert_eq!(person.birth_date, Some(inquiry.subscriber.birth_date));
    let summary = response.summary("30");
    assert_eq!(
        (summary.status, summary.plan.as_deref()),
        (Status::Active, Some("GOLD PPO"))
    );
    assert_eq!((summary.copay, summary.network), (Some(dollars("25.00")), Network::In));
    assert_eq!(summary.deductible_total, Some(dollars("1500")));
    assert_eq!(
        summary.deductible_remaining,
        Some(Remaining {
            amount: dollars("1350.50"),
            derived: false
        })
    );
}

#[test]
fn the_271_has_the_loops_of_the_guide() {
    let inquiry = example();
    let text = builder(&inquiry)
        .benefit(Benefit::new("6").services(["30"]))
        .to_x12()
        .unwrap();
    assert!(text.contains(
        "~ST*271*0013*005010X279A1~BHT*0022*11*10001234*20260102*030406~HL*1**20*1~NM1*PR*2*ABC COMPANY*****PI*842610001~\
         HL*2*1*21*1~NM1*1P*2*BONE AND JOINT CLINIC*****XX*1234567893~HL*3*2*22*0~TRN*2*93175-012547*9877281234~\
         TRN*1*PAYER-0001*9PAYER0001~NM1*IL*1*OBRIEN*ROBERT****MI*11122333301~DMG*D8*19430519*M~EB*6**30~SE*13*0013~"
    ));
    assert_eq!(
        Response::parse(text.as_bytes()).unwrap().summary("30").status,
        Status::Inactive
    );
}

#[test]
fn a_rejection_at_the_payer_ends_the_answer_there() {
    let inquiry = example();
    let response = parse(&builder(&inquiry).reject(Level::Source, true, "42", "R"));
    assert_eq!(response.rejections[0].level, Level::Source);
    assert_eq!(response.rejections[0].class(), RejectionClass::Retry);
    assert_eq!(
        (response.subscriber.is_none(), response.reference.as_str()),
        (true, "10001234")
    );
}

#[test]
fn a_rejection_of_the_subscriber_keeps_the_traces() {
    let inquiry = example();
    let response = parse(&builder(&inquiry).reject(Level::Subscriber, false, "75", "C").reject(
        Level::Subscriber,
        false,
        "58",
        "C",
    ));
    assert_eq!(
        response.rejections.iter().map(Rejection::class).collect::<Vec<_>>(),
        [RejectionClass::NotFound, RejectionClass::FixInput]
    );
    assert_eq!(response.trace_numbers().next(), Some("93175-012547"));
    assert_eq!(response.summary("30").status, Status::NotStated);
}

#[test]
fn a_rejection_of_one_service_accompanies_benefits() {
    let inquiry = example();
    let response = parse(&builder(&inquiry).benefit(Benefit::new("1").services(["30"])).reject(
        Level::SubscriberBenefit,
        false,
        "70",
        "C",
    ));
    assert_eq!(
        (response.benefits[0].rejections.len(), response.rejections[0].level),
        (0, Level::SubscriberBenefit)
    );
    assert_eq!((response.benefits[1].info.as_str(), response.is_partial()), ("V", true));
}

#[test]
fn corrected_demographics_are_flagged() {
    let mut inquiry = example();
    inquiry.subscriber.family = "O BRIEN".to_owned();
    let known = Subscriber {
        family: "OBRIEN".to_owned(),
        ..inquiry.subscriber.clone()
    };
    let response = parse(
        &builder(&inquiry)
            .corrected(known)
            .benefit(Benefit::new("1").services(["30"])),
    );
    let person = response.patient().unwrap();
    assert_eq!(
        (person.corrected, person.family.as_deref()),
        (Some(true), Some("OBRIEN"))
    );
}

#[test]
fn an_answer_without_benefit_or_rejection_is_malformed() {
    let inquiry = example();
    let text = builder(&inquiry).to_x12().unwrap();
    assert_eq!(Response::parse(text.as_bytes()), Err(EligibilityError::Malformed));
}

#[test]
fn other_answers_are_distinguished() {
    let text = example().to_x12().unwrap();
    let wrong = EligibilityError::WrongTransaction {
        expected: "271",
        found: "270",
    };
    assert_eq!(Response::parse(text.as_bytes()), Err(wrong));
    let ta1 = "ISA*00*          *00*          *ZZ*A              *ZZ*B              *160405*1354*^*00501*000000907*1*P*:~\
        TA1*000000001*160405*1354*R*023~IEA*0*000000907~";
    assert_eq!(
        Response::parse(ta1.as_bytes()),
        Err(EligibilityError::InterchangeRefused { note: "023".to_owned() })
    );
    assert_eq!(
        Response::parse(b"<html>").unwrap_err().to_string(),
        "the interchange does not start with ISA, segment 1 (?) at byte 0"
    );
}

#[test]
fn a_wrong_amount_is_listed_with_its_place() {
    let inquiry = example();
    let text = builder(&inquiry)
        .benefit(Benefit::new("B").amount(dollars("25")))
        .to_x12()
        .unwrap();
    let at = text.find("EB*").unwrap();
    let seen = Response::parse(text.replace("*25~", "*2S~").as_bytes()).unwrap();
    assert_eq!((seen.benefits[0].info.as_str(), seen.benefits[0].amount), ("B", None));
    assert_eq!(
        (seen.unread[0].place.segment, seen.unread[0].place.offset),
        (14, at as u64)
    );
    assert_eq!(
        seen.strict().unwrap_err().to_string(),
        "segment 14 (EB in 2110C) element 7: The value is not a number in the required format."
    );
}

fn money() -> impl Strategy<Value = Option<Decimal>> {
    prop::option::of((0i64..100_000_000, 0u32..3).prop_map(|(n, scale)| Decimal::new(n, scale)))
}

prop_compose! {
    fn benefits()(
        info in "[1-8A-Y]", level in prop::option::of("IND|FAM|EMP"), service_types in prop::collection::vec("[A-Z0-9]{1,2}", 0..4),
        plan in prop::option::of("[A-Z]{1,50}"), period in prop::option::of("2[1-9]"), amount in money(), quantity in money(),
        network in prop::sample::select(vec![Network::In, Network::Out, Network::Both, Network::Unknown, Network::NotStated]),
        messages in prop::collection::vec("[A-Za-z0-9 ,]{0,20}[A-Z]", 0..3), modifiers in prop::option::of(prop::collection::vec("[0-9A-Z]{2}", 0..3)),
        visits in prop::option::of(1u32..99), name in prop::option::of("[A-Z]{1,20}"),
    ) -> Benefit {
        let mut benefit = Benefit::new(info);
        (benefit.level, benefit.service_types, benefit.plan, benefit.period) = (level, service_types, plan, period);
        (benefit.amount, benefit.quantity, benefit.network, benefit.messages) = (amount, quantity, network, messages);
        benefit.procedure = modifiers.map(|modifiers| Procedure::new("HC", "99213").modified(modifiers));
        benefit.deliveries = visits.map(|n| Delivery::new("VS", n).per(Decimal::ONE, "21")).into_iter().collect();
        benefit.related = name.map(|name| RelatedEntity {
            role: "PR".into(), is_person: Some(false), name, id_qualifier: "PI".into(), id: "77".into(), ..RelatedEntity::default()
        }).into_iter().collect();
        benefit
    }
}

proptest! {
    #[test]
    fn benefits_read_back_equal(benefits in prop::collection::vec(benefits(), 1..6)) {
        let inquiry = example();
        let answer = benefits.iter().cloned().fold(builder(&inquiry), ResponseBuilder::benefit);
        let response = parse(&answer);
        prop_assert_eq!(&response.benefits, &benefits);
        prop_assert!(response.benefits.iter().all(|b| b.patient == PatientLoop::Subscriber));
        let _ = response.summary("30"); // total for every response
    }
}
