//! A simulated payer: reads CORE envelopes and 270s, answers with CORE envelopes and 271s.

use chrono::NaiveDate;
use mc_hipaa::eligibility::{Benefit, Inquiry, Level, Network, Response, ResponseBuilder};
use mc_x12::ControlNumbers;
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate, matchers};

/// How the payer answers.
#[derive(Clone, Copy, PartialEq)]
pub enum Behavior {
    Active,
    Inactive,
    Rejects(&'static str),
    RejectsProvider,
    PartlyRejects,
    AnotherPatientsAnswer,
    NoX12,
    NoEnvelope,
    EnvelopeError,
    Status(u16),
    Stalls,
    Slow,
}

#[derive(Clone)]
struct PayerState(Arc<Mutex<(Behavior, Vec<Inquiry>)>>);

pub struct Payer {
    pub server: MockServer,
    state: PayerState,
}

impl Payer {
    pub async fn start() -> Self {
        let server = MockServer::builder().start().await;
        let state = PayerState(Arc::new(Mutex::new((Behavior::Active, Vec::new()))));
        Mock::given(matchers::method("POST"))
            .and(matchers::path("/payer/core"))
            .respond_with(state.clone())
            .mount(&server)
            .await;
        Self { server, state }
    }

    pub fn behave(&self, behavior: Behavior) {
        self.state.0.lock().unwrap().0 = behavior;
    }

    /// Every 270 that came, in order.
    pub fn received(&self) -> Vec<Inquiry> {
        self.state.0.lock().unwrap().1.clone()
    }
}

impl Respond for PayerState {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let body = String::from_utf8(request.body.clone()).unwrap();
        for (name, value) in [
            ("PayloadType", "X12_270_Request_005010X279A1"),
            ("ProcessingMode", "RealTime"),
            ("CORERuleVersion", "2.2.0"),
            ("UserName", "clinic"),
            ("Password", "payer password"),
            ("SenderID", "MEDCONNECT"),
            ("ReceiverID", "SANDBOXPAYER"),
        ] {
            assert_eq!(field(&body, name), value);
        }
        let inquiry = Inquiry::parse(field(&body, "Payload").as_bytes()).unwrap();
        let (behavior, received) = &mut *self.0.lock().unwrap();
        received.push(inquiry.clone());
        answer(*behavior, &inquiry)
    }
}

fn field<'a>(body: &'a str, name: &str) -> &'a str {
    let start = format!("name=\"{name}\"\r\n\r\n");
    body.split_once(&start).unwrap().1.split_once("\r\n--").unwrap().0
}

fn answer(behavior: Behavior, inquiry: &Inquiry) -> ResponseTemplate {
    let success = |payload: &str| {
        envelope(&[
            ("ErrorCode", "Success"),
            ("PayloadType", "X12_271_Response_005010X279A1"),
            ("Payload", payload),
        ])
    };
    let builder =
        || ResponseBuilder::answering(inquiry, control(), inquiry.submitted_at).payer_trace("PAYER-77", "9PAYER0001");
    match behavior {
        Behavior::Active => success(&active(builder()).to_x12().unwrap()),
        Behavior::Slow => success(&active(builder()).to_x12().unwrap()).set_delay(Duration::from_millis(400)),
        Behavior::Inactive => success(&builder().benefit(Benefit::new("6").services(["30"])).to_x12().unwrap()),
        Behavior::Rejects(code) => success(&builder().reject(Level::Subscriber, true, code, "C").to_x12().unwrap()),
        Behavior::RejectsProvider => success(&builder().reject(Level::Receiver, false, "51", "C").to_x12().unwrap()),
        Behavior::PartlyRejects => success(
            &active(builder())
                .reject(Level::SubscriberBenefit, true, "70", "C")
                .to_x12()
                .unwrap(),
        ),
        Behavior::AnotherPatientsAnswer => {
            let mut other = inquiry.clone();
            "ANOTHER".clone_into(&mut other.trace_number);
            success(
                &active(ResponseBuilder::answering(&other, control(), inquiry.submitted_at))
                    .to_x12()
                    .unwrap(),
            )
        }
        Behavior::NoX12 => success("the payer is being repaired, Castafiore"),
        Behavior::NoEnvelope => ResponseTemplate::new(200).set_body_string("<html>Castafiore</html>"),
        Behavior::EnvelopeError => envelope(&[
            ("PayloadType", "CoreEnvelopeError"),
            ("ErrorCode", "UnAuthorized"),
            ("ErrorMessage", "no"),
        ]),
        Behavior::Status(status) => ResponseTemplate::new(status),
        Behavior::Stalls => ResponseTemplate::new(200).set_delay(Duration::from_secs(20)),
    }
}

fn active(builder: ResponseBuilder<'_>) -> ResponseBuilder<'_> {
    let amount = |text: &str| text.parse().unwrap();
    let deductible = |period: &str, left: &str| {
        Benefit::new("C")
            .level("IND")
            .services(["30"])
            .period(period)
            .amount(amount(left))
            .network(Network::In)
    };
    builder
        .plan_begins(NaiveDate::from_ymd_opt(2026, 1, 1).unwrap())
        .benefit(Benefit::new("1").services(["30"]).plan("PR", "GOLD 1500"))
        .benefit(
            Benefit::new("B")
                .services(["30", "98"])
                .period("27")
                .amount(amount("25"))
                .network(Network::In),
        )
        .benefit(
            Benefit::new("B")
                .services(["30"])
                .period("27")
                .amount(amount("40.50"))
                .network(Network::In)
                .message("SPECIALIST"),
        )
        .benefit(
            Benefit::new("A")
                .services(["30"])
                .percent(amount("0.2"))
                .network(Network::In),
        )
        .benefit(deductible("23", "1500"))
        .benefit(deductible("29", "450"))
}

fn control() -> ControlNumbers {
    ControlNumbers {
        interchange: 1,
        group: 1,
        transaction: 1,
    }
}

fn envelope(fields: &[(&str, &str)]) -> ResponseTemplate {
    let mut body = String::new();
    for (name, value) in fields {
        for part in [
            "--answer\r\nContent-Disposition: form-data; name=\"",
            name,
            "\"\r\n\r\n",
            value,
            "\r\n",
        ] {
            body.push_str(part);
        }
    }
    body.push_str("--answer--\r\n");
    ResponseTemplate::new(200).set_body_raw(body, "multipart/form-data; boundary=answer")
}

/// The stored 271 of a test reads as one.
pub fn reads(payload: &[u8]) -> bool {
    Response::parse(payload).is_ok()
}
