//! What elements tell: whether they are there, their forms, their codes, what one asks of another in the base standard.

use super::Case;
use crate::sample::{answer, claim, edited, inquiry, payment};

pub fn cases() -> Vec<Case> {
    [presence(), forms(), codes(), conditions()].into_iter().flatten().collect()
}

fn case(from: &str, to: &str, told: &'static [&'static str]) -> Case {
    Case::new(edited(&claim(), from, to), told)
}

fn presence() -> Vec<Case> {
    let services = ["30"; 101].join("^");
    vec![
        case("CLM*A1*150*", "CLM**150*", &[]),
        case("***11:B:1*", "***11::1*", &[]),
        case("N3*1 STREET~", "N3*1 STREET*~", &[]),
        case("N3*1 STREET~", "N3*1 STREET*A*B~", &[]),
        case("***11:B:1*", "***11:B:1:9*", &[]),
        Case::new(edited(&answer(), "*30^98*", &format!("*{services}*")), &[]),
        case("NM1*40*2*PAYER**", "NM1*40*2*PAYER*X*", &[]),
        case("*HC:99213*100*", "*HC:99213::::::X:Y*100*", &[]),
    ]
}

fn forms() -> Vec<Case> {
    vec![
        case("N4*TOWN*NY*100010000~REF", "N4*T*NY*100010000~REF", &[]),
        case("CLM*A1*", "CLM*123456789012345678901234567890123456789*", &[]),
        case("BIRCH*ADA****MI*M1", "B\u{7}*ADA****MI*M1", &[]),
        case("BIRCH*ADA****MI*M1", "MUÑOZ*ADA****MI*M1", &[]),
        case("AMT*D*100", "AMT*D*1OO", &[]),
        case("*19800229*", "*19810229*", &[]),
        case("RD8*20240101-20240102", "RD8*20240102-20240101", &[]),
        case("*20240102*0304*CH", "*20240102*2460*CH", &[]),
    ]
}

fn codes() -> Vec<Case> {
    vec![
        case("BHT*0019*00*", "BHT*0019*01*", &[]),
        case("***11:B:1*", "***11:Q:1*", &[]),
        Case::new(edited(&answer(), "*30^98*", "*30^QQ^98*"), &[]),
        case("***11:B:1*", "***00:B:1*", &[]),
    ]
}

fn conditions() -> Vec<Case> {
    vec![
        case("*TE*5550100000", "*TE*5550100000*EX", &[]),
        case("*****XX*1234567893", "******1234567893", &[]),
        Case::new(edited(&inquiry(), "EQ*30~", "EQ**~"), &[]),
        case("N4*TOWN*NY*100010000", "N4*TOWN*NY*100010000****QC", &[]),
        Case::new(edited(&payment(), "CAS*CO*45*15", "CAS*CO*45*15**1"), &[]),
    ]
}
