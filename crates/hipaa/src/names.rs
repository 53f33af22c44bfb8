//! Names as payers match them (CAQH CORE 258).

/// Titles and suffixes that are ignored in matching (CORE 258).
const TITLES: [&str; 17] = [
    "MR", "MRS", "MS", "DR", "REV", "JR", "SR", "I", "II", "III", "IV", "V", "RN", "MD", "PHD", "ESQ", "MISS",
];

/// A person's name for matching: upper case, accents folded, punctuation dropped, titles and
/// suffixes removed.
///
/// `O'Brien-Núñez, Jr.` becomes `OBRIENNUNEZ`. A name is never emptied by removing titles.
/// Idempotent.
pub fn normalise_name(name: &str) -> String {
    let spaced = name.replace([',', '.'], " ");
    let folded = fold(&spaced, |c| c.is_ascii_alphanumeric());
    let mut words: Vec<&str> = folded.split(' ').filter(|w| !w.is_empty()).collect();
    while words.len() > 1 && words.last().is_some_and(|w| TITLES.contains(w)) {
        words.pop();
    }
    while words.len() > 1 && TITLES.contains(&words[0]) {
        words.remove(0);
    }
    words.join(" ")
}

/// An organization's name: upper case, accents folded, only letters, digits and `& ' ( ) , - . /`.
/// Idempotent.
pub fn normalise_organization(name: &str) -> String {
    let folded = fold(name, |c| c.is_ascii_alphanumeric() || "&'(),-./".contains(c));
    folded
        .split(' ')
        .filter(|w| !w.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn fold(text: &str, keep: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_uppercase) {
        if c.is_whitespace() {
            out.push(' ');
        } else if keep(c) {
            out.push(c);
        } else {
            out.push_str(without_accent(c));
        }
    }
    out
}

fn without_accent(c: char) -> &'static str {
    match c {
        'À'..='Å' | 'Ā' | 'Ă' | 'Ą' => "A",
        'Æ' => "AE",
        'Ç' | 'Ć' | 'Č' => "C",
        'Ð' | 'Ď' | 'Đ' => "D",
        'È'..='Ë' | 'Ē' | 'Ė' | 'Ę' | 'Ě' => "E",
        'Ğ' => "G",
        'Ì'..='Ï' | 'Ī' | 'İ' => "I",
        'Ł' => "L",
        'Ñ' | 'Ń' | 'Ň' => "N",
        'Ò'..='Ö' | 'Ø' | 'Ō' | 'Ő' => "O",
        'Œ' => "OE",
        'Ř' => "R",
        'Ś' | 'Ş' | 'Š' | 'Ș' => "S",
        'Ť' | 'Ț' => "T",
        'Þ' => "TH",
        'Ù'..='Ü' | 'Ū' | 'Ů' | 'Ű' => "U",
        'Ý' | 'Ÿ' => "Y",
        'Ź' | 'Ż' | 'Ž' => "Z",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn punctuation_accents_titles_and_suffixes_go() {
        assert_eq!(normalise_name("O'Brien-Núñez, Jr."), "OBRIENNUNEZ");
        assert_eq!(normalise_name("Dr. Mary  Ann Smith III"), "MARY ANN SMITH");
        assert_eq!(normalise_name("Weiß"), "WEISS");
        assert_eq!(normalise_name("Jr"), "JR");
        assert_eq!(
            normalise_organization("Bone & Joint* Clinic:  Köln"),
            "BONE & JOINT CLINIC KOLN"
        );
    }

    proptest! {
        #[test]
        fn normalising_twice_changes_nothing(name in "\\PC{0,40}") {
            let once = normalise_name(&name);
            prop_assert_eq!(&normalise_name(&once), &once);
            let once = normalise_organization(&name);
            prop_assert_eq!(&normalise_organization(&once), &once);
        }
    }
}
