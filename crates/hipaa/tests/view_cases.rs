//! The cases made from public reports whose subject is a typed value, where they are available.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::path::PathBuf;

use mc_hipaa::authorization::AuthorizationRequest;
use mc_hipaa::claim::ClaimBatch;
use mc_hipaa::enrollment::{Enrollment, Maintenance};
use mc_hipaa::parts::Amount;
use mc_hipaa::remittance::Remittance;
use mc_hipaa::{Read, ViewError};
use mc_x12::{ControlNumbers, Envelope, Interchange, Party, Transaction, Usage};

fn envelope() -> Envelope {
    Envelope {
        sender: Party::mutual("CLINIC"),
        receiver: Party::mutual("PAYER"),
        usage: Usage::Test,
        control: ControlNumbers {
            interchange: 1,
            group: 1,
            transaction: 1,
        },
        created_at: chrono::DateTime::from_timestamp(1_767_323_045, 0).unwrap(),
    }
}

/// The text of a case; `None` where the cases are not on this machine.
fn text(name: &str) -> Option<String> {
    let shared = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let text = std::fs::read_to_string(shared.join("cases/x12").join(format!("{name}.x12"))).ok();
    if text.is_none() {
        println!("skipped: the cases are not on this machine");
    }
    text
}

/// What a view reads in the first transaction set.
fn first<T>(text: &str, view: impl Fn(&Transaction<'_>) -> Result<T, ViewError>) -> T {
    let interchange = Interchange::parse(text.as_bytes()).unwrap();
    view(interchange.transactions().next().unwrap()).unwrap()
}

/// What a view reads in a case; `None` where the cases are not on this machine.
fn case<T>(name: &str, view: impl Fn(&Transaction<'_>) -> Result<T, ViewError>) -> Option<T> {
    text(name).map(|text| first(&text, view))
}

#[test]
fn amounts_and_adjustments_out_of_sequence_are_read() {
    let Some(read) = case("835-order-of-line-segments", Remittance::read) else {
        return;
    };
    let line = &read.value.claims().next().unwrap().lines[0];
    assert_eq!(Amount::find(&line.amounts, "B6"), Some(80.into()));
    assert_eq!(line.adjustments[0].amount, Some(20.into()));
    assert_eq!(read.value.balance(), []);
    assert!(read.is_complete());
}

#[test]
fn the_reasons_of_another_reviewer_are_read_and_written() {
    let Some(case) = text("278-other-umo-ref") else { return };
    for (from, to, reasons) in [
        ("DEN1", "DEN1", vec!["DEN1"]),
        ("DEN1", "DEN1**ZZ:0V:ZZ:0W", vec!["DEN1", "0V", "0W"]),
        ("NM1*CA*", "NM1*GG*", vec!["DEN1"]),
    ] {
        let text = case.replace(from, to);
        let read = first(&text, AuthorizationRequest::read);
        assert_eq!(read.value.event.subject.parties[0].reasons, reasons);
        let written = read.strict().unwrap().to_x12(&envelope()).unwrap();
        let reference = |text: &str| {
            text.split('~')
                .find(|segment| segment.starts_with("REF*ZZ*"))
                .map(str::to_owned)
        };
        assert_eq!(reference(&written), reference(&text));
    }
}

#[test]
fn one_member_with_an_unknown_code_hides_no_other() {
    let Some(read) = case("834-one-bad-member", Enrollment::read) else {
        return;
    };
    let found: Vec<_> = read
        .value
        .members
        .iter()
        .map(|m| (m.subscriber_id.as_str(), m.maintenance))
        .collect();
    let add = Some(Maintenance::Add);
    assert_eq!(found, [("M1", add), ("M2", None), ("M3", add)]);
    let listed: Vec<_> = read
        .unread
        .iter()
        .map(|finding| (finding.place.segment, finding.place.id))
        .collect();
    assert_eq!(listed, [(13, "INS"), (17, "HD")]);
    assert_eq!(read.value.steps().count(), 2);
    assert!(read.strict().is_err());
}

#[test]
fn equipment_certificates_and_forms_read_back_equal() {
    let Some(read) = case("837p-dme-chiro", ClaimBatch::read) else {
        return;
    };
    let claim = read.value.claims().next().unwrap().claim;
    assert_eq!(claim.spinal_manipulation.as_ref().unwrap().condition, "A");
    let line = &claim.lines[0];
    assert_eq!(line.equipment.as_ref().unwrap().purchase_price, Some(500.into()));
    assert_eq!(line.equipment_certification.as_ref().unwrap().months, Some(12.into()));
    assert_eq!(line.measurements[0].value, Some(70.into()));
    assert_eq!((line.forms[0].form.as_str(), line.forms[0].answers.len()), ("04.04", 4));
    let text = read.value.to_x12(&envelope()).unwrap();
    let Read { value, .. } = first(&text, ClaimBatch::read);
    assert_eq!(value, read.value);
}
