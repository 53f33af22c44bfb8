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
    /// Priority (type) of admission or visit, maintained by the NUBC.
    AdmissionType,
    /// Points of origin of admission or visit, maintained by the NUBC.
    AdmissionSource,
    /// Discharge status of patients, maintained by the NUBC.
    PatientStatus,
    /// The first two digits of the type of bill, maintained by the NUBC.
    BillType,
    /// Claim frequency codes, the last digit of the type of bill, maintained by the NUBC.
    ClaimFrequency,
    /// Diagnosis related groups, maintained by CMS.
    DiagnosisGroup,
    /// Occurrence codes, maintained by the NUBC.
    OccurrenceCode,
    /// Occurrence span codes, maintained by the NUBC.
    OccurrenceSpan,
    /// Value codes, maintained by the NUBC.
    ValueCode,
    /// Condition codes, maintained by the NUBC.
    ConditionCode,
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

    /// The list of this name, with which a caller supplies it, e.g. `admission-type`.
    pub fn named(name: &str) -> Option<Self> {
        ROWS.iter().find(|(_, known, _)| *known == name).map(|(list, ..)| *list)
    }

    /// The names of all lists, see [`List::named`].
    pub fn names() -> impl Iterator<Item = &'static str> {
        ROWS.iter().map(|(_, name, _)| *name)
    }

    /// The name of the list in a sentence, e.g. `place of service codes`.
    pub fn name(self) -> &'static str {
        let row = ROWS.iter().find(|(list, ..)| *list == self);
        row.map_or("codes", |(.., sentence)| sentence)
    }
}

/// List, name for a caller, name in a sentence.
const ROWS: &[(List, &str, &str)] = &[
    (List::PlaceOfService, "pos", "place of service codes"),
    (List::State, "state", "states and provinces"),
    (List::Country, "country", "countries (ISO 3166)"),
    (List::Currency, "currency", "currencies (ISO 4217)"),
    (List::ServiceType, "service-type", "service type codes"),
    (
        List::AdjustmentReason,
        "adjustment-reason",
        "claim adjustment reason codes",
    ),
    (List::RemarkCode, "remark-code", "remittance advice remark codes"),
    (List::ClaimStatus, "claim-status", "claim status codes"),
    (
        List::ClaimStatusCategory,
        "claim-status-category",
        "claim status category codes",
    ),
    (List::ReviewDecision, "review-decision", "review decision reason codes"),
    (List::Npi, "npi", "national provider identifiers"),
    (List::Taxonomy, "taxonomy", "provider taxonomy codes"),
    (List::Diagnosis, "icd", "diagnosis codes"),
    (List::Procedure, "procedure", "inpatient procedure codes"),
    (List::Revenue, "revenue", "revenue codes"),
    (List::AdmissionType, "admission-type", "types of admission"),
    (
        List::AdmissionSource,
        "admission-source",
        "points of origin of admission",
    ),
    (List::PatientStatus, "patient-status", "patient status codes"),
    (List::BillType, "bill-type", "types of bill"),
    (List::ClaimFrequency, "claim-frequency", "claim frequency codes"),
    (List::DiagnosisGroup, "diagnosis-group", "diagnosis related groups"),
    (List::OccurrenceCode, "occurrence-code", "occurrence codes"),
    (List::OccurrenceSpan, "occurrence-span", "occurrence span codes"),
    (List::ValueCode, "value-code", "value codes"),
    (List::ConditionCode, "condition-code", "condition codes"),
];

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
            (List::AdmissionType, "1"),
        ] {
            let values = list.values().unwrap();
            assert!(values.is_sorted_by(|a, b| a < b), "{}", list.name());
            assert!(values.binary_search(&code).is_ok(), "{code} among the {}", list.name());
        }
    }

    #[test]
    fn a_list_is_found_by_its_name() {
        assert_eq!(List::named("admission-type"), Some(List::AdmissionType));
        assert_eq!(List::named("nothing"), None);
        for (list, name, _) in ROWS {
            assert_eq!(List::named(name), Some(*list));
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
