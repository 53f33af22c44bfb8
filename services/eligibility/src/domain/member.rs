//! The insured person. Nothing of it prints.

use chrono::NaiveDate;
use mc_hipaa::{eligibility::Subscriber, normalise_name, normalise_organization};
use mc_vocabulary::Phi;
use serde::{Deserialize, Serialize};

/// FHIR administrative gender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Gender {
    /// F.
    Female,
    /// M.
    Male,
    /// U: the payer's standard knows no other.
    Other,
    /// U.
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

/// The insured person, as the payer is to find them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Member {
    /// On the card.
    pub member_id: Phi<String>,
    /// Family name.
    pub family: Phi<String>,
    /// Given name.
    pub given: Phi<String>,
    /// Day of birth.
    pub birth_date: Phi<NaiveDate>,
    /// Where it is known.
    pub gender: Option<Phi<Gender>>,
}

impl Member {
    /// The bytes that are sealed.
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

    /// What [`Member::to_bytes`] made; None for anything else.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }

    /// Loop 2100C.
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

/// What a member or payer id may be: 2 to 80 letters, digits and hyphens (NM109).
pub fn is_member_id(id: &str) -> bool {
    (2..=80).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// Whether something of a person's name is left when it is written as payers match it, and fits `longest`.
pub fn is_name(name: &str, longest: usize) -> bool {
    printable(name) && (1..=longest).contains(&normalise_name(name).len())
}

/// The same for an organisation's name (60 in NM103).
pub fn is_organization_name(name: &str) -> bool {
    printable(name) && name.chars().count() <= 60 && (1..=60).contains(&normalise_organization(name).len())
}

/// Born, and not before anybody who lives.
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
    fn a_member_comes_back_from_its_bytes_and_never_prints() {
        let member = member();
        assert_eq!(Member::from_bytes(&member.to_bytes()), Some(member.clone()));
        let shown = format!("{member:?} {:?}", member.subscriber());
        for value in ["W123456789", "ez", "Ana", "1980", "Other"] {
            assert!(!shown.contains(value), "{shown}");
        }
    }

    #[test]
    fn what_no_payer_could_match_is_refused() {
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
