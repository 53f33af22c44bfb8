//! AAA: a rejection with reason, place and follow-up.

use serde::Serialize;

/// The loop of a rejection, which determines its subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// 2000A: the payer's system.
    SourceSystem,
    /// 2100A: the payer.
    Source,
    /// 2100B: the provider.
    Receiver,
    /// 2100C: the subscriber.
    Subscriber,
    /// 2110C: a benefit of the subscriber.
    SubscriberBenefit,
    /// 2100D: the dependent.
    Dependent,
    /// 2110D: a benefit of the dependent.
    DependentBenefit,
}

impl Level {
    /// The loop id of the guide.
    pub fn loop_id(self) -> &'static str {
        match self {
            Self::SourceSystem => "2000A",
            Self::Source => "2100A",
            Self::Receiver => "2100B",
            Self::Subscriber => "2100C",
            Self::SubscriberBenefit => "2110C",
            Self::Dependent => "2100D",
            Self::DependentBenefit => "2110D",
        }
    }
}

/// What the requester can do about a rejection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RejectionClass {
    /// The same request may succeed later.
    Retry,
    /// The request must be corrected.
    FixInput,
    /// The payer does not know the person.
    NotFound,
    /// More than one person matches, or the request is a duplicate.
    Duplicate,
    /// The provider is not authorized to inquire.
    Access,
    /// A date is outside the supported range.
    Dates,
    /// Anything else.
    Other,
}

/// One AAA segment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rejection {
    /// Its loop.
    pub level: Level,
    /// AAA01 `Y`: the request was valid, but the payer could not process it; `N`: it was not valid.
    /// `None` where the code is unknown.
    pub request_valid: Option<bool>,
    /// AAA03, data element 901; empty where the payer left it out.
    pub code: String,
    /// AAA04, data element 889: `C` correct and resubmit, `N` do not resubmit, `P` resubmit the
    /// original, `R` resubmission allowed, `S`, `W` wait 30 days, `X` wait 10 days, `Y` do not
    /// resubmit, a response will follow.
    pub follow_up: String,
}

impl RejectionClass {
    /// The class by reason (data element 901) and follow-up (data element 889).
    pub fn of(code: &str, follow_up: &str) -> Self {
        if matches!(follow_up, "P" | "R") {
            return Self::Retry;
        }
        match code {
            "42" | "80" => Self::Retry,
            "43" | "44" | "45" | "46" | "47" | "48" | "51" | "56" | "57" | "58" | "64" | "65" | "66" | "71" | "72"
            | "73" | "74" => Self::FixInput,
            "67" | "75" | "77" | "78" => Self::NotFound,
            "68" | "76" => Self::Duplicate,
            "41" | "50" | "79" => Self::Access,
            "60" | "61" | "62" | "63" => Self::Dates,
            _ => Self::Other,
        }
    }
}

impl Rejection {
    /// The class by code and follow-up.
    pub fn class(&self) -> RejectionClass {
        RejectionClass::of(&self.code, &self.follow_up)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(code: &str, follow_up: &str) -> RejectionClass {
        let (code, follow_up) = (code.to_owned(), follow_up.to_owned());
        Rejection {
            level: Level::Subscriber,
            request_valid: Some(true),
            code,
            follow_up,
        }
        .class()
    }

    #[test]
    fn codes_fall_into_their_classes() {
        assert_eq!(class("42", "Y"), RejectionClass::Retry);
        assert_eq!(class("80", "P"), RejectionClass::Retry);
        assert_eq!(class("T4", "R"), RejectionClass::Retry);
        assert_eq!(class("72", "C"), RejectionClass::FixInput);
        assert_eq!(class("75", "C"), RejectionClass::NotFound);
        assert_eq!(class("76", "C"), RejectionClass::Duplicate);
        assert_eq!(class("79", "N"), RejectionClass::Access);
        assert_eq!(class("62", "C"), RejectionClass::Dates);
        assert_eq!(class("15", "C"), RejectionClass::Other);
        assert_eq!(class("", ""), RejectionClass::Other);
    }
}
