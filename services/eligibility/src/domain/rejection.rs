//! A payer's rejection (AAA segment), and what the front desk can do about it.

use mc_hipaa::eligibility as x12;
use serde::{Deserialize, Serialize};

/// What a caller can do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RejectionClass {
    /// The same request may pass later.
    Retry,
    /// The coverage must be corrected.
    FixInput,
    /// The payer does not know the person.
    NotFound,
    /// More than one person fits, or the request is a duplicate.
    Duplicate,
    /// The provider is not allowed to inquire.
    Access,
    /// A date is outside the range that the payer answers for.
    Dates,
    /// Anything else.
    Other,
}

/// What it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RejectionLevel {
    /// The payer (loops 2000A, 2100A).
    Payer,
    /// The provider (2100B).
    Provider,
    /// The member (2100C, 2100D).
    Member,
    /// A benefit (2110C, 2110D).
    Benefit,
}

/// One AAA segment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Rejection {
    /// AAA03, data element 901; empty where the payer left it out.
    #[schema(example = "75")]
    pub code: String,
    /// AAA04, data element 889.
    #[schema(example = "C")]
    pub follow_up: String,
    /// What can be done.
    pub class: RejectionClass,
    /// What it is about.
    pub level: RejectionLevel,
    /// What can be done, as a sentence for the front desk.
    pub advice: String,
}

impl From<&x12::Rejection> for Rejection {
    fn from(rejection: &x12::Rejection) -> Self {
        let class = rejection.class().into();
        Self {
            code: rejection.code.clone(),
            follow_up: rejection.follow_up.clone(),
            class,
            level: rejection.level.into(),
            advice: advice(&rejection.code, class).to_owned(),
        }
    }
}

impl From<x12::RejectionClass> for RejectionClass {
    fn from(class: x12::RejectionClass) -> Self {
        match class {
            x12::RejectionClass::Retry => Self::Retry,
            x12::RejectionClass::FixInput => Self::FixInput,
            x12::RejectionClass::NotFound => Self::NotFound,
            x12::RejectionClass::Duplicate => Self::Duplicate,
            x12::RejectionClass::Access => Self::Access,
            x12::RejectionClass::Dates => Self::Dates,
            x12::RejectionClass::Other => Self::Other,
        }
    }
}

impl From<x12::Level> for RejectionLevel {
    fn from(level: x12::Level) -> Self {
        match level {
            x12::Level::SourceSystem | x12::Level::Source => Self::Payer,
            x12::Level::Receiver => Self::Provider,
            x12::Level::Subscriber | x12::Level::Dependent => Self::Member,
            x12::Level::SubscriberBenefit | x12::Level::DependentBenefit => Self::Benefit,
        }
    }
}

fn advice(code: &str, class: RejectionClass) -> &'static str {
    match (code, class) {
        (_, RejectionClass::Retry) => "The payer cannot answer at present; try again in a minute.",
        ("43" | "44" | "45" | "46" | "47" | "48" | "51", _) => {
            "The payer does not accept the provider's name or NPI; correct the provider of the coverage."
        }
        ("58" | "71", _) => "The birth date is missing or does not fit the member; correct it.",
        ("64" | "72", _) => "The member id is missing or invalid; compare it with the card.",
        ("65" | "73", _) => "The name is missing or invalid; write it as printed on the card.",
        ("66" | "74", _) => "The gender is missing or invalid; correct it.",
        ("56" | "57", _) | (_, RejectionClass::Dates) => "The payer does not answer for this date of service.",
        (_, RejectionClass::NotFound) => {
            "The payer does not know this member; compare member id, name and birth date with the card."
        }
        (_, RejectionClass::Duplicate) => {
            "More than one member fits, or the request was a duplicate; complete name and birth date, or call the payer."
        }
        (_, RejectionClass::Access) => "The provider is not allowed to query this payer; enrolment with it is needed.",
        (_, RejectionClass::FixInput) => "Something in the request is missing or invalid; correct the coverage.",
        (_, RejectionClass::Other) => "The payer refuses without a reason of its own; call the payer.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_advice_fits_the_code() {
        let of = |code: &str| {
            Rejection::from(&x12::Rejection {
                level: x12::Level::Subscriber,
                request_valid: Some(true),
                code: code.to_owned(),
                follow_up: "C".to_owned(),
            })
        };
        assert!(of("72").advice.contains("member id"));
        assert!(of("75").advice.contains("does not know"));
        assert_eq!(
            (of("42").class, of("42").level),
            (RejectionClass::Retry, RejectionLevel::Member)
        );
        assert!(of("62").advice.contains("date"));
    }
}
