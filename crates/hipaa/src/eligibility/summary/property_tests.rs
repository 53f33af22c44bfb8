//! On generated responses: nothing of two identities is put together, and nothing is lost.

use std::collections::HashSet;

use proptest::prelude::*;

use super::*;
use crate::eligibility::{Benefit, DatePeriod, Procedure, RelatedEntity};
use crate::parts::Reference;
use chrono::NaiveDate;

fn pick(codes: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    prop::sample::select(codes)
}

/// Empty is absent.
fn some(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

prop_compose! {
    fn line()(
        info in pick(&["1", "6", "I", "U", "A", "A", "B", "B", "C", "C", "C", "C", "G", "G", "F"]),
        level in pick(&["", "IND", "IND", "IND", "FAM", "FAM", "EMP", "ESP", "CHD"]),
        services in prop::sample::subsequence(vec!["30", "98", "33"], 0..3),
        names in (pick(&["", "", "MA", "MB", "HM"]), pick(&["", "", "", "GOLD", "VISION"])),
        period in pick(&["", "22", "23", "23", "24", "24", "29", "29", "27", "7", "36", "32", "33"]),
        amount in prop::option::weighted(0.9, -2_000i64..200_000), percent in prop::option::weighted(0.3, 0i64..30),
        network in prop::sample::select(vec![Network::In, Network::In, Network::Out, Network::Both, Network::NotStated]),
        words in (pick(&["", "", "", "TIER 1", "TIER 2"]), pick(&["", "", "", "11", "22"])),
        others in (any::<bool>(), 0u8..9, prop::option::weighted(0.1, any::<bool>())),
        below in (pick(&["", "", "", "T1", "T2"]), pick(&["", "", "", "1P", "VN", "PR"]), pick(&["A", "B"]), 0u8..12),
    ) -> Benefit {
        let mut benefit = Benefit::new(info).services(services).network(network);
        (benefit.level, benefit.period) = (some(level), some(period));
        (benefit.insurance_type, benefit.plan) = (some(names.0), some(names.1));
        benefit.amount = amount.map(|cents| Decimal::new(cents, 2));
        benefit.percent = percent.map(|tenths| Decimal::new(tenths, 1));
        benefit.messages.extend(some(words.0));
        benefit.places_of_service.extend(some(words.1));
        let (dated, procedure, authorization) = others;
        if dated && procedure > 6 {
            let (qualifier, start) = ("292".to_owned(), NaiveDate::from_ymd_opt(2026, 1, 1).unwrap());
            benefit.dates.push(DatePeriod { qualifier, start, end: None });
        }
        benefit.procedure = (procedure == 0).then(|| Procedure::new("HC", "99213"));
        benefit.authorization_required = authorization;
        benefit.references.extend(some(below.0).map(|value| Reference::new("N6", value)));
        benefit.related.extend(some(below.1).map(|role| RelatedEntity {
            role, name: below.2.to_owned(), ..RelatedEntity::default()
        }));
        benefit.has_unread_terms = below.3 == 0;
        if below.3 == 1 {
            benefit.service_types.push("Z9Z".into());
        }
        benefit
    }
}

/// What a line states besides amount and period.
fn without_amount(benefit: &Benefit) -> Benefit {
    let mut services = benefit.service_types.clone();
    services.sort();
    Benefit {
        amount: None,
        percent: None,
        period: None,
        service_types: services,
        ..benefit.clone()
    }
}

fn fields(summary: &Summary, kind: LimitKind, place: LimitPlace) -> [Option<Decimal>; 3] {
    let left = |left: Option<Remaining>| left.map(|left| left.amount);
    match (kind, place) {
        (LimitKind::Deductible, LimitPlace::Patient) => [
            summary.deductible_total,
            summary.deductible_met,
            left(summary.deductible_remaining),
        ],
        (LimitKind::Deductible, LimitPlace::Family) => [
            summary.family_deductible_total,
            summary.family_deductible_met,
            left(summary.family_deductible_remaining),
        ],
        (LimitKind::OutOfPocket, LimitPlace::Patient) => [
            summary.out_of_pocket_total,
            summary.out_of_pocket_met,
            left(summary.out_of_pocket_remaining),
        ],
        (LimitKind::OutOfPocket, LimitPlace::Family) => [
            summary.family_out_of_pocket_total,
            summary.family_out_of_pocket_met,
            left(summary.family_out_of_pocket_remaining),
        ],
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn figures_of_a_limit_come_from_lines_of_one_identity(
        benefits in prop::collection::vec(line(), 1..24), service in pick(&["30", "98", "48", "33"]),
    ) {
        let response = Response { benefits, ..Response::default() };
        let summary = response.summary(service);
        for limit in &summary.limits {
            let lines: Vec<_> = limit.terms.benefits.iter().map(|at| &response.benefits[*at]).collect();
            prop_assert!(lines.windows(2).all(|pair| without_amount(pair[0]) == without_amount(pair[1])));
            prop_assert!(lines.len() == 1 || lines.iter().all(|line| !line.has_unread_terms));
            let totals = lines.iter().map(|line| line.period.as_deref());
            let totals: HashSet<_> = totals.filter(|period| !matches!(period, Some("24" | "29" | "33"))).collect();
            prop_assert!(totals.len() <= 1);
            let figures: Vec<_> = limit.figures.iter().map(|figure| figure.amount).collect();
            let sent: Vec<_> = lines.iter().filter_map(|line| line.amount).collect();
            prop_assert_eq!(figures, sent);
        }
        // Each place shows one limit, or nothing.
        for kind in [LimitKind::Deductible, LimitKind::OutOfPocket] {
            for place in [LimitPlace::Patient, LimitPlace::Family] {
                let here = |limit: &&Limit| (limit.kind, limit.place) == (kind, Some(place));
                prop_assert!(summary.limits.iter().filter(here).count() <= 1);
                let shown = summary.limit(kind, place);
                let left = |limit: &Limit| limit.remaining.map(|left| left.amount);
                let expected = shown.map_or([None; 3], |limit| [limit.total, limit.met, left(limit)]);
                prop_assert_eq!(fields(&summary, kind, place), expected);
            }
        }
    }

    #[test]
    fn every_amount_of_the_service_appears(
        benefits in prop::collection::vec(line(), 1..24), service in pick(&["30", "98", "48", "33"]),
    ) {
        let response = Response { benefits, ..Response::default() };
        let summary = response.summary(service);
        let scope = Scope::of(&response, Query { service_type: service, network: Network::In });
        let terms = summary.copay_terms.iter().chain(&summary.coinsurance_terms);
        let terms = terms.chain(summary.copay_alternatives.iter().map(|other| &other.terms));
        let terms = terms.chain(summary.coinsurance_alternatives.iter().map(|other| &other.terms));
        let terms = terms.chain(summary.limits.iter().map(|limit| &limit.terms));
        let shown: HashSet<usize> = terms.flat_map(|terms| &terms.benefits).chain(&summary.others).copied().collect();
        for (index, benefit) in response.benefits.iter().enumerate() {
            let states = benefit.amount.is_some() || benefit.percent.is_some();
            if states && scope.service(benefit).is_some() && !shown.contains(&index) {
                // Left out because the same line is shown already.
                let same = |at: &usize| {
                    let other = &response.benefits[*at];
                    without_amount(other) == without_amount(benefit) && other.period == benefit.period
                };
                prop_assert!(shown.iter().any(same), "{}", index);
            }
        }
    }

    #[test]
    fn the_order_of_lines_of_different_limits_does_not_matter(
        benefits in prop::collection::vec(line(), 1..12),
    ) {
        let limits = |benefits: Vec<Benefit>| {
            let benefits = benefits.into_iter().filter(|benefit| matches!(&*benefit.info, "C" | "G")).collect();
            let summary = Response { benefits, ..Response::default() }.summary("98");
            let left = |left: Option<Remaining>| left.map(|left| left.amount);
            (
                summary.deductible_total, left(summary.deductible_remaining), summary.out_of_pocket_total,
                left(summary.out_of_pocket_remaining), summary.family_out_of_pocket_total,
            )
        };
        let reversed = benefits.iter().rev().cloned().collect();
        prop_assert_eq!(limits(benefits), limits(reversed));
    }
}
