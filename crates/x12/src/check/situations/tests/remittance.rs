use super::super::Situation as S;
use super::findings;

fn remittance(bpr: &str, clp: &str) -> Vec<(S, &'static str, u8)> {
    let text = format!(
        "{bpr}~TRN*1*1*1999999999~N1*PR*P~N3*1 ROAD~N4*T*NY*1~PER*BL*X*TE*5552015000~N1*PE*C*XX*1234567893~LX*1~{clp}~"
    );
    findings("HP", "835", "005010X221A1", &text).situations
}

const CLAIM: &str = "CLP*C1*1*100*80*20*12*P1";

#[test]
fn a_payment_is_not_negative_and_is_made() {
    assert_eq!(remittance("BPR*I*80*C*CHK************20240103", CLAIM), []);
    assert_eq!(
        remittance("BPR*I*-80*C*CHK************20240103", CLAIM),
        [(S::NegativePayment, "BPR", 2)]
    );
    assert_eq!(
        remittance("BPR*H*80*C*NON************20240103", CLAIM),
        [(S::PaymentNotMade, "BPR", 2)]
    );
}

#[test]
fn a_reversal_negates_the_amounts() {
    let bpr = "BPR*H*0*C*NON************20240103";
    assert_eq!(remittance(bpr, "CLP*C1*22*-100*-80*-20*12*P1"), []);
    assert_eq!(
        remittance(bpr, "CLP*C1*22*100*80*20*12*P1"),
        [(S::Reversal, "CLP", 3), (S::Reversal, "CLP", 4)]
    );
}
