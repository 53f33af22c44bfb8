//! Medicare Part A and Part B in one 271: which of them pays for a service.
//!
//! Part A is the part of the bill for the hospital stay, Part B the one for charges by doctors and
//! other services that are not the hospital's (X12 data element 1218; Social Security Act, sections
//! 1812 and 1832). A service that either part can pay for has no entry, and no part is chosen.

/// A part of Medicare, by EB04 (data element 1336).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// `MA`
    Hospital,
    /// `MB`
    Medical,
}

impl Part {
    pub(super) fn of(insurance_type: Option<&str>) -> Option<Self> {
        match insurance_type {
            Some("MA") => Some(Self::Hospital),
            Some("MB") => Some(Self::Medical),
            _ => None,
        }
    }
}

/// Inpatient stays: hospital, psychiatric, rehabilitation, intensive care, skilled nursing;
/// hospice.
const HOSPITAL: [&str; 14] = [
    "45", "48", "49", "A5", "A7", "AA", "AB", "AG", "AH", "C1", "CG", "CI", "IC", "NI",
];

/// Physicians and other professionals, outpatient services, diagnostics, equipment, vaccines.
const MEDICAL: [&str; 66] = [
    "3", "4", "5", "6", "7", "8", "12", "13", "15", "16", "17", "18", "19", "20", "21", "33", "34", "50", "51", "52",
    "53", "59", "62", "64", "66", "67", "71", "72", "73", "75", "77", "78", "79", "80", "81", "86", "93", "94", "95",
    "96", "97", "98", "99", "A0", "A1", "A2", "A3", "A6", "A8", "AC", "AD", "AE", "AF", "BF", "BG", "BY", "BZ", "CC",
    "CF", "CH", "CJ", "CK", "CL", "DM", "PT", "UC",
];

/// The part that pays for a service type (data element 1365).
pub(super) fn part_for(service_type: &str) -> Option<Part> {
    if HOSPITAL.contains(&service_type) {
        Some(Part::Hospital)
    } else {
        MEDICAL.contains(&service_type).then_some(Part::Medical)
    }
}
