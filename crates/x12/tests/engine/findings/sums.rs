//! Amounts that do not agree.

use super::Case;
use crate::sample::{changed, claim, payment};

pub fn cases() -> Vec<Case> {
    [claims(), payments()].into_iter().flatten().collect()
}

fn claims() -> Vec<Case> {
    let claim = |from, to, findings| Case::new(changed(&claim(), from, to), findings);
    vec![
        claim(
            "SV1*HC:36415*50*",
            "SV1*HC:36415*50.01*",
            &[
                "Unbalanced { rule: ClaimCharge, stated: 150, computed: 150.01 }; 3 error STC01 A7:178; segment 20 \
                 (CLM in 2300); 18, 0, None; The claim's charge (CLM02) is not the sum of its lines: 150 stated, \
                 150.01 computed, difference -0.01.",
            ],
        ),
        claim(
            "AMT*D*100",
            "AMT*D*99.99",
            &[
                "Unbalanced { rule: OtherPayer, stated: 150, computed: 149.99 }; 3 error STC01 A7:672; segment 22 \
                 (SBR in 2320); 20, 0, None; The other payer's payment and adjustments do not add up to the claim's \
                 charge: 150 stated, 149.99 computed, difference 0.01.",
            ],
        ),
        claim(
            "D8*20240101~LX*2",
            "D8*20240101~SVD*88888*90*HC:99213**1~DTP*573*D8*20240105~LX*2",
            &[
                "Unbalanced { rule: OtherPayerLine, stated: 100, computed: 90 }; 3 error STC01 A7:672; segment 31 \
                 (SVD in 2430); 29, 0, None; The other payer's payment and adjustments do not add up to the line's \
                 charge: 100 stated, 90 computed, difference 10.",
            ],
        ),
    ]
}

fn payments() -> Vec<Case> {
    let payment = |from, to, findings| Case::new(changed(&payment(), from, to), findings);
    vec![
        payment(
            "SVC*HC:99213*100*80*",
            "SVC*HC:99213*100*79*",
            &[
                "Unbalanced { rule: LinePayment, stated: 79, computed: 80 }; 3 error STC01 A8:400; segment 15 (SVC \
                 in 2110); 13, 0, None; The line's payment (SVC03) is not its charge less its adjustments: 79 stated, \
                 80 computed, difference -1.",
            ],
        ),
        payment(
            "SVC*HC:99213*100*80*",
            "SVC*HC:99213*101*81*",
            &[
                "Unbalanced { rule: ClaimLines, stated: 100, computed: 101 }; 3 error STC01 A7:178; segment 13 (CLP \
                 in 2100); 11, 0, None; The claim's charge (CLP03) is not the sum of its lines: 100 stated, 101 \
                 computed, difference -1.",
            ],
        ),
        payment(
            "CLP*A1*1*100*80*5*",
            "CLP*A1*1*100*81*5*",
            &[
                "Unbalanced { rule: ClaimPayment, stated: 81, computed: 80 }; 3 error STC01 A8:400; segment 13 (CLP \
                 in 2100); 11, 0, None; The claim's payment (CLP04) is not its charge less all adjustments: 81 \
                 stated, 80 computed, difference 1.",
                "Unbalanced { rule: Payment, stated: 70, computed: 71 }; 3 error STC01 A8:400; segment 4 (BPR); 2, \
                 0, None; The payment (BPR02) is not the sum of the claims less provider adjustments: 70 stated, 71 \
                 computed, difference -1.",
            ],
        ),
        payment(
            "CLP*A1*1*100*80*5*",
            "CLP*A1*1*100*80*6*",
            &[
                "Unbalanced { rule: PatientShare, stated: 6, computed: 5 }; 3 warning STC01 A8:400; segment 13 (CLP \
                 in 2100); 11, 0, None; The patient's share (CLP05) is not the sum of the PR adjustments: 6 stated, 5 \
                 computed, difference 1.",
            ],
        ),
        payment(
            "WO:X*10~",
            "WO:X*-10~",
            &[
                "Unbalanced { rule: Payment, stated: 70, computed: 90 }; 3 error STC01 A8:400; segment 4 (BPR); 2, \
                 0, None; The payment (BPR02) is not the sum of the claims less provider adjustments: 70 stated, 90 \
                 computed, difference -20.",
            ],
        ),
    ]
}
