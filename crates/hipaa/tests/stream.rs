//! What a stream returns is what the whole transaction set holds; damage costs what it touches.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use mc_hipaa::claim::{ClaimBatch, PlacedClaim};
use mc_hipaa::eligibility::Response;
use mc_hipaa::remittance::Remittance;
use mc_hipaa::stream::{self, StreamedRemittance};
use mc_x12::finding::FindingKind;
use mc_x12::synthetic::{Synthetic, claims, eligibility, remittance};
use mc_x12::units::UnitError;
use mc_x12::{Fault, Interchange, Limits, StreamError};

fn generated(make: fn(&mut Synthetic, u64, &mut Vec<u8>) -> std::io::Result<()>, size: u64) -> Vec<u8> {
    let mut out = Vec::new();
    make(&mut Synthetic::new(7), size, &mut out).unwrap();
    out
}

#[test]
fn each_claim_is_that_of_the_whole_batch() {
    let file = generated(claims, 60_000);
    let interchange = Interchange::parse_within(&file, Limits::FILE).unwrap();
    let batches: Vec<_> = interchange
        .transactions()
        .map(|set| ClaimBatch::read(set).unwrap().value)
        .collect();
    let whole: Vec<PlacedClaim<'_>> = batches.iter().flat_map(ClaimBatch::claims).collect();
    let streamed: Vec<_> = stream::claims(file.as_slice()).map(Result::unwrap).collect();
    assert!(whole.len() > 20);
    assert_eq!(streamed.len(), whole.len());
    for (one, placed) in streamed.iter().zip(whole) {
        assert!(one.claim.is_complete() && one.billing.is_complete() && one.subscriber.is_complete());
        assert_eq!(&one.claim.value, placed.claim);
        assert_eq!(one.billing.value.name, placed.billing.name);
        assert_eq!(one.subscriber.value.person, placed.subscriber.person);
        assert_eq!(one.subscriber.value.payer, placed.subscriber.payer);
        assert_eq!(
            one.patient.as_ref().map(|patient| &patient.value.person),
            placed.patient.map(|patient| &patient.person)
        );
    }
    assert_eq!(streamed[0].batch.value.reference, batches[0].reference);
}

#[test]
fn each_payment_is_that_of_the_whole_remittance() {
    let file = generated(remittance, 60_000);
    let interchange = Interchange::parse_within(&file, Limits::FILE).unwrap();
    let sets = interchange
        .transactions()
        .map(|set| Remittance::read(set).unwrap().value);
    let sets: Vec<_> = sets.collect();
    let whole: Vec<_> = sets.iter().flat_map(Remittance::claims).collect();
    let mut found = Vec::new();
    let mut adjusted = Vec::new();
    for next in stream::remittances(file.as_slice()) {
        match next.unwrap() {
            StreamedRemittance::Claim(payment) => {
                assert_eq!(payment.header.value.payer, sets[0].payer);
                found.push(payment.claim.value);
            }
            StreamedRemittance::ProviderAdjustments { adjustments, .. } => adjusted.extend(adjustments.value),
            _ => unreachable!(),
        }
    }
    assert!(whole.len() > 20);
    assert_eq!(found.iter().collect::<Vec<_>>(), whole);
    let expected: Vec<_> = sets.iter().flat_map(|set| set.adjustments.clone()).collect();
    assert_eq!(adjusted, expected);
}

#[test]
fn a_file_that_is_cut_returns_what_is_whole_and_says_what_is_missing() {
    let file = generated(claims, 20_000);
    let cut = &file[..file.len() / 2];
    let found: Vec<_> = stream::claims(cut).collect();
    let whole = stream::claims(file.as_slice()).count();
    let (claims, errors): (Vec<_>, Vec<_>) = found.into_iter().partition(Result::is_ok);
    assert!(!claims.is_empty() && claims.len() < whole);
    let faults: Vec<_> = errors
        .into_iter()
        .filter_map(|error| match error.err() {
            Some(UnitError::Stream(StreamError::Read(error))) => Some(error.fault),
            _ => None,
        })
        .collect();
    let missing = |header, trailer| Fault::TrailerMissing { header, trailer };
    let expected = [missing("ST", "SE"), missing("GS", "GE"), missing("ISA", "IEA")];
    assert_eq!(faults, expected);
}

#[test]
fn an_amount_that_cannot_be_read_costs_that_amount() {
    let file = String::from_utf8(generated(claims, 5_000)).unwrap();
    let at = file.find("SV1*").unwrap();
    let charge = at + file[at..].match_indices('*').nth(1).unwrap().0 + 1;
    let mut damaged = file.clone().into_bytes();
    damaged[charge] = b'O';
    let found: Vec<_> = stream::claims(damaged.as_slice()).map(Result::unwrap).collect();
    assert_eq!(found.len(), stream::claims(file.as_bytes()).count());
    let listed: Vec<_> = found.iter().flat_map(|one| &one.claim.unread).collect();
    assert_eq!((listed.len(), listed[0].place.id), (1, "SV1"));
    assert_eq!(found[0].claim.value.lines[0].service.charge(), None);
}

#[test]
fn a_source_without_an_interchange_is_an_error() {
    for source in ["", " \r\n"] {
        let mut payments = stream::remittances(source.as_bytes());
        let Some(Err(UnitError::Stream(StreamError::Read(error)))) = payments.next() else {
            panic!("{source:?} is no error");
        };
        assert_eq!(error.fault, Fault::NotAnInterchange);
        assert!(payments.next().is_none());
    }
}

#[test]
fn transaction_sets_of_other_kinds_are_counted() {
    let file = generated(claims, 20_000);
    let sets = Interchange::parse_within(&file, Limits::FILE)
        .unwrap()
        .transactions()
        .count();
    let mut payments = stream::remittances(file.as_slice());
    assert!(payments.next().is_none());
    assert_eq!(payments.left_out(), sets as u64);
}

#[test]
fn an_empty_segment_costs_nothing_else() {
    let file = String::from_utf8(generated(remittance, 4_000)).unwrap();
    let damaged = file.replacen("~\nSVC*", "~~\nSVC*", 1);
    let values =
        |file: &str| -> Vec<StreamedRemittance> { stream::remittances(file.as_bytes()).map(Result::unwrap).collect() };
    let (whole, found) = (values(&file), values(&damaged));
    assert_eq!(found.len(), whole.len());
    let listed: Vec<_> = found.iter().flat_map(StreamedRemittance::unread).collect();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].kind, FindingKind::Unreadable(Fault::EmptySegment));
    let interchange = Interchange::parse_within(damaged.as_bytes(), Limits::FILE).unwrap();
    let read = Remittance::read(interchange.transactions().next().unwrap()).unwrap();
    assert_eq!((read.unread.len(), read.unread[0].kind), (1, listed[0].kind));
}

#[test]
fn what_cannot_be_read_above_a_claim_makes_it_incomplete() {
    let file = String::from_utf8(generated(remittance, 4_000)).unwrap();
    let (before, amount) = file.split_once("BPR*I*").unwrap();
    let damaged = format!("{before}BPR*I*X{amount}");
    let first = stream::remittances(damaged.as_bytes()).next().unwrap().unwrap();
    assert!(!first.is_complete() && first.strict().is_err());
    let first = stream::remittances(file.as_bytes()).next().unwrap().unwrap();
    assert!(first.is_complete() && first.strict().is_ok());
}

/// The responses of a file, each transaction set as a whole.
fn responses(file: &[u8]) -> Vec<Response> {
    let interchange = Interchange::parse_within(file, Limits::FILE).unwrap();
    let sets = interchange.transactions();
    sets.flat_map(|set| Response::read_all(set).unwrap()).collect()
}

const LEVELS: &str = "BHT*0022*11*R1*20260102*0304~HL*1**20*1~NM1*PR*2*PAYER*****PI*P1~PER*IC*DESK*TE*8005550100~\
    HL*2*1*21*1~NM1*1P*2*CLINIC*****XX*1234567893~HL*3*2*22*1~NM1*IL*1*DOE*JO****MI*M1~EB*1**30~\
    HL*4*3*23*0~TRN*2*T1*9CLINIC001~NM1*03*1*DOE*ANN~EB*1**30~EB*B**98***27*2O~HL*5*3*23*0~NM1*03*1*DOE*JIM~\
    AAA*N**75*C~HL*6*2*22*0~TRN*2*T2*9CLINIC001~NM1*IL*1*ROE*SUE****MI*M2~EB*6**30~HL*7*1*21*0~\
    NM1*1P*2*OTHER*****XX*1234567893~AAA*N**51*C~HL*8**20*0~AAA*Y**42*P~NM1*PR*2*SECOND*****PI*P2~";

#[test]
fn each_response_is_that_of_the_whole_transaction_set() {
    let count = LEVELS.matches('~').count() + 2;
    let written = format!(
        "ISA*00*          *00*          *ZZ*A              *ZZ*B              *260102*0304*^*00501*000000001*0*T*:~\
         GS*HB*AA*BB*20260102*0304*1*X*005010X279A1~ST*271*0001*005010X279A1~{LEVELS}SE*{count}*0001~GE*1*1~\
         IEA*1*000000001~"
    );
    for file in [generated(eligibility, 60_000), written.into_bytes()] {
        let whole = responses(&file);
        assert!(whole.len() > 4);
        let streamed: Vec<_> = stream::benefits(file.as_slice()).map(Result::unwrap).collect();
        assert_eq!(streamed.len(), whole.len());
        for (one, expected) in streamed.iter().zip(&whole) {
            assert!(one.response == *expected, "{:?} {expected:?}", one.response);
        }
    }
}

#[test]
fn benefits_of_a_file_that_is_cut_are_those_of_the_patients_that_are_whole() {
    let file = generated(eligibility, 20_000);
    let whole = stream::benefits(file.as_slice()).count();
    let found: Vec<_> = stream::benefits(&file[..file.len() / 2]).collect();
    let responses = found.iter().filter(|next| next.is_ok()).count();
    assert!(responses > 0 && responses < whole);
    assert!(found.iter().any(Result::is_err));
}

#[test]
fn interchanges_are_returned_one_by_one() {
    let one = generated(claims, 3_000);
    let file = [one.clone(), one.clone()].concat();
    let found: Vec<_> = stream::interchanges(file.as_slice(), 1 << 20)
        .map(Result::unwrap)
        .collect();
    assert_eq!(found.len(), 2);
    let whole = Interchange::parse(&found[1]).unwrap();
    assert_eq!(
        whole.transactions().count(),
        Interchange::parse(&one).unwrap().transactions().count()
    );
    assert_eq!(
        stream::interchanges(file.as_slice(), 100)
            .filter(Result::is_err)
            .count(),
        2
    );
}
