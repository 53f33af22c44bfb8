//! The payer's answer about each member: the 271 for a 270.

use super::fixtures::{MemberBehavior, TestPatient, find_member};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use mc_hipaa::{
    eligibility::{Benefit, Inquiry, Level, Network, ResponseBuilder},
    normalise_name,
};
use mc_x12::{ControlNumbers, WriteError, is_valid_npi};
use rust_decimal::Decimal;

/// The payer in the envelope: `ReceiverID` of a request.
pub const RECEIVER_ID: &str = "SANDBOXPAYER";
/// TRN03 of the payer's own trace.
const ORIGINATOR: &str = "9SANDBOX01";
/// Service types whose coverage status a payer must state (CAQH CORE 154/260).
const STATUS_SERVICES: [&str; 13] = [
    "30", "1", "33", "35", "47", "48", "50", "86", "88", "98", "AL", "MH", "UC",
];

/// The payer's decision about an inquiry.
#[derive(Debug, Clone, Copy)]
pub enum Verdict {
    /// Answers, as the member's behavior determines.
    Member(&'static TestPatient),
    /// AAA at a level, with code and follow-up.
    Rejects(Level, &'static str, &'static str),
}

/// Looks the subscriber up as real payers do: id first, then name and birth date.
pub fn evaluate(inquiry: &Inquiry) -> Verdict {
    if !is_valid_npi(&inquiry.provider.npi) {
        return Verdict::Rejects(Level::Receiver, "43", "C"); // invalid/missing provider identification
    }
    let subscriber = &inquiry.subscriber;
    if !is_member_id(&subscriber.member_id) {
        return Verdict::Rejects(Level::Subscriber, "72", "C");
    }
    let known = find_member(&subscriber.member_id).filter(|patient| patient.member != MemberBehavior::NotFound);
    let Some(patient) = known else {
        return Verdict::Rejects(Level::Subscriber, "75", "C");
    };
    let same_name = |sent: &str, stored: &str| normalise_name(sent) == normalise_name(stored);
    if !same_name(&subscriber.family, patient.family) || !same_name(&subscriber.given, patient.given) {
        return Verdict::Rejects(Level::Subscriber, "73", "C");
    }
    if subscriber.birth_date != patient.born() {
        return Verdict::Rejects(Level::Subscriber, "71", "C");
    }
    if patient.member == MemberBehavior::TryLater {
        return Verdict::Rejects(Level::Source, "42", "R");
    }
    Verdict::Member(patient)
}

/// A letter and nine digits.
fn is_member_id(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_uppercase())
        && text.len() == 10
        && bytes.all(|b| b.is_ascii_digit())
}

/// The 271 of a verdict.
///
/// # Errors
/// Where a part of the inquiry does not fit into a segment.
pub fn answer(
    inquiry: &Inquiry,
    verdict: Verdict,
    control: ControlNumbers,
    trace_number: &str,
    now: DateTime<Utc>,
) -> Result<String, WriteError> {
    let builder = ResponseBuilder::answering(inquiry, control, now).payer_trace(trace_number, ORIGINATOR);
    match verdict {
        // AAA01 Y: the request was valid, the payer cannot answer it now.
        Verdict::Rejects(level, code, follow_up) => builder.reject(level, code == "42", code, follow_up).to_x12(),
        Verdict::Member(patient) => {
            let first_day = NaiveDate::from_ymd_opt(inquiry.service_date.year(), 1, 1).unwrap_or(inquiry.service_date);
            benefits(patient.member)
                .into_iter()
                .fold(builder.plan_begins(first_day), ResponseBuilder::benefit)
                .to_x12()
        }
    }
}

fn benefits(member: MemberBehavior) -> Vec<Benefit> {
    match member {
        MemberBehavior::Inactive => vec![Benefit::new("6").services(["30"]).plan("PR", "SANDBOX SILVER PPO")],
        MemberBehavior::ActiveTwoCopays => two_copays(),
        MemberBehavior::ActiveNoCopay => high_deductible(),
        _ => gold(),
    }
}

fn active(plan: &str) -> Benefit {
    Benefit::new("1")
        .level("IND")
        .services(STATUS_SERVICES)
        .plan("PR", plan)
}

fn money(info: &str, level: &str, period: &str, dollars: i64, network: Network) -> Benefit {
    Benefit::new(info)
        .level(level)
        .services(["30"])
        .period(period)
        .amount(Decimal::from(dollars))
        .network(network)
}

fn gold() -> Vec<Benefit> {
    vec![
        active("SANDBOX GOLD PPO"),
        Benefit::new("B")
            .level("IND")
            .services(["30", "98"])
            .period("27")
            .amount(Decimal::from(25))
            .network(Network::In),
        Benefit::new("A")
            .level("IND")
            .services(["30"])
            .period("27")
            .percent(Decimal::new(2, 1))
            .network(Network::In),
        Benefit::new("A")
            .level("IND")
            .services(["30"])
            .period("27")
            .percent(Decimal::new(4, 1))
            .network(Network::Out),
        money("C", "IND", "23", 1500, Network::In),
        money("C", "IND", "29", 450, Network::In),
        money("C", "FAM", "23", 3000, Network::In),
        money("C", "FAM", "29", 1200, Network::In),
        money("C", "IND", "23", 3000, Network::Out),
        money("C", "IND", "29", 3000, Network::Out),
        money("G", "IND", "23", 5000, Network::In),
        money("G", "IND", "29", 3150, Network::In),
    ]
}

fn two_copays() -> Vec<Benefit> {
    let copay = |dollars, message: &str| {
        let benefit = Benefit::new("B").level("IND").services(["30", "98"]).period("27");
        benefit
            .amount(Decimal::from(dollars))
            .network(Network::In)
            .message(message)
    };
    vec![
        active("LAKEVIEW CHOICE HMO"),
        copay(20, "PRIMARY CARE"),
        copay(40, "SPECIALIST"),
        money("C", "IND", "23", 1000, Network::In),
        money("C", "IND", "24", 250, Network::In),
        Benefit::new("I").level("IND").services(["30"]).network(Network::Out),
    ]
}

fn high_deductible() -> Vec<Benefit> {
    vec![
        active("LAKEVIEW HDHP"),
        money("B", "IND", "27", 0, Network::In),
        money("C", "IND", "23", 3000, Network::In),
        money("C", "IND", "29", 3000, Network::In),
        Benefit::new("A")
            .level("IND")
            .services(["30"])
            .percent(Decimal::new(1, 1))
            .network(Network::In),
    ]
}

#[cfg(test)]
mod tests;
