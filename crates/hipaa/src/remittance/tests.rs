//! Written values read back equal, and imbalances are found.

use chrono::NaiveDate;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::*;
use crate::balance::Rule;
use crate::parts::arbitrary::*;
use crate::parts::{Adjustment, Contact, Name, Procedure, total};
use mc_x12::Interchange;
use mc_x12::finding::FindingKind;

fn read(text: &str) -> Result<Remittance, ViewError> {
    let interchange = Interchange::parse(text.as_bytes()).unwrap();
    let transaction = interchange.transactions().next().unwrap();
    Ok(Remittance::read(transaction)?.value)
}

fn date() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 2).unwrap()
}

fn example() -> RemittanceBuilder {
    let payer = Payer::new(
        "PAYER",
        crate::parts::Address::new("1 MAIN ST", "BOSTON", "MA", "02110"),
        Contact::new("BL", "HELP DESK").number("TE", "8005550100"),
    );
    let payment = Payment::new("CHK", date(), "0001234", "1512345678");
    RemittanceBuilder::new(payment, payer, Payee::provider("CLINIC", "1234567893"))
}

fn claim() -> ClaimPayment {
    let visit = ServicePayment::new(Procedure::new("HC", "99213"), 120, 70)
        .adjusted("CO", "45", 25)
        .adjusted("PR", "3", 25);
    let test = ServicePayment::new(Procedure::new("HC", "85025"), 30, 30);
    ClaimPayment {
        patient_responsibility: Some(35.into()),
        filing: "12".to_owned(),
        adjustments: vec![Adjustment::new("PR", "1", 10)],
        names: vec![Name::person("QC", "DOE", "JO").with_id("MI", "M1")],
        lines: vec![visit, test],
        ..ClaimPayment::new("CLAIM-1", "P-77", 150, 90)
    }
}

/// The example, written.
pub(crate) fn written() -> String {
    example().claim(claim()).build().unwrap().to_x12(&envelope()).unwrap()
}

fn rules(remittance: &Remittance) -> Vec<(Rule, Option<usize>, Option<usize>, Decimal)> {
    let found = remittance.balance().into_iter();
    found.map(|i| (i.rule, i.at.claim, i.at.line, i.difference())).collect()
}

#[test]
fn the_835_has_the_loops_of_the_guide() {
    let built = example()
        .claim(claim())
        .provider_adjustment(ProviderAdjustment::new("1234567893", date(), "WO", 20))
        .build()
        .unwrap();
    let text = built.to_x12(&envelope()).unwrap();
    assert_eq!(
        &text[text.find("ST*").unwrap()..text.find("GE*").unwrap()],
        "ST*835*0009~BPR*I*70*C*CHK************20260102~TRN*1*0001234*1512345678~N1*PR*PAYER~N3*1 MAIN ST~\
         N4*BOSTON*MA*02110~PER*BL*HELP DESK*TE*8005550100~N1*PE*CLINIC*XX*1234567893~LX*1~\
         CLP*CLAIM-1*1*150*90*35*12*P-77~CAS*PR*1*10~NM1*QC*1*DOE*JO****MI*M1~SVC*HC:99213*120*70~CAS*CO*45*25~\
         CAS*PR*3*25~SVC*HC:85025*30*30~PLB*1234567893*20260102*WO*20~SE*18*0009~"
    );
    assert_eq!(read(&text).unwrap(), built);
}

#[test]
fn every_rule_names_its_place_and_difference() {
    let mut remittance = example().claim(claim()).claim(claim()).build().unwrap();
    assert!(remittance.balance().is_empty());
    remittance.groups[0].claims[1].lines[1].paid = Some(31.into());
    assert_eq!(rules(&remittance), [(Rule::LinePayment, Some(2), Some(2), 1.into())]);
    remittance.groups[0].claims[1].lines[1].paid = Some(30.into());
    remittance.payment.amount = Some(5.into());
    assert_eq!(rules(&remittance), [(Rule::Payment, None, None, (-175).into())]);
    remittance.groups[0].claims[0].charge = Some(151.into());
    remittance.payment.amount = Some(180.into());
    let expected = [
        (Rule::ClaimLines, Some(1), None, 1.into()),
        (Rule::ClaimPayment, Some(1), None, (-1).into()),
    ];
    assert_eq!(rules(&remittance), expected);
    let found = remittance.balance()[1];
    assert_eq!(
        found.explain(),
        "The claim's payment (CLP04) is not its charge less all adjustments, claim 1: stated 90, computed 91, difference -1"
    );
    assert!(!format!("{found} {found:?}").contains("91"));
}

#[test]
fn a_wrong_patient_responsibility_is_a_warning() {
    let mut wrong = claim();
    wrong.patient_responsibility = None;
    let remittance = example().claim(wrong).build().unwrap();
    assert_eq!(rules(&remittance), [(Rule::PatientShare, Some(1), None, (-35).into())]);
    assert!(remittance.to_x12(&envelope()).is_ok());
}

#[test]
fn what_does_not_balance_is_not_made() {
    let mut wrong = claim();
    wrong.lines[0].adjustments[0].amount = Some("24.99".parse().unwrap());
    let error = example().claim(wrong).build().unwrap_err();
    let RemittanceError::Unbalanced(found) = &error else {
        panic!("{error}")
    };
    assert_eq!(
        found.iter().map(|i| i.rule).collect::<Vec<_>>(),
        [Rule::LinePayment, Rule::ClaimPayment]
    );
    assert_eq!(error.to_string(), "the remittance does not balance in 2 places");
    let taken_back = ProviderAdjustment::new("1234567893", date(), "WO", 100);
    let error = example().claim(claim()).provider_adjustment(taken_back).build();
    assert_eq!(error, Err(RemittanceError::NegativePayment));
}

#[test]
fn a_payment_of_zero_is_a_notification() {
    let taken_back = ProviderAdjustment::new("1234567893", date(), "WO", 90);
    let built = example()
        .claim(claim())
        .provider_adjustment(taken_back)
        .build()
        .unwrap();
    assert_eq!(
        (built.payment.handling.as_str(), built.payment.method.as_str()),
        ("H", "NON")
    );
}

#[test]
fn a_reversal_balances_and_finds_its_replacement() {
    let mut reversal = claim();
    reversal.status = "22".to_owned();
    let negated = |amount: Option<Decimal>| amount.map(|amount| -amount);
    (reversal.charge, reversal.paid) = (negated(reversal.charge), negated(reversal.paid));
    reversal.patient_responsibility = None;
    for line in &mut reversal.lines {
        (line.charge, line.paid) = (negated(line.charge), negated(line.paid));
        line.adjustments.iter_mut().for_each(|a| a.amount = negated(a.amount));
    }
    reversal
        .adjustments
        .iter_mut()
        .for_each(|a| a.amount = negated(a.amount));
    let mut other = claim();
    other.control_number = "CLAIM-2".to_owned();
    let built = example().claim(reversal).claim(other).claim(claim()).build().unwrap();
    assert!(built.balance().is_empty());
    let corrections = built.corrections();
    assert_eq!(corrections.len(), 1);
    assert_eq!(corrections[0].replacement, Some(&claim()));
}

#[test]
fn debug_output_holds_nothing_of_the_patient() {
    let shown = format!("{:?}", example().claim(claim()).build().unwrap());
    assert!(
        !shown.contains("DOE") && !shown.contains("CLAIM-1") && !shown.contains("M1"),
        "{shown}"
    );
}

#[test]
fn an_amount_that_cannot_be_read_is_listed_and_the_rest_is_read() {
    let text = written().replace("*150*90*", "*15O*90*").replace("N1*PE*", "N1*PX*");
    let interchange = Interchange::parse(text.as_bytes()).unwrap();
    let seen = Remittance::read(interchange.transactions().next().unwrap()).unwrap();
    let listed: Vec<_> = seen
        .unread
        .iter()
        .map(|finding| (finding.place.id, finding.place.loop_id))
        .collect();
    // Without its qualifier the payee is taken for another payer.
    assert_eq!(listed, [("N1", "1000A"), ("N1", "1000B"), ("CLP", "2100")]);
    assert_eq!(seen.unread[2].kind, FindingKind::BadNumber);
    let claim = seen.value.claims().next().unwrap();
    assert_eq!((claim.charge, claim.paid), (None, Some(90.into())));
    assert_eq!(claim.lines, self::claim().lines);
    assert_eq!(seen.value.balance(), [], "a sum with an unknown amount is unknown");
    let error = seen.strict().unwrap_err();
    assert!(
        matches!(error, ViewError::Unread(_)) && !error.to_string().contains("15O"),
        "{error}"
    );
}

prop_compose! {
    fn lines()(
        procedure in procedure(), charge in money(), revenue_code in maybe(48), units in option::of(money()),
        original_procedure in option::of(procedure()), original_units in option::of(money()), days in vec(day(), 0..3),
        adjustments in adjustment_list(), references in references(&["6R", "LU"]), amounts in amounts(&["B6", "T"]),
        quantities in quantities(&["ZK"]), codes in vec(text(30), 0..3),
    ) -> ServicePayment {
        let charge = Some(charge);
        let paid = less(charge, Adjustment::total(&adjustments));
        let dates = days.into_iter().map(|day| Dated::day("472", day)).collect();
        let remarks = codes.into_iter().map(|code| Remark { list: "HE".to_owned(), code }).collect();
        ServicePayment {
            procedure, charge, paid, revenue_code, units, original_procedure, original_units, dates, adjustments,
            references, amounts, quantities, remarks,
        }
    }
}

prop_compose! {
    fn claims()(
        ids in (text(38), text(50), maybe(2), maybe(1)), status in code(&["1", "2", "4", "22"]), drg in maybe(4),
        numbers in (money(), option::of(money()), option::of(money()), option::of(money())),
        adjustments in adjustment_list(), names in (name("QC"), option::of(name("82"))),
        adjudications in vec(adjudication(), 0..1), references in references(&["1L", "EA"]), days in vec(day(), 0..3),
        extra in (vec(contact(&["CX"]), 0..2), amounts(&["AU"]), quantities(&["CA"])), lines in vec(lines(), 0..3),
    ) -> ClaimPayment {
        let charge = if lines.is_empty() { Some(numbers.0) } else { total(lines.iter().map(|line| line.charge)) };
        let adjusted = total(lines.iter().map(|line| Adjustment::total(&line.adjustments)));
        ClaimPayment {
            control_number: ids.0, payer_control_number: ids.1, facility: ids.2, frequency: ids.3, status, charge,
            paid: less(less(charge, adjusted), Adjustment::total(&adjustments)), filing: "12".to_owned(), drg,
            patient_responsibility: numbers.1, drg_weight: numbers.2, discharge_fraction: numbers.3, adjustments,
            names: [Some(names.0), names.1].into_iter().flatten().collect(), adjudications, references,
            dates: days.into_iter().map(|day| Dated::day("232", day)).collect(),
            contacts: extra.0, amounts: extra.1, quantities: extra.2, lines,
        }
    }
}

prop_compose! {
    fn provider_adjustments()(
        provider in text(2), fiscal_year_end in day(), reason in code(&["WO", "72", "FB"]), reference in maybe(50),
        amount in signed(), count in 1usize..9,
    ) -> Vec<ProviderAdjustment> {
        let fiscal_year_end = Some(fiscal_year_end);
        vec![ProviderAdjustment { provider, fiscal_year_end, reason, reference, amount: Some(amount) }; count]
    }
}

prop_compose! {
    fn remittances()(
        payment in (text(30), text(10), maybe(50), day()), produced_on in option::of(day()), ids in (maybe(50), maybe(50)),
        account in option::of((text(2), text(12), text(3), text(35))), payer in (organization("PR"), address(), vec(contact(&["BL"]), 1..3)),
        payee in (organization("PE"), option::of(address()), references(&["TJ"])), groups in vec(vec(claims(), 0..3), 0..3),
        adjustments in vec(provider_adjustments(), 0..3), summary in option::of((text(2), day(), money(), signed())),
    ) -> Remittance {
        let account = account.map(|(bank_qualifier, bank, account_qualifier, number)| Account { bank_qualifier, bank, account_qualifier, number });
        let payment = Payment {
            payer_supplement: payment.2, from: account.clone(), to: account, ..Payment::new("ACH", payment.3, payment.0, payment.1)
        };
        let payer = Payer { name: payer.0, address: Some(payer.1), references: Vec::new(), contacts: payer.2 };
        let payee = Payee { name: payee.0, address: payee.1, references: payee.2, delivery: None };
        let summary = summary.map(|(facility_type, day, claims, charge)| GroupSummary {
            provider: "P".to_owned(), facility_type, fiscal_period_end: Some(day), claims: Some(claims), charge: Some(charge),
            totals: vec![(8, charge)], drg_totals: vec![(1, claims), (19, charge)],
        });
        let mut built = RemittanceBuilder::new(payment, payer, payee);
        for (number, claims) in (1..).zip(groups) {
            built = claims.into_iter().fold(built.group(number), RemittanceBuilder::claim);
        }
        built = adjustments.into_iter().flatten().fold(built, RemittanceBuilder::provider_adjustment);
        let excess = built.remittance.computed_amount().unwrap();
        if excess.is_sign_negative() {
            built = built.provider_adjustment(ProviderAdjustment::new("P", date(), "FB", excess));
        }
        let mut made = built.build().unwrap();
        (made.receiver_id, made.version_id) = ids;
        made.produced_on = produced_on;
        if let Some(group) = made.groups.first_mut() {
            group.summary = summary;
        }
        made
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn a_remittance_reads_back_equal(remittance in remittances()) {
        let text = remittance.to_x12(&envelope()).unwrap();
        prop_assert_eq!(read(&text).unwrap(), remittance);
    }
}
