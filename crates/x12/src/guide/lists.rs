//! External code lists. Values only: the meaning of a code is in its owner's publications.

/// A code list outside X12.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum List {
    /// Place of service codes, maintained by CMS.
    PlaceOfService,
    /// States, territories and military post codes of the USA, and provinces of Canada.
    State,
    /// Countries, ISO 3166-1, two letters.
    Country,
    /// Currencies, ISO 4217, three letters.
    Currency,
    /// Service type codes of eligibility, maintained by X12.
    ServiceType,
    /// Claim adjustment reason codes (CARC), maintained by X12 on behalf of CMS.
    AdjustmentReason,
    /// Remittance advice remark codes (RARC), maintained by CMS.
    RemarkCode,
    /// Claim status codes, code source 508.
    ClaimStatus,
    /// Claim status category codes, code source 507.
    ClaimStatusCategory,
    /// Decision reasons of authorization, code source 886.
    ReviewDecision,
    /// National Provider Identifiers: a check digit instead of a list.
    Npi,
    /// Provider taxonomy codes, maintained by the NUCC.
    Taxonomy,
    /// Diagnoses, ICD-10-CM or ICD-9-CM without the dot.
    Diagnosis,
    /// Inpatient procedures, ICD-10-PCS or ICD-9-CM without the dot.
    Procedure,
    /// Revenue codes, maintained by the NUBC.
    Revenue,
}

impl List {
    /// The values, sorted. `None` for lists that may not be redistributed, which the caller
    /// supplies, and for rules that are not lists.
    pub fn values(self) -> Option<&'static [&'static str]> {
        self.choice().map(|choice| choice.texts)
    }

    /// The values, for the lookup.
    pub(crate) fn choice(self) -> Option<super::Choice> {
        super::compiled::values(self)
    }

    /// The name of the list in a sentence, e.g. `place of service codes`.
    pub fn name(self) -> &'static str {
        match self {
            Self::PlaceOfService => "place of service codes",
            Self::State => "states and provinces",
            Self::Country => "countries (ISO 3166)",
            Self::Currency => "currencies (ISO 4217)",
            Self::ServiceType => "service type codes",
            Self::AdjustmentReason => "claim adjustment reason codes",
            Self::RemarkCode => "remittance advice remark codes",
            Self::ClaimStatus => "claim status codes",
            Self::ClaimStatusCategory => "claim status category codes",
            Self::ReviewDecision => "review decision reason codes",
            Self::Npi => "national provider identifiers",
            Self::Taxonomy => "provider taxonomy codes",
            Self::Diagnosis => "diagnosis codes",
            Self::Procedure => "inpatient procedure codes",
            Self::Revenue => "revenue codes",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shipped_lists_are_sorted_and_hold_well_known_codes() {
        for (list, code) in [
            (List::PlaceOfService, "11"),
            (List::State, "PR"),
            (List::Country, "US"),
            (List::Currency, "USD"),
            (List::ServiceType, "30"),
        ] {
            let values = list.values().unwrap();
            assert!(values.is_sorted_by(|a, b| a < b), "{}", list.name());
            assert!(values.binary_search(&code).is_ok(), "{code} among the {}", list.name());
        }
    }

    #[test]
    fn lists_of_other_keepers_are_not_shipped() {
        for list in [
            List::AdjustmentReason,
            List::RemarkCode,
            List::ClaimStatus,
            List::ClaimStatusCategory,
        ] {
            assert_eq!(list.values(), None, "{}", list.name());
        }
    }
}
