//! Lists what an 834 changes, member by member: `cargo run -p mc-hipaa --example read_enrollment
//! FILE`. Without a file it reads a small one of its own.

use std::error::Error;
use std::io::{Read, Write};

use mc_hipaa::stream::members;

const OWN: &str = "ISA*00*          *00*          *ZZ*SPONSOR        *ZZ*PLAN           *260102*0304*^*00501*000000001*0\
    *T*:~GS*BE*SPONSOR*PLAN*20260102*0304*1*X*005010X220A1~ST*834*0001*005010X220A1~BGN*00*R1*20260102*0304****2~\
    N1*P5*SPONSOR*FI*123456789~N1*IN*PLAN*FI*987654321~INS*Y*18*021*28*A***FT~REF*0F*M1~NM1*IL*1*SAMPLE*ANN~\
    HD*021**HLT*GOLD*FAM~DTP*348*D8*20260101~INS*N*19*0Z1*28*A~REF*0F*M1~NM1*IL*1*SAMPLE*BEN~HD*024**HLT*GOLD*FAM~\
    DTP*349*D8*20260131~SE*15*0001~GE*1*1~IEA*1*000000001~";

fn main() -> Result<(), Box<dyn Error>> {
    let out = &mut std::io::stdout().lock();
    match std::env::args().nth(1) {
        Some(file) => list(std::fs::File::open(file)?, out),
        None => list(OWN.as_bytes(), out),
    }
}

/// One line for each coverage of each member; an unknown maintenance type is never guessed.
fn list(source: impl Read, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    for next in members(source) {
        let member = next?.member;
        for coverage in &member.value.coverages {
            let day = coverage.date("348").or_else(|| coverage.date("349"));
            let day = day.map_or("?".to_owned(), |day| day.to_string());
            match coverage.maintenance {
                Some(maintenance) => writeln!(out, "{maintenance:?} {} {day}", coverage.insurance_line)?,
                None => writeln!(out, "? {} {day}", coverage.insurance_line)?,
            }
        }
        for finding in &member.unread {
            writeln!(out, "  not read: {}: {finding}", finding.place)?;
        }
    }
    Ok(())
}

#[test]
fn each_coverage_is_listed_and_the_unknown_code_is_named() {
    let mut out = Vec::new();
    list(OWN.as_bytes(), &mut out).unwrap();
    let out = String::from_utf8(out).unwrap();
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines[..2], ["Add HLT 2026-01-01", "End HLT 2026-01-31"]);
    assert!(
        lines[2].starts_with("  not read: segment 12 (INS in 2000) element 3"),
        "{out}"
    );
    assert_eq!(lines.len(), 3);
}
