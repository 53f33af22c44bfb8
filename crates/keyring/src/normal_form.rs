//! Normal forms of names and addresses, so that equal ones have equal pseudonyms.

/// Lower-case words without accents and punctuation, separated by a space; an apostrophe joins its
/// word.
pub fn normal_words(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase).map(without_accent) {
        if c.is_alphanumeric() {
            out.push(c);
        } else if c != '\'' && c != '\u{2019}' && !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// The normal form of an address: its lines with the usual abbreviations, and the first part of its
/// postal code. City and country add nothing to these. None without lines.
pub fn normal_address(lines: &[String], postal_code: &str) -> Option<String> {
    let words = normal_words(&lines.join(" "));
    if words.is_empty() {
        return None;
    }
    let words: Vec<_> = words.split(' ').map(abbreviate).collect();
    // ZIP+4: the first five digits identify the place.
    let code = postal_code.split('-').next().unwrap_or_default();
    Some(format!("{}, {}", words.join(" "), normal_words(code)))
}

/// Frequent abbreviations of USPS Publication 28.
fn abbreviate(word: &str) -> &str {
    match word {
        "street" => "st",
        "avenue" => "ave",
        "road" => "rd",
        "drive" => "dr",
        "lane" => "ln",
        "boulevard" => "blvd",
        "court" => "ct",
        "place" => "pl",
        "square" => "sq",
        "terrace" => "ter",
        "highway" => "hwy",
        "parkway" => "pkwy",
        "apartment" => "apt",
        "suite" => "ste",
        "north" => "n",
        "south" => "s",
        "east" => "e",
        "west" => "w",
        other => other,
    }
}

/// The letter without its accent.
fn without_accent(c: char) -> char {
    match c {
        'à'..='å' | 'ā' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'è'..='ë' | 'ē' | 'ę' | 'ě' => 'e',
        'ì'..='ï' | 'ī' => 'i',
        'ñ' | 'ń' | 'ň' => 'n',
        'ò'..='ö' | 'ø' | 'ō' | 'ő' => 'o',
        'ś' | 'š' | 'ş' => 's',
        'ù'..='ü' | 'ū' | 'ů' | 'ű' => 'u',
        'ý' | 'ÿ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        'ł' => 'l',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_makes_no_difference() {
        assert_eq!(normal_words("  de la CRUZ "), "de la cruz");
        assert_eq!(normal_words("O'Hara-Nuñez"), "ohara nunez");
        assert_eq!(normal_words("O\u{2019}Hara Núñez"), "ohara nunez");
        assert_eq!(normal_words(" - "), "");
    }

    #[test]
    fn an_address_consists_of_its_lines_and_the_first_part_of_its_postal_code() {
        let address =
            |lines: &[&str], code| normal_address(&lines.iter().map(ToString::to_string).collect::<Vec<_>>(), code);
        let home = address(&["12 North Main Street", "Apartment 4"], "02139-4307");
        assert_eq!(home.as_deref(), Some("12 n main st apt 4, 02139"));
        assert_eq!(home, address(&["12 N. Main St., Apt 4"], "02139"));
        assert_ne!(home, address(&["12 N Main St Apt 5"], "02139"));
        assert_eq!(address(&[], "02139"), None);
    }
}
