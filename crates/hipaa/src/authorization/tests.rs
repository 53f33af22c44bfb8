//! Written values read back equal, and a decision is matched to its request.

mod arbitrary;

use proptest::prelude::*;

use super::*;
use crate::claim::HealthCode;
use crate::eligibility::RejectionClass;
use crate::parts::arbitrary::{envelope, moment, text};
use crate::parts::{Dated, Delivery, Demographics, Name, Procedure, Read, Trace, ViewError};
use mc_x12::{Interchange, Transaction};

fn read<T>(text: &str, view: impl Fn(&Transaction<'_>) -> Result<Read<T>, ViewError>) -> Result<T, ViewError> {
    let interchange = Interchange::parse(text.as_bytes()).unwrap();
    let transaction = interchange.transactions().next().unwrap();
    Ok(view(transaction)?.value)
}

fn date() -> chrono::NaiveDate {
    chrono::NaiveDate::from_ymd_opt(2026, 1, 2).unwrap()
}

fn at() -> chrono::NaiveDateTime {
    date().and_hms_opt(3, 4, 5).unwrap()
}

/// Physiotherapy for a child.
fn request() -> AuthorizationRequest {
    let mut event = Event::new(Trace::new("T1", "9CLINIC001"), Review::services("3", "11"));
    event.subject.dates = vec![Dated::day("AAH", date())];
    event.subject.codes = vec![HealthCode::principal("M545"), HealthCode::diagnosis("R509")];
    event.delivery = Some(Delivery::new("VS", 12).per(3, "34"));
    event.subject.parties = vec![Party::new(
        Name::person("SJ", "HOUSE", "GREG").with_id("XX", "1234567893"),
    )];
    event.services = vec![Service::new(Item::professional(Procedure::new("HC", "97110"), 12))];
    let reviewer = Name::organization("X3", "PAYER").with_id("PI", "99999");
    let requester = Name::organization("1P", "CLINIC").with_id("XX", "1234567893");
    let subscriber = Member::subscriber("DOE", "JO", "M1");
    let mut child = Member::dependent("DOE", "JIM", "19");
    child.demographics = Some(Demographics::new(date(), crate::eligibility::Gender::Male));
    AuthorizationRequest {
        dependent: Some(child),
        ..AuthorizationRequest::new("R1", at(), reviewer, requester, subscriber, event)
    }
}

/// The request, written.
pub(crate) fn request_text() -> String {
    request().to_x12(&envelope()).unwrap()
}

fn answer() -> AuthorizationAnswer {
    let mut answer = request().answered(at());
    let event = answer.events.remove(0);
    let service = event.services[0].clone();
    let mut decision = Decision::new("A3", "");
    decision.reasons = vec!["0V".to_owned()];
    let event = Event {
        services: vec![service.decided(decision)],
        ..event.decided(Decision::new("A6", "AUTH-1"))
    };
    AuthorizationAnswer {
        events: vec![event],
        ..answer
    }
}

/// The response, written.
pub(crate) fn written() -> String {
    answer().to_x12(&envelope()).unwrap()
}

#[test]
fn the_278_has_the_loops_of_the_guide() {
    let text = request_text();
    assert_eq!(
        &text[text.find("ST*").unwrap()..text.find("GE*").unwrap()],
        "ST*278*0009*005010X217~BHT*0007*13*R1*20260102*030405~HL*1**20*1~NM1*X3*2*PAYER*****PI*99999~HL*2*1*21*1~\
         NM1*1P*2*CLINIC*****XX*1234567893~HL*3*2*22*1~NM1*IL*1*DOE*JO****MI*M1~HL*4*3*23*1~NM1*QC*1*DOE*JIM~\
         DMG*D8*20260102*M~INS*N*19~HL*5*4*EV*1~TRN*1*T1*9CLINIC001~UM*HS*I*3*11:B~DTP*AAH*D8*20260102~\
         HI*ABK:M545*ABF:R509~HSD*VS*12***34*3~NM1*SJ*1*HOUSE*GREG****XX*1234567893~HL*6*5*SS*0~\
         SV1*HC:97110**UN*12~SE*22*0009~"
    );
    assert_eq!(read(&text, AuthorizationRequest::read).unwrap(), request());
}

#[test]
fn the_answer_states_the_decision_on_event_and_service() {
    let seen = read(&written(), AuthorizationAnswer::read).unwrap();
    assert_eq!(seen, answer());
    let outcomes: Vec<_> = seen.decisions().map(Decision::outcome).collect();
    assert_eq!(outcomes, [Outcome::CertifiedInPart, Outcome::Denied]);
    let echoed = &seen.events[0].subject.traces[0];
    assert_eq!((echoed.echoed, echoed.number.as_str()), (Some(true), "T1"));
}

#[test]
fn a_rejection_ends_the_answer_at_its_level_and_has_a_class() {
    let mut refused = request().answered(at());
    refused.events.clear();
    refused.dependent = None;
    refused.subscriber.as_mut().unwrap().rejections = vec![Rejection::new(true, "75", "C")];
    let text = refused.to_x12(&envelope()).unwrap();
    assert!(text.contains("~HL*3*2*22*0~NM1*IL*1*DOE*JO****MI*M1~AAA*Y**75*C~SE*"));
    let seen = read(&text, AuthorizationAnswer::read).unwrap();
    assert_eq!(seen, refused);
    let classes: Vec<_> = seen.rejections().map(Rejection::class).collect();
    assert_eq!(classes, [RejectionClass::NotFound]);

    refused.subscriber = None;
    refused.requesters.clear();
    refused.system_rejections = vec![Rejection::new(false, "42", "R")];
    let text = refused.to_x12(&envelope()).unwrap();
    assert!(text.contains("~HL*1**20*0~AAA*N**42*R~NM1*X3*"));
    assert_eq!(read(&text, AuthorizationAnswer::read).unwrap(), refused);
}

#[test]
fn a_request_is_no_answer_and_an_answer_no_request() {
    assert!(matches!(
        read(&request_text(), AuthorizationAnswer::read),
        Err(ViewError::WrongTransaction { .. })
    ));
    assert!(matches!(
        read(&written(), AuthorizationRequest::read),
        Err(ViewError::WrongTransaction { .. })
    ));
}

#[test]
fn what_does_not_fit_is_named() {
    let (segment, element) = ("UM", 1);
    let mut wrong = request();
    wrong.event.subject.review = None;
    assert_eq!(wrong.to_x12(&envelope()), Err(WriteError::Missing { segment, element }));
    let mut wrong = request();
    wrong.event.subject.decision = Some(Decision::new("A1", "1"));
    let segment = "HCR";
    assert_eq!(wrong.to_x12(&envelope()), Err(WriteError::Form { segment, element }));
    let mut wrong = answer();
    wrong.requesters.clear();
    let segment = "NM1";
    assert_eq!(wrong.to_x12(&envelope()), Err(WriteError::Missing { segment, element }));
    let seen = read(
        &request_text().replace("**UN*12~", "**UN*1Z~"),
        AuthorizationRequest::read,
    );
    let item = seen.unwrap().event.services[0].item.clone().unwrap();
    assert_eq!((item.units, item.unit.as_str()), (None, "UN"));
}

#[test]
fn debug_output_holds_nothing_of_the_patient() {
    let shown = format!("{:?} {:?}", request(), answer());
    for secret in ["DOE", "M1", "M545", "97110"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn a_request_reads_back_equal(
        event in arbitrary::event(false), reference in text(50), created_at in moment(),
        reviewer in arbitrary::party("X3", false), requester in arbitrary::party("1P", false),
        subscriber in arbitrary::member("IL", false), dependent in proptest::option::of(arbitrary::member("QC", false)),
    ) {
        let name = |party: &Party| party.name.clone();
        let request = AuthorizationRequest {
            requester: requester.clone(), dependent,
            ..AuthorizationRequest::new(reference, created_at, name(&reviewer), name(&requester), subscriber, event)
        };
        let text = request.to_x12(&envelope()).unwrap();
        prop_assert_eq!(read(&text, AuthorizationRequest::read).unwrap(), request);
    }

    #[test]
    fn an_answer_reads_back_equal(
        events in prop::collection::vec(arbitrary::event(true), 0..3), reference in text(50), created_at in moment(),
        reviewer in arbitrary::reviewer(), requesters in prop::collection::vec(arbitrary::requester(), 1..3),
        subscriber in arbitrary::member("IL", true), dependent in proptest::option::of(arbitrary::member("QC", true)),
        system_rejections in arbitrary::rejections(true),
    ) {
        let answer = AuthorizationAnswer {
            reference, created_at: Some(created_at), kind: "18".to_owned(), system_rejections, reviewer, requesters,
            subscriber: Some(subscriber), dependent, events,
        };
        let text = answer.to_x12(&envelope()).unwrap();
        prop_assert_eq!(read(&text, AuthorizationAnswer::read).unwrap(), answer);
    }
}
