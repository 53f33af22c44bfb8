//! A segment that begins a claim, a payment, a member or a level is deleted or misspelled: what
//! follows is not given to the one before, and nothing is lost without a word.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use mc_hipaa::claim::ClaimBatch;
use mc_hipaa::eligibility::Response;
use mc_hipaa::enrollment::Enrollment;
use mc_hipaa::remittance::Remittance;
use mc_hipaa::stream::{self, StreamedRemittance};
use mc_x12::synthetic::{Synthetic, claims, eligibility, remittance};
use mc_x12::{Interchange, Limits, Transaction};
use serde_json::{Value, json};

fn generated(make: fn(&mut Synthetic, u64, &mut Vec<u8>) -> std::io::Result<()>, size: u64) -> String {
    let mut out = Vec::new();
    make(&mut Synthetic::new(11), size, &mut out).unwrap();
    String::from_utf8(out).unwrap().replace('\n', "")
}

/// Two subscribers of a 271, the first with two dependents.
fn patients() -> String {
    let body = "BHT*0022*11*R1*20260102*0304~HL*1**20*1~NM1*PR*2*PAYER*****PI*P1~HL*2*1*21*1~\
        NM1*1P*2*CLINIC*****XX*1234567893~HL*3*2*22*1~NM1*IL*1*DOE*JO****MI*M1~EB*1**30~HL*4*3*23*0~\
        NM1*03*1*DOE*ANN~EB*1**30~EB*B**98***27*2~HL*5*3*23*0~NM1*03*1*DOE*JIM~DMG*D8*20100101*M~EB*1**30~MSG*ONE~EB*B**98***27*5~\
        HL*6*2*22*0~NM1*IL*1*ROE*SUE****MI*M2~EB*1**30~EB*B**98***27*9~HL*7*2*22*0~\
        NM1*IL*1*POE*KIM****MI*M3~DMG*D8*19800101*F~DTP*291*D8*20260101~EB*1**30~MSG*OTHER~";
    let count = body.matches('~').count() + 2;
    format!(
        "ISA*00*          *00*          *ZZ*A              *ZZ*B              *260102*0304*^*00501*000000001*0*T*:~\
         GS*HB*AA*BB*20260102*0304*1*X*005010X279A1~ST*271*0001*005010X279A1~{body}SE*{count}*0001~GE*1*1~\
         IEA*1*000000001~"
    )
}

/// Two subscribers of an 834, the first with a dependent.
fn members() -> String {
    let member = |relation: &str, code: &str, id: &str, name: &str| {
        format!(
            "INS*{relation}*{code}*021*20*A***FT~REF*0F*{id}~NM1*IL*1*{name}*ANN****34*123456789~N3*1 ST~\
             N4*CITY*PA*17011~DMG*D8*19800101*F~HD*021**HLT~DTP*348*D8*20260101~"
        )
    };
    let members = [
        ("Y", "18", "A1", "DOE"),
        ("N", "19", "A1", "ROE"),
        ("Y", "18", "B2", "POE"),
    ];
    let members: String = members.map(|(a, b, c, d)| member(a, b, c, d)).concat();
    let body = format!("BGN*00*1*20260102*1200****2~N1*P5*SPONSOR*FI*1~N1*IN*INSURER*XV*2~{members}");
    let count = body.matches('~').count() + 2;
    format!(
        "ISA*00*          *00*          *ZZ*A              *ZZ*B              *260102*0304*^*00501*000000001*0*T*:~\
         GS*BE*AA*BB*20260102*0304*1*X*005010X220A1~ST*834*0001*005010X220A1~{body}SE*{count}*0001~GE*1*1~\
         IEA*1*000000001~"
    )
}

/// The kind, a file, the ids that open its loops with a misspelling of each, and two readings.
type Case = (
    &'static str,
    String,
    &'static [(&'static str, &'static str)],
    [Reading; 2],
);
/// Each value with everything that it is given with, and whether it is complete.
type Values = Vec<(Value, bool)>;
/// How a file is read: its values, and whether it is reported that something is missing.
type Reading = fn(&str) -> (Values, bool);

fn whole(text: &str, mut read: impl FnMut(&Transaction<'_>) -> (Vec<Value>, bool)) -> (Values, bool) {
    let text = with_counts(text);
    let interchange = Interchange::parse_within(text.as_bytes(), Limits::FILE).unwrap();
    let (mut values, mut is_reported) = (Vec::new(), false);
    for set in interchange.transactions() {
        let (found, is_complete) = read(set);
        is_reported |= !is_complete;
        values.extend(found.into_iter().map(|value| (value, is_complete)));
    }
    (values, is_reported)
}

/// The file with right counts of segments.
fn with_counts(text: &str) -> String {
    let mut count = 0;
    let counted = text.split_inclusive('~').map(|segment| {
        count = if segment.starts_with("ST*") { 1 } else { count + 1 };
        match segment.strip_prefix("SE*") {
            Some(rest) => format!("SE*{count}*{}", rest.split_once('*').unwrap().1),
            None => segment.to_owned(),
        }
    });
    counted.collect()
}

fn claims_of_batches(text: &str) -> (Values, bool) {
    whole(text, |set| {
        let read = ClaimBatch::read(set).unwrap();
        let claims = read.value.claims().map(|one| {
            json!([
                one.billing.name,
                one.subscriber.person,
                one.subscriber.payer,
                one.patient.map(|patient| &patient.person),
                one.claim
            ])
        });
        (claims.collect(), read.is_complete())
    })
}

fn claims_of_a_stream(text: &str) -> (Values, bool) {
    let (mut values, mut is_reported) = (Vec::new(), false);
    for next in stream::claims(with_counts(text).as_bytes()) {
        let Ok(one) = next else {
            is_reported = true;
            continue;
        };
        let is_complete = one.is_complete();
        is_reported |= !is_complete;
        let patient = one.patient.map(|patient| patient.value.person.clone());
        let levels = (&one.billing.value.name, &one.subscriber.value);
        values.push((
            json!([levels.0, levels.1.person, levels.1.payer, patient, one.claim.value]),
            is_complete,
        ));
    }
    (values, is_reported)
}

fn payments_of_remittances(text: &str) -> (Values, bool) {
    whole(text, |set| {
        let read = Remittance::read(set).unwrap();
        let claims = read.value.claims().map(|claim| json!([read.value.payment, claim]));
        (claims.collect(), read.is_complete())
    })
}

fn payments_of_a_stream(text: &str) -> (Values, bool) {
    let (mut values, mut is_reported) = (Vec::new(), false);
    for next in stream::remittances(with_counts(text).as_bytes()) {
        let Ok(next) = next else {
            is_reported = true;
            continue;
        };
        let is_complete = next.is_complete();
        is_reported |= !is_complete;
        if let StreamedRemittance::Claim(one) = next {
            values.push((json!([one.header.value.payment, one.claim.value]), is_complete));
        }
    }
    (values, is_reported)
}

fn benefits_of_responses(text: &str) -> (Values, bool) {
    whole(text, |set| {
        let Ok(all) = Response::read_all(set) else {
            return (Vec::new(), false);
        };
        let is_complete = all.iter().all(|one| one.unread.is_empty());
        (all.iter().map(patient).collect(), is_complete)
    })
}

fn patient(one: &Response) -> Value {
    json!([one.payer_id, one.subscriber, one.dependent, one.benefits])
}

fn benefits_of_a_stream(text: &str) -> (Values, bool) {
    let (mut values, mut is_reported) = (Vec::new(), false);
    for next in stream::benefits(with_counts(text).as_bytes()) {
        let Ok(one) = next else {
            is_reported = true;
            continue;
        };
        let is_complete = one.response.unread.is_empty();
        is_reported |= !is_complete;
        values.push((patient(&one.response), is_complete));
    }
    (values, is_reported)
}

fn members_of_enrollments(text: &str) -> (Values, bool) {
    whole(text, |set| {
        let read = Enrollment::read(set).unwrap();
        (
            read.value.members.iter().map(|one| json!(one)).collect(),
            read.is_complete(),
        )
    })
}

fn members_of_a_stream(text: &str) -> (Values, bool) {
    let (mut values, mut is_reported) = (Vec::new(), false);
    for next in stream::members(with_counts(text).as_bytes()) {
        let Ok(one) = next else {
            is_reported = true;
            continue;
        };
        let is_complete = one.is_complete();
        is_reported |= !is_complete;
        values.push((json!(one.member.value), is_complete));
    }
    (values, is_reported)
}

/// The text without its `n`th segment, or with another id in it.
fn damaged(text: &str, n: usize, id: Option<&str>) -> String {
    let segments = text.split_inclusive('~').enumerate().map(|(at, segment)| match id {
        _ if at != n => segment.to_owned(),
        None => String::new(),
        Some(id) => format!("{id}*{}", segment.split_once('*').unwrap().1),
    });
    segments.collect()
}

#[test]
fn nothing_is_mixed_or_lost_without_a_word() {
    let cases: [Case; 5] = [
        (
            "837",
            generated(claims, 6_000),
            &[("HL", "HX"), ("CLM", "CLN")],
            [claims_of_batches, claims_of_a_stream],
        ),
        (
            "835",
            generated(remittance, 4_000),
            &[("CLP", "CLQ"), ("SVC", "SVX")],
            [payments_of_remittances, payments_of_a_stream],
        ),
        (
            "271",
            generated(eligibility, 8_000),
            &[("HL", "LH")],
            [benefits_of_responses, benefits_of_a_stream],
        ),
        (
            "271",
            patients(),
            &[("HL", "HLL")],
            [benefits_of_responses, benefits_of_a_stream],
        ),
        (
            "834",
            members(),
            &[("INS", "INSS")],
            [members_of_enrollments, members_of_a_stream],
        ),
    ];
    let mut wrong = Vec::new();
    for (kind, file, openers, readings) in cases {
        for (read, reading) in readings.iter().zip(["whole", "stream"]) {
            let (original, is_reported) = read(&file);
            assert!(original.len() > 2 && !is_reported, "{kind} {reading}: {original:?}");
            let tried = wrong_of(&file, openers, &original, *read);
            assert!(tried.len() > 4, "{kind} {reading}");
            wrong.extend(
                tried
                    .into_iter()
                    .flatten()
                    .map(|what| format!("{kind} {reading}: {what}")),
            );
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What is wrong for each damage.
fn wrong_of(file: &str, openers: &[(&str, &str)], original: &Values, read: Reading) -> Vec<Option<String>> {
    let mut all = Vec::new();
    for (n, segment) in file.split_inclusive('~').enumerate() {
        let opener = openers.iter().find(|(id, _)| segment.starts_with(&format!("{id}*")));
        let Some((_, misspelled)) = opener else { continue };
        for damage in [None, Some(*misspelled)] {
            let (found, is_reported) = read(&damaged(file, n, damage));
            let is_other =
                |(value, is_complete): &(Value, bool)| *is_complete && !original.iter().any(|(one, _)| one == value);
            // What is incomplete is about one person all the same.
            let is_mixed =
                |(value, _): &(Value, bool)| !original.iter().any(|(one, _)| is_about(&persons(value), &persons(one)));
            let what = match () {
                () if !is_reported => Some("nothing is reported"),
                () if found.iter().any(is_other) => Some("another value is called complete"),
                () if found.iter().any(is_mixed) => Some("two persons are mixed"),
                () => None,
            };
            all.push(what.map(|what| format!("{what}: segment {n}, {segment}, {damage:?}")));
        }
    }
    all
}

/// Whom a value is about: its persons, and its control number.
fn persons(value: &Value) -> Value {
    match value.as_array().map(Vec::as_slice) {
        Some([_, subscriber, payer, patient, claim]) => json!([subscriber, payer, patient, claim["control_number"]]),
        Some([_, claim]) => json!([claim["control_number"], claim["names"]]),
        Some([_, subscriber, dependent, _]) => json!([subscriber, dependent]),
        _ => value["person"].clone(),
    }
}

/// Whether all persons of the first are those of the second.
fn is_about(one: &Value, other: &Value) -> bool {
    match (one.as_array(), other.as_array()) {
        (Some(one), Some(other)) => one.iter().zip(other).all(|(one, other)| one.is_null() || one == other),
        _ => one == other,
    }
}
