//! Code lists, separated by white space, and the names by which cells refer to them.

use super::Source;
use super::fault::Fault;
use super::lines::lines;

/// The name that a cell writes after `@`, and its variant of `List`.
pub const NAMES: [(&str, &str); 25] = [
    ("pos", "PlaceOfService"),
    ("state", "State"),
    ("country", "Country"),
    ("currency", "Currency"),
    ("service-type", "ServiceType"),
    ("carc", "AdjustmentReason"),
    ("rarc", "RemarkCode"),
    ("claim-status", "ClaimStatus"),
    ("claim-status-category", "ClaimStatusCategory"),
    ("review-decision", "ReviewDecision"),
    ("npi", "Npi"),
    ("taxonomy", "Taxonomy"),
    ("icd", "Diagnosis"),
    ("procedure", "Procedure"),
    ("revenue", "Revenue"),
    ("admission-type", "AdmissionType"),
    ("admission-source", "AdmissionSource"),
    ("patient-status", "PatientStatus"),
    ("bill-type", "BillType"),
    ("claim-frequency", "ClaimFrequency"),
    ("diagnosis-group", "DiagnosisGroup"),
    ("occurrence-code", "OccurrenceCode"),
    ("occurrence-span", "OccurrenceSpan"),
    ("value-code", "ValueCode"),
    ("condition-code", "ConditionCode"),
];

/// A list whose values are part of the crate.
#[derive(Debug)]
pub struct Shipped {
    /// The variant of `List`.
    pub variant: &'static str,
    /// Its values, sorted.
    pub values: Vec<String>,
}

/// The variant of `List` that `@name` means.
pub fn variant(name: &str) -> Option<&'static str> {
    NAMES
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, variant)| *variant)
}

/// Reads every `*.list`; the file name is the name of the list.
pub fn read(sources: &[Source]) -> Result<Vec<Shipped>, Fault> {
    let mut shipped = Vec::new();
    for source in sources {
        let Some(path) = source.file.strip_suffix(".list") else {
            continue;
        };
        let lines = lines(source)?;
        let Some(first) = lines.first() else {
            return super::fault::At {
                file: &source.file,
                line: 1,
            }
            .fail("an empty list; drop the file");
        };
        let name = path.rsplit('/').next().unwrap_or(path);
        let Some(variant) = variant(name) else {
            return first.at.fail(format!(
                "no list is called {name}; name it in the build script and in `List`"
            ));
        };
        let mut values: Vec<String> = Vec::new();
        for line in &lines {
            for value in line.text.split_whitespace() {
                if values.iter().any(|known| known == value) {
                    return line.at.fail(format!("{value} is defined twice; drop one"));
                }
                values.push(value.to_owned());
            }
        }
        values.sort();
        shipped.push(Shipped { variant, values });
    }
    Ok(shipped)
}
