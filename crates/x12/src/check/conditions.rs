//! The base standard's conditions between the elements of a segment (X12.6 section 3.6: P, R, E, C,
//! L).

use crate::finding::FindingKind;
use crate::guide::{Elements, Rule};

/// Reports each condition that is broken, with the element that it concerns. Bit n of `present`:
/// element n has a value.
pub(super) fn broken(rules: &[Rule], present: u64, mut on_finding: impl FnMut(u8, FindingKind)) {
    for rule in rules {
        if !holds(rule, present) {
            report_broken(rule, present, &mut on_finding);
        }
    }
}

#[inline]
fn holds(rule: &Rule, present: u64) -> bool {
    match rule {
        Rule::Paired(of) => matches!(present & of.bits(), there if there == 0 || there == of.bits()),
        Rule::AtLeastOne(of) => present & of.bits() != 0,
        Rule::Exclusive(of) => (present & of.bits()).count_ones() <= 1,
        Rule::Conditional(of) => present & of.first == 0 || present & of.rest == of.rest,
        Rule::ListConditional(of) => present & of.first == 0 || present & of.rest != 0,
    }
}

/// Reports the elements that break `rule`.
#[cold]
fn report_broken(rule: &Rule, present: u64, on_finding: &mut impl FnMut(u8, FindingKind)) {
    let has = |element: u8| present >> element & 1 == 1;
    {
        match rule {
            Rule::Paired(Elements { all, .. }) => {
                let Some(with) = all.iter().copied().find(|element| has(*element)) else {
                    return;
                };
                for missing in all.iter().copied().filter(|element| !has(*element)) {
                    on_finding(missing, FindingKind::PairedMissing { with });
                }
            }
            Rule::AtLeastOne(Elements { all, .. }) => {
                if let Some(first) = all
                    .first()
                    .copied()
                    .filter(|_| !all.iter().any(|element| has(*element)))
                {
                    on_finding(first, FindingKind::OneOfMissing { from: first });
                }
            }
            Rule::Exclusive(Elements { all, .. }) => {
                let mut there = all.iter().copied().filter(|element| has(*element));
                if let Some(with) = there.next() {
                    for other in there {
                        on_finding(other, FindingKind::Exclusive { with });
                    }
                }
            }
            Rule::Conditional(Elements { all, .. }) => {
                let Some((because, rest)) = all.split_first().filter(|(first, _)| has(**first)) else {
                    return;
                };
                for missing in rest.iter().copied().filter(|element| !has(*element)) {
                    on_finding(missing, FindingKind::ConditionalMissing { because: *because });
                }
            }
            Rule::ListConditional(Elements { all, .. }) => {
                let Some((because, rest)) = all.split_first().filter(|(first, _)| has(**first)) else {
                    return;
                };
                if let Some(first) = rest
                    .first()
                    .copied()
                    .filter(|_| !rest.iter().any(|element| has(*element)))
                {
                    on_finding(first, FindingKind::ConditionalMissing { because: *because });
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conditions(rule: Rule, present: &[u8]) -> Vec<(u8, FindingKind)> {
        let bits = present.iter().fold(0, |bits, element| bits | 1 << element);
        let mut conditions = Vec::new();
        broken(&[rule], bits, |element, kind| conditions.push((element, kind)));
        conditions
    }

    #[test]
    fn each_condition_is_reported_at_its_element() {
        assert_eq!(
            conditions(Rule::Paired(Elements::new(&[8, 9])), &[8]),
            [(9, FindingKind::PairedMissing { with: 8 })]
        );
        assert_eq!(conditions(Rule::Paired(Elements::new(&[8, 9])), &[]), []);
        assert_eq!(
            conditions(Rule::AtLeastOne(Elements::new(&[2, 3])), &[4]),
            [(2, FindingKind::OneOfMissing { from: 2 })]
        );
        assert_eq!(
            conditions(Rule::Exclusive(Elements::new(&[1, 2])), &[1, 2]),
            [(2, FindingKind::Exclusive { with: 1 })]
        );
        assert_eq!(
            conditions(Rule::Conditional(Elements::new(&[5, 4])), &[5]),
            [(4, FindingKind::ConditionalMissing { because: 5 })]
        );
        assert_eq!(conditions(Rule::Conditional(Elements::new(&[5, 4])), &[4]), []);
        assert_eq!(
            conditions(Rule::ListConditional(Elements::new(&[5, 1, 2])), &[5]),
            [(1, FindingKind::ConditionalMissing { because: 5 })]
        );
        assert_eq!(
            conditions(Rule::ListConditional(Elements::new(&[5, 1, 2])), &[5, 2]),
            []
        );
    }
}
