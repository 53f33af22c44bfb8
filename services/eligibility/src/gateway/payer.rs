//! One payer: 270 out, 271 in.

use super::{
    PayerError,
    envelope::{self, Request},
};
use crate::{
    config::{InquirySettings, PayerSettings},
    domain::{Coverage, Inquiry, Member},
};
use chrono::NaiveDate;
use mc_hipaa::eligibility::{self, Response};
use mc_keyring::{Credentials, ExposeSecret, Secrets, SecretsError};
use mc_upstream::{Answer, Call, Hooks, Method, Probe, SetupError, Upstream, UpstreamError, header::CONTENT_TYPE};
use mc_vocabulary::{Clock, Phi};
use mc_x12::{Party, Usage, WriteError};
use std::time::{Duration, Instant};

/// The fields of a payer's secret.
pub const FIELDS: [&str; 4] = ["username", "password", "sender_id", "receiver_id"];

/// One payer that we are connected to.
pub struct Payer {
    name: String,
    secret: String,
    ids: Vec<String>,
    usage: Usage,
    trace_originator: String,
    secrets: Secrets,
    probe: Probe,
}

/// The result of one inquiry.
#[derive(Debug)]
pub struct PayerResponse {
    /// The payload byte for byte, where there was one.
    pub payload: Option<Phi<String>>,
    /// The payload read as a 271 that answers this inquiry.
    pub result: Result<Response, PayerError>,
    /// Duration of the call with its retries.
    pub duration: Duration,
}

impl Payer {
    pub(super) fn new(
        name: &str,
        settings: &PayerSettings,
        inquiry: &InquirySettings,
        secrets: Secrets,
        clock: &Clock,
        hooks: Hooks,
    ) -> Result<Self, SetupError> {
        let upstream = Upstream::new(format!("payer_{name}"), settings.upstream(), clock.clone(), hooks)?;
        Ok(Self {
            name: name.to_owned(),
            secret: format!("payer-{}", name.replace('_', "-")),
            ids: settings.payer_ids.clone(),
            usage: settings.usage.into(),
            trace_originator: inquiry.trace_originator.clone(),
            secrets,
            // CORE defines no read: any status below 500 shows that the payer is up.
            probe: Probe::new(upstream, |upstream| upstream.request(Method::GET, "").build()),
        })
    }

    /// Its name in the settings.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The breaker and the address.
    pub fn upstream(&self) -> &Upstream {
        self.probe.upstream()
    }

    /// Checks whether it is up.
    pub fn probe(&self) -> &Probe {
        &self.probe
    }

    /// Whether inquiries about this payer id are sent here.
    pub fn answers_for(&self, payer_id: &str) -> bool {
        self.ids.iter().any(|id| id == payer_id)
    }

    /// The name of its secret, `payer-<name>`.
    pub fn secret(&self) -> &str {
        &self.secret
    }

    async fn credentials(&self) -> Result<Credentials, SecretsError> {
        self.secrets.require(&self.secret, &FIELDS).await
    }

    /// Sends one inquiry and waits for the response.
    pub async fn send(&self, inquiry: &Inquiry, coverage: &Coverage, member: &Member) -> PayerResponse {
        let started = Instant::now();
        let mut payload = None;
        let result = match self.exchange(inquiry, coverage, member).await {
            Ok(text) => {
                let read = Response::parse(text.as_bytes()).map_err(PayerError::from);
                payload = Some(Phi::new(text));
                read.and_then(|response| {
                    if answers(&response, inquiry) {
                        Ok(response)
                    } else {
                        Err(PayerError::OtherInquiry)
                    }
                })
            }
            Err(error) => Err(error),
        };
        PayerResponse {
            payload,
            result,
            duration: started.elapsed(),
        }
    }

    async fn exchange(&self, inquiry: &Inquiry, coverage: &Coverage, member: &Member) -> Result<String, PayerError> {
        let credentials = self.credentials().await?;
        let field = |name| credentials.field(name).map(|value| value.expose_secret().trim());
        let (sender_id, receiver_id) = (field("sender_id")?, field("receiver_id")?);
        let payload = self.payload(inquiry, coverage, member, sender_id, receiver_id)?;
        let (content_type, body) = Request {
            payload_id: inquiry.payload_id,
            at: inquiry.requested_at,
            sender_id,
            receiver_id,
            username: field("username")?,
            password: field("password")?,
            payload: &payload,
        }
        .compose();
        let request = self
            .upstream()
            .request(Method::POST, "")
            .header(CONTENT_TYPE, content_type)
            .body(body);
        let request = request.build().map_err(UpstreamError::from)?;
        // An inquiry changes nothing at the payer.
        let call = Call {
            operation: "verify_eligibility",
            request,
            idempotent: true,
            deadline: None,
        };
        let answer = self.upstream().send(call).await?;
        if !answer.status.is_success() {
            if matches!(answer.status.as_u16(), 401 | 403) {
                // They may have been rotated: the next inquiry reads them again.
                self.secrets.invalidate(&self.secret);
            }
            return Err(PayerError::Status(answer.status.as_u16()));
        }
        let content_type = content_type_of(&answer);
        envelope::open(&content_type, answer.body).await
    }

    fn payload(
        &self,
        inquiry: &Inquiry,
        coverage: &Coverage,
        member: &Member,
        sender_id: &str,
        receiver_id: &str,
    ) -> Result<String, WriteError> {
        let today: NaiveDate = inquiry.requested_at.date_naive();
        eligibility::Inquiry {
            sender: Party::mutual(sender_id),
            receiver: Party::mutual(receiver_id),
            control: inquiry.control(),
            usage: self.usage,
            reference: inquiry.trace_number.clone(),
            submitted_at: inquiry.requested_at,
            payer: coverage.payer.clone(),
            provider: coverage.provider.clone(),
            subscriber: member.subscriber(),
            trace_number: inquiry.trace_number.clone(),
            trace_originator: self.trace_originator.clone(),
            service_types: vec![inquiry.service_type.clone()],
            service_date: today,
        }
        .to_x12()
    }
}

impl From<SecretsError> for PayerError {
    fn from(error: SecretsError) -> Self {
        // Names provider, secret and field; never holds a value.
        Self::Secret(error.to_string())
    }
}

fn content_type_of(answer: &Answer) -> String {
    let value = answer.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    value.unwrap_or_default().to_owned()
}

/// Whether the response answers this inquiry: another patient's must never be returned. A response
/// that ends above the member carries our number in BHT03 only.
fn answers(response: &Response, inquiry: &Inquiry) -> bool {
    let mut echoed = response.trace_numbers().peekable();
    if echoed.peek().is_none() {
        return response.reference == inquiry.trace_number;
    }
    echoed.any(|number| number == inquiry.trace_number)
}
