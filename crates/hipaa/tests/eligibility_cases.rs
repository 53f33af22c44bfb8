//! The 271 cases made from public reports, where they are available: what each answers.
#![expect(clippy::panic, clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::path::PathBuf;

use mc_hipaa::eligibility::{LimitKind, LimitPlace, Network, Remaining, Response, ResponseBatch, Status, Summary};
use mc_x12::{ControlNumbers, Envelope, Interchange, Party, Usage};
use rust_decimal::Decimal;

fn shared() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data")
}

/// The response of a case; `None` where the cases are not on this machine.
fn case(name: &str) -> Option<Response> {
    let path = shared().join("cases/x12").join(format!("271-{name}.x12"));
    let Ok(bytes) = std::fs::read(path) else {
        println!("skipped: the cases are not on this machine");
        return None;
    };
    Some(Response::parse(&bytes).unwrap_or_else(|error| panic!("{name}: {error}")))
}

fn dollars(text: &str) -> Option<Decimal> {
    text.parse().ok()
}

fn stated(text: &str) -> Option<Remaining> {
    dollars(text).map(|amount| Remaining { amount, derived: false })
}

type Figures = (Option<Decimal>, Option<Decimal>, Option<Remaining>);

fn deductible(summary: &Summary) -> Figures {
    (
        summary.deductible_total,
        summary.deductible_met,
        summary.deductible_remaining,
    )
}

fn out_of_pocket(summary: &Summary) -> Figures {
    (
        summary.out_of_pocket_total,
        summary.out_of_pocket_met,
        summary.out_of_pocket_remaining,
    )
}

#[test]
fn a_deductible_that_does_not_apply_to_the_service_has_no_rest_of_the_plan() {
    let Some(response) = case("deductible-not-applied") else {
        return;
    };
    let visit = response.summary("98");
    assert_eq!(deductible(&visit), (dollars("0"), None, None));
    assert_eq!(visit.copay, dollars("25"));
    assert_eq!(
        deductible(&response.summary("30")),
        (dollars("1500"), None, stated("1200"))
    );
    // That of the plan stands beside it.
    let plan = visit.limits.iter().find(|limit| limit.place.is_none()).unwrap();
    assert_eq!((plan.total, plan.remaining), (dollars("1500"), stated("1200")));
}

#[test]
fn an_office_visit_under_medicare_has_the_deductible_of_part_b() {
    let Some(response) = case("medicare-a-b-deductible") else {
        return;
    };
    let visit = response.summary("98");
    assert_eq!(deductible(&visit), (dollars("257"), None, stated("57")));
    assert_eq!(visit.coinsurance_percent, dollars("20"));
    assert_eq!(
        (visit.status, visit.insurance_type.as_deref()),
        (Status::Active, Some("MB"))
    );
    let stay = response.summary("48");
    assert_eq!(deductible(&stay), (dollars("1676"), None, stated("1676")));
    assert_eq!(
        (stay.coinsurance_percent, stay.insurance_type.as_deref()),
        (None, Some("MA"))
    );
    // The plan as a whole has two, and neither is chosen.
    let whole = response.summary("30");
    assert_eq!(deductible(&whole), (None, None, None));
    let both: Vec<_> = whole
        .limits
        .iter()
        .map(|limit| (limit.total, limit.remaining))
        .collect();
    assert_eq!(
        both,
        [(dollars("1676"), stated("1676")), (dollars("257"), stated("57"))]
    );
}

#[test]
fn a_copay_per_visit_is_before_one_per_admission() {
    let Some(response) = case("copay-admission") else {
        return;
    };
    let summary = response.summary("30");
    let period = |terms: &mc_hipaa::eligibility::Terms| terms.period.clone();
    assert_eq!(summary.copay, dollars("30"));
    assert_eq!(summary.copay_terms.as_ref().and_then(period).as_deref(), Some("27"));
    let [other] = summary.copay_alternatives.as_slice() else {
        panic!("{} alternatives", summary.copay_alternatives.len())
    };
    assert_eq!(
        (Some(other.amount), period(&other.terms).as_deref()),
        (dollars("250"), Some("36"))
    );
}

#[test]
fn a_medicare_advantage_plan_with_copays_by_day_is_read() {
    let Some(response) = case("ma-day-copays") else { return };
    let visit = response.summary("98");
    assert_eq!((visit.copay, visit.coinsurance_percent), (dollars("15"), dollars("0")));
    assert_eq!(deductible(&visit), (dollars("290"), dollars("290"), stated("0")));
    assert_eq!(
        out_of_pocket(&visit),
        (dollars("3290"), dollars("302.68"), stated("2987.32"))
    );
    assert_eq!(visit.plan.as_deref(), Some("LPPO GROUP MEDICARE ADVANTAGE"));
    for kind in [LimitKind::Deductible, LimitKind::OutOfPocket] {
        let family = visit.limit(kind, LimitPlace::Family).unwrap();
        assert!(family.no_limit && !family.conflicting);
        assert_eq!((family.total, family.remaining), (None, None));
        assert_eq!(family.figures.len(), 3);
    }
    assert_eq!(visit.family_deductible_met, dollars("290"));
    assert_eq!(visit.family_deductible_remaining, None);
    let urgent = response.summary("UC");
    assert_eq!(deductible(&urgent), (dollars("0"), None, None));
    assert_eq!(
        (urgent.family_deductible_total, urgent.family_deductible_remaining),
        (dollars("0"), None)
    );
    assert_eq!(urgent.copay, dollars("50"));
    // The pharmacy is carved out: its entity answers.
    let pharmacy = response.summary("88");
    assert_eq!(pharmacy.status, Status::NotStated);
    assert_eq!((deductible(&pharmacy), pharmacy.copay), ((None, None, None), None));
    let manager = &response.benefits[pharmacy.referrals[0]].related[0];
    assert_eq!((manager.name.as_str(), manager.contacts.len()), ("PBM", 1));
    assert_eq!(response.payer_contacts[0].numbers[0].value, "WWW.EXAMPLE.COM");
    let doctor = response.primary_care_provider().unwrap();
    assert_eq!(
        (doctor.provider_role.as_str(), doctor.specialty.as_str()),
        ("PC", "207Q00000X")
    );
}

#[test]
fn the_plan_is_the_one_whose_amounts_are_shown() {
    let Some(response) = case("vision-plan-first") else {
        return;
    };
    let summary = response.summary("30");
    assert_eq!(
        (summary.plan.as_deref(), summary.insurance_type.as_deref()),
        (Some("GOLD HMO"), Some("HM"))
    );
    assert_eq!(deductible(&summary), (dollars("1500"), None, stated("700")));
    assert_eq!(summary.plans, ["VISION PLAN", "GOLD HMO"]);
    let vision = summary.limits.iter().find(|limit| limit.place.is_none()).unwrap();
    assert_eq!(
        (vision.total, vision.terms.plan.as_deref()),
        (dollars("0"), Some("VISION PLAN"))
    );
}

#[test]
fn limits_of_the_family_only_have_a_place() {
    let Some(response) = case("family-oop-only") else {
        return;
    };
    let summary = response.summary("98");
    assert_eq!(deductible(&summary), (None, None, None));
    assert_eq!(out_of_pocket(&summary), (None, None, None));
    assert_eq!(
        (summary.family_deductible_total, summary.family_deductible_remaining),
        (dollars("1500"), stated("0"))
    );
    // The total is of the network, the rest of both: two limits, side by side.
    assert_eq!(summary.family_out_of_pocket_total, dollars("4000"));
    assert_eq!(summary.family_out_of_pocket_remaining, None);
    let of_both = summary
        .limits
        .iter()
        .find(|limit| limit.terms.network == Network::Both)
        .unwrap();
    assert_eq!(of_both.remaining, stated("2351.02"));
    assert_eq!((summary.copay, summary.coinsurance_percent), (None, dollars("0")));
    let copays: Vec<_> = summary
        .copay_alternatives
        .iter()
        .map(|other| (Some(other.amount), other.terms.messages[0].as_str()))
        .collect();
    assert_eq!(copays, [(dollars("25"), "PRIMARY CARE"), (dollars("40"), "SPECIALIST")]);
    assert_eq!(summary.plan.as_deref(), Some("OPEN ACCESS PLUS"));
    assert_eq!(response.summary("88").status, Status::NotStated);
}

#[test]
fn a_range_of_procedures_is_kept_apart_from_modifiers() {
    let Some(response) = case("eb13-range-end") else { return };
    let range = response.benefits.last().unwrap().procedure.as_ref().unwrap();
    assert_eq!((range.code.as_str(), range.last_code.as_str()), ("D0120", "9"));
    assert!(range.modifiers.is_empty());
}

#[test]
fn a_service_that_cannot_be_processed_is_not_active() {
    let Some(response) = case("v-aaa-on-service") else {
        return;
    };
    let summary = response.summary("98");
    assert_eq!(
        (summary.status, summary.referrals.as_slice()),
        (Status::NotStated, &[1][..])
    );
    assert_eq!(response.benefits[1].rejections[0].code, "70");
    assert_eq!(response.summary("30").status, Status::Active);
    assert_eq!(response.summary("33").status, Status::Active);
}

#[test]
fn a_period_that_ends_before_it_starts_is_kept_and_marked() {
    let Some(response) = case("rd8-reversed") else { return };
    assert!(response.benefits[0].dates[0].is_reversed());
    let listed: Vec<_> = response.unread.iter().map(|finding| finding.kind).collect();
    assert_eq!(listed, [mc_x12::finding::FindingKind::PeriodReversed]);
}

fn envelope() -> Envelope {
    Envelope {
        sender: Party::mutual("PAYER"),
        receiver: Party::mutual("CLINIC"),
        usage: Usage::Test,
        control: ControlNumbers {
            interchange: 1,
            group: 1,
            transaction: 1,
        },
        created_at: chrono::DateTime::from_timestamp(1_767_323_046, 0).unwrap(),
    }
}

/// The segments of the only transaction set after BHT, as text.
fn segments(bytes: &[u8]) -> Vec<String> {
    let interchange = Interchange::parse(bytes).unwrap();
    let transaction = interchange.transactions().next().unwrap();
    let text = |segment: &mc_x12::Segment<'_>| {
        let last = (1..=40).rev().find(|n| !segment.element(*n).is_empty()).unwrap_or(0);
        let elements = (1..=last).map(|n| {
            let repetitions = segment.repetitions(n).map(str::to_owned).collect::<Vec<_>>();
            repetitions.join("^")
        });
        std::iter::once(segment.id().to_owned())
            .chain(elements)
            .collect::<Vec<_>>()
            .join("*")
    };
    let all = transaction.segments.iter().map(text);
    all.filter(|text| !["ST*", "SE*", "BHT*"].iter().any(|id| text.starts_with(id)))
        .collect()
}

/// Every published response that its catalogue calls valid is written as it was read.
#[test]
fn a_published_response_is_written_without_loss() {
    let folder = shared().join("x12");
    let manifest = std::fs::read(folder.join("manifest.json")).ok();
    let Some(manifest) = manifest.and_then(|text| serde_json::from_slice::<Vec<serde_json::Value>>(&text).ok()) else {
        println!("skipped: the samples are not on this machine");
        return;
    };
    let is_valid = |entry: &&serde_json::Value| entry["kind"] == "271" && entry["valid"] == "valid";
    let mut count = 0;
    for file in manifest
        .iter()
        .filter(is_valid)
        .filter_map(|entry| entry["file"].as_str())
    {
        let bytes = std::fs::read(folder.join(file)).unwrap();
        let interchange = Interchange::parse(&bytes).unwrap_or_else(|error| panic!("{file}: {error}"));
        let batch = ResponseBatch::read(interchange.transactions().next().unwrap());
        let batch = batch.unwrap_or_else(|error| panic!("{file}: {error}"));
        let written = batch
            .to_x12(&envelope())
            .unwrap_or_else(|error| panic!("{file}: {error}"));
        let (mut before, mut after) = (segments(&bytes), segments(written.as_bytes()));
        // HL04 of a level without levels below is corrected, and LS is at its benefit.
        for all in [&mut before, &mut after] {
            all.retain(|text| !text.starts_with("HL*"));
            all.sort();
        }
        assert_eq!(before, after, "{file}");
        count += 1;
    }
    assert!(count >= 5, "{count} files");
}

#[test]
fn the_network_of_a_case_is_that_of_its_copay() {
    let Some(response) = case("copay-admission") else {
        return;
    };
    assert_eq!(response.summary("30").network, Network::In);
}
