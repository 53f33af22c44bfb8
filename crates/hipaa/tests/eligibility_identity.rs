//! What belongs to an amount of a 271: everything on its line and below it, also where it cannot be
//! read, and the plan of the service.
#![expect(clippy::panic, reason = "helpers of tests fail as tests do")]

use mc_hipaa::eligibility::{Response, Status, Summary};
use rust_decimal::Decimal;

/// The subscriber's response with these segments after the name.
fn read(segments: &str) -> Response {
    read_bytes(segments.as_bytes())
}

fn read_bytes(segments: &[u8]) -> Response {
    let isa = format!(
        "ISA*00*{0:10}*00*{0:10}*ZZ*{1:15}*ZZ*{1:15}*260102*0304*^*00501*000000001*0*T*:~",
        "", "PARTY"
    );
    let head = "GS*HB*A*B*20260102*0304*1*X*005010X279A1~ST*271*0001*005010X279A1~BHT*0022*11*R1*20260102*0304~\
        HL*1**20*1~NM1*PR*2*PAYER*****PI*99999~HL*2*1*21*1~NM1*1P*2*CLINIC*****XX*1234567893~\
        HL*3*2*22*0~TRN*2*T1*9CLINIC001~NM1*IL*1*DOE*JO****MI*M1~";
    let count = 9 + segments.split(|byte| *byte == b'~').count();
    let tail = format!("SE*{count}*0001~GE*1*1~IEA*1*000000001~");
    let text = [isa.as_bytes(), head.as_bytes(), segments, tail.as_bytes()].concat();
    Response::parse(&text).unwrap_or_else(|error| panic!("{error}"))
}

fn dollars(text: &str) -> Option<Decimal> {
    text.parse().ok()
}

/// Total, remaining.
fn deductible(summary: &Summary) -> (Option<Decimal>, Option<Decimal>) {
    let left = summary.deductible_remaining.map(|left| left.amount);
    (summary.deductible_total, left)
}

fn plan(summary: &Summary) -> (Option<&str>, Option<&str>) {
    (summary.plan.as_deref(), summary.insurance_type.as_deref())
}

fn amounts(summary: &Summary) -> Vec<Decimal> {
    let figures = summary.limits.iter().flat_map(|limit| &limit.figures);
    figures.map(|figure| figure.amount).collect()
}

fn copays(summary: &Summary) -> Vec<Decimal> {
    summary.copay_alternatives.iter().map(|other| other.amount).collect()
}

const TOTAL: &str = "EB*C*IND*30***23*1500*****Y~";
const LEFT: &str = "EB*C*IND*30***29*200*****Y~";
const MET: &str = "EB*C*IND*30***24*300*****Y~";

#[test]
fn segments_below_two_lines_that_differ_keep_their_amounts_apart() {
    let pairs = [
        ("", "REF*18*PLAN1~"),
        ("REF*18*PLAN1~", "REF*18*PLAN2~"),
        ("LS*2120~NM1*1P*2*GROUP A~LE*2120~", "LS*2120~NM1*1P*2*GROUP B~LE*2120~"),
        ("", "LS*2120~NM1*1P*2*GROUP B~LE*2120~"),
        (
            "LS*2120~NM1*1P*2*GROUP*****XX*1~LE*2120~",
            "LS*2120~NM1*1P*2*GROUP*****XX*2~LE*2120~",
        ),
    ];
    for (first, second) in pairs {
        for other in [LEFT, MET] {
            let segments = format!("EB*1**30~{TOTAL}{first}{other}{second}");
            let summary = read(&segments).summary("98");
            assert_eq!(deductible(&summary), (None, None), "{segments}");
            assert_eq!((summary.limits.len(), amounts(&summary).len()), (2, 2), "{segments}");
        }
        let same = read(&format!("EB*1**30~{TOTAL}{first}{LEFT}{first}")).summary("98");
        assert_eq!(deductible(&same), (dollars("1500"), dollars("200")), "{first}");
    }
    let tier = |name: &str, total: u32, left: u32| {
        format!("EB*C*IND*30***23*{total}*****Y~REF*N6*{name}~EB*C*IND*30***29*{left}*****Y~REF*N6*{name}~")
    };
    let tiers = read(&(tier("T1", 1500, 100) + &tier("T2", 3000, 2900))).summary("98");
    assert_eq!(deductible(&tiers), (None, None));
    let pairs: Vec<_> = tiers
        .limits
        .iter()
        .map(|limit| (limit.total, limit.remaining.map(|left| left.amount), limit.conflicting))
        .collect();
    assert_eq!(
        pairs,
        [
            (dollars("1500"), dollars("100"), false),
            (dollars("3000"), dollars("2900"), false)
        ]
    );
    let copay = "EB*B*IND*98***27*20*****Y~";
    let summary = read(&format!("{copay}REF*N6*T1~{copay}REF*N6*T2~")).summary("98");
    assert_eq!((summary.copay, copays(&summary).len()), (dollars("20"), 1));
}

#[test]
fn a_limit_that_another_payer_or_vendor_administers_is_not_that_of_the_plan() {
    for entity in ["NM1*VN*2*PBM", "NM1*PR*2******PI*777", "NM1*VN*2******PI*777"] {
        let entity = format!("LS*2120~{entity}~LE*2120~");
        let summary = read(&format!("EB*1**30~{TOTAL}{LEFT}{entity}")).summary("98");
        assert_eq!(deductible(&summary), (dollars("1500"), None), "{entity}");
        assert_eq!(summary.limits.len(), 2);
        let other = TOTAL.replace("1500", "100");
        for segments in [format!("{TOTAL}{other}{entity}"), format!("{other}{entity}{TOTAL}")] {
            assert_eq!(
                deductible(&read(&segments).summary("98")),
                (dollars("1500"), None),
                "{segments}"
            );
        }
    }
    let payer = "LS*2120~NM1*PR*2*PAYER*****PI*99999~LE*2120~";
    let summary = read(&format!("{TOTAL}{payer}{LEFT}{payer}")).summary("98");
    assert_eq!(deductible(&summary), (dollars("1500"), dollars("200")));
}

#[test]
fn a_service_with_its_own_plan_or_payer_has_no_amounts_of_the_medical_plan() {
    let medical = format!("EB*1*IND*30*HM*GOLD HMO~{TOTAL}EB*B*IND*30***27*25*****Y~");
    let entity = |name: &str| format!("LS*2120~NM1*PR*2*{name}~LE*2120~");
    let vision = Some("VISION PLAN");
    for (own, service, names) in [
        (
            format!("EB*1**AL**VISION PLAN~{}", entity("VISION CO")),
            "AL",
            (vision, None),
        ),
        ("EB*1**AL**VISION PLAN~".to_owned(), "AL", (vision, None)),
        (format!("EB*1**88~{}", entity("PBM CO")), "88", (None, None)),
        ("EB*1**AL*VS~".to_owned(), "AL", (None, Some("VS"))),
    ] {
        for segments in [format!("{medical}{own}"), format!("{own}{medical}")] {
            let response = read(&segments);
            let summary = response.summary(service);
            assert_eq!((summary.status, plan(&summary)), (Status::Active, names), "{segments}");
            assert_eq!(
                (deductible(&summary), summary.copay),
                ((None, None), None),
                "{segments}"
            );
            assert_eq!(amounts(&summary), [Decimal::from(1500)], "{segments}");
            assert_eq!(summary.others.len(), 1, "{segments}");
            let plan_as_a_whole = response.summary("30");
            assert_eq!(plan(&plan_as_a_whole), (Some("GOLD HMO"), Some("HM")));
            assert_eq!(plan_as_a_whole.copay, dollars("25"));
        }
    }
    let own = format!("{medical}EB*1**AL**VISION PLAN~EB*B*IND*AL***27*10*****W~");
    let summary = read(&own).summary("AL");
    assert_eq!((summary.copay, deductible(&summary)), (dollars("10"), (None, None)));
    assert_eq!(plan(&summary), (vision, None));
    // The same plan, named again, has the amounts of the plan as a whole.
    for same in ["EB*1**98*HM*GOLD HMO~", "EB*1**98**GOLD HMO~", "EB*1**98~"] {
        let summary = read(&format!("{medical}{same}")).summary("98");
        assert_eq!(deductible(&summary), (dollars("1500"), None), "{same}");
        assert_eq!(plan(&summary), (Some("GOLD HMO"), Some("HM")), "{same}");
    }
}

#[test]
fn plan_and_type_are_those_of_one_coverage() {
    let own_limit = "EB*1*IND*30*HM*GOLD HMO~EB*1**AL**VISION PLAN~EB*C*IND*30***23*1500*****Y~\
        EB*C*IND*AL***23*50*****W~EB*B*IND*AL***27*10*****W~";
    assert_eq!(plan(&read(own_limit).summary("AL")), (Some("VISION PLAN"), None));
    let two = "EB*1*IND*30*HM*GOLD HMO~EB*C*IND*30***23*1500*****Y~EB*1**30**VISION PLAN~EB*C*IND*30***29*0*****Y~\
        EB*B*IND*30***27*10*****Y~";
    let summary = read(two).summary("98");
    assert_eq!(
        (plan(&summary), summary.copay),
        ((Some("VISION PLAN"), None), dollars("10"))
    );
    assert_eq!(deductible(&summary), (None, None));
}

#[test]
fn a_line_with_a_part_that_cannot_be_read_is_put_together_with_no_other() {
    for unread in [
        "DTP*291*RD8*20261301-20261231~",
        "DTP*291*D8*2026~",
        "HSD*VS*X~",
        "REF*18*PLAN**A~LS*2120~NM1*1P*X*GROUP~LE*2120~",
    ] {
        for other in [LEFT, MET] {
            for second in ["", unread] {
                let segments = format!("EB*1**30~{TOTAL}{unread}{other}{second}");
                let summary = read(&segments).summary("98");
                assert_eq!(deductible(&summary), (None, None), "{segments}");
                assert_eq!((summary.limits.len(), amounts(&summary).len()), (2, 2), "{segments}");
            }
        }
    }
    for (stated, unread) in [("*****Y~", "****Q*Y~"), ("*****Y~", "**DY*Q**Y~")] {
        for second in [stated, unread] {
            let segments = format!("EB*C*IND*30***23*1500{unread}EB*C*IND*30***29*200{second}");
            let summary = read(&segments).summary("98");
            assert_eq!(
                (deductible(&summary), summary.limits.len()),
                ((None, None), 2),
                "{segments}"
            );
        }
    }
    // Not UTF-8: network, procedure, amount.
    let network = read_bytes(b"EB*C*IND*30***23*1500*****\x96~EB*C*IND*30***29*200*****Y~").summary("98");
    assert_eq!(deductible(&network), (None, dollars("200")));
    let procedure = read_bytes(b"EB*B*IND*98***27*40*****Y*HC:\x96~").summary("98");
    assert_eq!((procedure.copay, procedure.others.as_slice()), (None, &[0][..]));
    let total = read_bytes(b"EB*C*IND*98***23*1\x96~EB*C*IND*30***23*1500~").summary("98");
    assert_eq!(deductible(&total), (None, None));
}

#[test]
fn amounts_of_several_periods_are_several_limits() {
    for (periods, count) in [
        (&[("26", 1676), ("24", 100)][..], 2),
        (&[("26", 1676), ("23", 257), ("29", 57)], 3),
        (&[("22", 1000), ("23", 1500), ("29", 1400)], 3),
        (&[("", 1000), ("23", 1500), ("24", 100)], 3),
        (&[("26", 1676), ("24", 100), ("29", 1576)], 3),
    ] {
        let line = |(period, amount): &(&str, u32)| format!("EB*C*IND*30***{period}*{amount}*****Y~");
        for reverse in [false, true] {
            let mut lines: Vec<_> = periods.iter().map(line).collect();
            if reverse {
                lines.reverse();
            }
            let summary = read(&lines.concat()).summary("98");
            assert_eq!(deductible(&summary), (None, None), "{periods:?}");
            assert_eq!(summary.deductible_met, None, "{periods:?}");
            assert_eq!(
                (summary.limits.len(), amounts(&summary).len()),
                (count, count),
                "{periods:?}"
            );
        }
    }
    // A total with its remainder, both of the episode.
    let episode = read("EB*C*IND*30***26*1676*****Y~EB*C*IND*30***29*1676*****Y~").summary("98");
    assert_eq!(deductible(&episode), (dollars("1676"), dollars("1676")));
}

#[test]
fn the_order_of_lines_does_not_choose_between_conditional_copays() {
    let (special, primary) = (
        "EB*B*IND*98***27*40*****Y~MSG*SPECIALIST~",
        "EB*B*IND*98***27*25*****Y~MSG*PRIMARY CARE~",
    );
    for segments in [format!("{special}{primary}"), format!("{primary}{special}")] {
        let summary = read(&segments).summary("98");
        assert_eq!((summary.copay, copays(&summary).len()), (None, 2), "{segments}");
    }
}

#[test]
fn a_line_whose_service_or_meaning_cannot_be_read_leaves_the_answer_of_the_plan_unknown() {
    let plan = "EB*1**30~EB*B**30***27*90~EB*C*IND*30***23*1500~";
    for service in [&b"Z9Z"[..], b"9\x96", b"33^9\xc2\x96", b"9v"] {
        let line = [b"EB*B**", service, b"***27*10~"].concat();
        let summary = read_bytes(&[plan.as_bytes(), &line].concat()).summary("98");
        assert_eq!((summary.copay, copays(&summary)), (None, vec![Decimal::from(10)]));
        assert_eq!(deductible(&summary), (dollars("1500"), None));
        let limit = [b"EB*C*IND*", service, b"***23*0~"].concat();
        let summary = read_bytes(&[plan.as_bytes(), &limit].concat()).summary("98");
        assert_eq!((deductible(&summary), summary.limits.len()), ((None, None), 2));
        // What is stated for the service is its answer.
        let exact = [plan.as_bytes(), &line, b"EB*B**98***27*20~"].concat();
        assert_eq!(read_bytes(&exact).summary("98").copay, dollars("20"));
        let denied = [plan.as_bytes(), b"EB*I**", service, b"~"].concat();
        let summary = read_bytes(&denied).summary("98");
        assert_eq!(
            (summary.status, summary.referrals.as_slice()),
            (Status::NotStated, &[3][..])
        );
    }
    for info in ["Q7", "", "Z"] {
        let summary = read(&format!("{plan}EB*{info}**98~")).summary("98");
        assert_eq!(
            (summary.status, summary.referrals.as_slice()),
            (Status::NotStated, &[3][..]),
            "{info}"
        );
        assert_eq!((deductible(&summary), summary.copay), ((None, None), None), "{info}");
        let own = read(&format!("{plan}EB*1**98~EB*{info}**98***27*5~")).summary("98");
        assert_eq!((own.status, own.copay), (Status::Active, None), "{info}");
    }
}

#[test]
fn every_figure_of_a_line_is_shown() {
    let summary = read("EB*A*IND*98***27*50*.2****Y~").summary("98");
    assert_eq!(
        (summary.coinsurance_percent, summary.others.as_slice()),
        (dollars("20"), &[0][..])
    );
    let summary = read("EB*B*IND*98***27*50*.2****Y~").summary("98");
    assert_eq!((summary.copay, summary.others.as_slice()), (dollars("50"), &[0][..]));
    let summary = read("EB*A*IND*98***27**20****Y~EB*A*IND*98***27**.2****Y~").summary("98");
    assert_eq!(
        (summary.coinsurance_percent, summary.coinsurance_alternatives.len()),
        (dollars("20"), 0)
    );
}

#[test]
fn a_negative_copay_is_listed_and_not_chosen() {
    let summary = read("EB*B**98***27*-5~EB*B**30***27*25~").summary("98");
    assert_eq!((summary.copay, copays(&summary)), (None, vec![Decimal::from(-5)]));
}

#[test]
fn where_either_part_of_medicare_can_pay_neither_is_chosen() {
    let parts = "EB*1**30*MA~EB*1**30*MB~EB*A*IND*30*MB**27**.2~EB*C*IND*30*MB**23*257~";
    for service in ["47", "MH", "30"] {
        let summary = read(parts).summary(service);
        assert_eq!(
            (summary.coinsurance_percent, deductible(&summary)),
            (None, (None, None)),
            "{service}"
        );
        assert_eq!(
            (summary.coinsurance_alternatives.len(), summary.limits.len()),
            (1, 1),
            "{service}"
        );
    }
    let visit = read(parts).summary("98");
    assert_eq!(
        (visit.coinsurance_percent, deductible(&visit)),
        (dollars("20"), (dollars("257"), None))
    );
}

#[test]
fn a_line_about_another_member_of_the_family_says_nothing_about_the_patient() {
    for line in [
        "EB*U*SPO*98~LS*2120~NM1*VN*2*X~LE*2120~",
        "EB*I*SPO*98~",
        "EB*6*CHD*98~",
    ] {
        let summary = read(&format!("EB*1**30~{TOTAL}{line}")).summary("98");
        assert_eq!(
            (summary.status, deductible(&summary)),
            (Status::Active, (dollars("1500"), None)),
            "{line}"
        );
    }
    let copay = read("EB*B*SPO*98***27*5~EB*B**30***27*25~").summary("98");
    assert_eq!((copay.copay, copay.others.as_slice()), (dollars("25"), &[0][..]));
}
