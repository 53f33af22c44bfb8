//! Money in whole minor units, never a float.

use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Why an amount or a currency is invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// The currency is not a code of ISO 4217.
    #[error("expected an ISO 4217 currency code such as usd")]
    UnknownCurrency,
    /// The amount has more decimals than the currency, or exceeds 64 bits of minor units.
    #[error("the amount is not a whole number of the currency's minor units")]
    NotMinorUnits,
    /// The amounts are in different currencies.
    #[error("amounts of different currencies cannot be added")]
    MixedCurrencies,
}

/// An ISO 4217 currency, written in lower case as payment processors do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, example = "usd", min_length = 3, max_length = 3)]
pub struct Currency(iso_currency::Currency);

impl Currency {
    /// United States dollar.
    pub const USD: Self = Self(iso_currency::Currency::USD);

    /// Decimals of the minor unit: 2 for usd, 0 for jpy.
    pub fn exponent(self) -> u32 {
        self.0.exponent().map_or(0, u32::from)
    }
}

impl FromStr for Currency {
    type Err = MoneyError;
    fn from_str(code: &str) -> Result<Self, MoneyError> {
        iso_currency::Currency::from_code(&code.to_ascii_uppercase())
            .map(Self)
            .ok_or(MoneyError::UnknownCurrency)
    }
}

impl TryFrom<String> for Currency {
    type Error = MoneyError;
    fn try_from(code: String) -> Result<Self, MoneyError> {
        code.parse()
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.to_string()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.code().to_ascii_lowercase())
    }
}

/// Deserializes an amount in minor units, for `#[serde(deserialize_with)]`. Its error states what
/// is expected in terms of the API.
///
/// # Errors
/// The deserializer's error where the value is not an integer of 64 bits.
pub fn deserialize_minor_units<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    struct MinorUnits;

    impl serde::de::Visitor<'_> for MinorUnits {
        type Value = i64;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a whole number of minor units")
        }

        fn visit_i64<E>(self, minor: i64) -> Result<i64, E> {
            Ok(minor)
        }

        fn visit_u64<E: serde::de::Error>(self, minor: u64) -> Result<i64, E> {
            i64::try_from(minor).map_err(|_| E::invalid_value(serde::de::Unexpected::Unsigned(minor), &self))
        }
    }

    deserializer.deserialize_i64(MinorUnits)
}

/// An amount in minor units (cents) of a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Money {
    /// Minor units: 2500 is 25.00 in usd.
    pub minor: i64,
    /// ISO 4217, lower case.
    pub currency: Currency,
}

impl Money {
    /// `minor` units of `currency`.
    pub fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Converts an exact decimal amount such as `25.00` (X12 EB07) to minor units.
    ///
    /// # Errors
    /// [`MoneyError::NotMinorUnits`] if the amount has more decimals than the currency or exceeds
    /// 64 bits.
    pub fn from_decimal(amount: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        let minor = Decimal::from(10u64.pow(currency.exponent()))
            .checked_mul(amount)
            .ok_or(MoneyError::NotMinorUnits)?;
        if !minor.fract().is_zero() {
            return Err(MoneyError::NotMinorUnits);
        }
        minor
            .to_i64()
            .map(|minor| Self { minor, currency })
            .ok_or(MoneyError::NotMinorUnits)
    }

    /// The sum of two amounts.
    ///
    /// # Errors
    /// [`MoneyError::MixedCurrencies`] for different currencies, [`MoneyError::NotMinorUnits`] on
    /// overflow.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::MixedCurrencies);
        }
        let minor = self.minor.checked_add(other.minor).ok_or(MoneyError::NotMinorUnits)?;
        Ok(Self {
            minor,
            currency: self.currency,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn an_amount_survives_conversion_to_decimal_and_back(minor in -1_000_000_000_000i64..1_000_000_000_000) {
            let money = Money::from_decimal(Decimal::new(minor, 2), Currency::USD);
            prop_assert_eq!(money, Ok(Money::new(minor, Currency::USD)));
        }
    }

    #[test]
    fn a_tenth_of_a_cent_is_refused() {
        assert_eq!(
            Money::from_decimal(Decimal::new(25_001, 3), Currency::USD),
            Err(MoneyError::NotMinorUnits)
        );
    }

    #[test]
    fn a_currency_reads_in_either_case_and_writes_in_lower_case() {
        let currency: Currency = "USD".parse().unwrap();
        assert_eq!(serde_json::to_string(&currency).unwrap(), "\"usd\"");
        assert_eq!("zzz".parse::<Currency>(), Err(MoneyError::UnknownCurrency));
        assert_eq!("jpy".parse::<Currency>().unwrap().exponent(), 0);
    }
}
