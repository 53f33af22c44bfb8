//! Any input is read or refused, never a panic.

use mc_hipaa::eligibility::{EligibilityError, Inquiry, Response};
use mc_x12::{Interchange, Limits};
use proptest::prelude::*;

const ANSWER: &str = "ISA*00*          *00*          *ZZ*A              *ZZ*B              *160405*1354*^*00501*000184077*1*P*:~\
    GS*HB*A*B*20160301*1354*1*X*005010X279A1~ST*271*0001*005010X279A1~BHT*0022*11*1*20160301*134403~HL*1**20*1~\
    NM1*PR*2*MEDICA*****PI*1~HL*2*1*21*1~NM1*1P*2*CLINIC*****XX*1234567893~HL*3*2*22*0~TRN*2*4*9MEDCONNEC~\
    NM1*IL*1*SMITH*JOHN****MI*1~DMG*D8*19430813*M~DTP*291*RD8*20160101-20161231~EB*1*IND*30^98**GOLD~\
    EB*C*IND*30***23*600.50*****Y*HC:99213:25~HSD*VS*35***21*1~MSG*TEXT~SE*16*0001~GE*1*1~IEA*1*000184077~";

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, ..ProptestConfig::default() })]

    #[test]
    fn on_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = (Interchange::parse(&bytes), Inquiry::parse(&bytes), Response::parse(&bytes));
    }

    #[test]
    fn on_any_text_after_an_isa(tail in "\\PC{0,200}", segments in 0u32..5) {
        let input = format!("{}{tail}", &ANSWER[..106]);
        let _ = Interchange::parse_within(input.as_bytes(), Limits { segments, ..Limits::default() });
        let _ = Response::parse(input.as_bytes());
    }

    #[test]
    fn on_a_damaged_answer(edits in prop::collection::vec((any::<prop::sample::Index>(), any::<char>()), 1..6)) {
        let mut text: Vec<char> = ANSWER.chars().collect();
        for (at, c) in edits {
            let at = at.index(text.len());
            text[at] = c;
        }
        let input: String = text.into_iter().collect();
        if let Ok(response) = Response::parse(input.as_bytes()) {
            let _ = (response.summary("30"), response.summary("98"));
        }
    }

    #[test]
    fn on_a_cut_answer(at in any::<prop::sample::Index>()) {
        let cut = &ANSWER[..at.index(ANSWER.len())];
        // Only the last terminator may be missing.
        prop_assert_eq!(Response::parse(cut.as_bytes()).is_ok(), cut.len() == ANSWER.len() - 1);
    }
}

#[test]
fn the_undamaged_answer_is_read() {
    let response = Response::parse(ANSWER.as_bytes()).unwrap();
    assert_eq!(response.benefits[1].amount, Some("600.50".parse().unwrap()));
    assert_eq!(
        response.summary("30").deductible_total,
        None,
        "it holds for one procedure only"
    );
}

#[test]
fn levels_that_nest_a_thousand_times_or_name_each_other_are_refused() {
    let levels: Vec<String> = (4..1004).map(|n| format!("HL*{n}*{}*22*1~", n - 1)).collect();
    let nested = ANSWER.replace("SE*16*", &format!("{}SE*1016*", levels.concat()));
    let refused = Response::parse(nested.as_bytes()).unwrap_err();
    assert_eq!(refused, EligibilityError::NotOnePatient { count: 1001 });
    let mutual = ANSWER
        .replace("HL*2*1*21*1", "HL*2*3*21*1")
        .replace("HL*3*2*22*0", "HL*3*3*22*0");
    assert!(
        Response::parse(mutual.as_bytes()).is_ok(),
        "the parent of a level is not used"
    );
}
