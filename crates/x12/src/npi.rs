//! The National Provider Identifier and its check digit.

/// True for ten digits whose Luhn sum over `80840` + NPI is valid (45 CFR 162.406).
pub fn is_valid_npi(npi: &str) -> bool {
    if npi.len() != 10 || !npi.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    // 24 is the Luhn sum of the prefix 80840.
    let sum: u32 = npi.bytes().rev().enumerate().fold(24, |sum, (i, b)| {
        let digit = u32::from(b - b'0');
        let weighted = if i % 2 == 1 { digit * 2 } else { digit };
        sum + weighted / 10 + weighted % 10
    });
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn npi_check_digit() {
        assert!(is_valid_npi("1234567893"));
        assert!(is_valid_npi("1245319599"));
        assert!(!is_valid_npi("1234567890"));
        assert!(!is_valid_npi("123456789"));
    }
}
