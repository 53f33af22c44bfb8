use super::*;
use mc_x12::acknowledgement::{Acknowledger, Values};
use mc_x12::check::{Checker, Report, Settings, check};
use mc_x12::{ControlNumbers, Finding, Interchange, Limits, SegmentReader, Severity};

/// A provider with three claims of two subscribers and a second one with a dependent's claim.
pub(super) fn claims() -> String {
    let provider = |hl: u32, npi: &str| {
        format!("HL*{hl}**20*1~NM1*85*2*CLINIC {hl}*****XX*{npi}~N3*1 ELM ST~N4*BOSTON*MA*021100001~REF*EI*123456789~")
    };
    let subscriber = |hl: u32, parent: u32, below: u8, member: &str| {
        let (is_patient, facts) = match below {
            0 => ("18", "N3*1 ELM ST~N4*BOSTON*MA*02110~DMG*D8*19800101*F~"),
            _ => ("", ""),
        };
        format!(
            "HL*{hl}*{parent}*22*{below}~SBR*P*{is_patient}*******CI~NM1*IL*1*DOE*{member}****MI*{member}~{facts}NM1*PR*2*PAYER*****PI*P1~"
        )
    };
    let claim = |number: &str, charge: u32, rendering: &str| {
        format!(
            "CLM*{number}*{charge}***11:B:1*Y*A*Y*Y~REF*D9*D{number}~HI*ABK:J020~{rendering}LX*1~SV1*HC:99213*100*UN*1***1~\
             DTP*472*D8*20240102~"
        )
    };
    let patient = "HL*6*5*23*0~PAT*19~NM1*QC*1*DOE*KIM~N3*1 ELM ST~N4*BOSTON*MA*02110~DMG*D8*20100101*F~";
    let body = [
        "BHT*0019*00*BATCH-1*20240102*0304*CH~NM1*41*2*CLINIC*****46*S1~PER*IC*DESK*TE*8005550100~NM1*40*2*PAYER*****46*P1~",
        &provider(1, "1234567893"),
        &subscriber(2, 1, 0, "M1"),
        &claim("C1", 100, ""),
        &claim("C2", 99, ""),
        &subscriber(3, 1, 0, "M2"),
        &claim("C3", 100, "NM1*82*1*ELM*SAM****XX*1234567890~"),
        &provider(4, "1234567890"),
        &subscriber(5, 4, 1, "M3"),
        patient,
        &claim("C4", 100, ""),
    ]
    .concat();
    let segments = body.matches('~').count() + 2;
    format!(
        "ISA*00*          *00*          *ZZ*CLINIC         *ZZ*PAYER          *240102*0304*^*00501*000000007*1*T*:~\
         GS*HC*CLINIC*PAYER*20240102*0304*8*X*005010X222A1~ST*837*0009*005010X222A1~{body}SE*{segments}*0009~GE*1*8~IEA*1*000000007~"
    )
}

fn received(text: &str) -> ReceivedBatch {
    let mut acknowledger = ClaimAcknowledger::default();
    check(text.as_bytes(), Limits::FILE, &Settings::default(), &mut acknowledger).unwrap();
    acknowledger.finish().pop().unwrap()
}

fn answered(text: &str) -> String {
    let at = chrono::DateTime::from_timestamp(1_704_164_640, 0).unwrap();
    let control = ControlNumbers {
        interchange: 1,
        group: 2,
        transaction: 3,
    };
    let batch = received(text);
    batch
        .answer("ACK-1", at.naive_utc())
        .to_x12(&batch.envelope(control, at))
        .unwrap()
}

fn read(text: &str) -> ClaimAcknowledgement {
    let interchange = Interchange::parse(text.as_bytes()).unwrap();
    let read = ClaimAcknowledgement::read(interchange.transactions().next().unwrap());
    read.unwrap().value
}

/// CLM01 with the statuses of its claim.
fn statuses(acknowledgement: &ClaimAcknowledgement) -> Vec<(String, Vec<String>)> {
    let one = |claim: &ClaimAnswer| {
        let all = claim.information.iter().flat_map(|information| &information.statuses);
        let text = all.map(|status| format!("{}:{}:{}", status.category, status.code, status.entity));
        (claim.trace.clone(), text.collect())
    };
    acknowledgement.claims().map(one).collect()
}

#[test]
fn each_claim_carries_what_was_found_in_it_or_around_it() {
    let outcome =
        |number: &str, statuses: &[&str]| (number.to_owned(), statuses.iter().map(ToString::to_string).collect());
    assert_eq!(
        statuses(&read(&answered(&claims()))),
        [
            outcome("C1", &["A2:20:PR"]),
            outcome("C2", &["A7:178:"]),
            outcome("C3", &["A7:562:82"]),
            // The billing provider's NPI is wrong: all their claims are affected.
            outcome("C4", &["A7:562:85"]),
        ]
    );
}

#[test]
fn the_answer_counts_and_names_the_batch_and_goes_back_to_its_sender() {
    let text = answered(&claims());
    for part in [
        "*ZZ*PAYER          *ZZ*CLINIC         *",
        "GS*HN*PAYER*CLINIC*",
        "~HL*1**20*1~NM1*PR*2*PAYER*****46*P1~TRN*1*ACK-1~DTP*050*D8*20240102~DTP*009*D8*20240102~",
        "~HL*2*1*21*1~NM1*41*2*CLINIC*****46*S1~TRN*2*BATCH-1~STC*A1:19:PR*20240102*WQ*399~QTY*90*1~QTY*AA*3~AMT*YU*100~AMT*YY*299~",
        "~HL*3*2*19*1~NM1*85*2*CLINIC 1*****XX*1234567893~TRN*1*0~STC*A1:19:PR**WQ*299~QTY*QA*1~QTY*QC*2~AMT*YU*100~AMT*YY*199~HL*4*3*PT~NM1*QC*1*DOE*M1****MI*M1~TRN*2*C1~STC*A2:20:PR*20240102*WQ*100~\
         REF*D9*DC1~DTP*472*D8*20240102~TRN*2*C2~STC*A7:178*20240102*U*99~",
        "~NM1*QC*1*DOE*KIM****MI*M3~TRN*2*C4~",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
}

#[test]
fn what_is_written_passes_its_own_guide_and_reads_back_equal() {
    struct Clean;
    impl Report for Clean {
        fn finding(&mut self, finding: &Finding<'_>) {
            assert_eq!(finding.severity(), Severity::Warning, "{finding:?}");
        }
    }
    // The NPIs are repeated as received.
    let text = answered(&claims().replace("1234567890", "1234567893"));
    let verdict = check(text.as_bytes(), Limits::FILE, &Settings::default(), &mut Clean).unwrap();
    assert_eq!((verdict.transactions, verdict.warnings), (1, 0));
    let seen = read(&text);
    let batch = received(&claims().replace("1234567890", "1234567893"));
    assert_eq!(seen, batch.answer("ACK-1", seen.created_at.unwrap()));
    let verdicts: Vec<_> = seen.claims().map(ClaimAnswer::verdict).collect();
    let (accepted, rejected) = (Verdict::Accepted, Verdict::Rejected);
    assert_eq!(verdicts, [accepted, rejected, accepted, accepted]);
}

#[test]
fn a_batch_that_the_999_rejects_is_marked() {
    assert!(!received(&claims()).is_rejected);
    assert!(received(&claims().replace("SBR*P*", "SBR*X*")).is_rejected);
}

#[test]
fn what_is_wrong_with_claims_alone_leaves_the_999_accepting() {
    let mut acknowledger = Acknowledger::new(Values::Withheld);
    check(
        claims().as_bytes(),
        Limits::FILE,
        &Settings::default(),
        &mut acknowledger,
    )
    .unwrap();
    let group = &acknowledger.finish()[0].groups[0];
    assert_eq!((group.verdict(), group.transactions[0].codes.len()), ("A", 0));
}

#[test]
fn a_claim_without_day_or_with_accented_letters_is_answered_too() {
    let text = claims()
        .replace("DTP*472*D8*20240102~", "")
        .replace("DOE*KIM", "DOE*K\u{ed}M")
        .replace("CLM*C1*", "CLM*C1\u{e9}*");
    let seen = read(&answered(&text));
    assert_eq!(
        seen.claims().next().unwrap().trace,
        "C1\u{e9}",
        "as the provider wrote it"
    );
    let patients = seen.submissions[0]
        .providers
        .iter()
        .flat_map(|provider| &provider.patients);
    assert_eq!(patients.last().unwrap().name.first, "K\u{ed}M");
    assert_eq!(
        seen.claims().last().unwrap().dates[0].when.first_day(),
        seen.submissions[0].processed_on
    );
}

#[test]
fn a_verdict_is_that_of_the_action_or_of_the_category() {
    let claim = |action: &str, category: &str| ClaimAnswer {
        information: vec![crate::status::StatusInformation {
            statuses: vec![crate::status::Status::new(category, "21")],
            action: action.to_owned(),
            ..Default::default()
        }],
        ..ClaimAnswer::default()
    };
    assert_eq!(claim("U", "A1").verdict(), Verdict::Rejected);
    assert_eq!(claim("", "A3").verdict(), Verdict::Rejected);
    assert_eq!(claim("WQ", "A2").verdict(), Verdict::Accepted);
    assert_eq!(claim("", "A0").verdict(), Verdict::Accepted);
    assert_eq!(claim("", "F1").verdict(), Verdict::Unclear);
    assert_eq!(ClaimAnswer::default().verdict(), Verdict::Unclear);
}

#[test]
fn an_answer_to_a_276_is_no_claim_acknowledgement() {
    let text = answered(&claims()).replace("005010X214", "005010X212");
    let interchange = Interchange::parse(text.as_bytes()).unwrap();
    let error = ClaimAcknowledgement::read(interchange.transactions().next().unwrap()).unwrap_err();
    assert_eq!(error.to_string(), "the transaction set is not a 277CA");
}

#[test]
fn a_999_names_the_claim_that_a_segment_belongs_to() {
    let wrong = claims().replacen("SV1*HC:99213*100*UN*1***1~", "SV1*QQ:99213*100*UN*1***1~", 2);
    let wrong = wrong
        .replacen("11:B:1*Y*A", "11:B:7*Y*A", 1)
        .replacen("SBR*P*", "SBR*X*", 1);
    let of = |values| {
        let mut acknowledger = Acknowledger::new(values);
        check(wrong.as_bytes(), Limits::FILE, &Settings::default(), &mut acknowledger).unwrap();
        acknowledger.finish().pop().unwrap()
    };
    let outcome = of(Values::Copied);
    let at = chrono::DateTime::from_timestamp(1_704_164_640, 0).unwrap();
    let control = ControlNumbers {
        interchange: 1,
        group: 2,
        transaction: 3,
    };
    let text = outcome.groups[0]
        .to_x12(&outcome, control, at, mc_x12::Delimiters::STANDARD)
        .unwrap();
    let interchange = Interchange::parse(text.as_bytes()).unwrap();
    let read = mc_x12::acknowledgement::Functional::read(interchange.transactions().next().unwrap()).unwrap();
    assert_eq!(
        read.transactions[0].segments,
        outcome.groups[0].transactions[0].segments
    );
    let named = |segment: &mc_x12::acknowledgement::SegmentError| {
        let unit = segment.unit.as_ref().map_or("", |unit| unit.value.as_str());
        (segment.id.clone(), unit.to_owned())
    };
    let named: Vec<_> = read.transactions[0].segments.iter().map(named).collect();
    let expected = [("SBR", ""), ("REF", "C1"), ("SV1", "C1"), ("SV1", "C2")];
    assert_eq!(named, expected.map(|(id, unit)| (id.to_owned(), unit.to_owned())));
    let withheld = of(Values::Withheld);
    assert!(
        withheld.groups[0].transactions[0]
            .segments
            .iter()
            .all(|segment| segment.unit.is_none())
    );
}

#[test]
fn a_batch_whose_envelope_is_rejected_is_rejected() {
    let whole = claims();
    assert!(!received(&whole).is_rejected);
    let cut = |from: &str| whole[..whole.find(from).unwrap()].to_owned();
    for text in [
        whole.replace("IEA*1*000000007", "IEA*1*000000008"),
        whole.replace("GE*1*8", "GE*2*8"),
        whole.replace("GE*1*8", "GE*1*9"),
        cut("IEA*"),
        cut("GE*"),
        cut("SE*"),
    ] {
        assert!(received(&text).is_rejected, "{text}");
    }
}

#[test]
fn a_batch_is_complete_when_its_interchange_ends() {
    let text = claims();
    let settings = Settings::default();
    let mut checker = Checker::new(&settings);
    let mut acknowledger = ClaimAcknowledger::default();
    for segment in SegmentReader::new(text.as_bytes(), Limits::FILE).unwrap() {
        assert!(acknowledger.take_ended().is_empty());
        checker.segment(&segment.unwrap(), &mut acknowledger);
    }
    assert_eq!(acknowledger.take_ended().len(), 1);
}
