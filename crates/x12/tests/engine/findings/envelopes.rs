//! What the reader and the envelopes tell.

use super::Case;
use crate::sample::{ANSWER, CLAIM, ISA, answer, claim, edited, group, interchange};
use mc_x12::Limits;

pub fn cases() -> Vec<Case> {
    [reading(), interchanges(), groups(), transactions()]
        .into_iter()
        .flatten()
        .collect()
}

fn case(from: &str, to: &str, told: &'static [&'static str]) -> Case {
    Case::new(edited(&claim(), from, to), told)
}

fn within(limits: Limits, told: &'static [&'static str]) -> Case {
    Case {
        limits,
        ..Case::new(claim(), told)
    }
}

fn reading() -> Vec<Case> {
    let file = Limits::FILE;
    vec![
        Case::new("HELLO~", &[]),
        Case::new(&ISA[..50], &[]),
        Case::new(edited(&claim(), "*T*:~", "*T*A~"), &[]),
        Case::new(format!("{}HELLO~", claim()), &[]),
        case("N3*1 STREET~", "N3*1 STREET~~", &[]),
        within(Limits { size_bytes: 170, ..file }, &[]),
        within(Limits { segments: 3, ..file }, &[]),
        within(Limits { segment_bytes: 60, ..file }, &[]),
    ]
}

fn interchanges() -> Vec<Case> {
    let cut = |text: &str, from: &str| text[..text.find(from).unwrap()].to_owned();
    vec![
        case("ISA*00*", "ISA*99*", &[]),
        case("*00*          *ZZ*C", "*99*          *ZZ*C", &[]),
        case("*ZZ*CLINIC  ", "*QQ*CLINIC  ", &[]),
        case("*ZZ*PAYER  ", "*QQ*PAYER  ", &[]),
        case("*240102*0304*^", "*24O102*0304*^", &[]),
        case("*0304*^", "*03x4*^", &[]),
        Case::new(claim().replace("000000007", "00000000A"), &[]),
        case("*0*T*:", "*2*T*:", &[]),
        case("*0*T*:", "*0*X*:", &[]),
        case("*00501*", "*00402*", &[]),
        case("*00501*", "*00401*", &[]),
        case("IEA*1*", "IEA*2*", &[]),
        case("IEA*1*", "IEA*X*", &[]),
        case("IEA*1*000000007", "IEA*1*000000008", &[]),
        Case::new(claim().repeat(2), &[]),
        Case::new(cut(&claim(), "IEA*"), &[]),
        Case::new(interchange("NM1*IL~", 0), &[]),
    ]
}

fn groups() -> Vec<Case> {
    let one = group("HC", "005010X222A1", CLAIM, 1);
    vec![
        Case::new(edited(&answer(), "GS*HB*", "GS*HC*"), &[]),
        Case::new(edited(&answer(), "*X*005010X279A1", "*X*004010X092A1"), &[]),
        case("GE*1*8~", "", &[]),
        case("GE*1*8", "GE*1*9", &[]),
        case("GE*1*8", "GE*2*8", &[]),
        case("GE*1*8", "GE*X*8", &[]),
        Case::new(claim().replace("*8*X*", "*8x*X*").replace("GE*1*8", "GE*1*8x"), &[]),
        Case::new(interchange(&one.repeat(2), 2), &[]),
    ]
}

fn transactions() -> Vec<Case> {
    let twice = group("HB", "005010X279A1", &ANSWER.repeat(2), 2);
    let version = "ST*271*0001*005010X279A1";
    vec![
        Case::new(edited(&answer(), "ST*271*", "ST*278*"), &[]),
        case("SE*32*0001~", "", &[]),
        case("SE*32*0001", "SE*32*0002", &[]),
        case("SE*32*0001", "SE*31*0001", &[]),
        case("SE*32*0001", "SE*many*0001", &[]),
        Case::new(claim().replace("*0001*005010X222A1", "*1*005010X222A1").replace("SE*32*0001", "SE*32*1"), &[]),
        Case::new(interchange(&twice, 1), &[]),
        Case::new(edited(&answer(), version, "ST*271*0001*005010X279"), &[]),
        Case::new(edited(&answer(), version, "ST*271*0001*005010X217"), &[]),
    ]
}
