//! Amounts that must agree, added up while segments pass. What a claim or a payment says is remembered until it ends, and no longer.

mod claim;
mod remittance;

use crate::fields::Fields;
use crate::finding::{Place, Rule, What};
use crate::guide::Guide;
use crate::segment::Segment;
use crate::walk::Placed;
use rust_decimal::Decimal;

/// Told what does not agree, and where it is stated.
pub(super) type Tell<'t> = dyn FnMut(What, Place) + 't;

/// The sums of a transaction set.
#[derive(Debug)]
pub(super) enum Sums {
    Claims(Box<claim::Sums>),
    Remittance(Box<remittance::Sums>),
    None,
}

impl Sums {
    pub(super) fn of(guide: Option<&'static Guide>) -> Self {
        match guide.map(|guide| guide.transaction) {
            Some("837") => Self::Claims(Box::default()),
            Some("835") => Self::Remittance(Box::default()),
            _ => Self::None,
        }
    }

    pub(super) fn take(
        &mut self,
        segment: &Segment<'_>,
        fields: &Fields,
        placed: &Placed,
        place: &Place,
        tell: &mut Tell<'_>,
    ) {
        match self {
            Self::Claims(sums) => sums.take(segment, fields, placed, place, tell),
            Self::Remittance(sums) => sums.take(segment, fields, place, tell),
            Self::None => {}
        }
    }

    pub(super) fn finish(&mut self, tell: &mut Tell<'_>) {
        match self {
            Self::Claims(sums) => sums.finish(tell),
            Self::Remittance(sums) => sums.finish(tell),
            Self::None => {}
        }
    }
}

/// Tells where what is stated is not what follows.
fn compare(rule: Rule, stated: Option<Decimal>, computed: Decimal, place: Place, tell: &mut Tell<'_>) {
    if let Some(stated) = stated.filter(|stated| *stated != computed) {
        tell(What::Unbalanced { rule, stated, computed }, place);
    }
}

/// Adds, as far as 28 digits reach.
fn add(sum: &mut Decimal, more: Decimal) {
    *sum = sum.checked_add(more).unwrap_or(*sum);
}
