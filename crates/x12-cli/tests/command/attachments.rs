//! A 275 with binary data, which hold delimiters.

use super::{out, run};

/// The data.
const DATA: &str = "<zebra>~GE*9*9~\u{7}secret";

fn attachment(stated: usize) -> String {
    format!(
        "ISA*00*          *00*          *ZZ*AA             *ZZ*BB             *240102*0304*^*00501*000000001*0*T*:~\
         GS*PI*AA*BB*20240102*0304*1*X*005010X210~ST*275*0001*005010X210~BGN*11*1*20240102~\
         NM1*PR*2*PAYER*****PI*12345~PER*IC*REVIEW*TE*5552015000~NM1*41*2*CLEARING*****46*A222222221~\
         NM1*1P*2*HOSPITAL*****XX*1234567893~NX1*1P~N3*1 ROAD~N4*TOWN*NY*10001~NM1*QC*1*DOE*JO****MI*M1~\
         REF*EJ*P1~REF*BLT*131~REF*EA*R1~DTP*472*RD8*20240101-20240102~LX*1~TRN*2*1822634840~\
         STC*R4:18594-2::LOI~DTP*368*D8*20240102~CAT*AE*HL~EFI*05~BIN*{stated}*{DATA}~\
         SE*22*0001~GE*1*1~IEA*1*000000001~"
    )
}

#[test]
fn an_attachment_is_checked_acknowledged_and_split_with_its_data() {
    let text = attachment(DATA.len());
    let checked = run(&["validate"], &text);
    assert_eq!(checked.status.code(), Some(0), "{}", out(&checked));
    let acknowledged = run(&["ack"], &text);
    assert_eq!(acknowledged.status.code(), Some(0));
    assert!(out(&acknowledged).contains("IK5*A"), "{}", out(&acknowledged));
    let folder = tempfile::tempdir().unwrap();
    let split = run(&["split", "--out", folder.path().to_str().unwrap()], &text);
    assert_eq!(
        split.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&split.stderr)
    );
    let files: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(files.len(), 1);
    let written = std::fs::read_to_string(files[0].as_ref().unwrap().path()).unwrap();
    assert!(written.contains(&format!("BIN*{}*{DATA}~", DATA.len())), "{written}");
}

#[test]
fn the_data_of_an_attachment_are_shown_nowhere() {
    let wrong = attachment(DATA.len() + 1);
    for arguments in [
        &["validate", "--show-text"][..],
        &["validate", "--format", "html"],
        &["validate", "--format", "json"],
        &["ack"],
        &["json"],
        &["stats"],
    ] {
        let shown = run(arguments, &wrong);
        let error = String::from_utf8_lossy(&shown.stderr);
        assert_eq!(shown.status.code(), Some(1), "{arguments:?} {error}");
        assert!(
            !out(&shown).contains("zebra") && !error.contains("zebra"),
            "{arguments:?} {}",
            out(&shown)
        );
    }
}
