//! What one value asks of another.

use super::Case;
use crate::sample::{answer, changed, claim, edited, enrollment, inquiry, payment};

pub fn cases() -> Vec<Case> {
    [
        patients(),
        claims(),
        other_payers(),
        eligibility(),
        members(),
        payments(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn case(from: &str, to: &str, told: &'static [&'static str]) -> Case {
    Case::new(changed(&claim(), from, to), told)
}

fn patients() -> Vec<Case> {
    let patient = "HL*3*2*23*0~PAT*19~NM1*QC*1*BIRCH*EVE~N3*2 ROAD~N4*TOWN*NY*10001~DMG*D8*20100101*F~CLM*A1";
    let below = changed(&claim(), "CLM*A1", patient);
    vec![
        case("NM1*85*2*CLINIC*****XX*1234567893", "NM1*85*2*CLINIC*****XX*1234567890", &[]),
        Case::new(changed(&payment(), "CLINIC*XX*1234567893", "CLINIC*XX*123456789X"), &[]),
        Case::new(edited(&below, "HL*2*1*22*0", "HL*2*1*22*1"), &[]),
        case("DMG*D8*19800229*F~", "", &[]),
        case("SBR*S*18*GROUP", "SBR*S**GROUP", &[]),
        case("N4*TOWN*NY*100010000", "N4*TOWN*NY*10001", &[]),
        case("N3*1 STREET", "N3*P.O. BOX 7", &[]),
    ]
}

fn claims() -> Vec<Case> {
    let another = "CLM*A1*1***11:B:1*Y*A*Y*Y~HI*ABK:I10~LX*1~SV1*HC:99213*1*UN*1***1~DTP*472*D8*20240101~";
    let with = |more: &str| changed(&claim(), "SE*32", &format!("{more}SE*32"));
    let each = |count: u32, one: &dyn Fn(u32) -> String| (0..count).map(one).collect::<String>();
    let lines = each(49, &|n| format!("LX*{}~SV1*HC:99213*0*UN*1***1~DTP*472*D8*20240101~", n + 3));
    let many = each(5_001, &|n| another.replace("A1", &format!("B{n}")));
    vec![
        case("11:B:1", "11:B:7", &[]),
        Case::new(with(another), &[]),
        Case::new(with(&many), &[]),
        Case::new(with(&lines), &[]),
        case("LX*2", "LX*3", &[]),
        case("***1:2~", "***1:3~", &[]),
        case("ABK:I10*", "ABK:I1.0*", &[]),
        case("*Y*A*Y*Y~", "*Y*A*Y*Y**OA~", &[]),
        case("*Y*A*Y*Y~HI", "*Y*A*Y*Y**AA~DTP*439*D8*20240101~HI", &[]),
    ]
}

fn other_payers() -> Vec<Case> {
    let decided = "D8*20240101~SVD*77777*100*HC:99213**1~DTP*573*D8*20240105~LX*2";
    vec![
        case("SBR*P*18", "SBR*S*18", &[]),
        case("AMT*D*100~", "", &[]),
        case("D8*20240101~LX*2", decided, &[]),
    ]
}

fn eligibility() -> Vec<Case> {
    let asked = |from: &str, to: &str, told| Case::new(changed(&inquiry(), from, to), told);
    let answered = |from: &str, to: &str, told| Case::new(changed(&answer(), from, to), told);
    vec![
        asked("EQ*30~", "", &[]),
        asked("****MI*M1~DMG*D8*19800229~", "~", &[]),
        answered("EB*1*IND*30^98**GOLD~EB*B**98***27*25*****Y~", "", &[]),
        answered("PI*99999~", "PI*99999~AAA*N**42*R~", &[]),
        answered("***27*25*", "***27**", &[]),
        answered("EB*B**98***27*25*****Y", "EB*A**98*****20****Y", &[]),
    ]
}

fn members() -> Vec<Case> {
    let subscriber = "INS*Y*18*021*28*A***FT~REF*0F*S1~NM1*IL*1*BIRCH*ADA~HD*021**HLT~DTP*348*D8*20240101~";
    let text = enrollment();
    let without = changed(&text, subscriber, "");
    let all = edited(&without, "****2~", "****4~").replace("*021*28", "*030*28");
    let ended = text.replacen("INS*Y*18*021", "INS*Y*18*024", 1);
    vec![
        Case::new(changed(&without, "SE*10", &format!("{subscriber}SE*10")), &[]),
        Case::new(all, &[]),
        Case::new(edited(&text, "INS*Y*18", "INS*Y*19"), &[]),
        Case::new(ended, &[]),
        Case::new(text.replacen("HD*021**HLT", "HD*024**HLT", 1), &[]),
        Case::new(edited(&text, "INS*Y*18*021", "INS*Y*18*030"), &[]),
    ]
}

fn payments() -> Vec<Case> {
    let case = |from, to, told| Case::new(changed(&payment(), from, to), told);
    let negative = edited(&payment(), "WO:X*10~", "WO:X*90~");
    let reversed = edited(&payment(), "CLP*A1*1*", "CLP*A1*22*");
    vec![
        Case::new(edited(&negative, "BPR*I*70*", "BPR*I*-10*"), &[]),
        case("BPR*I*70*C*ACH*CCP*01*999999999*DA*123*1999999999**01*999999998*DA*987*", "BPR*I*70*C*NON************", &[]),
        Case::new(reversed, &[]),
    ]
}
