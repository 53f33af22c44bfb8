//! The device of a session.

use mc_keyring::BlindIndex;

/// The device's name as sessions, tokens and the audit log hold it. An identifier such as
/// `clinic_workstation` is kept. Anything else may name a person ("Maria's phone") and becomes a
/// pseudonym, the same at every sign-in.
pub fn device_name(given: &str, index: &BlindIndex) -> String {
    let is_identifier = given
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"._:-".contains(&byte));
    if is_identifier {
        return given.to_owned();
    }
    let digest = index.digest("sessions.device_id", given);
    let digits = digest[..8].iter().map(|byte| format!("{byte:02x}"));
    format!("device-{}", digits.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use mc_keyring::Credentials;

    #[test]
    fn a_name_that_is_not_an_identifier_becomes_a_pseudonym() {
        let key = [("key", "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=")];
        let index = BlindIndex::from_credentials(&Credentials::from_fields("blind-index", key)).unwrap();
        assert_eq!(device_name("clinic_workstation", &index), "clinic_workstation");
        let hidden = device_name("Maria's phone", &index);
        assert!(hidden.starts_with("device-") && !hidden.contains("Maria"), "{hidden}");
        assert_eq!(hidden, device_name("Maria's phone", &index));
        assert_ne!(hidden, device_name("Anna's phone", &index));
    }
}
