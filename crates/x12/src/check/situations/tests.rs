//! Each rule is broken once, and kept once in the same text.

mod claim;
mod eligibility;
mod enrollment;
mod remittance;
mod rows;

use super::Situation;
use crate::check::{Report, Settings, check};
use crate::finding::{Finding, FindingKind, Rule};
use crate::reader::Limits;

/// Findings above the structure, with segment id and element (0: the segment).
#[derive(Default)]
struct Findings {
    situations: Vec<(Situation, &'static str, u8)>,
    sums: Vec<Rule>,
}

impl Report for Findings {
    fn finding(&mut self, finding: &Finding<'_>) {
        let element = finding.place.element.map_or(0, |at| at.element);
        match finding.kind {
            FindingKind::Situation(situation) => self.situations.push((situation, finding.place.id, element)),
            FindingKind::Unbalanced { rule, .. } => self.sums.push(rule),
            _ => {}
        }
    }
}

fn findings(group: &str, kind: &str, version: &str, body: &str) -> Findings {
    let text = format!(
        "ISA*00*          *00*          *ZZ*A              *ZZ*B              *240102*0304*^*00501*000000001*0*T*:~\
         GS*{group}*A*B*20240102*0304*1*X*{version}~ST*{kind}*0001*{version}~{body}SE*1*0001~GE*1*1~IEA*1*000000001~"
    );
    let mut findings = Findings::default();
    check(text.as_bytes(), Limits::FILE, &Settings::default(), &mut findings).unwrap();
    findings
}
