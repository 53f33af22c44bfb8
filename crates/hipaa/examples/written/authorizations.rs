//! 278: a request for services, and the response that certifies part of them.

use super::{Written, at, day, envelope};
use mc_hipaa::authorization::{AuthorizationRequest, Decision, Event, Item, Member, Review, Service};
use mc_hipaa::claim::HealthCode;
use mc_hipaa::parts::{Dated, Name, Procedure, Trace};
use mc_x12::Interchange;

pub fn request() -> Written {
    let mut event = Event::new(Trace::new("T1", "9CLINIC001"), Review::services("3", "11"));
    event.subject.dates = vec![Dated::day("AAH", day())];
    event.subject.codes = vec![HealthCode::principal("M545")];
    event.services = vec![Service::new(Item::professional(Procedure::new("HC", "97110"), 12))];
    let request = AuthorizationRequest::new(
        "R1",
        at(),
        Name::organization("X3", "NO PAYER").with_id("PI", "99999"),
        Name::organization("1P", "SAMPLE CLINIC").with_id("XX", "1234567893"),
        Member::subscriber("DOE", "JO", "M0000001"),
        event,
    );
    Ok(request.to_x12(&envelope("CLINIC", "PAYER"))?)
}

pub fn answer() -> Written {
    let text = request()?;
    let interchange = Interchange::parse(text.as_bytes())?;
    let request = interchange.transactions().next().ok_or("no request")?;
    let mut answer = AuthorizationRequest::read(request)?.strict()?.answered(at());
    for event in &mut answer.events {
        event.subject.decision = Some(Decision {
            reasons: vec!["0V".into()],
            ..Decision::new("A6", "AUTH1")
        });
    }
    Ok(answer.to_x12(&envelope("PAYER", "CLINIC"))?)
}
