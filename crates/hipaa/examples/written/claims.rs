//! 837P with another payer and a dependent, 837I, 837D.

use super::{Written, at, born, day, envelope};
use mc_hipaa::claim::{
    Admission, BillingProvider, Claim, ClaimBatch, Coverage, DentalService, HealthCode, InstitutionalService, Kind,
    OtherPayer, Party, Patient, Person, Provider, Service, ServiceLine, Submitter, Subscriber, Tooth,
};
use mc_hipaa::eligibility::Gender;
use mc_hipaa::parts::{Address, Adjustment, Amount, Contact, Dated, Demographics, Name, Procedure, Reference};

pub fn professional() -> Written {
    let visit = |charge: i64| {
        let line = ServiceLine::professional(Procedure::new("HC", "99213"), charge, 1, ["1", "2"], day());
        ServiceLine {
            references: vec![Reference::new("6R", "LINE1")],
            ..line
        }
    };
    let codes = || vec![HealthCode::principal("J020"), HealthCode::diagnosis("R509")];
    let rendering = Provider::new(Name::person("82", "ELM", "SAM").with_id("XX", "1245319599"));
    let own = Claim {
        codes: codes(),
        providers: vec![rendering],
        ..Claim::new("CLAIM1", "11", Kind::Professional, vec![visit(120)])
    };
    let second = Claim {
        codes: codes(),
        other_payers: vec![other_payer()],
        ..Claim::new("CLAIM2", "11", Kind::Professional, vec![visit(150)])
    };
    let child = Claim {
        codes: codes(),
        ..Claim::new("CLAIM3", "11", Kind::Professional, vec![visit(90)])
    };
    let mut subscriber = subscriber(vec![own, second]);
    let parent = Subscriber {
        coverage: Coverage::primary(false, "CI"),
        person: Person::new(Name::person("IL", "ROE", "PAT").with_id("MI", "M0000002")),
        payer: Party::payer("NO PAYER", "99999"),
        patients: vec![Patient {
            relationship: "19".into(),
            person: person(Name::person("QC", "ROE", "KIM"), "2 ELM ST"),
            claims: vec![child],
            ..Patient::default()
        }],
        ..Subscriber::default()
    };
    // For the second claim the other payer is primary.
    subscriber.coverage.sequence = "S".into();
    batch(Kind::Professional, vec![subscriber, parent])
}

/// Paid 100 of 150, adjusted 30, patient responsibility 20.
fn other_payer() -> OtherPayer {
    OtherPayer {
        coverage: Coverage::primary(true, "CI"),
        adjustments: vec![Adjustment::new("CO", "45", 30), Adjustment::new("PR", "2", 20)],
        amounts: vec![Amount::new("D", 100), Amount::new("EAF", 20)],
        benefits_assigned: "Y".into(),
        release: "Y".into(),
        subscriber: Party::new(Name::person("IL", "DOE", "JO").with_id("MI", "OTHER1")),
        payer: Name::organization("PR", "OTHER PAYER").with_id("PI", "88888"),
        dates: vec![Dated::day("573", day())],
        ..OtherPayer::default()
    }
}

pub fn institutional() -> Written {
    let stay = InstitutionalService {
        revenue_code: "0120".into(),
        charge: Some(900.into()),
        unit: "DA".into(),
        units: Some(2.into()),
        ..InstitutionalService::default()
    };
    let principal = HealthCode {
        present_on_admission: "Y".into(),
        ..HealthCode::principal("J020")
    };
    let attending = Provider::new(Name::person("71", "ELM", "SAM").with_id("XX", "1245319599"));
    let claim = Claim {
        codes: vec![principal, HealthCode::new("ABJ", "J020")],
        dates: vec![
            Dated::days("434", day(), day()),
            Dated {
                qualifier: "435".into(),
                when: mc_hipaa::parts::When::Minute(at()),
            },
        ],
        admission: Some(Admission {
            kind: "3".into(),
            source: "1".into(),
            status: "01".into(),
            ..Admission::default()
        }),
        providers: vec![attending],
        ..Claim::new(
            "STAY1",
            "11",
            Kind::Institutional,
            vec![ServiceLine::new(Service::Institutional(stay), day())],
        )
    };
    batch(Kind::Institutional, vec![subscriber(vec![claim])])
}

pub fn dental() -> Written {
    let filling = DentalService {
        procedure: Procedure::new("AD", "D2150"),
        charge: Some(200.into()),
        units: Some(1.into()),
        teeth: vec![Tooth {
            number: "12".into(),
            surfaces: vec!["L".into(), "O".into()],
        }],
        ..DentalService::default()
    };
    let claim = Claim::new(
        "TOOTH1",
        "11",
        Kind::Dental,
        vec![ServiceLine::new(Service::Dental(filling), day())],
    );
    batch(Kind::Dental, vec![subscriber(vec![claim])])
}

fn person(name: Name, street: &str) -> Person {
    Person {
        address: Some(Address::new(street, "BOSTON", "MA", "02110")),
        demographics: Some(Demographics::new(born(), Gender::Female)),
        ..Person::new(name)
    }
}

fn subscriber(claims: Vec<Claim>) -> Subscriber {
    Subscriber {
        coverage: Coverage::primary(true, "CI"),
        person: person(Name::person("IL", "DOE", "JO").with_id("MI", "M0000001"), "1 ELM ST"),
        payer: Party::payer("NO PAYER", "99999"),
        claims,
        ..Subscriber::default()
    }
}

fn batch(kind: Kind, subscribers: Vec<Subscriber>) -> Written {
    let clinic = Address::new("1 MAIN ST", "BOSTON", "MA", "021100002");
    let billing = BillingProvider {
        subscribers,
        ..BillingProvider::new("SAMPLE CLINIC", "1234567893", "123456789", clinic)
    };
    let contact = Contact::new("IC", "HELP DESK").number("TE", "8005550100");
    let batch = ClaimBatch {
        submitter: Submitter::new("SAMPLE CLINIC", "CLINIC", contact),
        receiver: Name::organization("40", "NO PAYER").with_id("46", "99999"),
        providers: vec![billing],
        ..ClaimBatch::new(kind, "BATCH1", at())
    };
    Ok(batch.to_x12(&envelope("CLINIC", "PAYER"))?)
}
