//! Normal forms of names and addresses, so that equal ones have equal pseudonyms.

/// Lower-case words without accents and punctuation, a space between; an apostrophe binds.
pub fn normal_words(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase).map(plain) {
        if c.is_alphanumeric() {
            out.push(c);
        } else if c != '\'' && c != '\u{2019}' && !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// An address in normal form: what stands in its lines, with the usual abbreviations, and the first part of its postal code. City and
/// country say nothing more. None where there is no line.
pub fn normal_address(lines: &[String], postal_code: &str) -> Option<String> {
    let words = normal_words(&lines.join(" "));
    if words.is_empty() {
        return None;
    }
    let words: Vec<_> = words.split(' ').map(short).collect();
    // ZIP+4: the first five say the place.
    let code = postal_code.split('-').next().unwrap_or_default();
    Some(format!("{}, {}", words.join(" "), normal_words(code)))
}

/// USPS Publication 28, the frequent ones.
fn short(word: &str) -> &str {
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
fn plain(c: char) -> char {
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
    fn an_address_is_its_lines_and_the_place_of_its_postal_code() {
        let address =
            |lines: &[&str], code| normal_address(&lines.iter().map(ToString::to_string).collect::<Vec<_>>(), code);
        let home = address(&["12 North Main Street", "Apartment 4"], "02139-4307");
        assert_eq!(home.as_deref(), Some("12 n main st apt 4, 02139"));
        assert_eq!(home, address(&["12 N. Main St., Apt 4"], "02139"));
        assert_ne!(home, address(&["12 N Main St Apt 5"], "02139"));
        assert_eq!(address(&[], "02139"), None);
    }
}
