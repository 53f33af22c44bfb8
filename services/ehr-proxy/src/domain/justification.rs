//! The justification of an access, in the caller's words. It is kept in the audit log, so it must
//! not identify the patient.

use mc_fhir::Resource;
use mc_keyring::normal_words;
use serde::Deserialize;
use std::fmt;

/// 3 to 200 printable characters.
#[derive(Clone, PartialEq, Eq)]
pub struct Justification(String);

/// The text is too short, too long or not printable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected 3 to 200 printable characters")]
pub struct InvalidJustification;

impl fmt::Debug for Justification {
    /// Prints nothing, because it may identify the patient.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Justification([phi])")
    }
}

impl Justification {
    /// Parses a justification.
    ///
    /// # Errors
    /// [`InvalidJustification`].
    pub fn new(words: &str) -> Result<Self, InvalidJustification> {
        let words = words.trim();
        let printable = words.chars().all(|c| !c.is_control());
        if printable && (3..=200).contains(&words.chars().count()) {
            Ok(Self(words.to_owned()))
        } else {
            Err(InvalidJustification)
        }
    }

    /// The text. Check [`Justification::identifies`] before it is stored.
    pub fn words(&self) -> &str {
        &self.0
    }

    /// Whether the text contains a name, the birth date or an identifier of `patient`, in any usual
    /// spelling.
    pub fn identifies(&self, patient: &Resource) -> bool {
        let words = normal(&self.0);
        let names: Vec<Name> = patient.get("name").ok().flatten().unwrap_or_default();
        let parts = names
            .into_iter()
            .flat_map(|name| name.given.into_iter().chain(name.family));
        let is_named = parts.map(|part| normal(&part)).any(|part| {
            let has = |text: &str| words.contains(&format!(" {text} "));
            // The whole part, or a long word of it: "de" of "de la Cruz" does not identify a
            // person.
            let part = part.trim();
            (part.chars().count() >= 2 && has(part))
                || part.split(' ').any(|word| word.chars().count() >= 4 && has(word))
        });
        let identifiers: Vec<Identifier> = patient.get("identifier").ok().flatten().unwrap_or_default();
        let numbered = identifiers
            .iter()
            .filter_map(|identifier| identifier.value.as_deref())
            .map(normal);
        let numbered = numbered
            .into_iter()
            .any(|value| value.len() >= 6 && words.contains(&value));
        let birth_date: Option<String> = patient.get("birthDate").ok().flatten();
        is_named || numbered || birth_date.is_some_and(|date| contains_date(&words, &date))
    }
}

#[derive(Deserialize)]
struct Name {
    family: Option<String>,
    #[serde(default)]
    given: Vec<String>,
}

#[derive(Deserialize)]
struct Identifier {
    value: Option<String>,
}

/// Lower-case words without accents, each between spaces.
fn normal(text: &str) -> String {
    format!(" {} ", normal_words(text))
}

/// Whether year, month and day occur next to each other in any order, or joined.
fn contains_date(words: &str, date: &str) -> bool {
    let mut parts = date.split('-');
    let (Some(y), Some(m), Some(d)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let runs = [format!("{y}{m}{d}"), format!("{m}{d}{y}"), format!("{d}{m}{y}")];
    let words: Vec<&str> = words.split_whitespace().collect();
    let number = |text: &str| text.parse::<u32>().ok();
    let sorted = |mut three: [Option<u32>; 3]| {
        three.sort_unstable();
        three
    };
    let wanted = sorted([number(y), number(m), number(d)]);
    let side_by_side = words
        .windows(3)
        .any(|three| sorted([number(three[0]), number(three[1]), number(three[2])]) == wanted);
    side_by_side || words.iter().any(|word| runs.iter().any(|run| run == word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identifies(words: &str) -> bool {
        let patient = br#"{"resourceType":"Patient","birthDate":"1984-03-12","identifier":[{"value":"W100-200-300"},{}],"name":[{"family":"de la Cruz","given":["Jos\u00e9","Li"]},{"family":"O'Hara"}]}"#;
        Justification::new(words)
            .unwrap()
            .identifies(&Resource::parse(patient).unwrap())
    }

    #[test]
    fn text_that_identifies_the_patient_is_found() {
        for words in [
            "visit of Jose today",
            "chart for DE LA CRUZ",
            "mr. cruz, chest pain",
            "Li requested it",
            "o'hara follow up",
            "born 1984-03-12",
            "dob 3/12/1984",
            "dob 12.03.1984",
            "id 19840312 x",
            "member w100-200-300",
        ] {
            assert!(identifies(words), "{words}");
        }
    }

    #[test]
    fn ordinary_text_is_accepted() {
        for words in [
            "scheduled visit, la clinica de hoy",
            "listed medication review",
            "2026-11-22 visit 12",
        ] {
            assert!(!identifies(words), "{words}");
        }
    }

    #[test]
    fn the_length_is_bounded_and_nothing_is_printed() {
        assert_eq!(Justification::new("  x "), Err(InvalidJustification));
        assert_eq!(Justification::new(&"x".repeat(201)), Err(InvalidJustification));
        assert_eq!(Justification::new("a\u{7}bcd"), Err(InvalidJustification));
        assert!(!format!("{:?}", Justification::new("treating").unwrap()).contains("treating"));
    }
}
