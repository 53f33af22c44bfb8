//! How a reader might know a patient privately: by family name or address. Only their pseudonyms
//! leave the service.

use mc_fhir::Resource;
use mc_keyring::Pseudonym;
use serde::Deserialize;

/// Pseudonyms of a patient's family name and address for the audit record of a read. Detection of
/// misuse compares them with those of the reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Household {
    /// Pseudonym of the current family name.
    pub family_key: Option<String>,
    /// Pseudonym of the current address.
    pub address_key: Option<String>,
}

#[derive(Deserialize)]
struct Name {
    family: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
}

#[derive(Deserialize)]
struct Address {
    #[serde(default)]
    line: Vec<String>,
    #[serde(rename = "postalCode")]
    postal_code: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
}

impl Household {
    /// The pseudonyms of a Patient. Unreadable parts are left out: a chart is not refused because
    /// of them.
    pub fn of(patient: &Resource, pseudonym: &Pseudonym) -> Self {
        let names: Vec<Name> = patient.get("name").ok().flatten().unwrap_or_default();
        let addresses: Vec<Address> = patient.get("address").ok().flatten().unwrap_or_default();
        let family = names
            .iter()
            .filter(|name| name.usage.as_deref() != Some("old"))
            .find_map(|name| name.family.as_deref());
        let address = addresses
            .iter()
            .find(|address| address.usage.as_deref() != Some("old") && !address.line.is_empty());
        Self {
            family_key: family.and_then(|family| pseudonym.family_key(family)),
            address_key: address.and_then(|address| {
                pseudonym.address_key(&address.line, address.postal_code.as_deref().unwrap_or_default())
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mc_keyring::Credentials;

    #[test]
    fn the_current_name_and_address_count_and_only_their_pseudonyms_are_returned() {
        let key = [("key", "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=")];
        let pseudonym = Pseudonym::from_credentials(&Credentials::from_fields("blind-index", key)).unwrap();
        let of = |text: &str| Household::of(&Resource::parse(text.as_bytes()).unwrap(), &pseudonym);
        let patient = of(
            r#"{"resourceType":"Patient","name":[{"use":"old","family":"Maiden"},{"family":"O'Hara"}],"address":[{"use":"old","line":["9 Elm St"]},{"line":["1 Main Street"],"postalCode":"02139-1234"}]}"#,
        );
        assert_eq!(patient.family_key, pseudonym.family_key("OHARA"));
        assert_eq!(
            patient.address_key,
            pseudonym.address_key(&["1 main st".to_owned()], "02139")
        );
        assert!(!format!("{patient:?}").to_lowercase().contains("hara"));
        let unknown = of(r#"{"resourceType":"Patient","name":"not a list"}"#);
        assert_eq!((unknown.family_key, unknown.address_key), (None, None));
    }
}
