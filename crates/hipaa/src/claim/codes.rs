//! Diagnoses, procedures, occurrences, values and conditions: HI.

use rust_decimal::Decimal;
use serde::Serialize;

use crate::parts::{At, When, all, composite, optional, redact_debug};
use mc_x12::tree::Node;
use mc_x12::{Builder, Line, WriteError};

/// Maximum number of codes in one HI.
const PLACES: usize = 12;

/// A code of the patient's health or of the claim (C022).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct HealthCode {
    /// `ABK` principal diagnosis, `ABF` further one, `ABJ` admitting, `APR` reason for visit, `ABN`
    /// external cause, `DR` diagnosis related group, `BBR` principal procedure, `BBQ` other one,
    /// `BH` occurrence, `BI` occurrence span, `BE` value, `BG` condition, `TC` treatment, `BP` and
    /// `BO` anaesthesia. Those of ICD-9 lack the `A`, or one `B`.
    pub qualifier: String,
    pub code: String,
    pub when: Option<When>,
    /// The amount of a value code.
    pub amount: Option<Decimal>,
    pub quantity: Option<Decimal>,
    /// C022-07: the version of the list, in a response to a 278.
    pub version: String,
    /// C022-09: present on admission, `Y`, `N`, `U`, `W`.
    pub present_on_admission: String,
}

redact_debug!(HealthCode);

/// Qualifiers of the diagnoses that service lines point to, the principal one first.
const DIAGNOSES: [&str; 4] = ["ABK", "BK", "ABF", "BF"];

impl HealthCode {
    pub fn new(qualifier: impl Into<String>, code: impl Into<String>) -> Self {
        Self {
            qualifier: qualifier.into(),
            code: code.into(),
            ..Self::default()
        }
    }

    /// The principal diagnosis, ICD-10 without the dot.
    pub fn principal(code: impl Into<String>) -> Self {
        Self::new("ABK", code)
    }

    /// A further diagnosis, ICD-10 without the dot.
    pub fn diagnosis(code: impl Into<String>) -> Self {
        Self::new("ABF", code)
    }

    /// A principal or further diagnosis.
    pub fn is_diagnosis(&self) -> bool {
        DIAGNOSES.contains(&self.qualifier.as_str())
    }

    /// The principal diagnosis.
    pub fn is_principal(&self) -> bool {
        DIAGNOSES[..2].contains(&self.qualifier.as_str())
    }

    fn read(at: At<'_, '_>, n: usize) -> Option<Self> {
        if at.is_empty(n) {
            return None;
        }
        let [qualifier, code, format, text, amount, quantity, version, _, present] = at.first_components::<9>(n);
        Some(Self {
            qualifier: qualifier.to_owned(),
            code: code.to_owned(),
            when: (!format.is_empty() || !text.is_empty()).then(|| When::read(format, text)),
            amount: mc_x12::number(amount),
            quantity: mc_x12::number(quantity),
            version: version.to_owned(),
            present_on_admission: present.to_owned(),
        })
    }

    fn components(&self) -> Vec<String> {
        let (format, text) = self.when.as_ref().map(When::write).unwrap_or_default();
        composite(vec![
            self.qualifier.clone(),
            self.code.clone(),
            format,
            text,
            optional(self.amount),
            optional(self.quantity),
            self.version.clone(),
            String::new(),
            self.present_on_admission.clone(),
        ])
    }
}

/// Every code of every HI, in order.
pub(crate) fn read(node: &Node<'_>) -> Vec<HealthCode> {
    let mut found = Vec::new();
    for at in all(node, "HI") {
        found.extend(read_segment(at));
    }
    found
}

/// The codes of one HI.
pub(crate) fn read_segment(at: At<'_, '_>) -> Vec<HealthCode> {
    (1..=PLACES).filter_map(|n| HealthCode::read(at, n)).collect()
}

/// Consecutive codes share an HI where they may, up to twelve. An institutional claim has its
/// principal diagnosis in an HI of its own.
pub(super) fn write(out: &mut Builder, codes: &[HealthCode], institutional: bool) -> Result<(), WriteError> {
    let together = |a: &HealthCode, b: &HealthCode| {
        let both = |set: &[&str]| set.contains(&a.qualifier.as_str()) && set.contains(&b.qualifier.as_str());
        a.qualifier == b.qualifier || (!institutional && (both(&DIAGNOSES) || both(&["BP", "BO"])))
    };
    codes.chunk_by(together).try_for_each(|run| write_together(out, run))
}

/// Writes as few HI segments as possible.
pub(crate) fn write_together(out: &mut Builder, codes: &[HealthCode]) -> Result<(), WriteError> {
    for part in codes.chunks(PLACES) {
        for (code, element) in part.iter().zip(1..) {
            if code.code.is_empty() || code.qualifier.is_empty() {
                let segment = "HI";
                return Err(WriteError::Missing { segment, element });
            }
        }
        let line = Line::new("HI");
        out.push(
            part.iter()
                .fold(line, |line, code| line.composite(code.components(), 35)),
        )?;
    }
    Ok(())
}
