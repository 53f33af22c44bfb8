//! Memory does not grow with the input.

use std::fmt::Write as _;
use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};

/// Bytes of the claims.
const SIZE: usize = 30 << 20;
/// What the process may allocate, in KB: 64 MB.
const LIMIT: u32 = 64 << 10;

/// One transaction set: a claim for each subscriber, of two providers. The second has a wrong NPI,
/// which concerns all their claims. Returns the number of claims.
fn write_claims(path: &Path) -> usize {
    let mut text = String::from(
        "ISA*00*          *00*          *ZZ*CLINIC         *ZZ*PAYER          *240102*0304*^*00501*000000007*1*T*:~\
         GS*HC*CLINIC*PAYER*20240102*0304*8*X*005010X222A1~ST*837*0009*005010X222A1~BHT*0019*00*BATCH-1*20240102*0304*CH~\
         NM1*41*2*CLINIC*****46*S1~PER*IC*DESK*TE*8005550100~NM1*40*2*PAYER*****46*P1~",
    );
    let (mut level, mut claims) = (0, 0);
    for (npi, size) in [("1234567893", SIZE / 2), ("1234567890", SIZE)] {
        level += 1;
        let parent = level;
        write!(
            text,
            "HL*{level}**20*1~NM1*85*2*CLINIC*****XX*{npi}~N3*1 ELM ST~N4*BOSTON*MA*021100001~REF*EI*123456789~"
        )
        .unwrap();
        while text.len() < size {
            (level, claims) = (level + 1, claims + 1);
            write!(
                text,
                "HL*{level}*{parent}*22*0~SBR*P*18*******CI~NM1*IL*1*DOE*JO****MI*M{claims}~N3*1 ELM ST~N4*BOSTON*MA*02110~\
                 DMG*D8*19800101*F~NM1*PR*2*PAYER*****PI*P1~CLM*C{claims}*100***11:B:1*Y*A*Y*Y~HI*ABK:J020~LX*1~\
                 SV1*HC:99213*100*UN*1***1~DTP*472*D8*20240102~"
            )
            .unwrap();
        }
    }
    let segments = text.matches('~').count() - 1;
    write!(text, "SE*{segments}*0009~GE*1*8~IEA*1*000000007~").unwrap();
    std::fs::write(path, text).unwrap();
    claims
}

/// Runs the command with what it may allocate limited; beyond it an allocation fails.
fn limited(arguments: &[&str], input: &Path, limit: u32, answer: &Path) -> Option<i32> {
    let ended = Command::new("sh")
        .args(["-c", "ulimit -d \"$0\" && exec \"$@\"", &limit.to_string()])
        .arg(env!("CARGO_BIN_EXE_medconnect-x12"))
        .args(arguments)
        .arg(input)
        .stdout(File::create(answer).unwrap())
        .stderr(Stdio::inherit())
        .status();
    ended.unwrap().code()
}

/// Transaction sets of one long segment each, which has a finding.
fn write_long_segments(path: &Path, sets: usize) {
    let mut text = String::from(
        "ISA*00*          *00*          *ZZ*CLINIC         *ZZ*PAYER          *240102*0304*^*00501*000000007*1*T*:~\
         GS*HC*CLINIC*PAYER*20240102*0304*8*X*005010X222A1~",
    );
    let long = "A".repeat(250_000);
    for n in 1..=sets {
        write!(
            text,
            "ST*837*{n:04}*005010X222A1~BHT*0019*00*{long}*20240102*0304*CH~SE*3*{n:04}~"
        )
        .unwrap();
    }
    write!(text, "GE*{sets}*8~IEA*1*000000007~").unwrap();
    std::fs::write(path, text).unwrap();
}

#[test]
#[cfg(target_os = "linux")]
fn a_page_of_long_segments_takes_no_more_memory_than_what_it_shows() {
    let folder = tempfile::tempdir().unwrap();
    let (input, page) = (folder.path().join("long.x12"), folder.path().join("page.html"));
    write_long_segments(&input, 240);
    let arguments = ["validate", "--quiet", "--format", "html"];
    assert_eq!(limited(&arguments, &input, 48 << 10, &page), Some(1), "no abort");
    let size = std::fs::metadata(&page).unwrap().len();
    assert!((7 << 20..10 << 20).contains(&size), "{size} bytes of 60 MB");
}

#[test]
#[cfg(target_os = "linux")]
fn claims_of_any_size_are_answered_in_64_megabytes() {
    let folder = tempfile::tempdir().unwrap();
    let (input, answer) = (folder.path().join("claims.x12"), folder.path().join("277ca.x12"));
    let claims = write_claims(&input);
    let ended = limited(&["ack", "--claims"], &input, LIMIT, &answer);
    assert_eq!(ended, Some(1), "there are errors, and no abort");
    let text = std::fs::read_to_string(&answer).unwrap();
    assert_eq!(text.matches("~CLM*").count(), 0);
    assert_eq!(text.matches("~TRN*2*C").count(), claims);
    let rejected = text.matches("~STC*A7:562:85*").count();
    assert_eq!(text.matches("~STC*A2:20:PR*").count(), claims - rejected);
    let (accepted, sum) = (claims - rejected, (claims - rejected) * 100);
    let totals = format!(
        "~QTY*90*{accepted}~QTY*AA*{rejected}~AMT*YU*{sum}~AMT*YY*{}~",
        rejected * 100
    );
    assert!(rejected > 0 && text.contains(&totals), "{totals}");
    let of_first = format!("~QTY*QA*{accepted}~AMT*YU*{sum}~");
    assert!(text.contains(&of_first), "{of_first}");
}
