//! Amounts that do not agree.

use super::Case;
use crate::sample::{changed, claim, payment};

pub fn cases() -> Vec<Case> {
    let claim = |from, to, told| Case::new(changed(&claim(), from, to), told);
    let payment = |from, to, told| Case::new(changed(&payment(), from, to), told);
    vec![
        claim("SV1*HC:36415*50*", "SV1*HC:36415*50.01*", &[]),
        claim("AMT*D*100", "AMT*D*99.99", &[]),
        claim("D8*20240101~LX*2", "D8*20240101~SVD*88888*90*HC:99213**1~DTP*573*D8*20240105~LX*2", &[]),
        payment("SVC*HC:99213*100*80*", "SVC*HC:99213*100*79*", &[]),
        payment("SVC*HC:99213*100*80*", "SVC*HC:99213*101*81*", &[]),
        payment("CLP*A1*1*100*80*5*", "CLP*A1*1*100*81*5*", &[]),
        payment("CLP*A1*1*100*80*5*", "CLP*A1*1*100*80*6*", &[]),
        payment("WO:X*10~", "WO:X*-10~", &[]),
    ]
}
