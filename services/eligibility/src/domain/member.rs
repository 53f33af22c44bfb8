//! The insured person. Debug prints none of its values.

use chrono::NaiveDate;
use mc_hipaa::{eligibility::Subscriber, normalise_name, normalise_organization};
use mc_vocabulary::Phi;
use serde::{Deserialize, Serialize};

/// FHIR administrative gender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Gender {
    /// X12 `F`.
    Female,
    /// X12 `M`.
    Male,
    /// X12 `U`: the standard has no other.
    Other,
    /// X12 `U`.
    Unknown,
}

impl From<Gender> for mc_hipaa::eligibility::Gender {
    fn from(gender: Gender) -> Self {
        match gender {
            Gender::Female => Self::Female,
            Gender::Male => Self::Male,
            Gender::Other | Gender::Unknown => Self::Unknown,
        }
    }
}

/// The insured person as the payer knows them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Member {
    /// As printed on the card.
    pub member_id: Phi<String>,
    /// Family name.
    pub family: Phi<String>,
    /// Given name.
    pub given: Phi<String>,
    /// Day of birth.
    pub birth_date: Phi<NaiveDate>,
    pub gender: Option<Phi<Gender>>,
}

impl Member {
    /// The bytes to be sealed: JSON.
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::json!({
            "member_id": self.member_id.open(),
            "family": self.family.open(),
            "given": self.given.open(),
            "birth_date": self.birth_date.open(),
            "gender": self.gender.as_ref().map(Phi::open),
        })
        .to_string()
        .into_bytes()
    }

    /// Reads [`Member::to_bytes`]; None for anything else.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }

    /// As loop 2100C of the 270.
    pub fn subscriber(&self) -> Subscriber {
        Subscriber {
            member_id: self.member_id.open().clone(),
            family: self.family.open().clone(),
            given: self.given.open().clone(),
            birth_date: *self.birth_date.open(),
            gender: self.gender.as_ref().map(|gender| (*gender.open()).into()),
        }
    }
}

/// Whether a member or payer id is 2 to 80 letters, digits and hyphens (NM109).
pub fn is_member_id(id: &str) -> bool {
    (2..=80).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// Whether a person's name, normalized as payers match it, has 1 to `max_length` characters.
pub fn is_name(name: &str, max_length: usize) -> bool {
    printable(name) && (1..=max_length).contains(&normalise_name(name).len())
}

/// The same for an organization's name; NM103 holds 60 characters.
pub fn is_organization_name(name: &str) -> bool {
    printable(name) && name.chars().count() <= 60 && (1..=60).contains(&normalise_organization(name).len())
}

/// From 1880 to today.
pub fn is_plausible_birth_date(day: NaiveDate, today: NaiveDate) -> bool {
    NaiveDate::from_ymd_opt(1880, 1, 1).is_some_and(|first| (first..=today).contains(&day))
}

fn printable(text: &str) -> bool {
    text.len() <= 240 && !text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member() -> Member {
        Member {
            member_id: Phi::new("W123456789".to_owned()),
            family: Phi::new("Núñez".to_owned()),
            given: Phi::new("Ana".to_owned()),
            birth_date: Phi::new(NaiveDate::from_ymd_opt(1980, 2, 3).unwrap()),
            gender: Some(Phi::new(Gender::Other)),
        }
    }

    #[test]
    fn a_member_is_read_back_from_its_bytes_and_debug_hides_it() {
        let member = member();
        assert_eq!(Member::from_bytes(&member.to_bytes()), Some(member.clone()));
        let printed = format!("{member:?} {:?}", member.subscriber());
        for value in ["W123456789", "ez", "Ana", "1980", "Other"] {
            assert!(!printed.contains(value), "{printed}");
        }
    }

    #[test]
    fn values_that_no_payer_could_match_are_refused() {
        for bad in ["", "W", "W1*2", "W1 2", "Wé"] {
            assert!(!is_member_id(bad), "{bad}");
        }
        assert!(is_name("O'Brien-Núñez", 60) && !is_name("**", 60) && !is_name("李", 60) && !is_name("A\0", 60));
        assert!(!is_name("ABC", 2));
        let day = |y| NaiveDate::from_ymd_opt(y, 6, 1).unwrap();
        assert!(is_plausible_birth_date(day(1930), day(2026)));
        assert!(!is_plausible_birth_date(day(2027), day(2026)) && !is_plausible_birth_date(day(1066), day(2026)));
    }
}
