//! Small valid transaction sets, and their findings after an edit.

pub use crate::flood::ISA;
use mc_x12::acknowledgement::{Acknowledger, InterchangeOutcome, Values};
use mc_x12::check::{Report, Settings, Verdict, check};
use mc_x12::finding::{FindingKind, Place};
use mc_x12::{Finding, Limits};

/// A professional claim of two lines, with another payer.
pub const CLAIM: &str = "ST*837*0001*005010X222A1~BHT*0019*00*1*20240102*0304*CH~NM1*41*2*BILLING*****46*SENDER~PER*IC*DESK*TE*5552015000~\
    NM1*40*2*PAYER*****46*RECEIVER~HL*1**20*1~NM1*85*2*CLINIC*****XX*1234567893~N3*1 STREET~N4*TOWN*NY*100010000~REF*EI*123456789~\
    HL*2*1*22*0~SBR*S*18*GROUP******CI~NM1*IL*1*BIRCH*ADA****MI*M1~N3*2 ROAD~N4*TOWN*NY*10001~DMG*D8*19800229*F~\
    NM1*PR*2*PAYER*****PI*99999~CLM*A1*150***11:B:1*Y*A*Y*Y~HI*ABK:I10*ABF:E119~SBR*P*18*******CI~CAS*CO*45*50~AMT*D*100~\
    OI***Y***Y~NM1*IL*1*BIRCH*ADA****MI*M2~NM1*PR*2*OTHER*****PI*88888~LX*1~SV1*HC:99213*100*UN*1***1:2~DTP*472*D8*20240101~\
    LX*2~SV1*HC:36415*50*UN*1***1~DTP*472*RD8*20240101-20240102~SE*32*0001~";

/// A payment of one claim with one line, less a provider adjustment.
pub const PAYMENT: &str = "ST*835*0001~BPR*I*70*C*ACH*CCP*01*999999999*DA*123*1999999999**01*999999998*DA*987*20240103~\
    TRN*1*EFT1*1999999999~DTM*405*20240103~N1*PR*PAYER~N3*1 STREET~N4*TOWN*NY*10001~PER*BL*DESK*TE*5552015000~\
    N1*PE*CLINIC*XX*1234567893~LX*1~CLP*A1*1*100*80*5*12*P1*11*1~NM1*QC*1*BIRCH*ADA****MI*M1~SVC*HC:99213*100*80**1~\
    DTM*472*20240101~CAS*CO*45*15~CAS*PR*3*5~PLB*1234567893*20241231*WO:X*10~SE*18*0001~";

/// An answer with two benefits.
pub const ANSWER: &str = "ST*271*0001*005010X279A1~BHT*0022*11*1*20240102*030405~HL*1**20*1~NM1*PR*2*PAYER*****PI*99999~\
    HL*2*1*21*1~NM1*1P*2*CLINIC*****XX*1234567893~HL*3*2*22*0~TRN*2*T1*9NOBODY001~NM1*IL*1*BIRCH*ADA****MI*M1~\
    DMG*D8*19800229*F~EB*1*IND*30^98**GOLD~EB*B**98***27*25*****Y~SE*13*0001~";

/// An inquiry about one subscriber.
pub const INQUIRY: &str = "ST*270*0001*005010X279A1~BHT*0022*13*1*20240102*0304~HL*1**20*1~NM1*PR*2*PAYER*****PI*99999~HL*2*1*21*1~\
    NM1*1P*2*CLINIC*****XX*1234567893~HL*3*2*22*0~TRN*1*T1*9NOBODY001~NM1*IL*1*BIRCH*ADA****MI*M1~DMG*D8*19800229~\
    DTP*291*D8*20240102~EQ*30~SE*13*0001~";

/// A change of a subscriber and a dependent.
pub const ENROLLMENT: &str = "ST*834*0001*005010X220A1~BGN*00*1*20240102*0304****2~N1*P5*SPONSOR*FI*100000001~N1*IN*INSURER*FI*100000002~\
    INS*Y*18*021*28*A***FT~REF*0F*S1~NM1*IL*1*BIRCH*ADA~HD*021**HLT~DTP*348*D8*20240101~\
    INS*N*19*021*28*A~REF*0F*S1~NM1*IL*1*BIRCH*EVE~HD*021**DEN~DTP*348*D8*20240101~SE*15*0001~";

/// A group of a kind and version around transaction sets.
pub fn group(kind: &str, version: &str, sets: &str, count: usize) -> String {
    format!("GS*{kind}*CLINIC*PAYER*20240102*0304*8*X*{version}~{sets}GE*{count}*8~")
}

/// An interchange around groups.
pub fn interchange(groups: &str, count: usize) -> String {
    format!("{ISA}{groups}IEA*{count}*000000007~")
}

pub fn claim() -> String {
    interchange(&group("HC", "005010X222A1", CLAIM, 1), 1)
}

pub fn payment() -> String {
    interchange(&group("HP", "005010X221A1", PAYMENT, 1), 1)
}

pub fn answer() -> String {
    interchange(&group("HB", "005010X279A1", ANSWER, 1), 1)
}

pub fn inquiry() -> String {
    interchange(&group("HS", "005010X279A1", INQUIRY, 1), 1)
}

pub fn enrollment() -> String {
    interchange(&group("BE", "005010X220A1", ENROLLMENT, 1), 1)
}

/// An edit of a text with one transaction set, whose segments are counted again.
pub fn changed(text: &str, from: &str, to: &str) -> String {
    let text = edited(text, from, to);
    let (before, rest) = text.split_once("~ST*").unwrap();
    let (body, rest) = rest.split_once("~SE*").unwrap();
    let (_, after) = rest.split_once('*').unwrap();
    let count = body.matches('~').count() + 2;
    format!("{before}~ST*{body}~SE*{count}*{after}")
}

/// The text with the only occurrence of `from` replaced.
pub fn edited(text: &str, from: &str, to: &str) -> String {
    assert_eq!(text.matches(from).count(), 1, "{from:?} must occur there once");
    text.replace(from, to)
}

/// A finding, owned.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    pub kind: FindingKind,
    pub place: Place,
    pub value: Option<String>,
}

#[derive(Debug, Default)]
pub struct Listener(pub Vec<Found>);

impl Report for Listener {
    fn finding(&mut self, finding: &Finding<'_>) {
        self.0.push(Found {
            kind: finding.kind,
            place: finding.place,
            value: finding.value.map(str::to_owned),
        });
    }
}

pub fn check_within(text: &[u8], limits: Limits, settings: &Settings) -> (Vec<Found>, Verdict) {
    let mut listener = Listener::default();
    let verdict = check(text, limits, settings, &mut listener).unwrap();
    (listener.0, verdict)
}

/// Each finding as `IK403 1 segment 12 (NM1 in 2010AA) element 9`.
pub fn findings(text: &str) -> Vec<String> {
    findings_in(text.as_bytes(), &Settings::default())
}

pub fn findings_in(text: &[u8], settings: &Settings) -> Vec<String> {
    let (findings, _) = check_within(text, Limits::FILE, settings);
    let line = |found: &Found| {
        let (at, code) = found.kind.code().place_and_value();
        format!("{at} {code} {}", found.place)
    };
    findings.iter().map(line).collect()
}

/// The outcome of the first interchange.
pub fn outcome_of(bytes: &[u8]) -> InterchangeOutcome {
    let mut acknowledger = Acknowledger::new(Values::Copied);
    check(bytes, Limits::FILE, &Settings::default(), &mut acknowledger).unwrap();
    acknowledger.finish().remove(0)
}

/// Asserts that each edit of a text causes exactly the one finding.
pub fn each(text: &str, cases: &[(&str, &str, &str)]) {
    for (from, to, expected) in cases {
        assert_eq!(findings(&edited(text, from, to)), [*expected], "{from} -> {to}");
    }
}

#[test]
fn the_samples_are_sound() {
    for text in [claim(), payment(), answer(), inquiry(), enrollment()] {
        assert_eq!(findings(&text), [""; 0]);
    }
}
