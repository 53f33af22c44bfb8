use super::super::Situation as S;
use super::findings;

const INQUIRY: &str = "BHT*0022*13*1*20240102*0304~HL*1**20*1~NM1*PR*2*P*****PI*1~HL*2*1*21*1~NM1*1P*2*C*****XX*1234567893~HL*3*2*22*0~\
    TRN*1*T*9MEDCONNEC~NM1*IL*1*DOE*JO****MI*M1~DMG*D8*19800101~DTP*291*D8*20240102~EQ*30~";
const ANSWER: &str = "BHT*0022*11*1*20240102*0304~HL*1**20*1~NM1*PR*2*P*****PI*1~HL*2*1*21*1~NM1*1P*2*C*****XX*1234567893~HL*3*2*22*0~\
    TRN*2*T*9MEDCONNEC~NM1*IL*1*DOE*JO****MI*M1~EB*B**98***27*10~EB*A**98*****.2~";

fn inquiry(from: &str, to: &str) -> Vec<(S, &'static str, u8)> {
    assert!(INQUIRY.contains(from), "{from}");
    findings("HS", "270", "005010X279A1", &INQUIRY.replacen(from, to, 1)).situations
}

fn answer(from: &str, to: &str) -> Vec<(S, &'static str, u8)> {
    assert!(ANSWER.contains(from), "{from}");
    findings("HB", "271", "005010X279A1", &ANSWER.replacen(from, to, 1)).situations
}

#[test]
fn an_inquiry_has_a_service_and_an_identifiable_patient() {
    assert_eq!(inquiry("", ""), []);
    assert_eq!(inquiry("EQ*30~", ""), [(S::NoServiceRequested, "EQ", 0)]);
    assert_eq!(inquiry("****MI*M1", ""), []);
    assert_eq!(
        inquiry("****MI*M1~DMG*D8*19800101", ""),
        [(S::PatientUnidentified, "NM1", 9)]
    );
}

#[test]
fn an_answer_has_a_benefit_or_a_rejection_of_the_patient() {
    assert_eq!(answer("", ""), []);
    let (source, _) = ANSWER.split_once("EB*").unwrap();
    assert_eq!(
        findings("HB", "271", "005010X279A1", source).situations,
        [(S::NothingAnswered, "EB", 0)]
    );
    let rejected = format!("{source}AAA*N**75*C~");
    assert_eq!(findings("HB", "271", "005010X279A1", &rejected).situations, []);
}

#[test]
fn a_rejected_level_holds_no_other() {
    assert_eq!(
        answer("PI*1~", "PI*1~AAA*N**42*R~"),
        [(S::RejectedAndContinued, "HL", 0), (S::RejectedAndContinued, "HL", 0)]
    );
}

#[test]
fn a_benefit_states_an_amount_and_a_share_is_no_percentage() {
    assert_eq!(answer("***27*10~", "***27~"), [(S::BenefitAmount, "EB", 7)]);
    assert_eq!(answer("*****.2~", "*****20~"), [(S::BenefitPercent, "EB", 8)]);
    assert_eq!(answer("*****.2~", "****5~"), []);
}
