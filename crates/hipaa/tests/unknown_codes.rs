//! A code that cannot be read costs that code: its level stays in its place, nothing is invented,
//! and the code is listed.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use mc_hipaa::Read;
use mc_hipaa::authorization::AuthorizationRequest;
use mc_hipaa::claim::ClaimBatch;
use mc_hipaa::eligibility::Response;
use mc_hipaa::enrollment::Enrollment;
use mc_hipaa::premium::PremiumPayment;
use mc_hipaa::remittance::Remittance;
use mc_hipaa::status::StatusInquiry;
use mc_hipaa::stream;
use mc_x12::finding::FindingKind;
use mc_x12::{Finding, Interchange, Transaction};

fn interchange(group: &str, id: &str, version: &str, segments: &str) -> String {
    let count = segments.matches('~').count() + 2;
    format!(
        "ISA*00*          *00*          *ZZ*A              *ZZ*B              *260102*0304*^*00501*000000001*0*T*:~\
         GS*{group}*AA*BB*20260102*0304*1*X*{version}~ST*{id}*0001*{version}~{segments}SE*{count}*0001~GE*1*1~\
         IEA*1*000000001~"
    )
}

fn first<T>(text: &str, view: impl Fn(&Transaction<'_>) -> T) -> T {
    let interchange = Interchange::parse(text.as_bytes()).unwrap();
    view(interchange.transactions().next().unwrap())
}

/// Segment id and element of everything that is listed.
fn listed(unread: &[Finding<'_>]) -> Vec<(&'static str, u8)> {
    let element = |finding: &Finding<'_>| finding.place.element.map_or(0, |element| element.element);
    unread
        .iter()
        .map(|finding| (finding.place.id, element(finding)))
        .collect()
}

const CLAIMS: &str = "BHT*0019*00*R1*20260102*0304*CH~NM1*41*2*CLINIC*****46*S1~PER*IC*ANN*TE*8005550100~\
    NM1*40*2*PAYER*****46*P1~HL*1**20*1~NM1*85*2*CLINIC*****XX*1234567893~N3*1 MAIN ST~N4*BOSTON*MA*021101234~\
    REF*EI*123456789~HL*2*1*22*1~SBR*P**G1****CI~NM1*IL*1*DOE*JO****MI*M1~NM1*PR*2*PAYER*****PI*P1~HL*3*2*23*0~\
    PAT*19~NM1*QC*1*DOE*ANN~N3*1 MAIN ST~N4*BOSTON*MA*021101234~DMG*D8*20100102*F~CLM*C1*100***11:B:1*Y*A*Y*Y~\
    HI*ABK:J020~LX*1~SV1*HC:99213*100*UN*1***1~DTP*472*D8*20260102~";

fn claims(segments: &str) -> String {
    interchange("HC", "837", "005010X222A1", segments)
}

#[test]
fn a_level_of_a_claim_stays_in_its_place_whatever_its_code() {
    let whole = first(&claims(CLAIMS), ClaimBatch::read).unwrap().strict().unwrap();
    assert_eq!(whole.claims().count(), 1);
    for (from, to) in [
        ("HL*1**20*1", "HL*1**Z0*1"),
        ("HL*2*1*22*1", "HL*2*1*2\x07*1"),
        ("HL*2*1*22*1", "HL*2*1**1"),
        ("HL*3*2*23*0", "HL*3*2*?*0"),
    ] {
        let text = claims(&CLAIMS.replace(from, to));
        let Read { value, unread, .. } = first(&text, ClaimBatch::read).unwrap();
        assert_eq!(value, whole, "{from}");
        assert_eq!(listed(&unread), [("HL", 3)], "{from}");
        let streamed: Vec<_> = stream::claims(text.as_bytes()).map(Result::unwrap).collect();
        assert_eq!(streamed.len(), 1, "{from}");
        assert_eq!(
            streamed[0].subscriber.value.payer,
            whole.providers[0].subscribers[0].payer
        );
        assert!(streamed[0].patient.is_some(), "{from}");
    }
}

#[test]
fn a_level_that_names_no_level_above_it_is_placed_by_what_follows() {
    let whole = first(&claims(CLAIMS), ClaimBatch::read).unwrap().strict().unwrap();
    let text = claims(&CLAIMS.replace("HL*2*1*22*1", "HL*2*7*Z*1"));
    let Read { value, unread, .. } = first(&text, ClaimBatch::read).unwrap();
    assert_eq!((value, listed(&unread)), (whole, vec![("HL", 2), ("HL", 3)]));
}

const REVIEW: &str = "BHT*0007*13*R1*20260102*0304~HL*1**20*1~NM1*X3*2*PAYER*****PI*P1~HL*2*1*21*1~\
    NM1*1P*2*CLINIC*****XX*1234567893~HL*3*2*22*1~NM1*IL*1*DOE*JO****MI*M1~HL*4*3*23*1~NM1*QC*1*DOE*ANN~\
    INS*N*19~HL*5*4*EV*1~UM*HS*I*1*11:B~HL*6*5*SS*0~SV1*HC:99213~";

#[test]
fn the_levels_of_a_review_are_distinguished_by_what_follows() {
    let read = |segments: &str| {
        first(
            &interchange("HI", "278", "005010X217", segments),
            AuthorizationRequest::read,
        )
    };
    let whole = read(REVIEW).unwrap().strict().unwrap();
    assert!(whole.dependent.is_some());
    for (code, other) in [
        ("*20*", "*?*"),
        ("*21*", "*?*"),
        ("*22*", "*?*"),
        ("*23*", "*?*"),
        ("*EV*", "*?*"),
        ("*SS*", "*?*"),
    ] {
        let read = read(&REVIEW.replace(code, other)).unwrap();
        assert_eq!(read.value, whole, "{code}");
        assert_eq!(listed(&read.unread), [("HL", 3)], "{code}");
    }
    let own = REVIEW.replace("HL*4*3*23*1~NM1*QC*1*DOE*ANN~INS*N*19~HL*5*4*EV*1", "HL*5*3*EV*1");
    let whole = read(&own).unwrap().strict().unwrap();
    assert_eq!(read(&own.replace("*EV*", "*?*")).unwrap().value, whole);
}

#[test]
fn the_levels_of_an_inquiry_and_of_an_answer_stay() {
    let status = "BHT*0010*13*R1*20260102*0304~HL*1**20*1~NM1*PR*2*PAYER*****PI*P1~HL*2*1*21*1~NM1*41*2*CLINIC*****46*S1~\
        HL*3*2*19*1~NM1*1P*2*CLINIC*****XX*1234567893~HL*4*3*22*0~DMG*D8*20000102*F~NM1*IL*1*DOE*JO****MI*M1~TRN*1*T1~\
        DTP*472*D8*20260102~";
    let read = |segments: &str| first(&interchange("HR", "276", "005010X212", segments), StatusInquiry::read);
    let whole = read(status).unwrap().strict().unwrap();
    for code in ["*20*", "*21*", "*19*", "*22*"] {
        let read = read(&status.replace(code, "*?*")).unwrap();
        assert_eq!(
            (read.value, listed(&read.unread)),
            (whole.clone(), vec![("HL", 3)]),
            "{code}"
        );
    }
    let answer = "BHT*0022*11*R1*20260102*0304~HL*1**20*1~NM1*PR*2*PAYER*****PI*P1~HL*2*1*21*1~\
        NM1*1P*2*CLINIC*****XX*1234567893~HL*3*2*22*0~TRN*2*T1*9CLINIC001~NM1*IL*1*DOE*JO****MI*M1~EB*1**30~";
    let read = |segments: &str| Response::parse(interchange("HB", "271", "005010X279A1", segments).as_bytes()).unwrap();
    let whole = read(answer);
    for code in ["*20*", "*21*", "*22*"] {
        let seen = read(&answer.replace(code, "*?*"));
        assert_eq!(listed(&seen.unread), [("HL", 3)], "{code}");
        assert_eq!(seen.benefits, whole.benefits);
        assert!(seen.subscriber == whole.subscriber);
    }
}

const PREMIUM: &str = "BPR*I*130*C*ACH*CTX*01*111*DA*1*9SPONSOR01**01*222*DA*2*20260102~TRN*1*T1*9SPONSOR01~\
    N1*PE*PLAN*FI*123456789~N1*PR*SPONSOR*FI*987654321~ENT*1*2J*EI*E7~NM1*IL*1*DOE*JO****N*M1~RMR*AZ*POLICY**130~";

#[test]
fn an_entity_of_unknown_kind_stays() {
    let read = |segments: &str| first(&interchange("RA", "820", "005010X218", segments), PremiumPayment::read).unwrap();
    let whole = read(PREMIUM);
    let seen = read(&PREMIUM.replace("*2J*", "*??*"));
    assert_eq!(listed(&seen.unread), [("ENT", 2)]);
    assert_eq!(seen.value.individuals[0].premiums, whole.value.individuals[0].premiums);
    assert_eq!(seen.value.individuals[0].people, whole.value.individuals[0].people);
}

#[test]
fn no_boolean_is_invented() {
    let text = claims(
        &CLAIMS
            .replace("NM1*IL*1*", "NM1*IL*X*")
            .replace("11:B:1*Y*", "11:B:1*?*"),
    );
    let Read { value, unread, .. } = first(&text, ClaimBatch::read).unwrap();
    let claim = value.claims().next().unwrap();
    assert_eq!(claim.subscriber.person.name.is_person, None);
    assert_eq!(claim.claim.signature_on_file, None);
    assert_eq!(listed(&unread), [("NM1", 2), ("CLM", 6)]);

    let premium = interchange("RA", "820", "005010X218", &PREMIUM.replace("*130*C*", "*130*?*"));
    let seen = first(&premium, PremiumPayment::read).unwrap();
    assert_eq!(
        (seen.value.payment.direction, listed(&seen.unread)),
        (None, vec![("BPR", 3)])
    );

    let members = "BGN*00*R1*20260102*0304****2~N1*P5*SPONSOR*FI*123456789~N1*IN*PLAN*FI*987654321~INS*?*18*021**A~\
        REF*0F*M1~NM1*IL*1*DOE*JO~HD*021**HLT*GOLD*IND~DTP*348*D8*20260101~";
    let seen = first(&interchange("BE", "834", "005010X220A1", members), Enrollment::read).unwrap();
    assert_eq!(seen.value.members[0].is_subscriber, None);
    assert_eq!(listed(&seen.unread), [("INS", 1)]);
}

#[test]
fn money_that_was_not_given_is_absent() {
    let payment = "BPR*I*90*C*CHK************20260105~TRN*1*T1*1512345678~N1*PR*PAYER~N3*1 MAIN ST~N4*BOSTON*MA*02110~\
        PER*BL*ANN*TE*8005550100~N1*PE*CLINIC*XX*1234567893~LX*1~CLP*C1*1***10*12*P1~NM1*QC*1*DOE*JO~\
        SVC*HC:99213**~DTM*472*20260102~";
    let seen = first(&interchange("HP", "835", "005010X221A1", payment), Remittance::read).unwrap();
    let claim = seen.value.claims().next().unwrap();
    assert_eq!((claim.charge, claim.paid), (None, None));
    assert_eq!((claim.lines[0].charge, claim.lines[0].paid), (None, None));
    assert_eq!(listed(&seen.unread), [("CLP", 3), ("CLP", 4), ("SVC", 2), ("SVC", 3)]);

    let adjusted = payment.replace("~DTM*472", "~CAS*P?*1*10~DTM*472");
    let seen = first(&interchange("HP", "835", "005010X221A1", &adjusted), Remittance::read).unwrap();
    assert_eq!(seen.value.claims().next().unwrap().adjusted_to_patient(), None);
    assert_eq!(listed(&seen.unread).last(), Some(&("CAS", 1)));
}

#[test]
fn a_date_of_unknown_format_and_a_reversed_period_are_listed() {
    let answer = "BHT*0022*11*R1*20260102*0304~HL*1**20*1~NM1*PR*2*PAYER*****PI*P1~HL*2*1*21*1~\
        NM1*1P*2*CLINIC*****XX*1234567893~HL*3*2*22*0~NM1*IL*1*DOE*JO****MI*M1~DTP*346*D6*260101~\
        DTP*291*RD8*20261231-20260101~EB*1**30~";
    let seen = Response::parse(interchange("HB", "271", "005010X279A1", answer).as_bytes()).unwrap();
    assert_eq!(listed(&seen.unread), [("DTP", 2), ("DTP", 3)]);
    assert_eq!(seen.unread[1].kind, FindingKind::PeriodReversed);
    assert!(seen.dates[0].is_reversed() && seen.dates.len() == 1);

    let text = claims(&CLAIMS.replace("DTP*472*D8*20260102", "DTP*472*RD8*20260103-20260102"));
    let Read { value, unread, .. } = first(&text, ClaimBatch::read).unwrap();
    assert_eq!((unread.len(), unread[0].kind), (1, FindingKind::PeriodReversed));
    let date = &value.claims().next().unwrap().claim.lines[0].dates[0];
    assert!(date.when.is_reversed());
}
