use super::super::{Benefit, Procedure};
use super::*;

fn response(benefits: Vec<Benefit>) -> Response {
    Response {
        benefits,
        ..Response::default()
    }
}

fn dollars(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn copay(amount: &str) -> Benefit {
    Benefit::new("B").services(["30"]).period("27").amount(dollars(amount))
}

fn deductible(period: &str, amount: &str) -> Benefit {
    Benefit::new("C")
        .services(["30"])
        .level("IND")
        .period(period)
        .amount(dollars(amount))
        .network(Network::In)
}

#[test]
fn money_alone_is_not_coverage() {
    assert_eq!(response(vec![copay("10")]).summary("30").status, Status::NotStated);
    assert_eq!(
        response(vec![Benefit::new("6").services(["30"])]).summary("30").status,
        Status::Inactive
    );
    let both = vec![Benefit::new("6").services(["30"]), Benefit::new("1").services(["30"])];
    assert_eq!(response(both).summary("30").status, Status::Active);
}

#[test]
fn the_requested_service_takes_precedence_over_the_plan() {
    let benefits = vec![
        Benefit::new("1").services(["30"]).plan("PR", "GOLD"),
        Benefit::new("I").services(["35"]),
    ];
    let summary = response(benefits.clone()).summary("35");
    assert_eq!(
        (summary.status, summary.plan.as_deref()),
        (Status::NotCovered, Some("GOLD"))
    );
    assert_eq!(response(benefits).summary("98").status, Status::Active);
}

#[test]
fn not_covered_outside_the_network_is_not_not_covered() {
    let benefits = vec![
        Benefit::new("1").services(["30"]),
        Benefit::new("I").services(["98"]).network(Network::Out),
    ];
    assert_eq!(response(benefits).summary("98").status, Status::Active);
}

#[test]
fn the_network_is_in_then_both_then_not_stated_and_never_out() {
    let (out, both, unstated, within) = (
        copay("50").network(Network::Out),
        copay("40").network(Network::Both),
        copay("30"),
        copay("20").network(Network::In),
    );
    let summary = response(vec![out.clone()]).summary("30");
    assert_eq!((summary.copay, summary.network), (None, Network::NotStated));
    let summary = response(vec![out.clone(), unstated.clone()]).summary("30");
    assert_eq!(
        (summary.copay, summary.network),
        (Some(dollars("30")), Network::NotStated)
    );
    let summary = response(vec![out.clone(), unstated.clone(), both.clone()]).summary("30");
    assert_eq!((summary.copay, summary.network), (Some(dollars("40")), Network::Both));
    let all = response(vec![out, unstated, both, within]);
    assert_eq!(
        (all.summary("30").copay, all.summary("30").network),
        (Some(dollars("20")), Network::In)
    );
    let outside = all.summary_for(Query {
        service_type: "30",
        network: Network::Out,
    });
    assert_eq!((outside.copay, outside.network), (Some(dollars("50")), Network::Out));
}

#[test]
fn benefits_that_differ_in_words_stay_apart() {
    let benefits = vec![copay("20").message("PRIMARY CARE"), copay("60").message("SPECIALIST")];
    let summary = response(benefits).summary("30");
    assert_eq!(summary.copay, None);
    let [primary, specialist] = summary.copay_alternatives.as_slice() else {
        panic!("{} alternatives", summary.copay_alternatives.len())
    };
    assert_eq!((primary.amount, specialist.amount), (dollars("20"), dollars("60")));
    assert_eq!(primary.terms.messages, ["PRIMARY CARE"]);
    assert_eq!(specialist.terms.messages, ["SPECIALIST"]);
    let general = vec![copay("60").message("SPECIALIST"), copay("25")];
    assert_eq!(response(general).summary("30").copay, Some(dollars("25")));
}

#[test]
fn zero_is_a_value() {
    let benefits = vec![
        copay("0"),
        Benefit::new("A").services(["30"]).percent(Decimal::ZERO),
        deductible("29", "0"),
    ];
    let summary = response(benefits).summary("30");
    assert_eq!(summary.copay, Some(Decimal::ZERO));
    assert_eq!(summary.coinsurance_percent, Some(Decimal::ZERO));
    assert_eq!(
        summary.deductible_remaining,
        Some(Remaining {
            amount: Decimal::ZERO,
            derived: false
        })
    );
    assert_eq!(summary.deductible_total, None);
}

#[test]
fn a_fraction_becomes_percent_and_a_percent_stays_with_a_warning() {
    let share = |text| response(vec![Benefit::new("A").services(["30"]).percent(dollars(text))]).summary("30");
    assert_eq!(
        (share(".2").coinsurance_percent, share(".2").percent_above_one),
        (Some(dollars("20")), false)
    );
    assert_eq!(
        (share("1").coinsurance_percent, share("1").percent_above_one),
        (Some(dollars("100")), false)
    );
    assert_eq!(
        (share("20").coinsurance_percent, share("20").percent_above_one),
        (Some(dollars("20")), true)
    );
}

#[test]
fn remaining_is_stated_or_derived_from_the_very_same_limit() {
    let remaining = |benefits| response(benefits).summary("30").deductible_remaining;
    let stated = vec![
        deductible("23", "1500"),
        deductible("24", "100"),
        deductible("29", "1350.50"),
    ];
    assert_eq!(
        remaining(stated),
        Some(Remaining {
            amount: dollars("1350.50"),
            derived: false
        })
    );
    let derivable = vec![deductible("23", "1500"), deductible("24", "100.25")];
    assert_eq!(
        remaining(derivable),
        Some(Remaining {
            amount: dollars("1399.75"),
            derived: true
        })
    );
    let overdrawn = vec![deductible("23", "100"), deductible("24", "150")];
    assert_eq!(
        remaining(overdrawn),
        Some(Remaining {
            amount: Decimal::ZERO,
            derived: true
        })
    );
    for other in [
        deductible("24", "100").network(Network::Out),
        deductible("24", "100").level("FAM"),
        deductible("24", "100").services(["35"]),
        deductible("24", "100").message("DENTAL"),
    ] {
        assert_eq!(remaining(vec![deductible("23", "1500"), other]), None);
    }
}

#[test]
fn the_family_is_kept_beside_the_patient() {
    let benefits = vec![
        deductible("23", "600").level("FAM"),
        deductible("23", "200"),
        deductible("29", "186.89").level("FAM"),
    ];
    let summary = response(benefits).summary("30");
    assert_eq!(summary.deductible_total, Some(dollars("200")));
    assert_eq!(summary.deductible_remaining, None);
    assert_eq!(summary.family_deductible_total, Some(dollars("600")));
    assert_eq!(summary.family_deductible_remaining.unwrap().amount, dollars("186.89"));
}

#[test]
fn a_total_without_a_period_counts_and_lifetime_is_the_last_resort() {
    let out_of_pocket = |period: Option<&str>, amount| {
        let mut benefit = Benefit::new("G").services(["30"]).amount(dollars(amount));
        benefit.period = period.map(str::to_owned);
        benefit
    };
    let annual = response(vec![
        out_of_pocket(None, "2100"),
        out_of_pocket(Some("29"), "1000"),
        out_of_pocket(Some("33"), "5"),
    ])
    .summary("30");
    assert_eq!(annual.out_of_pocket_total, Some(dollars("2100")));
    assert_eq!(annual.out_of_pocket_remaining.unwrap().amount, dollars("1000"));
    let lifetime = response(vec![
        out_of_pocket(Some("32"), "9000"),
        out_of_pocket(Some("33"), "8000"),
    ])
    .summary("30");
    assert_eq!(lifetime.out_of_pocket_total, Some(dollars("9000")));
    assert_eq!(lifetime.out_of_pocket_remaining.unwrap().amount, dollars("8000"));
}

#[test]
fn a_procedure_does_not_answer_for_the_service() {
    let mut single = copay("5");
    single.procedure = Some(Procedure::new("HC", "99213"));
    assert_eq!(
        response(vec![single, copay("25")]).summary("30").copay,
        Some(dollars("25"))
    );
}

/// A comparison of each limit with each other one would not end here.
#[test]
fn many_limits_are_read_in_one_pass() {
    let tier = |n: usize| {
        let message = format!("TIER {n}");
        [
            deductible("23", "1500").message(message.as_str()),
            deductible("24", "100").message(message),
        ]
    };
    let mut benefits: Vec<Benefit> = (0..100_000).flat_map(tier).collect();
    benefits.extend((0..100_000).map(|n| copay("5").message(format!("TIER {n}"))));
    let summary = response(benefits).summary("30");
    assert_eq!(
        (summary.limits.len(), summary.copay_alternatives.len()),
        (100_000, 99_999)
    );
    let of_first = summary.limits[0].remaining.unwrap();
    assert_eq!((of_first.amount, of_first.derived), (dollars("1400"), true));
}

#[test]
fn no_other_amount_replaces_one_that_could_not_be_read() {
    let unread = |benefit: Benefit| Benefit {
        amount: None,
        has_unread_figure: true,
        ..benefit
    };
    let admission = Benefit::new("B").services(["30"]).period("36").amount(dollars("250"));
    let summary = response(vec![unread(copay("30")), admission.message("PER STAY")]).summary("30");
    assert_eq!((summary.copay, summary.copay_alternatives.len()), (None, 1));

    let of_plan = [deductible("23", "1500"), deductible("29", "1200")];
    let own = unread(deductible("23", "0").services(["98"]));
    let own = Benefit {
        service_types: vec!["98".into()],
        ..own
    };
    let summary = response([vec![own], of_plan.to_vec()].concat()).summary("98");
    assert_eq!((summary.deductible_total, summary.deductible_remaining), (None, None));
    let total = unread(deductible("23", "1500"));
    let summary = response(vec![total, deductible("24", "300")]).summary("30");
    assert_eq!((summary.deductible_total, summary.deductible_remaining), (None, None));
    assert_eq!(summary.deductible_met, Some(dollars("300")));
}
