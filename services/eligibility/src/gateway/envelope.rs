//! The envelope of CAQH CORE: HTTP MIME multipart, version 2.2.0, real time.

use super::PayerError;
use bytes::Bytes;
use chrono::{DateTime, SecondsFormat, Utc};
use multer::Multipart;
use std::{collections::HashMap, convert::Infallible};
use uuid::Uuid;

const REQUEST: &str = "X12_270_Request_005010X279A1";
const RESPONSE: &str = "X12_271_Response_005010X279A1";
const RULE_VERSION: &str = "2.2.0";
/// Bound of every field but the payload.
const FIELD_BYTES_MAX: usize = 4096;

/// An inquiry in its envelope. Holds a password and patient data, so it has no Debug.
pub(super) struct Request<'a> {
    pub(super) payload_id: Uuid,
    pub(super) at: DateTime<Utc>,
    pub(super) sender_id: &'a str,
    pub(super) receiver_id: &'a str,
    pub(super) username: &'a str,
    pub(super) password: &'a str,
    pub(super) payload: &'a str,
}

impl Request<'_> {
    /// Content type and body. The payload is the last part, as the rule requires.
    pub(super) fn compose(&self) -> (String, String) {
        let boundary = format!("medconnect-{}", self.payload_id.simple());
        let fields = [
            ("PayloadType", REQUEST),
            ("ProcessingMode", "RealTime"),
            ("PayloadID", &self.payload_id.to_string()),
            ("TimeStamp", &self.at.to_rfc3339_opts(SecondsFormat::Secs, true)),
            ("UserName", self.username),
            ("Password", self.password),
            ("SenderID", self.sender_id),
            ("ReceiverID", self.receiver_id),
            ("CORERuleVersion", RULE_VERSION),
            ("Payload", self.payload),
        ];
        let mut body = String::new();
        for (name, value) in fields {
            for part in [
                "--",
                &boundary,
                "\r\nContent-Disposition: form-data; name=\"",
                name,
                "\"\r\n\r\n",
                value,
                "\r\n",
            ] {
                body.push_str(part);
            }
        }
        for part in ["--", &boundary, "--\r\n"] {
            body.push_str(part);
        }
        (format!("multipart/form-data; boundary={boundary}"), body)
    }
}

/// The payload of a response.
///
/// # Errors
/// [`PayerError::NoEnvelope`], or [`PayerError::Envelope`] where the envelope carries an error or
/// anything but a 271.
pub(super) async fn open(content_type: &str, body: Bytes) -> Result<String, PayerError> {
    let mut fields = read(content_type, body).await.ok_or(PayerError::NoEnvelope)?;
    let code = fields.get("ErrorCode").map(|code| code.trim()).unwrap_or_default();
    if !code.is_empty() && code != "Success" {
        return Err(PayerError::Envelope(known(code)));
    }
    let kind = fields.get("PayloadType").map(|kind| kind.trim()).unwrap_or_default();
    if kind != RESPONSE {
        return Err(PayerError::Envelope(known(kind)));
    }
    fields
        .remove("Payload")
        .filter(|payload| !payload.is_empty())
        .ok_or(PayerError::NoEnvelope)
}

async fn read(content_type: &str, body: Bytes) -> Option<HashMap<String, String>> {
    let boundary = multer::parse_boundary(content_type).ok()?;
    let whole = futures_util::stream::once(async move { Ok::<_, Infallible>(body) });
    let mut parts = Multipart::new(whole, boundary);
    let mut fields = HashMap::new();
    while let Some(part) = parts.next_field().await.ok()? {
        let name = part.name()?.to_owned();
        let bytes = part.bytes().await.ok()?;
        if name != "Payload" && bytes.len() > FIELD_BYTES_MAX {
            return None;
        }
        fields.insert(name, String::from_utf8(bytes.into()).ok()?);
    }
    Some(fields)
}

/// A code that may be logged: letters, digits and underscores; `unknown` for anything else.
fn known(code: &str) -> String {
    let plain = (1..=60).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if plain { code.to_owned() } else { "unknown".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(fields: &[(&str, &str)]) -> (String, Bytes) {
        let mut body = String::new();
        for (name, value) in fields {
            for part in [
                "--b\r\nContent-Disposition: form-data; name=\"",
                name,
                "\"\r\n\r\n",
                value,
                "\r\n",
            ] {
                body.push_str(part);
            }
        }
        (
            "multipart/form-data; boundary=b".to_owned(),
            Bytes::from(format!("{body}--b--\r\n")),
        )
    }

    #[tokio::test]
    async fn a_request_reads_back_with_its_payload_last() {
        let request = Request {
            payload_id: Uuid::nil(),
            at: DateTime::from_timestamp(1_767_323_045, 0).unwrap(),
            sender_id: "S",
            receiver_id: "R",
            username: "u",
            password: "p",
            payload: "ISA~",
        };
        let (content_type, body) = request.compose();
        assert!(body.trim_end().ends_with(&format!(
            "name=\"Payload\"\r\n\r\nISA~\r\n--medconnect-{}--",
            Uuid::nil().simple()
        )));
        let fields = read(&content_type, body.into()).await.unwrap();
        assert_eq!(fields["TimeStamp"], "2026-01-02T03:04:05Z");
        assert_eq!(
            (fields["CORERuleVersion"].as_str(), fields["Payload"].as_str()),
            ("2.2.0", "ISA~")
        );
        assert_eq!(fields.len(), 10);
    }

    #[tokio::test]
    async fn only_a_271_under_success_is_a_payload() {
        let (content_type, body) =
            response(&[("PayloadType", RESPONSE), ("ErrorCode", "Success"), ("Payload", "ISA~")]);
        assert_eq!(open(&content_type, body).await.unwrap(), "ISA~");
        let (content_type, body) = response(&[("PayloadType", "CoreEnvelopeError"), ("ErrorCode", "UnAuthorized")]);
        assert!(matches!(open(&content_type, body).await, Err(PayerError::Envelope(code)) if code == "UnAuthorized"));
        let (content_type, body) = response(&[("PayloadType", "X12_999_Response_005010X231A1"), ("Payload", "ISA~")]);
        assert!(matches!(open(&content_type, body).await, Err(PayerError::Envelope(_))));
        let (content_type, body) = response(&[("PayloadType", "Maria Lopez"), ("Payload", "ISA~")]);
        assert!(matches!(open(&content_type, body).await, Err(PayerError::Envelope(code)) if code == "unknown"));
        for (content_type, body) in [("text/html", "<html>"), ("multipart/form-data; boundary=b", "--b\r\nx")] {
            assert!(
                matches!(open(content_type, Bytes::from(body)).await, Err(PayerError::NoEnvelope)),
                "{content_type}"
            );
        }
    }
}
