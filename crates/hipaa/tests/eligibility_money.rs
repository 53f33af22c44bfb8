//! The money of a 271: which amount stands where, and what stays apart.
#![expect(clippy::panic, reason = "helpers of tests fail as tests do")]

use mc_hipaa::eligibility::{Remaining, Response, Status, Summary};
use rust_decimal::Decimal;

/// The subscriber's response with these segments after the name.
fn read(segments: &str) -> Response {
    response("HL*3*2*22*0~TRN*2*T1*9CLINIC001~NM1*IL*1*DOE*JO****MI*M1~", segments)
}

fn response(patient: &str, segments: &str) -> Response {
    let isa = format!(
        "ISA*00*{0:10}*00*{0:10}*ZZ*{1:15}*ZZ*{1:15}*260102*0304*^*00501*000000001*0*T*:~",
        "", "PARTY"
    );
    let head = "BHT*0022*11*R1*20260102*0304~HL*1**20*1~NM1*PR*2*PAYER*****PI*99999~HL*2*1*21*1~\
        NM1*1P*2*CLINIC*****XX*1234567893~";
    let all = format!("{head}{patient}{segments}");
    let count = all.matches('~').count() + 2;
    let text = format!(
        "{isa}GS*HB*A*B*20260102*0304*1*X*005010X279A1~ST*271*0001*005010X279A1~{all}SE*{count}*0001~\
         GE*1*1~IEA*1*000000001~"
    );
    Response::parse(text.as_bytes()).unwrap_or_else(|error| panic!("{error}"))
}

fn dollars(text: &str) -> Option<Decimal> {
    text.parse().ok()
}

fn stated(text: &str) -> Option<Remaining> {
    dollars(text).map(|amount| Remaining { amount, derived: false })
}

type Figures = (Option<Decimal>, Option<Decimal>, Option<Remaining>);

const NONE: Figures = (None, None, None);

fn deductible(summary: &Summary) -> Figures {
    (
        summary.deductible_total,
        summary.deductible_met,
        summary.deductible_remaining,
    )
}

fn family(summary: &Summary) -> Figures {
    (
        summary.family_deductible_total,
        summary.family_deductible_met,
        summary.family_deductible_remaining,
    )
}

/// The amounts of the limits that are shown in no field.
fn beside(summary: &Summary) -> Vec<(Option<Decimal>, Option<Decimal>)> {
    let all = summary.limits.iter().filter(|limit| limit.place.is_none());
    all.map(|limit| (limit.total, limit.remaining.map(|left| left.amount)))
        .collect()
}

#[test]
fn two_limits_that_differ_in_anything_are_shown_and_neither_is_chosen() {
    let pairs = [
        ("EB*C*IND*30**GOLD*23*500*****Y~", "EB*C*IND*30**SILVER*23*800*****Y~"),
        ("EB*C*IND*30*HM**23*500*****Y~", "EB*C*IND*30*PR**23*800*****Y~"),
        ("EB*C*IND*30***23*500****Y*Y~", "EB*C*IND*30***23*800****N*Y~"),
        (
            "EB*C*IND*30***23*500*****Y~MSG*TIER 1~",
            "EB*C*IND*30***23*800*****Y~MSG*TIER 2~",
        ),
        (
            "EB*C*IND*30***23*500*****Y~III*ZZ*11~",
            "EB*C*IND*30***23*800*****Y~III*ZZ*22~",
        ),
        (
            "EB*C*IND*30***23*500*****Y~DTP*292*RD8*20260101-20261231~",
            "EB*C*IND*30***23*800*****Y~DTP*292*RD8*20250701-20260630~",
        ),
        (
            "EB*C*IND*30***23*500*****Y~HSD*VS*10~",
            "EB*C*IND*30***23*800*****Y~HSD*VS*20~",
        ),
        ("EB*C*IND*30***22*500*****Y~", "EB*C*IND*30***23*800*****Y~"),
    ];
    for (first, second) in pairs {
        for segments in [format!("{first}{second}"), format!("{second}{first}")] {
            let summary = read(&segments).summary("30");
            assert_eq!(deductible(&summary), NONE, "{segments}");
            let amounts: Vec<_> = summary
                .limits
                .iter()
                .flat_map(|limit| &limit.figures)
                .map(|f| f.amount)
                .collect();
            assert_eq!(amounts.len(), 2, "{segments}");
        }
    }
    // The rest of one is never put beside the total of the other.
    for (first, second) in &pairs[..7] {
        let left = second.replace("*23*800", "*29*300");
        let summary = read(&format!("{first}{left}")).summary("30");
        assert_eq!(deductible(&summary), NONE, "{first}{left}");
        let met = second.replace("*23*800", "*24*300");
        let summary = read(&format!("{first}{met}")).summary("30");
        assert_eq!(deductible(&summary), NONE, "{first}{met}");
    }
}

#[test]
fn figures_that_do_not_agree_are_shown_as_stated_and_marked() {
    for (segments, figures) in [
        (
            "EB*C*IND*30***23*500~EB*C*IND*30***24*100~EB*C*IND*30***29*300~",
            (dollars("500"), dollars("100"), stated("300")),
        ),
        (
            "EB*C*IND*30***23*500~EB*C*IND*30***29*700~",
            (dollars("500"), None, stated("700")),
        ),
    ] {
        let summary = read(segments).summary("30");
        assert_eq!(deductible(&summary), figures, "{segments}");
        assert!(summary.limits[0].conflicting, "{segments}");
    }
    let agree = read("EB*C*IND*30***23*500~EB*C*IND*30***24*100~EB*C*IND*30***29*400~").summary("30");
    assert!(!agree.limits[0].conflicting);
    // Nothing is computed from negative amounts.
    let negative = read("EB*C*IND*30***23*500~EB*C*IND*30***24*-100~").summary("30");
    assert_eq!(deductible(&negative), (dollars("500"), dollars("-100"), None));
}

#[test]
fn an_amount_of_nines_means_no_limit_and_has_no_rest() {
    for nines in ["99999", "99999.99", "999999.99", "9999999.99", "99999999"] {
        let summary = read(&format!("EB*G*IND*30***23*{nines}~EB*G*IND*30***24*100~")).summary("30");
        assert_eq!(summary.out_of_pocket_total, None, "{nines}");
        assert_eq!(summary.out_of_pocket_remaining, None, "{nines}");
        assert_eq!(summary.out_of_pocket_met, dollars("100"), "{nines}");
        assert!(summary.limits[0].no_limit, "{nines}");
        assert_eq!(Some(summary.limits[0].figures[0].amount), dollars(nines));
    }
    for amount in ["9999", "9999.99", "99990", "99999.5", "100000"] {
        let summary = read(&format!("EB*G*IND*30***23*{amount}~")).summary("30");
        assert_eq!(summary.out_of_pocket_total, dollars(amount));
        assert!(!summary.limits[0].no_limit, "{amount}");
    }
}

#[test]
fn each_level_is_the_limit_of_whom_it_names() {
    let limits = "EB*C*EMP*30***23*1~EB*C*ESP*30***23*2~EB*C*CHD*30***23*3~EB*C*ECH*30***23*4~EB*C*SPO*30***23*5~";
    let summary = read(limits).summary("30");
    assert_eq!(
        (summary.deductible_total, summary.family_deductible_total),
        (dollars("1"), None)
    );
    let summary = read("EB*C*ESP*30***23*2~EB*C*CHD*30***23*3~").summary("30");
    assert_eq!(
        (summary.deductible_total, summary.family_deductible_total),
        (None, dollars("2"))
    );
    let of_dependent = |relationship: &str| {
        let patient = format!(
            "HL*3*2*22*1~NM1*IL*1*DOE*JO****MI*M1~HL*4*3*23*0~TRN*2*T1*9CLINIC001~NM1*03*1*DOE*JIM~INS*N*{relationship}~"
        );
        let summary = response(&patient, limits).summary("30");
        (summary.deductible_total, summary.family_deductible_total)
    };
    assert_eq!(of_dependent("19"), (dollars("3"), dollars("4")));
    assert_eq!(of_dependent("01"), (dollars("5"), dollars("2")));
    assert_eq!(of_dependent("G8"), (None, None));
}

#[test]
fn a_service_with_a_limit_at_one_level_has_none_of_the_plan_at_another() {
    let segments = "EB*C*IND*30***23*1500~EB*C*IND*30***29*1200~EB*C*FAM*98***23*0~";
    let summary = read(segments).summary("98");
    assert_eq!(
        (deductible(&summary), summary.family_deductible_total),
        (NONE, dollars("0"))
    );
    assert_eq!(beside(&summary), [(dollars("1500"), dollars("1200"))]);
    let out_of_network = "EB*C*IND*30***23*1500*****Y~EB*C*IND*98***23*0*****N~";
    assert_eq!(read(out_of_network).summary("98").deductible_total, dollars("1500"));
}

#[test]
fn in_and_out_of_network_and_both_are_three_limits() {
    let segments = "EB*C*IND*30***23*500*****Y~EB*C*IND*30***29*400*****W~EB*C*IND*30***24*90*****N~";
    let summary = read(segments).summary("30");
    assert_eq!(deductible(&summary), (dollars("500"), None, None));
    assert_eq!(beside(&summary), [(None, dollars("400")), (None, None)]);
}

#[test]
fn repetitions_of_a_line_and_of_ls_are_one_limit() {
    let entity = "LS*2120~NM1*P3*1*HOUSE~LE*2120~LS*2120~NM1*1P*2*CLINIC~LE*2120~";
    let segments = format!(
        "EB*C*IND*30***23*500*****Y~{entity}EB*C*IND*30***23*500*****Y~{entity}EB*C*IND*30***29*400*****Y~{entity}\
         EB*B**30***27*25~{entity}EB*B**30***27*25~{entity}"
    );
    let summary = read(&segments).summary("30");
    assert_eq!(deductible(&summary), (dollars("500"), None, stated("400")));
    assert_eq!((summary.copay, summary.copay_alternatives.len()), (dollars("25"), 0));
    assert!(!summary.limits[0].conflicting && summary.others.is_empty());
}

#[test]
fn several_services_in_one_line_are_one_limit() {
    let segments = "EB*C*IND*98^30***23*500~EB*C*IND*30^98***29*400~EB*C*IND*30***29*300~";
    let response = read(segments);
    // Two rests compete for the plan; the rest of the plan alone is another limit.
    assert_eq!(
        deductible(&response.summary("98")),
        (dollars("500"), None, stated("400"))
    );
    assert_eq!(deductible(&response.summary("30")), NONE);
}

#[test]
fn the_order_of_periods_for_a_visit() {
    let order = ["27", "", "7", "23", "36"];
    for (at, better) in order.iter().enumerate() {
        for worse in &order[at + 1..] {
            let segments = format!("EB*B**98***{worse}*250~EB*B**98***{better}*30~");
            let summary = read(&segments).summary("98");
            assert_eq!(summary.copay, dollars("30"), "{segments}");
            assert_eq!(summary.copay_terms.unwrap().period.unwrap_or_default(), *better);
            let other = &summary.copay_alternatives[0];
            assert_eq!(other.terms.period.as_deref().unwrap_or_default(), *worse);
            let shares = format!("EB*A**98***{worse}**.5~EB*A**98***{better}**.1~");
            let summary = read(&shares).summary("98");
            assert_eq!(summary.coinsurance_percent, dollars("10"), "{shares}");
            assert_eq!(Some(summary.coinsurance_alternatives[0].percent), dollars("50"));
        }
    }
    // Per visit in both networks is a better answer than per admission in the requested one.
    let summary = read("EB*B**98***36*250*****Y~EB*B**98***27*30*****W~").summary("98");
    assert_eq!((summary.copay, summary.copay_alternatives.len()), (dollars("30"), 1));
    // The network decides between two prices of a visit.
    assert_eq!(
        read("EB*B**98***27*30*****W~EB*B**98***7*20*****Y~")
            .summary("98")
            .copay,
        dollars("20")
    );
}

#[test]
fn two_prices_without_a_difference_are_shown_and_neither_is_chosen() {
    let summary = read("EB*B**98***27*30*****Y~EB*B**98***27*20*****Y~").summary("98");
    assert_eq!((summary.copay, summary.copay_alternatives.len()), (None, 2));
    let places = "EB*A**98***27**.1****Y~III*ZZ*11~EB*A**98***27**.3****Y~III*ZZ*22~";
    let summary = read(places).summary("98");
    assert_eq!(summary.coinsurance_percent, None);
    let shown: Vec<_> = summary
        .coinsurance_alternatives
        .iter()
        .map(|share| (Some(share.percent), share.terms.places_of_service[0].as_str()))
        .collect();
    assert_eq!(shown, [(dollars("10"), "11"), (dollars("30"), "22")]);
    let same = places.replace(".3", ".1");
    assert_eq!(read(&same).summary("98").coinsurance_percent, dollars("10"));
}

#[test]
fn prices_of_other_networks_and_of_procedures_are_listed() {
    let segments = "EB*B**98***27*30*****Y~EB*B**98***27*60*****N~EB*B**98***27*5*****Y*HC:99213~EB*F**98***23*1000~\
        EB*B**98***29*75~EB*B**33***27*1~";
    let summary = read(segments).summary("98");
    assert_eq!((summary.copay, summary.copay_alternatives.len()), (dollars("30"), 0));
    assert_eq!(summary.others, [1, 2, 3, 4]);
}

#[test]
fn amounts_below_two_plans_stay_with_their_plan() {
    let segments = "EB*1**30**VISION PLAN~EB*C*IND*30***23*0*****Y~EB*1**30*HM*GOLD HMO~EB*C*IND*30***23*1500*****Y~\
        EB*C*IND*30***29*700*****Y~EB*B**98***27*25*****Y~";
    let summary = read(segments).summary("30");
    assert_eq!((deductible(&summary), summary.plan.as_deref()), (NONE, None));
    assert_eq!(
        beside(&summary),
        [(dollars("0"), None), (dollars("1500"), dollars("700"))]
    );
    assert_eq!(summary.limits[1].terms.plan.as_deref(), Some("GOLD HMO"));
    assert_eq!(read(segments).summary("98").plan.as_deref(), Some("GOLD HMO"));
    // Another payer administers the first one, so the plan of this payer answers.
    let delegated = segments.replace("VISION PLAN~", "VISION PLAN~LS*2120~NM1*PR*2*VISION CO~LE*2120~");
    let summary = read(&delegated).summary("30");
    assert_eq!(deductible(&summary), (dollars("1500"), None, stated("700")));
    assert_eq!(summary.plan.as_deref(), Some("GOLD HMO"));
    // Both plans are named above the amounts: whose they are is not known.
    let above = "EB*1**30**VISION PLAN~EB*1**30*HM*GOLD HMO~EB*C*IND*30***23*1500~";
    let summary = read(above).summary("30");
    assert_eq!((summary.deductible_total, summary.plan), (dollars("1500"), None));
    assert_eq!(summary.plans, ["VISION PLAN", "GOLD HMO"]);
    // The type of insurance distinguishes them.
    let typed = "EB*1**30*VS*VISION PLAN~EB*1**30*HM*GOLD HMO~EB*C*IND*30*HM**23*1500~";
    assert_eq!(read(typed).summary("30").plan.as_deref(), Some("GOLD HMO"));
    // A plan of one service says nothing about amounts of the plan as a whole.
    let other = "EB*1**30**GOLD~EB*C*IND*30***23*1500~EB*1**88**RX PLAN~EB*C*IND*30***29*700~";
    assert_eq!(
        deductible(&read(other).summary("30")),
        (dollars("1500"), None, stated("700"))
    );
}

#[test]
fn a_service_that_is_carved_out_is_not_active_and_has_no_amounts_of_the_plan() {
    let plan = "EB*1**30**GOLD~EB*C*IND*30***23*1500~EB*B**30***27*25~";
    for line in [
        "EB*U**88~",
        "EB*V**88~AAA*Y**70*C~",
        "EB*E**88~",
        "EB*W**88~",
        "EB*U**35^88~",
    ] {
        for segments in [format!("{plan}{line}"), format!("{line}{plan}")] {
            let response = read(&segments);
            let summary = response.summary("88");
            assert_eq!(
                (summary.status, summary.referrals.len()),
                (Status::NotStated, 1),
                "{segments}"
            );
            assert_eq!((deductible(&summary), summary.copay), (NONE, None), "{segments}");
            assert!(summary.limits.is_empty() && summary.others.len() == 2, "{segments}");
            for service in ["30", "98"] {
                let summary = response.summary(service);
                assert_eq!(
                    (summary.status, summary.copay),
                    (Status::Active, dollars("25")),
                    "{segments}"
                );
            }
        }
    }
    let not_covered = read(&format!("{plan}EB*I**88~")).summary("88");
    assert_eq!(
        (not_covered.status, deductible(&not_covered)),
        (Status::NotCovered, NONE)
    );
    // Its own statement and its own amounts count.
    let own = read(&format!("{plan}EB*U**88~EB*1**88~EB*B**88***27*10~")).summary("88");
    assert_eq!((own.status, own.copay), (Status::Active, dollars("10")));
    let own = read(&format!("{plan}EB*U**88~EB*B**88***27*10~")).summary("88");
    assert_eq!((own.status, own.copay), (Status::NotStated, dollars("10")));
    // A contact for the plan as a whole, or outside the network, carves nothing out.
    for line in ["EB*U**30^88~", "EB*U**88*********N~", "EB*U~"] {
        let summary = read(&format!("{plan}{line}")).summary("88");
        assert_eq!(summary.status, Status::Active, "{line}");
    }
}

#[test]
fn medicare_parts_are_distinguished_only_where_both_are_stated() {
    let both = "EB*1**30*MA~EB*1**30*MB~EB*C*IND*30*MB**23*257~EB*C*IND*30*MB**29*57~EB*C*IND*30*MA**26*1676~\
        EB*C*IND*30*MA**29*1676~";
    let response = read(both);
    assert_eq!(
        deductible(&response.summary("UC")),
        (dollars("257"), None, stated("57"))
    );
    assert_eq!(
        deductible(&response.summary("AG")),
        (dollars("1676"), None, stated("1676"))
    );
    assert_eq!(deductible(&response.summary("MH")), NONE);
    let inactive = "EB*1**30*MA~EB*6**30*MB~";
    assert_eq!(read(inactive).summary("98").status, Status::Inactive);
    assert_eq!(read(inactive).summary("48").status, Status::Active);
    // A plan that uses the code for a plan of its own is not divided.
    assert_eq!(
        read("EB*1**30*MA~EB*C*IND*30*MA**23*9~").summary("98").deductible_total,
        dollars("9")
    );
}

#[test]
fn a_rejected_dependent_has_no_amounts_of_the_subscriber() {
    let patient = "HL*3*2*22*1~NM1*IL*1*DOE*JO****MI*M1~EB*1**30~EB*B**30***27*25~HL*4*3*23*0~NM1*03*1*DOE*JIM~";
    let summary = response(patient, "AAA*N**67*C~").summary("30");
    assert_eq!((summary.status, summary.copay), (Status::NotStated, None));
    let summary = response(patient, "EB*1**30~EB*B**30***27*40~").summary("30");
    assert_eq!((summary.status, summary.copay), (Status::Active, dollars("40")));
}

#[test]
fn family_limits_are_read_as_those_of_the_patient() {
    let segments = "EB*C*FAM*30***23*3000~EB*C*FAM*30***24*1000~EB*G*FAM*30***23*6000~EB*G*FAM*30***29*5500~";
    let summary = read(segments).summary("30");
    let left = Remaining {
        amount: 2000.into(),
        derived: true,
    };
    assert_eq!(family(&summary), (dollars("3000"), dollars("1000"), Some(left)));
    let seen = (
        summary.family_out_of_pocket_total,
        summary.family_out_of_pocket_met,
        summary.family_out_of_pocket_remaining,
    );
    assert_eq!(seen, (dollars("6000"), None, stated("5500")));
    assert_eq!(deductible(&summary), NONE);
}
