//! The CAQH CORE envelope (Phase II rule 270, version 2.2.0) in its HTTP MIME form, from the
//! payer's side.

use super::benefits::RECEIVER_ID;
use chrono::{DateTime, SecondsFormat, Utc};
use std::collections::BTreeMap;

const RULE_VERSION: &str = "2.2.0";
const REQUEST_TYPE: &str = "X12_270_Request_005010X279A1";
const RESPONSE_TYPE: &str = "X12_271_Response_005010X279A1";
/// Every field of a real-time request, in the order of the rule.
const FIELDS: [&str; 10] = [
    "PayloadType",
    "ProcessingMode",
    "PayloadID",
    "TimeStamp",
    "UserName",
    "Password",
    "SenderID",
    "ReceiverID",
    "CORERuleVersion",
    "Payload",
];

/// The parts of a request by name.
pub type Fields = BTreeMap<String, String>;

/// Why an envelope is refused: `ErrorCode` and `ErrorMessage` of the response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvelopeError {
    /// As the rule spells it, e.g. `PayloadTypeIllegal`.
    pub code: String,
    /// For people.
    pub message: &'static str,
}

impl EnvelopeError {
    /// An error with this code.
    pub fn new(code: impl Into<String>, message: &'static str) -> Self {
        Self {
            code: code.into(),
            message,
        }
    }
}

/// Checks the fields in the order of the rule; the credentials are compared by the caller.
///
/// # Errors
/// The first error.
pub fn check(fields: &Fields) -> Result<(), EnvelopeError> {
    let get = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
    for name in FIELDS {
        if get(name).is_empty() {
            return Err(EnvelopeError::new(
                format!("{name}Required"),
                "A field of the envelope is missing.",
            ));
        }
    }
    let illegal = |name: &str, message| Err(EnvelopeError::new(format!("{name}Illegal"), message));
    if get("CORERuleVersion") != RULE_VERSION {
        return Err(EnvelopeError::new(
            "VersionMismatch",
            "CORERuleVersion 2.2.0 is supported.",
        ));
    }
    if get("PayloadType") != REQUEST_TYPE {
        return illegal("PayloadType", "X12_270_Request_005010X279A1 is supported.");
    }
    if get("ProcessingMode") != "RealTime" {
        return illegal("ProcessingMode", "RealTime is supported.");
    }
    if uuid::Uuid::parse_str(get("PayloadID")).is_err() {
        return illegal("PayloadID", "PayloadID must be a UUID.");
    }
    if DateTime::parse_from_rfc3339(get("TimeStamp")).is_err() {
        return illegal("TimeStamp", "TimeStamp must be an xs:dateTime in UTC.");
    }
    if get("SenderID").len() > 50 {
        return illegal("SenderID", "SenderID has at most 50 characters.");
    }
    if get("ReceiverID") != RECEIVER_ID {
        return illegal("ReceiverID", "This payer is SANDBOXPAYER.");
    }
    Ok(())
}

/// Writes a response: content type and body. `request` may lack fields where it was refused.
pub fn respond(
    request: &Fields,
    payload_id: &uuid::Uuid,
    outcome: Result<&str, &EnvelopeError>,
    now: DateTime<Utc>,
) -> (String, String) {
    let (payload_type, code, message, payload) = match outcome {
        Ok(payload) => (RESPONSE_TYPE, "Success", "None", payload),
        Err(fault) => ("CoreEnvelopeError", fault.code.as_str(), fault.message, ""),
    };
    let sender = request.get("SenderID").map(String::as_str).unwrap_or_default();
    let fields = [
        ("PayloadType", payload_type),
        ("ProcessingMode", "RealTime"),
        ("PayloadID", &payload_id.to_string()),
        ("TimeStamp", &now.to_rfc3339_opts(SecondsFormat::Secs, true)),
        ("SenderID", RECEIVER_ID),
        // Text that could break the multipart structure is not echoed.
        (
            "ReceiverID",
            if sender.bytes().all(|b| b.is_ascii_graphic()) {
                sender
            } else {
                ""
            },
        ),
        ("CORERuleVersion", RULE_VERSION),
        ("ErrorCode", code),
        ("ErrorMessage", message),
        ("Payload", payload),
    ];
    let boundary = format!("core-{}", payload_id.simple());
    let part =
        |(name, value)| format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    let body = fields.map(part).concat() + &format!("--{boundary}--\r\n");
    (format!("multipart/form-data; boundary={boundary}"), body)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> Fields {
        [
            ("PayloadType", REQUEST_TYPE),
            ("ProcessingMode", "RealTime"),
            ("PayloadID", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"),
            ("TimeStamp", "2026-03-01T10:20:34Z"),
            ("UserName", "u"),
            ("Password", "p"),
            ("SenderID", "MEDCONNECT"),
            ("ReceiverID", RECEIVER_ID),
            ("CORERuleVersion", "2.2.0"),
            ("Payload", "ISA"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
    }

    #[test]
    fn the_first_wrong_field_is_named() {
        assert_eq!(check(&good()), Ok(()));
        for (field, value, code) in [
            ("PayloadType", "X12_276_Request_005010X212", "PayloadTypeIllegal"),
            ("PayloadID", "", "PayloadIDRequired"),
            ("PayloadID", "7", "PayloadIDIllegal"),
            ("ProcessingMode", "Batch", "ProcessingModeIllegal"),
            ("TimeStamp", "yesterday", "TimeStampIllegal"),
            ("ReceiverID", "OTHERPAYER", "ReceiverIDIllegal"),
            ("CORERuleVersion", "4.0.0", "VersionMismatch"),
        ] {
            let mut fields = good();
            fields.insert(field.to_owned(), value.to_owned());
            assert_eq!(check(&fields).unwrap_err().code, code);
        }
    }
}
