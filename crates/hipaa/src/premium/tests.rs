//! Reading by a health plan, and imbalances.

use std::fmt::Write;

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::*;
use crate::balance::Rule;
use crate::parts::arbitrary::interchange;
use crate::parts::{When, number};
use mc_x12::Interchange;

const HEAD: &str = "BPR*I*295.5*C*ACH*CTX*01*111000025*DA*1*9SPONSOR01**01*222000111*DA*2*20260102~TRN*1*T1*9SPONSOR01~REF*38*P7~\
    DTM*582****RD8*20260101-20260131~N1*PE*PLAN*FI*123456789~N2*OF THE CITY~N1*PR*SPONSOR*FI*987654321~PER*IC*HELP*TE*8005550100~\
    N1*BK*BANK*31*222000111~";
const ORGANIZATION: &str = "ENT*1*2L*FI*987654321~ADX*-4.5*52~RMR*IK*INV-1*PI*100*110~REF*14*A1~DTM*582****RD8*20260101-20260131~\
    IT1*1~SAC*C*A172***250~SLN*1**O*5*IE~ADX*-10*20~";
const PEOPLE: &str = "ENT*2*2J*EI*E7~NM1*IL*1*DOE*JO****N*M1~RMR*AZ*POLICY**150~ENT*3*2J*EI*E8~NM1*IL*1*DOE*JIM****N*M2~\
    ADX*-50*52~RMR*AZ*POLICY**100~";

/// A payment as a sponsor writes it.
pub(crate) fn written() -> String {
    interchange("820", "005010X218", &format!("{HEAD}{ORGANIZATION}{PEOPLE}"))
}

fn read(text: &str) -> Result<PremiumPayment, ViewError> {
    let interchange = Interchange::parse(text.as_bytes()).unwrap();
    let transaction = interchange.transactions().next().unwrap();
    Ok(PremiumPayment::read(transaction)?.value)
}

#[test]
fn each_premium_belongs_to_its_member() {
    let payment = read(&written()).unwrap();
    assert_eq!(payment.payment.trace_number, "T1");
    assert_eq!(
        (payment.receiver.more_name.as_str(), payment.banks.len()),
        ("OF THE CITY", 1)
    );
    assert_eq!(payment.payer.contacts.len(), 1);
    assert!(matches!(payment.dates[0].when, When::Days(..)));
    let organization = payment.organization.as_ref().unwrap();
    let premium = &organization.premiums[0];
    assert_eq!((premium.paid, premium.billed), (Some(100.into()), Some(110.into())));
    assert_eq!(premium.adjustments[0].amount, Some((-10).into()));
    assert_eq!(organization.adjustments[0].reason, "52");
    let line = &premium.lines[0];
    assert_eq!(line.charges[0].amount, Some(Decimal::new(25, 1)));
    assert_eq!(
        (line.counts[0].count, line.counts[0].unit.as_str()),
        (Some(5.into()), "IE")
    );
    let found: Vec<_> = payment
        .individuals
        .iter()
        .map(|i| (i.people[0].id("N"), i.premiums[0].paid))
        .collect();
    assert_eq!(found, [(Some("M1"), Some(150.into())), (Some("M2"), Some(100.into()))]);
}

#[test]
fn the_payment_is_the_premiums_and_the_changes_of_earlier_payments() {
    let payment = read(&written()).unwrap();
    assert_eq!(payment.computed_amount(), Some(Decimal::new(2955, 1)));
    assert_eq!(payment.balance(), []);

    let found = read(&written().replace("*295.5*", "*295.51*")).unwrap().balance();
    assert_eq!(
        (found[0].rule, found[0].difference()),
        (Rule::PremiumPayment, Decimal::new(1, 2))
    );
    let expected = "The payment (BPR02) is not the sum of the premiums and the adjustments of earlier payments: \
                    stated 295.51, computed 295.5, difference 0.01";
    assert_eq!(found[0].explain(), expected);
    assert!(!format!("{found:?}").contains("295"));

    let found = read(&written().replace("*100*110~", "*100*111~")).unwrap().balance();
    assert_eq!((found[0].rule, found[0].at.premium), (Rule::Premium, Some(1)));
    assert!(found[0].rule.is_warning() && found.len() == 1);
}

#[test]
fn what_cannot_be_read_is_listed() {
    let text = written().replace("ADX*-50*", "ADX*-5O*").replace("N1*PR*", "N1*QQ*");
    let interchange = Interchange::parse(text.as_bytes()).unwrap();
    let seen = PremiumPayment::read(interchange.transactions().next().unwrap()).unwrap();
    let listed: Vec<_> = seen
        .unread
        .iter()
        .map(|finding| (finding.place.id, finding.place.loop_id))
        .collect();
    // Without its qualifier the payer is taken for another receiver, which has no contacts.
    let expected = [("N1", "1000A"), ("PER", "1000A"), ("N1", "1000B"), ("ADX", "2200B")];
    assert_eq!(listed, expected);
    assert_eq!(seen.value.computed_amount(), None);
    assert_eq!(seen.value.balance(), []);
    assert_eq!(seen.value.premiums().count(), 3);
}

#[test]
fn debug_output_holds_nothing_of_a_member() {
    let shown = format!("{:?}", read(&written()).unwrap());
    for secret in ["DOE", "M1", "POLICY"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

proptest! {
    #[test]
    fn no_cent_is_lost(cents in prop::collection::vec((0i64..10_000_000, -100_000i64..100_000), 1..20)) {
        let mut sum = Decimal::ZERO;
        let mut people = String::new();
        for (at, (paid, change)) in cents.iter().enumerate() {
            let (paid, change) = (Decimal::new(*paid, 2), Decimal::new(*change, 2));
            sum += paid + change;
            let (paid, change) = (number(paid), number(change));
            write!(people, "ENT*{at}*2J*EI*{at}~ADX*{change}*52~RMR*AZ*P**{paid}~").unwrap();
        }
        let head = HEAD.replace("*295.5*", &format!("*{}*", number(sum)));
        let payment = read(&interchange("820", "005010X218", &format!("{head}{people}"))).unwrap();
        prop_assert_eq!(payment.computed_amount(), Some(sum));
        prop_assert_eq!(payment.balance(), []);
    }
}
