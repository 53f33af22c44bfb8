//! Finds an element in the text of its segment.

use mc_x12::Delimiters;
use mc_x12::finding::ElementPlace;
use std::ops::Range;

/// The bytes of an element, repetition or component. Empty where it is not sent: after the last
/// one, or between two separators.
pub fn range(text: &str, delimiters: Delimiters, at: ElementPlace) -> Range<usize> {
    let element = part(text, 0..text.len(), delimiters.element(), usize::from(at.element));
    let repeated = match delimiters.repetition() {
        Some(separator) if at.repetition > 1 => part(text, element, separator, usize::from(at.repetition) - 1),
        _ => element,
    };
    match usize::from(at.component).checked_sub(1) {
        Some(n) => part(text, repeated, delimiters.component(), n),
        None => repeated,
    }
}

fn part(text: &str, within: Range<usize>, separator: char, n: usize) -> Range<usize> {
    let mut begin = within.start;
    for (at, part) in text[within.clone()].split(separator).enumerate() {
        if at == n {
            return begin..begin + part.len();
        }
        begin += part.len() + separator.len_utf8();
    }
    within.end..within.end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_element_is_found_where_it_stands_or_would_stand() {
        let found = |element, component, repetition| {
            let at = ElementPlace {
                element,
                component,
                repetition,
                number: 0,
            };
            let text = "EB*1^2*A:B:C**Z";
            range(text, Delimiters::STANDARD, at)
        };
        assert_eq!(found(1, 0, 1), 3..6);
        assert_eq!(found(1, 0, 2), 5..6);
        assert_eq!(found(2, 2, 1), 9..10);
        assert_eq!(found(3, 0, 1), 13..13);
        assert_eq!(found(9, 0, 1), 15..15);
    }
}
