//! 271: responses of a payer.

use super::{Synthetic, interchange, money};
use std::io::{self, Write};

const SERVICES: [&str; 6] = ["1", "33", "47", "86", "98", "UC"];

/// Writes 271s with one patient each, of about `size` bytes.
///
/// # Errors
/// The error of the writer.
pub fn eligibility<W: Write>(synthetic: &mut Synthetic, size: u64, out: &mut W) -> io::Result<()> {
    let mut count = 0;
    interchange(out, size, ("HB", "271", "005010X279A1"), |out| {
        count += 1;
        let person = synthetic.person();
        out.put(&format!("BHT*0022*11*R{count}*20240102*0304"))?;
        out.put("HL*1**20*1")?;
        out.put("NM1*PR*2*NO PAYER*****PI*99999")?;
        out.put("HL*2*1*21*1")?;
        out.put(&format!("NM1*1P*2*SAMPLE CLINIC*****XX*{}", synthetic.npi()))?;
        out.put("HL*3*2*22*0")?;
        out.put(&format!("TRN*2*T{count}*9SAMPLE001"))?;
        out.put(&format!(
            "NM1*IL*1*{}*{}****MI*{}",
            person.family, person.given, person.member
        ))?;
        out.put("N3*1 NOWHERE ROAD")?;
        out.put("N4*NOWHERE*NY*10001")?;
        out.put(&format!("DMG*D8*{}*{}", person.birth, person.gender))?;
        out.put("DTP*346*D8*20240101")?;
        out.put("EB*1**30**GOLD PLAN")?;
        out.put(&format!("EB*C*IND*30***23*{}*****Y", money(100_000)))?;
        let left = synthetic.below(100_000);
        out.put(&format!("EB*C*IND*30***29*{}*****Y", money(left)))?;
        for service in SERVICES {
            out.put(&format!("EB*1**{service}"))?;
            let copay = synthetic.below(10) * 500;
            out.put(&format!("EB*B**{service}***27*{}*****Y", money(copay)))?;
            out.put(&format!("EB*A**{service}****.{:02}****N", synthetic.below(50)))?;
        }
        Ok(())
    })
}
