//! 837P: claims of several practices, where the subscriber is the patient.

use super::{Counted, Synthetic, interchange, money};
use std::io::{self, Write};

/// Claims in one transaction set.
const CLAIMS: u32 = 500;
const PROCEDURES: [&str; 6] = ["99213", "99214", "36415", "80053", "85025", "93000"];
const DIAGNOSES: [&str; 6] = ["I10", "E119", "J069", "M545", "Z0000", "R079"];

/// Writes an 837P of about `size` bytes.
///
/// # Errors
/// The error of the writer.
pub fn claims<W: Write>(synthetic: &mut Synthetic, size: u64, out: &mut W) -> io::Result<()> {
    interchange(out, size, ("HC", "837", "005010X222A1"), |out| {
        out.put("BHT*0019*00*1*20240102*0304*CH")?;
        out.put("NM1*41*2*SAMPLE BILLING*****46*SENDER")?;
        out.put("PER*IC*SAMPLE*TE*5552015000")?;
        out.put("NM1*40*2*NO PAYER*****46*RECEIVER")?;
        out.put("HL*1**20*1")?;
        out.put(&format!("NM1*85*2*SAMPLE CLINIC*****XX*{}", synthetic.npi()))?;
        out.put("N3*1 NOWHERE STREET")?;
        out.put("N4*NOWHERE*NY*100010000")?;
        out.put("REF*EI*123456789")?;
        let mut count = 0;
        while count == 0 || (count < CLAIMS && out.bytes < size) {
            count += 1;
            claim(synthetic, count, out)?;
        }
        Ok(())
    })
}

fn claim<W: Write>(synthetic: &mut Synthetic, number: u32, out: &mut Counted<'_, W>) -> io::Result<()> {
    let person = synthetic.person();
    out.put(&format!("HL*{}*1*22*0", number + 1))?;
    out.put("SBR*P*18*GROUP1******CI")?;
    out.put(&format!(
        "NM1*IL*1*{}*{}****MI*{}",
        person.family, person.given, person.member
    ))?;
    out.put(&format!("N3*{} NOWHERE ROAD", 1 + synthetic.below(999)))?;
    out.put("N4*NOWHERE*NY*10001")?;
    out.put(&format!("DMG*D8*{}*{}", person.birth, person.gender))?;
    out.put("NM1*PR*2*NO PAYER*****PI*99999")?;
    let lines: Vec<(&str, u32)> = (0..=synthetic.below(5))
        .map(|_| (synthetic.one_of(&PROCEDURES), 1_000 + synthetic.below(30_000)))
        .collect();
    let total = lines.iter().map(|(_, cents)| cents).sum();
    out.put(&format!("CLM*{}*{}***11:B:1*Y*A*Y*Y", person.member, money(total)))?;
    let first = synthetic.one_of(&DIAGNOSES);
    let second = DIAGNOSES.iter().find(|other| **other != first).unwrap_or(&"I10");
    out.put(&format!("HI*ABK:{first}*ABF:{second}"))?;
    out.put(&format!("NM1*82*1*{}*{}****XX*{}", "WILLOW", "SAM", synthetic.npi()))?;
    let day = synthetic.date(2_022, 2_023);
    for (n, (procedure, cents)) in (1..).zip(lines) {
        out.put(&format!("LX*{n}"))?;
        out.put(&format!("SV1*HC:{procedure}*{}*UN*1***1:2", money(cents)))?;
        out.put(&format!("DTP*472*D8*{day}"))?;
        out.put(&format!("REF*6R*{}L{n}", person.member))?;
    }
    Ok(())
}
