//! 835: payments whose sums agree to the cent.

use super::{Counted, Synthetic, interchange, money};
use std::io::{self, Write};

/// Claims in one payment.
const CLAIMS: u32 = 200;

/// A service line: charge, contractual adjustment, the patient's share, in cents.
struct Line {
    charge: u32,
    adjusted: u32,
    patient: u32,
}

impl Line {
    fn paid(&self) -> u32 {
        self.charge - self.adjusted - self.patient
    }
}

/// Writes an 835 of about `size` bytes.
///
/// # Errors
/// The error of the writer.
pub fn remittance<W: Write>(synthetic: &mut Synthetic, size: u64, out: &mut W) -> io::Result<()> {
    let mut payments = 0;
    interchange(out, size, ("HP", "835", "005010X221A1"), |out| {
        payments += 1;
        // BPR02 precedes the amounts that it sums up, so the payment is planned first. A claim
        // takes about 400 bytes.
        let left = u32::try_from(size.saturating_sub(out.bytes) / 400).unwrap_or(u32::MAX);
        let claims: Vec<Vec<Line>> = (0..left.clamp(1, CLAIMS)).map(|_| lines(synthetic)).collect();
        let total: u32 = claims.iter().flatten().map(Line::paid).sum();
        out.put(&format!(
            "BPR*I*{}*C*ACH*CCP*01*999999999*DA*123456789*1999999999**01*999999998*DA*987654321*20240103",
            money(total)
        ))?;
        out.put(&format!("TRN*1*EFT{payments:09}*1999999999"))?;
        out.put("DTM*405*20240103")?;
        out.put("N1*PR*NO PAYER")?;
        out.put("N3*1 NOWHERE STREET")?;
        out.put("N4*NOWHERE*NY*10001")?;
        out.put("PER*BL*SAMPLE*TE*5552015000")?;
        out.put(&format!("N1*PE*SAMPLE CLINIC*XX*{}", synthetic.npi()))?;
        out.put("LX*1")?;
        claims.iter().try_for_each(|lines| claim(synthetic, lines, out))
    })
}

fn lines(synthetic: &mut Synthetic) -> Vec<Line> {
    (0..=synthetic.below(4))
        .map(|_| {
            let charge = 2_000 + synthetic.below(30_000);
            Line {
                charge,
                adjusted: charge * synthetic.below(40) / 100,
                patient: synthetic.below(1_000),
            }
        })
        .collect()
}

fn claim<W: Write>(synthetic: &mut Synthetic, lines: &[Line], out: &mut Counted<'_, W>) -> io::Result<()> {
    let person = synthetic.person();
    let sum = |of: fn(&Line) -> u32| money(lines.iter().map(of).sum());
    let (charge, paid, patient) = (sum(|line| line.charge), sum(Line::paid), sum(|line| line.patient));
    out.put(&format!(
        "CLP*{0}*1*{charge}*{paid}*{patient}*12*P{0}*11*1",
        person.member
    ))?;
    out.put(&format!(
        "NM1*QC*1*{}*{}****MI*{}",
        person.family, person.given, person.member
    ))?;
    let day = synthetic.date(2_023, 2_024);
    for (n, line) in (1..).zip(lines) {
        let procedure = synthetic.one_of(&["99213", "99214", "36415"]);
        out.put(&format!(
            "SVC*HC:{procedure}*{}*{}**1",
            money(line.charge),
            money(line.paid())
        ))?;
        out.put(&format!("DTM*472*{day}"))?;
        if line.adjusted > 0 {
            out.put(&format!("CAS*CO*45*{}", money(line.adjusted)))?;
        }
        if line.patient > 0 {
            out.put(&format!("CAS*PR*3*{}", money(line.patient)))?;
        }
        out.put(&format!("REF*6R*{}L{n}", person.member))?;
    }
    Ok(())
}
