//! Which device somebody signs in on.

use mc_keyring::BlindIndex;

/// The device's name as sessions, tokens and the audit log hold it. A machine's name (`clinic_workstation`) stays as it is.
/// Anything else may be people's words ("Maria's phone"), written by whoever reaches the front door: it becomes a pseudonym that
/// is the same at every sign-in.
pub fn device_name(told: &str, index: &BlindIndex) -> String {
    let machine = told
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"._:-".contains(&byte));
    if machine {
        return told.to_owned();
    }
    let digest = index.digest("sessions.device_id", told);
    let digits = digest[..8].iter().map(|byte| format!("{byte:02x}"));
    format!("device-{}", digits.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use mc_keyring::Credentials;

    #[test]
    fn words_of_people_become_a_pseudonym() {
        let key = [("key", "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=")];
        let index = BlindIndex::from_credentials(&Credentials::from_fields("blind-index", key)).unwrap();
        assert_eq!(device_name("clinic_workstation", &index), "clinic_workstation");
        let hidden = device_name("Maria's phone", &index);
        assert!(hidden.starts_with("device-") && !hidden.contains("Maria"), "{hidden}");
        assert_eq!(hidden, device_name("Maria's phone", &index));
        assert_ne!(hidden, device_name("Anna's phone", &index));
    }
}
