//! Segment ids that differ by one slip of the keyboard.

use super::compiled::SEGMENTS;

/// The indexes of the segments whose ids are one edit away from a text, sorted by id. A text that
/// is not like an id has none.
pub(crate) fn ids_near(text: &str) -> impl Iterator<Item = u8> {
    let is_like_an_id = text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let all = (0..=u8::MAX).zip(SEGMENTS);
    all.filter(move |(_, id)| is_like_an_id && is_one_edit(text.as_bytes(), id.as_bytes()))
        .map(|(nth, _)| nth)
}

/// Whether one id becomes the other by one edit: a character is replaced, added or left out, or two
/// neighbours are exchanged.
pub(crate) fn is_one_edit(one: &[u8], other: &[u8]) -> bool {
    let (long, short) = if one.len() >= other.len() {
        (one, other)
    } else {
        (other, one)
    };
    let same = long.iter().zip(short).take_while(|(a, b)| a == b).count();
    match (&long[same..], &short[same..]) {
        ([_, rest @ ..], short) if rest.len() == short.len() => rest == short,
        ([_, long @ ..], [_, short @ ..]) if long == short => true,
        ([a, b, long @ ..], [c, d, short @ ..]) => (a, b, long) == (d, c, short),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_edit_replaces_adds_leaves_out_or_exchanges() {
        let is_near = |one: &str, other: &str| is_one_edit(one.as_bytes(), other.as_bytes());
        for near in ["CLN", "XLM", "LCM", "CML", "CM", "CL", "LM", "CLMM", "XCLM"] {
            assert!(is_near(near, "CLM") && is_near("CLM", near), "{near}");
        }
        for far in ["CLM", "MLC", "C", "", "CNN", "CLMNO", "MCL", "CLM*A1*100"] {
            assert!(!is_near(far, "CLM") && !is_near("CLM", far), "{far}");
        }
    }

    #[test]
    fn near_ids_are_segments() {
        let ids = |text| ids_near(text).map(super::super::index::name).collect::<Vec<_>>();
        assert!(ids("HX").contains(&"HI") && ids("HX").contains(&"HL"));
        for text in ["DOE JANE", "C\u{1b}P", "CL-"] {
            assert_eq!(ids(text), [""; 0]);
        }
    }
}
