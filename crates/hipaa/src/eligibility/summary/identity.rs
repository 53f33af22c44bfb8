//! The identity of a line: everything that it states besides what it is an amount of, the amount
//! and the period. Amounts of different identities are never put together.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::Network;
use super::coverage::Coverage;
use super::lines::Line;
use crate::eligibility::Delivery;

/// Equal for two lines about the same limit.
#[derive(PartialEq, Eq, Hash)]
pub(super) struct Identity<'r> {
    /// In alphabetical order.
    service_types: Vec<&'r str>,
    level: Option<&'r str>,
    insurance_type: Option<&'r str>,
    plan: Option<&'r str>,
    /// The coverage that the line follows.
    coverage: Coverage<'r>,
    /// Another payer in loop 2120 of the line itself.
    administrator: Option<&'r str>,
    quantity: (Option<&'r str>, Option<Decimal>),
    authorization_required: Option<bool>,
    network: Network,
    procedure: Option<Procedure<'r>>,
    pointers: &'r [String],
    messages: &'r [String],
    places_of_service: &'r [String],
    details: Vec<[&'r str; 4]>,
    dates: Vec<(&'r str, NaiveDate, Option<NaiveDate>)>,
    deliveries: Vec<Pattern<'r>>,
}

/// Qualifier, code, modifiers and last code of a range.
type Procedure<'r> = (&'r str, &'r str, &'r [String], &'r str);

/// Texts and numbers of a delivery pattern.
type Pattern<'r> = ([&'r str; 5], [Option<Decimal>; 3]);

impl<'r> Identity<'r> {
    pub(super) fn of(line: &Line<'r>) -> Self {
        let benefit = line.benefit;
        let dates = benefit.dates.iter();
        let details = benefit.details.iter();
        let mut service_types: Vec<&str> = benefit.service_types.iter().map(String::as_str).collect();
        service_types.sort_unstable();
        Self {
            service_types,
            level: benefit.level.as_deref(),
            insurance_type: benefit.insurance_type.as_deref(),
            plan: benefit.plan.as_deref(),
            coverage: line.coverage,
            administrator: line.administrator,
            quantity: (benefit.quantity_qualifier.as_deref(), benefit.quantity),
            authorization_required: benefit.authorization_required,
            network: benefit.network,
            procedure: benefit
                .procedure
                .as_ref()
                .map(|p| (&*p.qualifier, &*p.code, &*p.modifiers, &*p.last_code)),
            pointers: &benefit.pointers,
            messages: &benefit.messages,
            places_of_service: &benefit.places_of_service,
            details: details.map(|d| [&*d.list, &*d.code, &*d.category, &*d.text]).collect(),
            dates: dates.map(|d| (&*d.qualifier, d.start, d.end)).collect(),
            deliveries: benefit.deliveries.iter().map(pattern).collect(),
        }
    }
}

fn pattern(delivery: &Delivery) -> Pattern<'_> {
    (
        [
            &delivery.quantity_qualifier,
            &delivery.unit,
            &delivery.period,
            &delivery.pattern,
            &delivery.time,
        ],
        [delivery.quantity, delivery.every, delivery.periods],
    )
}
