//! Written values read back equal, and imbalances are found.

mod arbitrary;

use chrono::NaiveDate;
use proptest::prelude::*;

use super::*;
use crate::ViewError;
use crate::balance::Rule;
use crate::eligibility::Gender;
use crate::parts::arbitrary::{envelope, first_difference};
use crate::parts::{Address, Adjustment, Amount, Contact, Dated, Demographics, Name, Procedure};
use mc_x12::Interchange;

fn read(text: &str) -> Result<ClaimBatch, ViewError> {
    let interchange = Interchange::parse(text.as_bytes()).unwrap();
    let transaction = interchange.transactions().next().unwrap();
    Ok(ClaimBatch::read(transaction)?.value)
}

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, day).unwrap()
}

fn person(name: Name, gender: Gender) -> Person {
    Person {
        address: Some(Address::new("1 ELM ST", "BOSTON", "MA", "02110")),
        demographics: Some(Demographics::new(day(1), gender)),
        ..Person::new(name)
    }
}

/// Two claims: one of the subscriber, one of a child.
fn example() -> ClaimBatch {
    let visit = || {
        ServiceLine::professional(
            Procedure::new("HC", "99213").modified(["25"]),
            120,
            1,
            ["2", "1"],
            day(2),
        )
    };
    let codes = || vec![HealthCode::principal("J020"), HealthCode::diagnosis("R509")];
    let claim = |number| Claim {
        codes: codes(),
        providers: vec![Provider::new(
            Name::person("82", "HOUSE", "GREG").with_id("XX", "1234567893"),
        )],
        ..Claim::new(number, "11", Kind::Professional, vec![visit()])
    };
    let child = Patient {
        relationship: "19".to_owned(),
        person: person(Name::person("QC", "DOE", "JIM"), Gender::Male),
        claims: vec![claim("CLAIM-2")],
        ..Patient::default()
    };
    let subscriber = |is_patient| Subscriber {
        coverage: Coverage::primary(is_patient, "CI"),
        person: Person::new(Name::person("IL", "DOE", "JO").with_id("MI", "M1")),
        payer: Party::payer("PAYER", "99999"),
        ..Subscriber::default()
    };
    let patient = Subscriber {
        person: person(subscriber(true).person.name, Gender::Female),
        claims: vec![claim("CLAIM-1")],
        ..subscriber(true)
    };
    let parent = Subscriber {
        patients: vec![child],
        ..subscriber(false)
    };
    let clinic = Address::new("1 MAIN ST", "BOSTON", "MA", "021100002");
    let billing = BillingProvider {
        taxonomy: "207Q00000X".to_owned(),
        subscribers: vec![patient, parent],
        ..BillingProvider::new("CLINIC", "1234567893", "123456789", clinic)
    };
    ClaimBatch {
        submitter: Submitter::new("CLINIC", "S1", Contact::new("IC", "HELP").number("TE", "8005550100")),
        receiver: Name::organization("40", "PAYER").with_id("46", "99999"),
        providers: vec![billing],
        ..ClaimBatch::new(Kind::Professional, "BATCH-1", day(3).and_hms_opt(4, 5, 6).unwrap())
    }
}

/// The example's first claim for the second payer.
fn secondary() -> Claim {
    let mut claim = example().providers[0].subscribers[0].claims[0].clone();
    claim.other_payers = vec![OtherPayer {
        adjustments: vec![Adjustment::new("PR", "1", 10)],
        amounts: vec![Amount::new("D", 60)],
        coverage: Coverage::primary(true, "CI"),
        benefits_assigned: "Y".to_owned(),
        release: "Y".to_owned(),
        subscriber: Party::new(Name::person("IL", "DOE", "JO").with_id("MI", "M9")),
        payer: Name::organization("PR", "FIRST").with_id("PI", "11111"),
        ..OtherPayer::default()
    }];
    claim.lines[0].adjudications = vec![LineAdjudication {
        payer_id: "11111".to_owned(),
        paid: Some(70.into()),
        procedure: Some(Procedure::new("HC", "99213")),
        units: Some(1.into()),
        adjustments: vec![Adjustment::new("CO", "45", 50)],
        dates: vec![Dated::day("573", day(3))],
        ..LineAdjudication::default()
    }];
    claim
}

/// The example, written.
pub(crate) fn written() -> String {
    example().to_x12(&envelope()).unwrap()
}

#[test]
fn the_837_has_the_loops_of_the_guide() {
    let batch = example();
    let text = batch.to_x12(&envelope()).unwrap();
    assert_eq!(
        &text[text.find("ST*").unwrap()..text.find("GE*").unwrap()],
        "ST*837*0009*005010X222A1~BHT*0019*00*BATCH-1*20260103*040506*CH~NM1*41*2*CLINIC*****46*S1~\
         PER*IC*HELP*TE*8005550100~NM1*40*2*PAYER*****46*99999~HL*1**20*1~PRV*BI*PXC*207Q00000X~\
         NM1*85*2*CLINIC*****XX*1234567893~N3*1 MAIN ST~N4*BOSTON*MA*021100002~REF*EI*123456789~HL*2*1*22*0~\
         SBR*P*18*******CI~NM1*IL*1*DOE*JO****MI*M1~N3*1 ELM ST~N4*BOSTON*MA*02110~DMG*D8*20260101*F~\
         NM1*PR*2*PAYER*****PI*99999~CLM*CLAIM-1*120***11:B:1*Y*A*Y*Y~HI*ABK:J020*ABF:R509~\
         NM1*82*1*HOUSE*GREG****XX*1234567893~LX*1~SV1*HC:99213:25*120*UN*1***2:1~DTP*472*D8*20260102~\
         HL*3*1*22*1~SBR*P********CI~NM1*IL*1*DOE*JO****MI*M1~NM1*PR*2*PAYER*****PI*99999~HL*4*3*23*0~PAT*19~\
         NM1*QC*1*DOE*JIM~N3*1 ELM ST~N4*BOSTON*MA*02110~DMG*D8*20260101*M~CLM*CLAIM-2*120***11:B:1*Y*A*Y*Y~\
         HI*ABK:J020*ABF:R509~NM1*82*1*HOUSE*GREG****XX*1234567893~LX*1~SV1*HC:99213:25*120*UN*1***2:1~\
         DTP*472*D8*20260102~SE*41*0009~"
    );
    assert_eq!(read(&text).unwrap(), batch);
}

#[test]
fn each_claim_comes_with_its_provider_subscriber_and_patient() {
    let batch = example();
    let claims: Vec<_> = batch.claims().collect();
    let found: Vec<_> = claims
        .iter()
        .map(|c| {
            (
                c.claim.control_number.as_str(),
                c.treated().name.first.as_str(),
                c.billing.tax_id(),
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            ("CLAIM-1", "JO", Some("123456789")),
            ("CLAIM-2", "JIM", Some("123456789"))
        ]
    );
    let claim = claims[0].claim;
    let pointed: Vec<_> = claim
        .diagnoses_of(&claim.lines[0])
        .into_iter()
        .map(|d| d.code.as_str())
        .collect();
    assert_eq!(pointed, ["R509", "J020"]);
    assert_eq!(claim.principal_diagnosis().map(|d| d.code.as_str()), Some("J020"));
    assert_eq!(claim.provider("82").and_then(|p| p.name.npi()), Some("1234567893"));
    assert_eq!(claim.lines[0].service_day(), Some(day(2)));
}

#[test]
fn two_providers_of_one_role_stay_two() {
    let twice = "NM1*82*1*HOUSE*GREG****XX*1234567893~NM1*82*1*WILSON*JIM****XX*1245319599~REF*G2*W~LX*1~";
    let text = written().replacen("NM1*82*1*HOUSE*GREG****XX*1234567893~LX*1~", twice, 1);
    let batch = read(&text.replace("SE*41*", "SE*43*")).unwrap();
    let providers = &batch.providers[0].subscribers[0].claims[0].providers;
    let found: Vec<_> = providers
        .iter()
        .map(|p| (p.name.first.as_str(), p.references.len()))
        .collect();
    assert_eq!(found, [("GREG", 0), ("JIM", 1)]);
}

#[test]
fn a_batch_is_split_without_losing_or_doubling_a_claim() {
    let mut batch = example();
    let provider = batch.providers[0].clone();
    batch.providers = vec![provider; 5];
    let numbers = |batch: &ClaimBatch| {
        batch
            .claims()
            .map(|c| c.claim.control_number.clone())
            .collect::<Vec<_>>()
    };
    for max in 1..12 {
        let parts = batch.split(max);
        assert_eq!(parts.len(), 10usize.div_ceil(max));
        assert!(parts.iter().all(|part| (1..=max).contains(&part.claims().count())));
        assert_eq!(parts.iter().flat_map(numbers).collect::<Vec<_>>(), numbers(&batch));
        let patients = |batch: &ClaimBatch| batch.claims().map(|c| c.treated().clone()).collect::<Vec<_>>();
        assert!(parts.iter().flat_map(patients).eq(patients(&batch)));
    }
    let parts = batch.split(6);
    assert_eq!(
        (parts[0].reference.as_str(), parts[1].reference.as_str()),
        ("BATCH-1", "BATCH-1-2")
    );
    assert_eq!(batch.split(MAX_CLAIMS), [batch]);
}

#[test]
fn a_claim_that_differs_from_its_lines_is_not_written() {
    let mut batch = example();
    batch.providers[0].subscribers[1].patients[0].claims[0].charge = Some(121.into());
    let error = batch.to_x12(&envelope()).unwrap_err();
    let ClaimError::Unbalanced(found) = error else {
        panic!("{error}")
    };
    assert_eq!(
        found[0].explain(),
        "The claim's charge (CLM02) is not the sum of its lines, claim 2: stated 121, computed 120, difference 1"
    );
    assert!(!format!("{found:?}").contains("121"));
}

#[test]
fn the_decision_of_another_payer_must_make_the_charge() {
    let mut claim = secondary();
    assert!(claim.balance().is_empty());
    claim.other_payers[0].amounts[0].amount = Some(61.into());
    let found = claim.balance();
    assert_eq!(
        (found[0].rule, found[0].at.payer, found[0].at.line),
        (Rule::OtherPayer, Some(1), None)
    );
    assert_eq!(found[0].difference(), (-1).into());
    claim.other_payers[0].amounts[0].amount = Some(60.into());
    claim.lines[0].adjudications[0].paid = Some(71.into());
    let found = claim.balance();
    assert_eq!(
        (found[0].rule, found[0].at.payer, found[0].at.line),
        (Rule::OtherPayerLine, Some(1), Some(1))
    );
    claim.lines[0].adjudications[0].payer_id = "22222".to_owned();
    assert_eq!(
        claim.balance()[0].rule,
        Rule::OtherPayer,
        "the decision of a third payer is not its own"
    );
}

#[test]
fn a_payer_that_has_not_decided_need_not_balance() {
    let mut claim = secondary();
    claim.other_payers[0].amounts.clear();
    claim.other_payers[0].adjustments.clear();
    claim.lines[0].adjudications.clear();
    assert!(claim.balance().is_empty());
}

#[test]
fn claims_of_another_kind_are_refused() {
    let mut batch = example();
    batch.kind = Kind::Dental;
    assert_eq!(batch.to_x12(&envelope()), Err(ClaimError::Kind { claim: 1 }));
}

/// The example's first claim from a hospital or a dentist.
fn sent_as(kind: Kind, claim: Claim) -> ClaimBatch {
    let mut batch = example();
    batch.kind = kind;
    batch.providers[0].subscribers.truncate(1);
    batch.providers[0].subscribers[0].claims = vec![claim];
    batch
}

fn institutional() -> ClaimBatch {
    let service = InstitutionalService {
        revenue_code: "0450".to_owned(),
        charge: Some(100.into()),
        unit: "UN".to_owned(),
        units: Some(1.into()),
        ..InstitutionalService::default()
    };
    let line = ServiceLine::new(Service::Institutional(service), day(2));
    let admission = Admission {
        kind: "1".to_owned(),
        source: "1".to_owned(),
        status: "01".to_owned(),
        ..Admission::default()
    };
    let codes = [("ABK", "J020"), ("ABF", "R509"), ("ABF", "R05"), ("BG", "17")];
    sent_as(
        Kind::Institutional,
        Claim {
            dates: vec![Dated::days("434", day(2), day(2))],
            admission: Some(admission),
            codes: codes.map(|(qualifier, code)| HealthCode::new(qualifier, code)).to_vec(),
            providers: vec![Provider::new(
                Name::person("71", "HOUSE", "GREG").with_id("XX", "1234567893"),
            )],
            ..Claim::new("CLAIM-1", "13", Kind::Institutional, vec![line])
        },
    )
}

fn dental() -> ClaimBatch {
    let service = DentalService {
        procedure: Procedure::new("AD", "D2150"),
        charge: Some(100.into()),
        units: Some(1.into()),
        teeth: vec![Tooth {
            number: "12".to_owned(),
            surfaces: vec!["M".to_owned(), "O".to_owned()],
        }],
        ..DentalService::default()
    };
    let line = ServiceLine::new(Service::Dental(service), day(2));
    sent_as(Kind::Dental, Claim::new("CLAIM-1", "11", Kind::Dental, vec![line]))
}

/// Further examples, written.
pub(crate) fn of_other_kinds() -> [String; 3] {
    let mut second = example();
    second.providers[0].subscribers.truncate(1);
    second.providers[0].subscribers[0].coverage.sequence = "S".to_owned();
    second.providers[0].subscribers[0].claims = vec![secondary()];
    [institutional(), dental(), second].map(|batch| batch.to_x12(&envelope()).unwrap())
}

#[test]
fn an_institutional_claim_has_its_principal_diagnosis_alone() {
    let batch = institutional();
    let text = batch.to_x12(&envelope()).unwrap();
    assert!(text.contains(
        "~CLM*CLAIM-1*100***13:A:1**A*Y*Y~DTP*434*RD8*20260102-20260102~CL1*1*1*01~HI*ABK:J020~HI*ABF:R509*ABF:R05~\
         HI*BG:17~NM1*71*1*HOUSE*GREG****XX*1234567893~LX*1~SV2*0450**100*UN*1~"
    ));
    assert_eq!(read(&text).unwrap(), batch);
}

#[test]
fn a_dental_claim_names_the_teeth() {
    let batch = dental();
    let text = batch.to_x12(&envelope()).unwrap();
    assert!(text.contains("~LX*1~SV3*AD:D2150*100****1~TOO*JP*12*M:O~DTP*472*D8*20260102~"));
    assert_eq!(read(&text).unwrap(), batch);
}

#[test]
fn debug_output_holds_nothing_of_the_patient() {
    let shown = format!("{:?} {:?}", example(), example().claims().next().unwrap());
    for secret in ["DOE", "CLAIM-1", "M1", "J020", "ELM", "99213"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn what_does_not_fit_is_named() {
    let mut batch = example();
    batch.providers[0].name = Name::organization("85", "CLINIC").with_id("XX", "123");
    let error = batch.to_x12(&envelope()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "NM109 does not have the format that the guide requires"
    );
    let text = example().to_x12(&envelope()).unwrap();
    let text = text.replace("*CLAIM-2*120*", "*CLAIM-2*DOE*");
    let interchange = Interchange::parse(text.as_bytes()).unwrap();
    let seen = ClaimBatch::read(interchange.transactions().next().unwrap()).unwrap();
    assert_eq!(seen.value.claims().count(), 2);
    let found = seen.strict().unwrap_err().to_string();
    assert!(
        found.contains("(CLM in 2300) element 2") && !found.contains("DOE"),
        "{found}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn professional_claims_read_back_equal(batch in arbitrary::batches(Kind::Professional)) {
        let text = batch.to_x12(&envelope()).unwrap();
        let seen = read(&text).unwrap();
        prop_assert_eq!(first_difference(&seen.to_x12(&envelope()).unwrap_or_default(), &text), None);
        prop_assert_eq!(seen, batch);
    }

    #[test]
    fn institutional_claims_read_back_equal(batch in arbitrary::batches(Kind::Institutional)) {
        let text = batch.to_x12(&envelope()).unwrap();
        let seen = read(&text).unwrap();
        prop_assert_eq!(first_difference(&seen.to_x12(&envelope()).unwrap_or_default(), &text), None);
        prop_assert_eq!(seen, batch);
    }

    #[test]
    fn dental_claims_read_back_equal(batch in arbitrary::batches(Kind::Dental)) {
        let text = batch.to_x12(&envelope()).unwrap();
        let seen = read(&text).unwrap();
        prop_assert_eq!(first_difference(&seen.to_x12(&envelope()).unwrap_or_default(), &text), None);
        prop_assert_eq!(seen, batch);
    }
}
