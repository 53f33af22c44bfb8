//! A billing service handles two visits with typed values only: it sends an 837P, reads the payer's
//! 999 and 277CA, reads the 835 that pays the claims, and lists the payments:
//! `cargo run -p mc-hipaa --example claim_cycle`.
//!
//! The payer's side is included, so that there is something to read.

use chrono::{NaiveDate, NaiveDateTime};
use mc_hipaa::claim::{
    BillingProvider, Claim, ClaimBatch, Coverage, HealthCode, Kind, Person, ServiceLine, Submitter, Subscriber,
};
use mc_hipaa::claim_acknowledgement::{ClaimAcknowledgement, ClaimAcknowledger, Verdict};
use mc_hipaa::eligibility::Gender;
use mc_hipaa::parts::{Address, Contact, Dated, Demographics, Name, Procedure};
use mc_hipaa::remittance::{ClaimPayment, Payee, Payer, Payment, ProviderAdjustment};
use mc_hipaa::remittance::{Remittance, RemittanceBuilder, ServicePayment};
use mc_x12::acknowledgement::{Acknowledger, Functional, InterchangeOutcome, Values};
use mc_x12::check::{Report, Settings, check};
use mc_x12::{ControlNumbers, Delimiters, Envelope, Interchange, Limits, Party, Usage};
use rust_decimal::Decimal;
use std::error::Error;
use std::fmt::Write;

type Outcome<T> = Result<T, Box<dyn Error>>;

const NPI: &str = "1234567893";

/// A visit as the practice knows it. People and numbers are synthetic.
struct Visit {
    /// The practice's claim number, which every response repeats (CLM01, TRN02, CLP01).
    number: &'static str,
    patient: &'static str,
    member: &'static str,
    procedure: &'static str,
    charge: Decimal,
}

fn visits() -> Outcome<[Visit; 2]> {
    Ok([
        Visit {
            number: "VISIT-1",
            patient: "ADA",
            member: "M0000001",
            procedure: "99213",
            charge: "120.00".parse()?,
        },
        Visit {
            number: "VISIT-2",
            patient: "BEN",
            member: "M0000002",
            procedure: "99214",
            charge: "180.50".parse()?,
        },
    ])
}

fn main() -> Outcome<()> {
    print!("{}", cycle()?);
    Ok(())
}

/// From the visits to the table of payments.
fn cycle() -> Outcome<String> {
    let visits = visits()?;
    let sent = claims(&visits)?.to_x12(&envelope("CLINIC", "PAYER", 1)?)?;
    // Before sending: the errors that the payer would find.
    let mut found = Acknowledger::new(Values::Withheld);
    if !check(sent.as_bytes(), Limits::FILE, &Settings::default(), &mut found)?.is_clean() {
        return Err("the claims are not sound".into());
    }

    let functional = interchange(&payer_functional(&sent)?, Functional::read)?;
    if !functional.is_accepted() {
        return Err("the payer refused the batch".into());
    }
    let acknowledged = interchange(&payer_acknowledgement(&sent)?, ClaimAcknowledgement::read)?.strict()?;
    let remittance = interchange(&payer_remittance(&visits)?, Remittance::read)?.strict()?;
    // A payment that does not balance to the cent is not posted.
    if !remittance.balance().is_empty() {
        return Err("the payment does not balance".into());
    }
    posted(&visits, &acknowledged, &remittance)
}

/// The batch: one billing provider, each visit a claim with one line.
fn claims(visits: &[Visit]) -> Outcome<ClaimBatch> {
    let day = day(5)?;
    let born = NaiveDate::from_ymd_opt(1980, 2, 29).ok_or("there is no such day")?;
    let subscriber = |visit: &Visit| {
        let line = ServiceLine::professional(Procedure::new("HC", visit.procedure), visit.charge, 1, ["1"], day);
        Subscriber {
            coverage: Coverage::primary(true, "CI"),
            person: Person {
                address: Some(Address::new("1 ELM ST", "BOSTON", "MA", "02110")),
                demographics: Some(Demographics::new(born, Gender::Unknown)),
                ..Person::new(Name::person("IL", "BIRCH", visit.patient).with_id("MI", visit.member))
            },
            payer: mc_hipaa::claim::Party::payer("NO PAYER", "99999"),
            claims: vec![Claim {
                codes: vec![HealthCode::principal("J020")],
                ..Claim::new(visit.number, "11", Kind::Professional, vec![line])
            }],
            ..Subscriber::default()
        }
    };
    let address = Address::new("1 MAIN ST", "BOSTON", "MA", "021100002");
    let billing = BillingProvider {
        subscribers: visits.iter().map(subscriber).collect(),
        ..BillingProvider::new("SAMPLE CLINIC", NPI, "123456789", address)
    };
    let contact = Contact::new("IC", "HELP DESK").number("TE", "8005550100");
    Ok(ClaimBatch {
        submitter: Submitter::new("SAMPLE CLINIC", "CLINIC", contact),
        receiver: Name::organization("40", "NO PAYER").with_id("46", "99999"),
        providers: vec![billing],
        ..ClaimBatch::new(Kind::Professional, "BATCH1", at()?)
    })
}

/// One row per visit with status and payment, then the amounts withheld and the amount due on the
/// bank account.
fn posted(visits: &[Visit], acknowledged: &ClaimAcknowledgement, remittance: &Remittance) -> Outcome<String> {
    let mut table = format!(
        "{:<10}{:<10}{:>10}{:>10}{:>10}{:>10}\n",
        "claim", "277CA", "charge", "paid", "patient", "adjusted"
    );
    let mut sums = [Decimal::ZERO; 4];
    for visit in visits {
        let word = acknowledged.claims().find(|claim| claim.trace == visit.number);
        let paid = remittance.claims().find(|claim| claim.control_number == visit.number);
        let (word, paid) = word.zip(paid).ok_or("a claim was not answered")?;
        let word = match word.verdict() {
            Verdict::Accepted => "accepted",
            Verdict::Rejected => "rejected",
            Verdict::Unclear => "unclear",
        };
        let (patient, paid) = paid
            .adjusted_to_patient()
            .zip(paid.paid)
            .ok_or("an amount is unknown")?;
        let amounts = [visit.charge, paid, patient, visit.charge - paid - patient];
        table.push_str(&row(visit.number, word, amounts));
        for (sum, amount) in sums.iter_mut().zip(amounts) {
            *sum += amount;
        }
    }
    table.push_str(&row("", "", sums));
    let withheld = remittance.adjustments.iter().filter_map(|adjustment| adjustment.amount);
    let withheld: Decimal = withheld.sum();
    let payment = &remittance.payment;
    // Exact: decimals, not binary fractions.
    if Some(sums[1] - withheld) != payment.amount {
        return Err("the claims' payments less the amount withheld are not the payment".into());
    }
    let (trace, amount) = (&payment.trace_number, payment.amount.unwrap_or_default());
    writeln!(table, "withheld {withheld:.2}; paid by {trace}: {amount:.2}")?;
    Ok(table)
}

fn row(claim: &str, word: &str, [charge, paid, patient, adjusted]: [Decimal; 4]) -> String {
    format!("{claim:<10}{word:<10}{charge:>10.2}{paid:>10.2}{patient:>10.2}{adjusted:>10.2}\n")
}

/// The payer's 999.
fn payer_functional(sent: &str) -> Outcome<String> {
    let received = received(sent)?;
    let group = received.groups.first().ok_or("there is no group")?;
    Ok(group.to_x12(&received, control(2), at()?.and_utc(), Delimiters::STANDARD)?)
}

/// The payer's 277CA.
fn payer_acknowledgement(sent: &str) -> Outcome<String> {
    let batches = checked_with(sent, ClaimAcknowledger::default())?.finish();
    let batch = batches.first().ok_or("there is no batch of claims")?;
    let answer = batch.answer("ACK1", at()?);
    Ok(answer.to_x12(&batch.envelope(control(3), at()?.and_utc()))?)
}

/// The payer's 835: per claim a contractual adjustment of 20 (CO 45) and 25 for the patient (PR 3);
/// for the whole payment, 12.34 recovered (WO).
fn payer_remittance(visits: &[Visit]) -> Outcome<String> {
    let (discount, copay): (Decimal, Decimal) = ("20.00".parse()?, "25.00".parse()?);
    let payer = Payer::new(
        "NO PAYER",
        Address::new("1 MAIN ST", "BOSTON", "MA", "02110"),
        Contact::new("BL", "HELP DESK").number("TE", "8005550100"),
    );
    let payment = Payment::new("CHK", day(20)?, "CHECK-1", "1512345678");
    let mut builder = RemittanceBuilder::new(payment, payer, Payee::provider("SAMPLE CLINIC", NPI));
    for visit in visits {
        let paid = visit.charge - discount - copay;
        let line = ServicePayment {
            dates: vec![Dated::day("472", day(5)?)],
            ..ServicePayment::new(Procedure::new("HC", visit.procedure), visit.charge, paid)
        };
        builder = builder.claim(ClaimPayment {
            patient_responsibility: Some(copay),
            filing: "12".into(),
            names: vec![Name::person("QC", "BIRCH", visit.patient).with_id("MI", visit.member)],
            lines: vec![line.adjusted("CO", "45", discount).adjusted("PR", "3", copay)],
            ..ClaimPayment::new(visit.number, format!("P-{}", visit.number), visit.charge, paid)
        });
    }
    let recovered = ProviderAdjustment::new(NPI, day(31)?, "WO", "12.34".parse::<Decimal>()?);
    let remittance = builder.provider_adjustment(recovered).build()?;
    Ok(remittance.to_x12(&envelope("PAYER", "CLINIC", 4)?)?)
}

/// Checks a text and returns the outcome that its receiver acknowledges.
fn received(text: &str) -> Outcome<InterchangeOutcome> {
    let outcomes = checked_with(text, Acknowledger::new(Values::Withheld))?.finish();
    Ok(outcomes.into_iter().next().ok_or("there is no interchange")?)
}

fn checked_with<R: Report>(text: &str, mut by: R) -> Outcome<R> {
    check(text.as_bytes(), Limits::FILE, &Settings::default(), &mut by)?;
    Ok(by)
}

/// The first transaction set of a text as a typed value.
fn interchange<T, E: Error + 'static>(
    text: &str,
    view: impl FnOnce(&mc_x12::Transaction<'_>) -> Result<T, E>,
) -> Outcome<T> {
    let interchange = Interchange::parse(text.as_bytes())?;
    let transaction = interchange.transactions().next().ok_or("there is no transaction set")?;
    Ok(view(transaction)?)
}

fn day(of_january: u32) -> Outcome<NaiveDate> {
    Ok(NaiveDate::from_ymd_opt(2026, 1, of_january).ok_or("there is no such day")?)
}

fn at() -> Outcome<NaiveDateTime> {
    Ok(day(6)?.and_hms_opt(9, 30, 0).ok_or("there is no such time")?)
}

fn control(number: u32) -> ControlNumbers {
    ControlNumbers {
        interchange: number,
        group: number,
        transaction: number,
    }
}

fn envelope(sender: &str, receiver: &str, number: u32) -> Outcome<Envelope> {
    Ok(Envelope {
        sender: Party::mutual(sender),
        receiver: Party::mutual(receiver),
        control: control(number),
        created_at: at()?.and_utc(),
        usage: Usage::Test,
    })
}

#[test]
fn payments_are_listed_claim_by_claim_to_the_cent() {
    let table = [
        "claim     277CA         charge      paid   patient  adjusted",
        "VISIT-1   accepted      120.00     75.00     25.00     20.00",
        "VISIT-2   accepted      180.50    135.50     25.00     20.00",
        "                        300.50    210.50     50.00     40.00",
        "withheld 12.34; paid by CHECK-1: 198.16\n",
    ];
    assert_eq!(cycle().unwrap(), table.join("\n"));
}
