use super::ClaimSpooler;
use crate::claim_acknowledgement::ClaimAcknowledger;
use crate::claim_acknowledgement::tests::claims;
use mc_x12::check::{Settings, check};
use mc_x12::synthetic::Synthetic;
use mc_x12::{ControlNumbers, Limits};
use std::io::Cursor;

const CONTROL: ControlNumbers = ControlNumbers {
    interchange: 1,
    group: 2,
    transaction: 3,
};

fn at() -> chrono::DateTime<chrono::Utc> {
    chrono::DateTime::from_timestamp(1_704_164_640, 0).unwrap()
}

fn from_memory(text: &str) -> Vec<String> {
    let mut acknowledger = ClaimAcknowledger::default();
    check(text.as_bytes(), Limits::FILE, &Settings::default(), &mut acknowledger).unwrap();
    let batches = acknowledger.finish();
    let accepted = batches.iter().filter(|batch| !batch.is_rejected);
    accepted
        .map(|batch| {
            let answer = batch.answer("ACK-1", at().naive_utc());
            answer.to_x12(&batch.envelope(CONTROL, at())).unwrap()
        })
        .collect()
}

fn from_file(text: &str) -> Vec<String> {
    let mut spooler = ClaimSpooler::new(Cursor::new(Vec::new()));
    check(text.as_bytes(), Limits::FILE, &Settings::default(), &mut spooler).unwrap();
    let mut answers = Vec::new();
    while let Some(mut batch) = spooler.next_ended().unwrap() {
        let mut out = Vec::new();
        let envelope = batch.envelope(CONTROL, at());
        batch.write("ACK-1", &envelope, &mut out).unwrap();
        answers.push(String::from_utf8(out).unwrap());
    }
    answers
}

#[test]
fn the_file_gives_the_answer_that_memory_gives() {
    let whole = claims();
    let mut large = Vec::new();
    mc_x12::synthetic::claims(&mut Synthetic::new(3), 300_000, &mut large).unwrap();
    let large = String::from_utf8(large).unwrap();
    let wrong = large
        .replacen("*11:B:1*", "*11:X:1*", 1)
        .replace("*XX*1", "*XX*2")
        .replacen("CLM*", "CLM*9", 7);
    for text in [
        whole.clone(),
        whole.replace("1234567890", "1234567893"),
        whole
            .replace("DTP*472*D8*20240102~", "")
            .replace("DOE*KIM", "DOE*K\u{ed}M"),
        whole.replace("SBR*P*", "SBR*X*"),
        format!("{whole}{}", whole.replace("000000007", "000000008")),
        large.clone(),
        wrong,
        large.replace("*XX*1", "*XX*2"),
    ] {
        assert_eq!(from_file(&text), from_memory(&text));
    }
    assert_eq!(from_file(&whole).len(), 1);
    assert!(from_file(&large.replace("*XX*1", "*XX*2"))[0].contains("*A7:562:"));
}

#[test]
fn a_claim_leaves_with_its_errors_and_none_is_kept() {
    let whole = claims();
    let (head, _) = whole.split_once("HL*2*").unwrap();
    let one = |n: usize| {
        format!(
            "HL*{n}*1*22*0~SBR*P*18*******CI~NM1*IL*1*DOE*JO****MI*M{n}~N3*1 ELM ST~N4*BOSTON*MA*02110~DMG*D8*19800101*F~\
             NM1*PR*2*PAYER*****PI*P1~CLM*C{n}*99***11:B:1*Y*A*Y*Y~HI*ABK:J020~LX*1~SV1*HC:99213*100*UN*1***1~\
             DTP*472*D8*20240102~"
        )
    };
    let text = format!("{head}{}", (2..3_002).map(one).collect::<String>());
    let text = format!(
        "{text}SE*{}*0009~GE*1*8~IEA*1*000000007~",
        text.matches('~').count() - 1
    );
    let mut spooler = ClaimSpooler::new(Cursor::new(Vec::new()));
    check(text.as_bytes(), Limits::FILE, &Settings::default(), &mut spooler).unwrap();
    assert_eq!(spooler.next_ended().unwrap().unwrap().findings(), 0);
    let answers = from_file(&text);
    assert_eq!(answers, from_memory(&text));
    assert_eq!(answers[0].matches("~STC*A7:178*").count(), 3_000);
}

#[test]
fn nothing_of_a_rejected_envelope_is_answered_and_what_follows_is() {
    let whole = claims();
    let sound = whole.replace("000000007", "000000008");
    for wrong in [
        whole.replace("IEA*1*000000007", "IEA*1*000000009"),
        whole.replace("GE*1*8", "GE*2*8"),
        whole.replace("SBR*P*", "SBR*X*"),
    ] {
        assert_eq!(from_file(&wrong), Vec::<String>::new());
        assert_eq!(from_file(&format!("{wrong}{sound}")), from_memory(&sound));
        assert_eq!(from_file(&format!("{sound}{wrong}")), from_memory(&sound));
    }
    for end in ["IEA*", "GE*", "SE*"] {
        let cut = &whole[..whole.find(end).unwrap()];
        assert_eq!(from_file(cut), Vec::<String>::new());
    }
}

#[test]
fn an_id_comes_back_as_it_is_or_the_answer_is_refused() {
    let sent = |sender: &str| claims().replacen("CLINIC         *ZZ", &format!("{sender:<15}*ZZ"), 1);
    for id in ["CLI^IC%41", "CLI:IC"] {
        let answer = from_file(&sent(id)).remove(0);
        let read = mc_x12::Interchange::parse(answer.as_bytes()).unwrap();
        assert_eq!(read.isa.element(8).trim_end(), id);
        assert_eq!(from_memory(&sent(id)), [answer]);
    }
    for id in ["CLI\tIC", "CLI\u{7}IC", ""] {
        let mut spooler = ClaimSpooler::new(Cursor::new(Vec::new()));
        let text = sent(id);
        check(text.as_bytes(), Limits::FILE, &Settings::default(), &mut spooler).unwrap();
        let mut batch = spooler.next_ended().unwrap().unwrap();
        let envelope = batch.envelope(CONTROL, at());
        assert_eq!(envelope.receiver.id, id);
        assert_eq!((batch.interchange(), batch.control()), ("000000007", "0009"));
        let mut out = Vec::new();
        assert!(
            batch.write("ACK-1", &envelope, &mut out).is_err() && out.is_empty(),
            "{id:?}"
        );
    }
}

#[test]
fn an_amount_that_does_not_fit_is_left_out_and_counted() {
    let most = "9".repeat(18);
    let text = claims()
        .replace("*100*", &format!("*{most}*"))
        .replace("*99*", &format!("*{most}*"));
    let mut spooler = ClaimSpooler::new(Cursor::new(Vec::new()));
    check(text.as_bytes(), Limits::FILE, &Settings::default(), &mut spooler).unwrap();
    let mut batch = spooler.next_ended().unwrap().unwrap();
    let mut out = Vec::new();
    let left_out = batch.write("ACK-1", &batch.envelope(CONTROL, at()), &mut out).unwrap();
    let answer = String::from_utf8(out).unwrap();
    assert_eq!(
        answer.matches(&format!("*WQ*{most}~")).count() + answer.matches(&format!("*U*{most}~")).count(),
        5
    );
    assert!(
        left_out > 0 && answer.contains("~STC*A1:19:PR*20240102*WQ~"),
        "{left_out} {answer}"
    );
    assert_eq!(from_memory(&text), [answer]);
}
