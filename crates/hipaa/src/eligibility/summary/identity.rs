//! The identity of a line: everything that it states, and what stands below it, besides what it is
//! an amount of, the amount and the period. Amounts of different identities are never put together.

use rust_decimal::Decimal;

use super::Network;
use super::coverage::Coverage;
use super::lines::Line;
use super::scope::UNREAD;
use crate::eligibility::{BenefitDetail, DatePeriod, Delivery, RelatedEntity};
use crate::parts::{Procedure, Reference};

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
    quantity: (Option<&'r str>, Option<Decimal>),
    authorization_required: Option<bool>,
    network: Network,
    procedure: Option<&'r Procedure>,
    pointers: &'r [String],
    messages: &'r [String],
    places_of_service: &'r [String],
    details: &'r [BenefitDetail],
    dates: &'r [DatePeriod],
    deliveries: &'r [Delivery],
    references: &'r [Reference],
    /// Loop 2120.
    related: &'r [RelatedEntity],
    /// The line itself, where its identity is known in part only: no other line is known to have
    /// the same.
    unread: Option<usize>,
}

impl<'r> Identity<'r> {
    pub(super) fn of(line: &Line<'r>) -> Self {
        let benefit = line.benefit;
        let mut service_types: Vec<&str> = benefit.service_types.iter().map(String::as_str).collect();
        service_types.sort_unstable();
        Self {
            service_types,
            level: benefit.level.as_deref(),
            insurance_type: benefit.insurance_type.as_deref(),
            plan: benefit.plan.as_deref(),
            coverage: line.coverage,
            quantity: (benefit.quantity_qualifier.as_deref(), benefit.quantity),
            authorization_required: benefit.authorization_required,
            network: benefit.network,
            procedure: benefit.procedure.as_ref(),
            pointers: &benefit.pointers,
            messages: &benefit.messages,
            places_of_service: &benefit.places_of_service,
            details: &benefit.details,
            dates: &benefit.dates,
            deliveries: &benefit.deliveries,
            references: &benefit.references,
            related: &benefit.related,
            unread: (benefit.has_unread_terms || line.service == UNREAD).then_some(line.index),
        }
    }
}
