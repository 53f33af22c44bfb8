//! Findings become a 999 or a TA1, which reads back equal.

use crate::sample::{
    CLAIM, PAYMENT, answer, changed, check_within, claim, edited, enrollment, findings, group, inquiry, interchange,
    payment,
};
use chrono::DateTime;
use mc_x12::acknowledgement::{
    Acknowledger, Functional, InterchangeAcknowledgement, InterchangeOutcome, SituationalTrigger, Values,
};
use mc_x12::check::{Checker, Settings, check};
use mc_x12::{ControlNumbers, Delimiters, Interchange, Limits, SegmentReader, WriteError};
use proptest::prelude::*;

const CONTROL: ControlNumbers = ControlNumbers {
    interchange: 1,
    group: 2,
    transaction: 3,
};

fn outcomes(bytes: &[u8]) -> Vec<InterchangeOutcome> {
    let mut acknowledger = Acknowledger::new(Values::Copied);
    check(bytes, Limits::FILE, &Settings::default(), &mut acknowledger).unwrap();
    acknowledger.finish()
}

/// Writes the 999 of each group, reads it, and compares.
fn round_trips(outcome: &InterchangeOutcome) {
    let at = DateTime::from_timestamp(1_704_164_640, 0).unwrap();
    for group in &outcome.groups {
        let Ok(text) = group.to_x12(outcome, CONTROL, at, Delimiters::STANDARD) else {
            continue;
        };
        let read = Interchange::parse(text.as_bytes()).unwrap();
        let read = Functional::read(read.transactions().next().unwrap()).unwrap();
        // Values in an invalid format are cut to what fits.
        if (1..=9).contains(&group.control.len()) && group.control.bytes().all(|byte| byte.is_ascii_digit()) {
            assert_eq!(read.group_control, group.control);
        }
        assert_eq!(read.verdict, group.verdict());
        assert_eq!(read.transactions.len(), group.transactions.len());
        for (read, written) in read.transactions.iter().zip(&group.transactions) {
            assert_eq!(read.accepted, written.accepted);
            assert_eq!(read.codes, written.codes[..written.codes.len().min(5)]);
            assert_eq!(read.segments.len(), written.segments.len());
            for (read, written) in read.segments.iter().zip(&written.segments) {
                assert_eq!((&read.id, read.position), (&written.id, written.position));
                assert_eq!((&read.loop_id, &read.code), (&written.loop_id, &written.code));
                let places = |of: &mc_x12::acknowledgement::SegmentError| {
                    of.elements
                        .iter()
                        .map(|e| (e.at, e.number, e.code.clone()))
                        .collect::<Vec<_>>()
                };
                assert_eq!(places(read), places(written));
            }
        }
    }
    if let Ok(Some(text)) = outcome.to_ta1(9, at, Delimiters::STANDARD) {
        let read = Interchange::parse(text.as_bytes()).unwrap();
        let ta1 = InterchangeAcknowledgement::read(&read.acknowledgements[0]).unwrap();
        assert_eq!((ta1.verdict.as_str(), ta1.note.as_str()), outcome.interchange_note());
        assert_eq!(ta1.control, outcome.control);
    }
}

fn the_999(text: &str) -> Functional {
    let outcome = &outcomes(text.as_bytes())[0];
    let at = DateTime::from_timestamp(1_704_164_640, 0).unwrap();
    let text = outcome.groups[0]
        .to_x12(outcome, CONTROL, at, Delimiters::STANDARD)
        .unwrap();
    let read = Interchange::parse(text.as_bytes()).unwrap();
    Functional::read(read.transactions().next().unwrap()).unwrap()
}

#[test]
fn a_sound_group_is_accepted() {
    for text in [claim(), payment(), answer()] {
        let read = the_999(&text);
        assert_eq!(
            (read.verdict.as_str(), read.counts, read.is_accepted()),
            ("A", (1, 1, 1), true)
        );
        assert!(read.transactions[0].accepted && read.transactions[0].segments.is_empty());
        round_trips(&outcomes(text.as_bytes())[0]);
    }
}

#[test]
fn an_element_in_error_is_named_with_its_place_and_value() {
    let read = the_999(&edited(&claim(), "***11:B:1*", "***11:Q:1*"));
    let transaction = &read.transactions[0];
    assert_eq!(
        (transaction.accepted, transaction.codes.as_slice()),
        (false, ["5".to_owned()].as_slice())
    );
    let error = &transaction.segments[0];
    assert_eq!(
        (
            error.id.as_str(),
            error.position,
            error.loop_id.as_str(),
            error.code.as_str()
        ),
        ("CLM", 18, "2300", "8")
    );
    assert_eq!((error.elements[0].at, error.elements[0].number), ((5, 2, 1), 1332));
    assert_eq!(error.elements[0].value.as_deref(), Some("Q"));
}

#[test]
fn a_group_with_odd_numbers_is_still_answered() {
    let long = "X".repeat(3000);
    let text = edited(&claim(), "ST*837*0001", &format!("ST*837*{long}"));
    assert_eq!(the_999(&text).transactions[0].control.len(), 9);
    let text = edited(&claim(), "ST*837*0001", "ST*837*");
    assert!(!the_999(&text).transactions[0].accepted);
    let text = edited(&claim(), "ST*837*0001", "ST*8\u{7}7*0001");
    assert!(!the_999(&text).transactions[0].accepted);
}

#[test]
fn a_ta1_reports_the_envelope() {
    let outcome = &outcomes(edited(&claim(), "IEA*1*000000007", "IEA*1*000000008").as_bytes())[0];
    assert_eq!(outcome.interchange_note(), ("R", "001"));
    round_trips(outcome);
    assert_eq!(outcomes(claim().as_bytes())[0].interchange_note(), ("A", "000"));
}

type Verdicts = (&'static str, Vec<(&'static str, usize)>, Vec<(bool, Vec<String>)>);

/// TA104, then per group AK901 and AK904, then IK501 and IK502 of each transaction set.
fn verdicts(text: &str) -> Verdicts {
    let outcome = &outcomes(text.as_bytes())[0];
    let groups = outcome.groups.iter().map(|group| (group.verdict(), group.accepted()));
    let sets = outcome.groups.iter().flat_map(|group| &group.transactions);
    let sets = sets.map(|set| (set.accepted, set.codes.clone()));
    let sets: Vec<_> = sets.collect();
    let accepted = sets.iter().filter(|set| set.0).count();
    let verdicts = (outcome.interchange_note().0, groups.collect(), sets);
    let (_, verdict) = check_within(text.as_bytes(), Limits::FILE, &Settings::default());
    assert_eq!(verdict.accepted, accepted as u64, "the verdict agrees with the 999");
    round_trips(outcome);
    verdicts
}

#[test]
fn a_rejected_interchange_accepts_nothing_inside() {
    let whole = claim();
    let cut = |from: &str| whole[..whole.find(from).unwrap()].to_owned();
    for text in [
        edited(&whole, "IEA*1*000000007", "IEA*1*000000008"),
        edited(&whole, "IEA*1*", "IEA*2*"),
        cut("IEA*"),
        edited(&whole, "*00501*", "*00402*"),
        edited(&whole, "GE*1*8~", "GE*1*8~NM1*IL~"),
        edited(&whole, "GE*1*8~", "GE*1*8~~"),
        edited(&whole, "~GE*1*8~", "~~GE*1*8~"),
        format!("{}{whole}", cut("IEA*")),
    ] {
        let (note, groups, sets) = verdicts(&text);
        assert_eq!((note, groups), ("R", vec![("R", 0)]), "{text}");
        assert_eq!(sets, [(false, vec!["5".to_owned()])], "{text}");
    }
}

#[test]
fn a_rejected_group_accepts_nothing_inside_and_the_others_stand() {
    let whole = claim();
    let cut = |from: &str| whole[..whole.find(from).unwrap()].to_owned();
    for text in [
        edited(&whole, "GE*1*8", "GE*2*8"),
        edited(&whole, "GE*1*8", "GE*1*9"),
        edited(&whole, "GE*1*8~", ""),
        edited(&edited(&whole, "*0304*8*X*", "*0304*8x*X*"), "GE*1*8", "GE*1*8x"),
    ] {
        let (note, groups, sets) = verdicts(&text);
        assert_eq!((note, groups), ("A", vec![("R", 0)]), "{text}");
        assert_eq!(sets, [(false, vec!["5".to_owned()])], "{text}");
    }
    let (_, groups, sets) = verdicts(&cut("SE*"));
    assert_eq!(groups, [("R", 0)]);
    assert_eq!(sets, [(false, vec!["2".to_owned()])], "its own code is kept");
    let good = group("HC", "005010X222A1", CLAIM, 1);
    let bad = edited(&edited(&good, "*0304*8*X*", "*0304*9*X*"), "GE*1*8", "GE*5*9");
    let (note, groups, _) = verdicts(&interchange(&format!("{bad}{good}"), 2));
    assert_eq!((note, groups), ("A", vec![("R", 0), ("A", 1)]));
}

#[test]
fn beyond_the_limit_a_rejected_group_counts_none_as_accepted() {
    let sets: String = (1..=5).map(|n| CLAIM.replace("*0001", &format!("*000{n}"))).collect();
    for (text, accepted) in [
        (group("HC", "005010X222A1", &sets, 5), 5),
        (group("HC", "005010X222A1", &sets, 6), 0),
    ] {
        let text = interchange(&text, 1);
        let mut acknowledger = Acknowledger::with_limit(4, Values::Withheld);
        check(text.as_bytes(), Limits::FILE, &Settings::default(), &mut acknowledger).unwrap();
        let group = &acknowledger.finish()[0].groups[0];
        assert_eq!((group.received(), group.accepted()), (5, accepted));
    }
}

#[test]
fn nothing_is_acknowledged_before_its_trailer_is_seen() {
    let text = claim();
    let mut acknowledger = Acknowledger::new(Values::Withheld);
    let settings = Settings::default();
    let mut checker = Checker::new(&settings);
    for segment in SegmentReader::new(text.as_bytes(), Limits::FILE).unwrap() {
        assert!(acknowledger.take_ended().is_empty());
        checker.segment(&segment.unwrap(), &mut acknowledger);
    }
    let ended = acknowledger.take_ended();
    assert_eq!((ended.len(), ended[0].groups[0].verdict()), (1, "A"));
    assert!(acknowledger.finish().is_empty());

    let mut acknowledger = Acknowledger::new(Values::Withheld);
    let mut checker = Checker::new(&settings);
    for segment in SegmentReader::new(text.as_bytes(), Limits::FILE).unwrap().take(35) {
        checker.segment(&segment.unwrap(), &mut acknowledger);
    }
    let open = &acknowledger.finish()[0];
    assert_eq!((open.interchange_note(), open.groups[0].verdict()), (("R", "023"), "R"));
}

#[test]
fn a_claim_that_a_277ca_rejects_is_accepted_in_the_999_and_in_the_verdict() {
    let (note, groups, sets) = verdicts(&edited(&claim(), "CLM*A1*150*", "CLM*A1*151*"));
    assert_eq!((note, groups, sets), ("A", vec![("A", 1)], vec![(true, vec![])]));
}

#[test]
fn situational_triggers_are_written_and_read_back() {
    let mut outcome = outcomes(edited(&claim(), "***11:B:1*", "***11:Q:1*").as_bytes()).remove(0);
    let trigger = |position, at, number| SituationalTrigger {
        id: "CLM".to_owned(),
        position,
        loop_id: "2300".to_owned(),
        at,
        number,
    };
    let error = &mut outcome.groups[0].transactions[0].segments[0];
    error.triggers = vec![trigger(Some(18), None, 0), trigger(Some(18), Some((5, 3, 1)), 1325)];
    error.elements[0].triggers = vec![trigger(Some(18), Some((2, 0, 1)), 782)];
    let at = DateTime::from_timestamp(1_704_164_640, 0).unwrap();
    let text = outcome.groups[0]
        .to_x12(&outcome, CONTROL, at, Delimiters::STANDARD)
        .unwrap();
    assert!(
        text.contains("~CTX*SITUATIONAL TRIGGER*CLM*18*2300*5:3*1325~"),
        "{text}"
    );
    assert_eq!(findings(&text), [""; 0]);
    let read = Interchange::parse(text.as_bytes()).unwrap();
    let read = Functional::read(read.transactions().next().unwrap()).unwrap();
    assert_eq!(read.transactions, outcome.groups[0].transactions);
}

/// The TA1 for an interchange of this sender, and its ISA06 and ISA08.
fn ta1_to(sender: &str) -> Result<(InterchangeAcknowledgement, [String; 2]), WriteError> {
    let text = claim().replacen("CLINIC         *ZZ", &format!("{sender:<15}*ZZ"), 1);
    let at = DateTime::from_timestamp(1_704_164_640, 0).unwrap();
    let outcome = &outcomes(text.as_bytes())[0];
    let text = outcome.to_ta1(9, at, Delimiters::STANDARD)?.unwrap();
    let read = Interchange::parse(text.as_bytes()).unwrap();
    let ta1 = InterchangeAcknowledgement::read(&read.acknowledgements[0]).unwrap();
    Ok((
        ta1,
        [6, 8].map(|n| read.isa.element(n).trim_end_matches(' ').to_owned()),
    ))
}

/// The first CTX of the 999 of a changed text, which reads back as it was written.
fn context(text: &str) -> String {
    let outcome = &outcomes(text.as_bytes())[0];
    let at = DateTime::from_timestamp(1_704_164_640, 0).unwrap();
    let text = outcome.groups[0]
        .to_x12(outcome, CONTROL, at, Delimiters::STANDARD)
        .unwrap();
    assert_eq!(findings(&text), [""; 0]);
    let read = Interchange::parse(text.as_bytes()).unwrap();
    let read = Functional::read(read.transactions().next().unwrap()).unwrap();
    assert_eq!(read.transactions, outcome.groups[0].transactions);
    let (before, after) = text.split_once("~CTX*SITUATIONAL TRIGGER*").unwrap();
    let error = before.rsplit('~').next().unwrap();
    format!("{error} {}", after.split('~').next().unwrap())
}

#[test]
fn what_requires_a_missing_part_is_named_beside_it() {
    let claim_with = |from: &str, to: &str| context(&changed(&claim(), from, to));
    assert_eq!(
        claim_with("***11:B:1*", "***11:B:7*"),
        "IK3*REF*18*2300*I6 CLM*18*2300*5:3*1325"
    );
    assert_eq!(
        claim_with("*Y*A*Y*Y~HI", "*Y*A*Y*Y**OA~HI"),
        "IK3*DTP*18*2300*I6 CLM*18*2300*11:1*1362"
    );
    assert_eq!(claim_with("~AMT*D*100~", "~"), "IK3*AMT*20*2320*I6 SBR*20*2320");
    assert_eq!(
        claim_with("~N4*TOWN*NY*10001~DMG", "~N4*TOWN**10001~DMG"),
        "IK4*2*156*I9 N4*15*2010*4*26"
    );
    let patient = changed(&claim(), "~SBR*S*18*GROUP", "~SBR*S**GROUP");
    assert_eq!(context(&patient), "IK4*2*1069*I9 CLM*18*2300");
    let ambulance = changed(&claim(), "~HI*ABK", "~CR1*LB*150*A**DH*10~HI*ABK");
    assert_eq!(context(&ambulance), "IK3*NM1*18*2310*I6 CR1*19*2300");
    let alone = changed(&claim(), "~DMG*D8*19800229*F~", "~");
    assert_eq!(context(&alone), "IK3*DMG*13*2010*I6 SBR*12*2000*2*1069");
    let terminated = changed(&enrollment(), "~HD*021**HLT~", "~HD*024**HLT~");
    assert_eq!(context(&terminated), "IK3*DTP*8*2300*I6 HD*8*2300*1*875");
    let nothing = changed(&inquiry(), "~EQ*30~", "~");
    assert_eq!(context(&nothing), "IK3*EQ*7*2110*I6 HL*7*2000*3*735");
}

#[test]
fn a_ta1_names_a_wrong_id_and_returns_it_as_it_is() {
    for sender in ["", "CLI:IC", "CLI^:IC"] {
        let (ta1, [from, to]) = ta1_to(sender).unwrap();
        assert_eq!((ta1.verdict.as_str(), ta1.note.as_str()), ("E", "006"), "{sender:?}");
        assert_eq!((from.as_str(), to.as_str()), ("PAYER", sender));
    }
    let (segment, element) = ("ISA", 8);
    for sender in ["CLI\tNIC", "CLINIC\u{7}", "\0"] {
        assert_eq!(
            ta1_to(sender).unwrap_err(),
            WriteError::Character { segment, element },
            "{sender:?}"
        );
    }
}

#[test]
fn an_id_with_a_usual_delimiter_is_answered_with_another_delimiter() {
    let text = claim()
        .replace('*', "|")
        .replace('~', "!")
        .replacen("CLINIC         |ZZ", "C*LINIC~       |ZZ", 1);
    let outcome = &outcomes(text.as_bytes())[0];
    assert_eq!(outcome.interchange_note(), ("A", "000"));
    let at = DateTime::from_timestamp(1_704_164_640, 0).unwrap();
    let text = outcome.groups[0]
        .to_x12(outcome, CONTROL, at, Delimiters::STANDARD)
        .unwrap();
    let read = Interchange::parse(text.as_bytes()).unwrap();
    assert_eq!(read.isa.element(8), "C*LINIC~       ");
    assert_eq!(findings(&text), [""; 0]);
}

#[test]
fn each_group_is_acknowledged_however_many_there_are() {
    let groups = |count: usize| {
        let one = |n: usize| format!("GS*FA*CLINIC*PAYER*20240102*0304*{n}*X*005010X231A1~GE*0*{n}~");
        interchange(&(1..=count).map(one).collect::<String>(), count)
    };
    let mut acknowledger = Acknowledger::with_limit(10, Values::Withheld);
    check(
        groups(50).as_bytes(),
        Limits::FILE,
        &Settings::default(),
        &mut acknowledger,
    )
    .unwrap();
    assert!(acknowledger.is_complete());
    assert_eq!(acknowledger.finish()[0].groups.len(), 50);
}

#[test]
fn transaction_sets_beyond_the_limit_are_counted_and_missed_only_where_they_are_rejected() {
    let sets = (1..=30)
        .map(|n| PAYMENT.replace("0001~", &format!("{n:04}~")))
        .collect::<String>();
    let of = |sets: &str| {
        let mut acknowledger = Acknowledger::with_limit(10, Values::Withheld);
        let text = interchange(&group("HP", "005010X221A1", sets, 30), 1);
        check(text.as_bytes(), Limits::FILE, &Settings::default(), &mut acknowledger).unwrap();
        let is_complete = acknowledger.is_complete();
        let outcome = acknowledger.finish().remove(0);
        let group = &outcome.groups[0];
        (is_complete, group.verdict(), group.received(), group.accepted())
    };
    assert_eq!(of(&sets), (true, "A", 30, 30));
    let last = sets.rfind("SE*18").unwrap();
    assert_eq!(
        of(&format!("{}SE*19{}", &sets[..last], &sets[last + 5..])),
        (false, "P", 30, 29)
    );
}

#[test]
fn what_follows_an_interchange_does_not_change_its_outcome() {
    let (note, groups, _) = verdicts(&format!("{}HELLO", claim()));
    assert_eq!((note, groups), ("A", vec![("A", 1)]));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn each_id_goes_back_in_a_ta1_as_it_came(sender in "[ -)+-}]{0,15}") {
        let (_, [_, to]) = ta1_to(&sender).unwrap();
        prop_assert_eq!(to, sender.trim_end_matches(' '));
    }

    #[test]
    fn errors_read_back_as_they_were_written(
        which in 0usize..3,
        edits in prop::collection::vec((any::<prop::sample::Index>(), prop::sample::select(b"~*:^A0 \n\x07\xff".to_vec())), 0..8),
    ) {
        let mut bytes = [claim(), payment(), answer()][which].clone().into_bytes();
        for (at, byte) in edits {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        outcomes(&bytes).iter().for_each(round_trips);
    }
}
