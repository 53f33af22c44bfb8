//! What the guide's loops and segments tell.

use super::Case;
use crate::sample::{answer, changed, claim, payment};
use mc_x12::check::Settings;

pub fn cases() -> Vec<Case> {
    [places(), counts(), levels()].into_iter().flatten().collect()
}

fn case(from: &str, to: &str, told: &'static [&'static str]) -> Case {
    Case::new(changed(&claim(), from, to), told)
}

fn places() -> Vec<Case> {
    vec![
        case("HI*ABK:I10", "QQQ*1~HI*ABK:I10", &[]),
        case("HI*ABK:I10", "EB*1~HI*ABK:I10", &[]),
        case("N3*1 STREET~N4*TOWN*NY*100010000~", "N4*TOWN*NY*100010000~N3*1 STREET~", &[]),
        Case::new(changed(&answer(), "DMG*D8*19800229*F~", "DMG*D8*19800229*F~N3*2 ROAD~"), &[]),
        case("N3*1 STREET~", "", &[]),
        Case::new(changed(&payment(), "TRN*1*EFT1*1999999999~", ""), &[]),
        case("NM1*PR*2*PAYER*****PI*99999~", "", &[]),
    ]
}

fn counts() -> Vec<Case> {
    let (date, receiver) = ("DTM*405*20240103~", "NM1*40*2*PAYER*****46*RECEIVER~");
    vec![
        Case::new(changed(&payment(), date, &date.repeat(4)), &[]),
        case(receiver, &receiver.repeat(3), &[]),
        Case {
            settings: Settings { findings: 1, ..Settings::default() },
            ..case("BHT*0019*00*1", "BHT*0018*01*1*", &[])
        },
    ]
}

fn levels() -> Vec<Case> {
    vec![
        case("HL*2*1*22*0", "HL*3*1*22*0", &[]),
        case("HL*2*1*22*0", "HL*2*2*22*0", &[]),
        Case::new(changed(&answer(), "HL*2*1*21*1", "HL*2*1*21*0"), &[]),
    ]
}
