//! Every transaction but the 837, which has its own severities: the form of addresses, telephone
//! numbers and social security numbers.

use super::local::{self, OnBroken};
use super::{Situation as S, Step, broken};
use crate::check::balance::OnFinding;
use crate::guide::{Usage, ids};

/// Checks one segment; the rules need no state.
pub(super) fn check(step: &Step<'_, '_>, on_finding: &mut OnFinding<'_>) {
    let on_broken = &mut |rule, element, component| broken(rule, step.at(element, component), on_finding);
    match step.id() {
        ids::N4 if local::is_near(step) => {
            required(S::AddressState, 2, step, on_broken);
            required(S::AddressPostalCode, 3, step, on_broken);
        }
        ids::PER => local::contact(step, on_broken),
        ids::REF if step.bytes(1) == b"SY" => social_security(2, step, on_broken),
        ids::NM1 if step.bytes(8) == b"34" => social_security(9, step, on_broken),
        _ => {}
    }
}

/// Reports an element that is empty and that the guide uses.
fn required(of: S, element: usize, step: &Step<'_, '_>, on_broken: &mut OnBroken<'_>) {
    let usage = step.of.elements.get(element - 1).map(|of| of.usage);
    if step.is_empty(element) && usage == Some(Usage::Situational) {
        on_broken(of, element, 0);
    }
}

fn social_security(element: usize, step: &Step<'_, '_>, on_broken: &mut OnBroken<'_>) {
    if local::is_no_number(step, element, 9) {
        on_broken(S::SocialSecurityNumber, element, 0);
    } else if local::is_never_assigned(step.bytes(element)) {
        on_broken(S::SocialSecurityArea, element, 0);
    }
}
