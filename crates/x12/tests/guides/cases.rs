//! Files that a guide must accept, and the findings of those that it must not.

use mc_x12::check::{Report, Settings, check};
use mc_x12::{Finding, Limits, Severity};

/// Findings as `IK403 7 at DTP01 in 2400`; warnings in parentheses.
#[derive(Default)]
struct Findings(Vec<String>);

impl Report for Findings {
    fn finding(&mut self, finding: &Finding<'_>) {
        let (element, code) = finding.kind.code().place_and_value();
        let place = finding.place;
        let at = place.element.map_or(String::new(), |at| format!("{:02}", at.element));
        let text = format!("{element} {code} at {}{at} in {}", place.id, place.loop_id);
        self.0.push(match finding.severity() {
            Severity::Error => text,
            Severity::Warning => format!("({text})"),
        });
    }
}

fn findings(bytes: &[u8]) -> Vec<String> {
    let mut findings = Findings::default();
    let checked = check(bytes, Limits::FILE, &Settings::default(), &mut findings);
    assert!(checked.is_ok(), "a slice can always be read");
    findings.0
}

/// A transaction set in its envelopes, checked.
fn findings_in(group: &str, kind: &str, version: &str, body: &str) -> Vec<String> {
    let count = body.matches('~').count() + 2;
    let text = format!(
        "ISA*00*          *00*          *ZZ*AA             *ZZ*BB             *240102*0304*^*00501*000000001*0*T*:~\
         GS*{group}*AA*BB*20240102*0304*1*X*{version}~ST*{kind}*0001*{version}~{body}SE*{count}*0001~GE*1*1~IEA*1*000000001~"
    );
    findings(text.as_bytes())
}

/// The findings in a case file; `None` where the files are not on this machine.
fn case(name: &str) -> Option<Vec<String>> {
    let folder = super::samples::data().join("cases/x12");
    let bytes = std::fs::read(folder.join(name)).ok();
    if bytes.is_none() {
        println!("skipped: {name} is not on this machine");
    }
    bytes.map(|bytes| findings(&bytes))
}

const DENTAL: &str = "BHT*0019*00*1*20240102*0304*CH~NM1*41*2*X*****46*AA~PER*IC*X*TE*5552015000~NM1*40*2*Y*****46*BB~\
    HL*1**20*1~NM1*85*2*CLINIC*****XX*1234567893~N3*1 ROAD~N4*TOWN*NY*100010000~REF*EI*123456789~HL*2*1*22*0~\
    SBR*P*18*******CI~NM1*IL*1*DOE*JO****MI*M1~N3*1 ROAD~N4*TOWN*NY*10001~DMG*D8*19800101*F~NM1*PR*2*PAYER*****PI*P1~\
    CLM*C1*100***11:B:1*Y*A*Y*Y~";
const LINE: &str = "LX*1~SV3*AD:D2740*100***R*1~TOO*JP*3~DTP*472*D8*20240101~";

fn dental(body: &str) -> Vec<String> {
    findings_in("HC", "837", "005010X224A2", &format!("{DENTAL}{body}"))
}

#[test]
fn a_dental_line_may_state_what_the_guide_allows() {
    assert_eq!(dental(LINE), Vec::<String>::new());
    for line in [
        "LX*1~SV3*AD:D5214*100~TOO*JP*31~DTP*472*D8*20240101~",
        &format!("{LINE}DTP*139*D8*20150101~"),
        &format!("{LINE}DTP*441*D8*20150101~"),
        &format!("{LINE}REF*9A*R1~REF*9C*R2~"),
        &format!("{LINE}NM1*77*2*LAB*****XX*1234567893~N3*1 ROAD~N4*TOWN*NY*10001~REF*1G*A12345~"),
    ] {
        assert_eq!(dental(line), Vec::<String>::new(), "{line}");
    }
    assert_eq!(
        dental(&format!("{LINE}DTP*139*D8*20150101~DTP*441*D8*20150101~")),
        ["IK304 5 at DTP in 2400"],
        "one of the two"
    );
}

#[test]
fn a_dental_claim_names_other_payers_with_their_ids() {
    let other = "SBR*S*18***12****CI~CAS*CO*45*50~AMT*D*50~OI***Y***Y~NM1*IL*1*DOE*JO****MI*O1~NM1*PR*2*OTHER*****PI*O2~\
        DTP*573*D8*20240115~REF*2U*A~REF*FY*B~REF*EI*C~NM1*DN*1~REF*LU*1~";
    assert_eq!(dental(&format!("{other}{LINE}")), Vec::<String>::new());
}

const EVENT: &str = "BHT*0007*13*R1*20240102*0304~HL*1**20*1~NM1*X3*2*PAYER*****PI*99~HL*2*1*21*1~\
    NM1*1P*2*CLINIC*****XX*1234567893~HL*3*2*22*1~NM1*IL*1*DOE*JO****MI*M1~HL*4*3*EV*1~TRN*1*T1*9CLINIC001~\
    UM*HS*I*3*11:B~DTP*AAH*D8*20240102~HI*ABK:M545~";

#[test]
fn a_review_names_another_reviewer_with_or_without_its_reason() {
    let review = |body: &str| {
        findings_in(
            "HI",
            "278",
            "005010X217",
            &format!("{EVENT}{body}HL*5*4*SS*0~SV1*HC:97110**UN*12~"),
        )
    };
    for body in [
        "",
        "NM1*00*2*OTHER~",
        "NM1*GG*2*OTHER~",
        "NM1*CA*2*OTHER~REF*ZZ*DEN1~DTP*598*D8*20240101~",
    ] {
        assert_eq!(review(body), Vec::<String>::new(), "{body}");
    }
    assert_eq!(review("NM1*ZZ*2*OTHER~").len(), 1);
}

/// Not a word about the guide; that a claim has no service date is a warning.
#[test]
fn the_case_files_of_the_guides_are_accepted() {
    for name in [
        "837d-2330b-three-ids.x12",
        "837d-dtp-139.x12",
        "837d-sv306-absent.x12",
        "278-other-umo.x12",
        "278-other-umo-ref.x12",
    ] {
        let errors = case(name).map(|mut findings| {
            findings.retain(|finding| finding != "(IK304 I6 at DTP in 2300)");
            findings
        });
        assert_eq!(errors.unwrap_or_default(), Vec::<String>::new(), "{name}");
    }
}

/// The rules that each case file breaks: the acknowledgement's code, segment and element, loop.
/// Empty: accepted.
const RULES: &[(&str, &[&str])] = &[
    ("837p-subscriber-without-id.x12", &["IK403 I9 at NM109 in 2010BA"]),
    ("837p-no-state.x12", &["IK403 I9 at N402 in 2010BA"]),
    ("837p-cob-eaf-both-levels.x12", &["IK304 I9 at AMT in 2430"]),
    ("837p-phone-with-dashes.x12", &["(IK403 I12 at PER04 in 1000A)"]),
    (
        "837p-ambulance-without-pickup.x12",
        &["IK304 I6 at NM1 in 2310E", "(IK304 I6 at NM1 in 2310F)"],
    ),
    ("837p-ssn-hyphens.x12", &["IK403 I12 at REF02 in 2010BA"]),
    ("837p-duplicate-line-control.x12", &["IK403 I12 at REF02 in 2400"]),
    ("837i-admission-type.x12", &["IK403 7 at CL101 in 2300"]),
    ("837p-two-primary.x12", &["IK403 I12 at SBR01 in 2320"]),
    ("837p-postal-code-france.x12", &[]),
    ("837p-dme-chiro.x12", &[]),
    ("278-notification.x12", &["AK905 2 at GS08 in "]),
    ("271-ls-without-le.x12", &["IK304 3 at LE in 2110C"]),
];

#[test]
fn the_case_files_of_the_rules_break_them() {
    for (name, expected) in RULES {
        if let Some(findings) = case(name) {
            assert_eq!(findings, *expected, "{name}");
        }
    }
}

const EXCHANGE: &str = "BPR*I*220*C*ACH*CCP*******01*199999999*DA*98765*20240104~TRN*3*78905~REF*38*123456~REF*TV*125654~\
    N1*PE*ISSUER*FI*999999999~N1*RM*EXCHANGE*58*HIX~ENT*1~NM1*IL*1*DOE*JO****C1*M1~REF*POL*P1~REF*0F*S1~\
    RMR*ZZ*APTC**220~REF*0N*R1~DTM*582****RD8*20240101-20240131~";

#[test]
fn a_payment_of_an_exchange_has_its_guide() {
    assert_eq!(findings_in("RA", "820", "005010X306", EXCHANGE), Vec::<String>::new());
    let wrong = EXCHANGE.replace("REF*38", "REF*99");
    assert_eq!(findings_in("RA", "820", "005010X306", &wrong), ["IK403 7 at REF01 in "]);
}

const ATTACHMENT: &str = "BGN*11*1*20240102~NM1*PR*2*PAYER*****PI*12345~PER*IC*REVIEW*TE*5552015000~\
    NM1*41*2*CLEARING*****46*A222222221~NM1*1P*2*HOSPITAL*****XX*1234567893~NX1*1P~N3*1 ROAD~N4*TOWN*NY*10001~\
    NM1*QC*1*DOE*JO****MI*M1~REF*EJ*P1~REF*BLT*131~REF*EA*R1~DTP*472*RD8*20240101-20240102~LX*1~TRN*2*1822634840~\
    STC*R4:18594-2::LOI~DTP*368*D8*20240102~CAT*AE*HL~EFI*05~";

#[test]
fn an_attachment_has_its_guide_and_its_data_are_not_text() {
    let check = |bin: &str| {
        let body = format!("{ATTACHMENT}{bin}");
        let terminators = body.matches('~').count() - bin.matches('~').count() + 1;
        let text = format!(
            "ISA*00*          *00*          *ZZ*AA             *ZZ*BB             *240102*0304*^*00501*000000001*0*T*:~\
             GS*PI*AA*BB*20240102*0304*1*X*005010X210~ST*275*0001*005010X210~{body}SE*{}*0001~GE*1*1~IEA*1*000000001~",
            terminators + 2
        );
        findings(text.as_bytes())
    };
    assert_eq!(check("BIN*14*<a>~\u{7}*:^\r\n\u{e9}|*~"), Vec::<String>::new());
    assert_eq!(check("BIN*15*<a>|\u{7}*:^\r\n\u{e9}|*~"), ["IK403 7 at BIN01 in 2110B"]);
    assert_eq!(
        check("BIN*x*data~"),
        ["IK403 6 at BIN01 in 2110B", "IK403 7 at BIN01 in 2110B"]
    );
    assert_eq!(check("BIN*0*~"), ["IK403 1 at BIN02 in 2110B"]);
    assert_eq!(check("bin*3*a~b~"), ["IK304 1 at BIN in 2110B"]);
    let of_another_place = format!("{ATTACHMENT}BIN*2*ok~").replace("REF*EJ*P1~", "BIN*2*~~~REF*EJ*P1~");
    assert!(!findings_in("PI", "275", "005010X210", &of_another_place).is_empty());
}

#[test]
fn versions_without_a_guide_here_are_named() {
    for version in ["005010X211", "005010X213", "005010X215", "005010X216E2", "005010X307A1"] {
        assert!(mc_x12::guide::unchecked(version).is_some(), "{version}");
    }
    assert_eq!(mc_x12::guide::unchecked("005010X2"), None);
    assert_eq!(mc_x12::guide::unchecked("004010X094A1"), None);
}

#[test]
fn the_build_and_the_caller_know_the_same_lists() {
    for list in mc_x12::guide::List::names() {
        assert!(mc_x12::guide::List::named(list).is_some(), "{list}");
    }
}
