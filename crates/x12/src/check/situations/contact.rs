//! Every transaction but the 837, which has its own severities: the form of addresses, telephone
//! numbers and social security numbers.

use super::{Situation as S, Step, broken, local};
use crate::check::balance::OnFinding;
use crate::guide::{Usage, ids};

/// Checks one segment; the rules need no state.
pub(super) fn check(step: &Step<'_, '_>, on_finding: &mut OnFinding<'_>) {
    match step.id() {
        ids::N4 if local::is_near(step) => {
            required(S::AddressState, 2, step, on_finding);
            required(S::AddressPostalCode, 3, step, on_finding);
        }
        ids::PER => {
            for qualifier in [3, 5, 7] {
                for (of, is_area) in [(S::TelephoneForm, false), (S::TelephoneArea, true)] {
                    if local::telephone(step, qualifier, is_area) {
                        broken(of, step.at(qualifier + 1, 0), on_finding);
                    }
                }
            }
        }
        ids::REF if step.bytes(1) == b"SY" => social_security(2, step, on_finding),
        ids::NM1 if step.bytes(8) == b"34" => social_security(9, step, on_finding),
        _ => {}
    }
}

/// Reports an element that is empty and that the guide uses.
fn required(of: S, element: usize, step: &Step<'_, '_>, on_finding: &mut OnFinding<'_>) {
    let usage = step.of.elements.get(element - 1).map(|of| of.usage);
    if step.is_empty(element) && usage == Some(Usage::Situational) {
        broken(of, step.at(element, 0), on_finding);
    }
}

fn social_security(element: usize, step: &Step<'_, '_>, on_finding: &mut OnFinding<'_>) {
    if local::is_no_number(step, element, 9) {
        broken(S::SocialSecurityNumber, step.at(element, 0), on_finding);
    } else if local::is_never_assigned(step.bytes(element)) {
        broken(S::SocialSecurityArea, step.at(element, 0), on_finding);
    }
}
