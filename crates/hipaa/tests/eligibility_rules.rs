//! The ten rules for reading a 271, one test each: nine on extraction, the tenth on rejections.
#![expect(clippy::panic, reason = "helpers of tests fail as tests do")]

use chrono::NaiveDate;
use mc_hipaa::eligibility::{EligibilityError, Level, Network, Query, RejectionClass, Remaining, Response, Status};
use rust_decimal::Decimal;

const HEAD: &str = "BHT*0022*11*R1*20260102*0304~HL*1**20*1~NM1*PR*2*PAYER*****PI*99999~HL*2*1*21*1~\
    NM1*1P*2*CLINIC*****XX*1234567893~HL*3*2*22*0~TRN*2*T1*9CLINIC001~NM1*IL*1*DOE*JO****MI*M1~";

/// A 271 with these segments after the head.
fn answer(head: &str, segments: &str) -> Vec<u8> {
    let isa = format!(
        "ISA*00*{0:10}*00*{0:10}*ZZ*{1:15}*ZZ*{1:15}*260102*0304*^*00501*000000001*0*T*:~",
        "", "PARTY"
    );
    let count = head.matches('~').count() + segments.matches('~').count() + 2;
    format!(
        "{isa}GS*HB*A*B*20260102*0304*1*X*005010X279A1~ST*271*0001*005010X279A1~{head}{segments}SE*{count}*0001~\
         GE*1*1~IEA*1*000000001~"
    )
    .into_bytes()
}

/// The subscriber's response with these segments after the name.
fn read(segments: &str) -> Response {
    Response::parse(&answer(HEAD, segments)).unwrap_or_else(|error| panic!("{segments}: {error}"))
}

fn dollars(text: &str) -> Option<Decimal> {
    text.parse().ok()
}

fn stated(text: &str) -> Option<Remaining> {
    dollars(text).map(|amount| Remaining { amount, derived: false })
}

fn derived(text: &str) -> Option<Remaining> {
    dollars(text).map(|amount| Remaining { amount, derived: true })
}

fn day(text: &str) -> Option<NaiveDate> {
    text.parse().ok()
}

#[test]
fn rule_1_coverage_is_active_by_eb01_1_to_5_and_never_by_money() {
    for code in ["1", "2", "3", "4", "5"] {
        assert_eq!(read(&format!("EB*{code}**30~")).summary("30").status, Status::Active);
    }
    for code in ["6", "7", "8"] {
        assert_eq!(read(&format!("EB*{code}**30~")).summary("30").status, Status::Inactive);
    }
    assert_eq!(read("EB*6**30~EB*1**30~").summary("30").status, Status::Active);
    assert_eq!(
        read("EB*B**30***27*25~EB*C**30***23*500~").summary("30").status,
        Status::NotStated
    );
    // The requested service takes precedence over the plan as a whole.
    assert_eq!(read("EB*1**30~EB*6**33~").summary("33").status, Status::Inactive);
    assert_eq!(read("EB*1**30~").summary("33").status, Status::Active);
}

#[test]
fn rule_2_copay_is_eb01_b_with_an_amount_and_coinsurance_eb01_a_with_a_share() {
    let summary = read("EB*1**98~EB*B**98***27*25~EB*A**98***27**.2~").summary("98");
    assert_eq!(
        (summary.copay, summary.coinsurance_percent),
        (dollars("25"), dollars("20"))
    );
    for period in ["7", "36", ""] {
        let segments = format!("EB*B**98***{period}*25~");
        assert_eq!(read(&segments).summary("98").copay, dollars("25"), "{period}");
    }
    // An amount on a coinsurance is not a copay, and the remainder of a copay limit is not a price.
    let summary = read("EB*A**98***27*0*.1~EB*B**98***29*75~").summary("98");
    assert_eq!((summary.copay, summary.coinsurance_percent), (None, dollars("10")));
}

#[test]
fn rule_3_deductible_and_out_of_pocket_have_a_total_a_part_met_and_a_rest() {
    for period in ["22", "23", "25", "21", ""] {
        let segments = format!("EB*C*IND*30***{period}*500~EB*C*IND*30***24*200~EB*C*IND*30***29*290~");
        let summary = read(&segments).summary("30");
        let seen = (
            summary.deductible_total,
            summary.deductible_met,
            summary.deductible_remaining,
        );
        assert_eq!(seen, (dollars("500"), dollars("200"), stated("290")), "{period}");
    }
    let summary = read("EB*G*IND*30***32*9000~EB*G*IND*30***33*8000~").summary("30");
    let seen = (summary.out_of_pocket_total, summary.out_of_pocket_remaining);
    assert_eq!(seen, (dollars("9000"), stated("8000")));
    let summary = read("EB*C*IND*30***23*500~EB*C*IND*30***24*200.01~").summary("30");
    assert_eq!(summary.deductible_remaining, derived("299.99"));
    // Never across another level, network, service or procedure.
    for other in [
        "EB*C*FAM*30***24*200~",
        "EB*C*IND*30***24*200*****N~",
        "EB*C*IND*98***24*200~",
        "EB*C*IND*30***24*200******HC:99213~",
    ] {
        let summary = read(&format!("EB*C*IND*30***23*500~{other}")).summary("30");
        assert_eq!(summary.deductible_remaining, None, "{other}");
    }
}

#[test]
fn rule_4_the_exact_service_then_none_then_the_plan_and_the_network_then_both_then_not_stated() {
    let copay = |segments: &str| read(segments).summary("98").copay;
    assert_eq!(
        copay("EB*B**30***27*30~EB*B*****27*20~EB*B**98***27*10~"),
        dollars("10")
    );
    assert_eq!(copay("EB*B**30***27*30~EB*B*****27*20~"), dollars("20"));
    assert_eq!(copay("EB*B**30***27*30~EB*B**33***27*20~"), dollars("30"));
    assert_eq!(copay("EB*B**1^98^33***27*10~"), dollars("10"));
    let (within, both, unstated, out) = (
        "EB*B**98***27*10*****Y~",
        "EB*B**98***27*20*****W~",
        "EB*B**98***27*30~",
        "EB*B**98***27*40*****N~",
    );
    assert_eq!(copay(&format!("{out}{unstated}{both}{within}")), dollars("10"));
    assert_eq!(copay(&format!("{out}{unstated}{both}")), dollars("20"));
    assert_eq!(copay(&format!("{out}{unstated}")), dollars("30"));
    let query = Query {
        service_type: "98",
        network: Network::Out,
    };
    let all = format!("{within}{both}{unstated}{out}");
    assert_eq!(read(&all).summary_for(query).copay, dollars("40"));
    let summary = read("EB*C*FAM*30***23*900~EB*C*IND*30***23*500~").summary("30");
    let seen = (summary.deductible_total, summary.family_deductible_total);
    assert_eq!(seen, (dollars("500"), dollars("900")));
}

#[test]
fn rule_5_a_network_that_is_not_stated_is_not_in_network_and_messages_make_two_benefits() {
    let summary = read("EB*B**98***27*25~").summary("98");
    assert_eq!((summary.copay, summary.network), (dollars("25"), Network::NotStated));
    let response = read("EB*B**98***27*25~MSG*PRIMARY CARE~EB*B**98***27*50~MSG*SPECIALIST~DTP*292*D8*20260102~");
    assert_eq!(response.benefits[0].messages, ["PRIMARY CARE"]);
    assert_eq!(
        (response.benefits[1].dates.len(), response.benefits[0].dates.len()),
        (1, 0)
    );
    let summary = response.summary("98");
    assert_eq!(summary.copay, None);
    let copays: Vec<_> = summary
        .copay_alternatives
        .iter()
        .map(|other| (Some(other.amount), other.terms.messages[0].as_str()))
        .collect();
    assert_eq!(copays, [(dollars("25"), "PRIMARY CARE"), (dollars("50"), "SPECIALIST")]);
}

#[test]
fn rule_6_zero_is_a_value_and_differs_from_absent() {
    let summary = read("EB*B**98***27*0~EB*A**98***27**0~EB*C*IND*30***23*0~").summary("98");
    assert_eq!(
        (summary.copay, summary.coinsurance_percent),
        (dollars("0"), dollars("0"))
    );
    assert_eq!(summary.deductible_total, dollars("0"));
    let summary = read("EB*B**98***27~EB*A**98***27~EB*C*IND*30***23~").summary("98");
    assert_eq!((summary.copay, summary.coinsurance_percent), (None, None));
    assert_eq!(summary.deductible_total, None);
}

#[test]
fn rule_7_a_delivery_pattern_limits_the_benefit_above_it() {
    let response = read("EB*F**33~HSD*VS*35***21*1~III*ZZ*11~III*NI*T14~EB*1**30~");
    let limit = &response.benefits[0];
    let pattern = &limit.deliveries[0];
    let seen = (
        pattern.quantity_qualifier.as_str(),
        pattern.quantity,
        pattern.period.as_str(),
    );
    assert_eq!((seen, pattern.periods), (("VS", dollars("35"), "21"), dollars("1")));
    assert_eq!(
        (limit.places_of_service[0].as_str(), limit.details[0].code.as_str()),
        ("11", "T14")
    );
    let weekly = read("EB*F**33~HSD*VS*2*WK*1*34*3*1*D~").benefits[0].deliveries[0].clone();
    let seen = (
        weekly.unit.as_str(),
        weekly.every,
        weekly.pattern.as_str(),
        weekly.time.as_str(),
    );
    assert_eq!(seen, ("WK", dollars("1"), "1", "D"));
    assert!(response.benefits[1].deliveries.is_empty());
}

#[test]
fn rule_8_dates_apply_to_the_plan_above_the_first_eb_and_to_the_benefit_below_it() {
    let response = read("DTP*346*D8*20260101~DTP*347*D8*20261231~DTP*356*D8*20250101~EB*1**30~DTP*348*D8*20260201~");
    assert_eq!(
        (response.plan_begins(), response.plan_ends()),
        (day("2026-01-01"), day("2026-12-31"))
    );
    assert_eq!(
        (response.eligibility_begins(), response.eligibility_ends()),
        (day("2025-01-01"), None)
    );
    let below: Vec<_> = response.benefits[0]
        .dates
        .iter()
        .map(|d| (d.qualifier.as_str(), d.start))
        .collect();
    assert_eq!(below, [("348", "2026-02-01".parse().unwrap())]);
    let response = read("DTP*291*RD8*20260101-20261231~DTP*307*RD8*20260101-20260630~EB*1**30~");
    assert_eq!(
        (response.plan_begins(), response.plan_ends()),
        (day("2026-01-01"), day("2026-12-31"))
    );
    assert_eq!(response.eligibility_ends(), day("2026-06-30"));
    // Corrected demographics take precedence.
    let corrected = read("DMG*D8*19430519*F~INS*Y*18*001*25~EB*1**30~").subscriber.unwrap();
    assert_eq!(
        (corrected.corrected, corrected.birth_date),
        (Some(true), day("1943-05-19"))
    );
    assert_eq!(read("INS*Y*18~EB*1**30~").subscriber.unwrap().corrected, Some(false));
}

#[test]
fn rule_9_another_payer_is_eb01_r_and_the_primary_care_provider_eb01_l_with_loop_2120() {
    let response = read(
        "EB*1**30~EB*R**30~REF*6P*G7~DTP*290*D8*20260101~LS*2120~NM1*PR*2*OTHER PLAN*****PI*88888~N3*1 ELM ST~\
         N4*BOSTON*MA*02110~PER*IC**TE*8005550100~LE*2120~EB*L~LS*2120~NM1*P3*1*HOUSE*GREG****XX*1234567893~LE*2120~",
    );
    let (benefit, payer) = response.other_payers().next().unwrap();
    let payer = payer.unwrap();
    assert_eq!((payer.name.as_str(), payer.id.as_str()), ("OTHER PLAN", "88888"));
    assert_eq!(
        payer.address.as_ref().map(|address| address.city.as_str()),
        Some("BOSTON")
    );
    assert_eq!(
        (payer.contacts.len(), benefit.references.len(), benefit.dates.len()),
        (1, 1, 1)
    );
    let doctor = response.primary_care_provider().unwrap();
    let seen = (
        doctor.is_person,
        doctor.given.as_str(),
        doctor.id_qualifier.as_str(),
        doctor.id.as_str(),
    );
    assert_eq!(seen, (Some(true), "GREG", "XX", "1234567893"));
    // The member's own name is kept apart from entities below.
    assert_eq!(
        response.subscriber.as_ref().and_then(|person| person.family.as_deref()),
        Some("DOE")
    );
    assert!(read("EB*1**30~").other_payers().next().is_none());
}

#[test]
fn rule_10_a_rejection_has_level_and_class_may_accompany_benefits_and_an_empty_answer_is_malformed() {
    let response = read("EB*1**30~EB*V**33~AAA*Y**70*C~EB*B**98***27*25~");
    let rejection = &response.rejections[0];
    assert_eq!(
        (rejection.level, response.benefits[1].rejections.len()),
        (Level::SubscriberBenefit, 1)
    );
    assert!(response.is_partial() && response.benefits[0].rejections.is_empty());
    assert_eq!(response.summary("98").copay, dollars("25"));

    let twice = read("AAA*N**72*C~AAA*N**73*C~");
    let found: Vec<_> = twice.rejections.iter().map(|r| (r.level, r.class())).collect();
    assert_eq!(found, [(Level::Subscriber, RejectionClass::FixInput); 2]);
    assert!(!twice.is_partial());

    let source = "BHT*0022*11*R1*20260102*0304~HL*1**20*0~AAA*Y**42*R~NM1*PR*2*PAYER*****PI*99999~AAA*Y**80*P~";
    let response = Response::parse(&answer(source, "")).unwrap();
    let found: Vec<_> = response.rejections.iter().map(|r| (r.level, r.class())).collect();
    let retry = RejectionClass::Retry;
    assert_eq!(found, [(Level::SourceSystem, retry), (Level::Source, retry)]);
    assert_eq!(Response::parse(&answer(HEAD, "")), Err(EligibilityError::Malformed));
}

#[test]
fn segments_out_of_sequence_are_read_where_they_belong() {
    let sent = "REF*18*P1~DMG*D8*19430519*F~DTP*291*D8*20260101~N3*1 ELM ST~\
        EB*B**98***27*25~MSG*PRIMARY CARE~III*ZZ*11~REF*9F*R1~DTP*292*D8*20260102~EB*1**30~";
    let response = read(sent);
    let person = response.subscriber.unwrap();
    assert_eq!((person.references.len(), person.birth_date), (1, day("1943-05-19")));
    assert_eq!((person.address.is_some(), response.dates.len()), (true, 1));
    let benefit = &response.benefits[0];
    assert_eq!((benefit.references.len(), benefit.dates.len()), (1, 1));
    assert_eq!(benefit.messages, ["PRIMARY CARE"]);
}

#[test]
fn related_entities_stay_with_their_benefit_where_ls_is_repeated() {
    let response = read(
        "EB*1**30~LS*2120~NM1*PRP*2*ONE~LE*2120~LS*2120~NM1*P3*1*TWO~PER*IC**TE*8005550100~LE*2120~EB*B**98***27*25~",
    );
    let related = &response.benefits[0].related;
    assert_eq!(
        related.iter().map(|entity| entity.name.as_str()).collect::<Vec<_>>(),
        ["ONE", "TWO"]
    );
    assert_eq!((related[1].contacts.len(), response.benefits.len()), (1, 2));
    assert_eq!(response.subscriber.unwrap().family.as_deref(), Some("DOE"));
}

#[test]
fn a_benefit_without_its_patient_is_refused() {
    for missing in ["HL*3*2*22*0~", "NM1*IL*1*DOE*JO****MI*M1~"] {
        let error = Response::parse(&answer(&HEAD.replace(missing, ""), "EB*1**30~")).unwrap_err();
        assert_eq!(error, EligibilityError::Malformed);
    }
}
