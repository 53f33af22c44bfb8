//! 835 with two claims and a provider adjustment; 276 and its 277.

use super::{Written, at, day, envelope};
use mc_hipaa::parts::{Address, Contact, Dated, Name, Procedure, Reference};
use mc_hipaa::remittance::{
    Account, ClaimPayment, Payee, Payer, Payment, ProviderAdjustment, RemittanceBuilder, ServicePayment,
};
use mc_hipaa::status::{
    ClaimAnswer, ClaimInquiry, Patient, Person, Provider, Receiver, Source, Status, StatusAnswer, StatusInformation,
    StatusInquiry,
};
use mc_x12::Interchange;

pub fn remittance() -> Written {
    let payer = Payer::new(
        "NO PAYER",
        Address::new("1 MAIN ST", "BOSTON", "MA", "02110"),
        Contact::new("BL", "HELP DESK").number("TE", "8005550100"),
    );
    let name = |given: &str, id: &str| vec![Name::person("QC", "DOE", given).with_id("MI", id)];
    let line = ServicePayment {
        dates: vec![Dated::day("472", day())],
        references: vec![Reference::new("6R", "LINE1")],
        ..ServicePayment::new(Procedure::new("HC", "99213"), 120, 70)
    };
    let paid = ClaimPayment {
        patient_responsibility: Some(25.into()),
        filing: "12".into(),
        names: name("JO", "M0000001"),
        lines: vec![line.adjusted("CO", "45", 25).adjusted("PR", "3", 25)],
        ..ClaimPayment::new("CLAIM1", "P77", 120, 70)
    };
    let denied = ServicePayment {
        dates: vec![Dated::day("472", day())],
        ..ServicePayment::new(Procedure::new("HC", "85025"), 30, 0)
    };
    let denied = ClaimPayment {
        status: "4".into(),
        filing: "12".into(),
        names: name("KIM", "M0000002"),
        lines: vec![denied.adjusted("CO", "97", 30)],
        ..ClaimPayment::new("CLAIM2", "P78", 30, 0)
    };
    let payment = Payment {
        from: Some(account("999999999", "123456789")),
        to: Some(account("999999998", "987654321")),
        format: "CCP".into(),
        originator: "1512345678".into(),
        ..Payment::new("ACH", day(), "EFT0001", "1512345678")
    };
    let remittance = RemittanceBuilder::new(payment, payer, Payee::provider("SAMPLE CLINIC", "1234567893"))
        .claim(paid)
        .claim(denied)
        .provider_adjustment(ProviderAdjustment::new("1234567893", day(), "WO", 20))
        .build()?;
    Ok(remittance.to_x12(&envelope("PAYER", "CLINIC"))?)
}

fn account(bank: &str, number: &str) -> Account {
    Account {
        bank_qualifier: "01".into(),
        bank: bank.into(),
        account_qualifier: "DA".into(),
        number: number.into(),
    }
}

pub fn status_inquiry() -> Written {
    let claim = ClaimInquiry {
        trace: "T1".into(),
        references: vec![Reference::new("EJ", "CLAIM1")],
        charge: Some(120.into()),
        dates: vec![Dated::day("472", day())],
        ..ClaimInquiry::default()
    };
    let subscriber = Person {
        name: Name::person("IL", "DOE", "JO").with_id("MI", "M0000001"),
        demographics: Some(mc_hipaa::parts::Demographics::new(
            super::born(),
            mc_hipaa::eligibility::Gender::Female,
        )),
    };
    let provider = Provider {
        names: vec![Name::organization("1P", "SAMPLE CLINIC").with_id("XX", "1234567893")],
        status: None,
        patients: vec![Patient {
            subscriber,
            dependent: None,
            claims: vec![claim],
        }],
    };
    let mut inquiry = StatusInquiry::new("Q1", at());
    inquiry.sources = vec![Source {
        name: Name::organization("PR", "NO PAYER").with_id("PI", "99999"),
        contacts: vec![],
        receivers: vec![Receiver {
            name: Name::organization("41", "SAMPLE CLINIC").with_id("46", "CLINIC"),
            status: None,
            providers: vec![provider],
        }],
    }];
    Ok(inquiry.to_x12(&envelope("CLINIC", "PAYER"))?)
}

pub fn status_answer() -> Written {
    let text = status_inquiry()?;
    let interchange = Interchange::parse(text.as_bytes())?;
    let inquiry = interchange.transactions().next().ok_or("no inquiry")?;
    let paid = StatusInformation {
        charge: Some(120.into()),
        paid: Some(70.into()),
        finalized_on: Some(day()),
        ..StatusInformation::new(Status::new("F1", "65"), day())
    };
    let mut answer = StatusAnswer::new("A1", at());
    answer.sources = StatusInquiry::read(inquiry)?.strict()?.answered(|claim| ClaimAnswer {
        trace: claim.trace.clone(),
        information: vec![paid.clone()],
        references: vec![Reference::new("1K", "P77"), Reference::new("EJ", "CLAIM1")],
        dates: claim.dates.clone(),
        lines: vec![],
    });
    Ok(answer.to_x12(&envelope("PAYER", "CLINIC"))?)
}
