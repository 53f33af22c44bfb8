//! Request bodies and query strings that say which field is wrong and never repeat its value.

use super::Problem;
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, web};
use garde::Validate;
use mc_vocabulary::problem;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::{future::Future, pin::Pin};

/// A JSON body, read strictly and validated. Larger than the site's limit: 413; another type: 415; unreadable: 400; not acceptable: 422.
#[derive(Debug)]
pub struct Body<T> {
    /// What the body says.
    pub value: T,
    /// SHA-256 of the bytes as sent, to tell a repeat from another request under the same key.
    pub digest: [u8; 32],
}

impl<T> FromRequest for Body<T>
where
    T: DeserializeOwned + Validate<Context = ()> + 'static,
{
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let json = matches!(request.mime_type(), Ok(Some(mime)) if mime.subtype() == "json" || mime.suffix().is_some_and(|s| s == "json"));
        let bytes = web::Bytes::from_request(request, payload);
        Box::pin(async move {
            if !json {
                return Err(Problem::new(problem::UNSUPPORTED_MEDIA_TYPE)
                    .at("header:Content-Type", "expected application/json"));
            }
            let bytes = bytes.await.map_err(|error| unread(&error))?;
            let value: T = parse(&bytes)?;
            check(&value, "/")?;
            let mut digest = [0; 32];
            digest.copy_from_slice(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &bytes).as_ref());
            Ok(Self { value, digest })
        })
    }
}

fn unread(error: &actix_web::Error) -> Problem {
    match error.as_response_error().status_code().as_u16() {
        413 => Problem::new(problem::PAYLOAD_TOO_LARGE),
        _ => Problem::new(problem::BAD_REQUEST).detail("The body ended early."),
    }
}

/// The same fields as a form (`application/x-www-form-urlencoded`, as RFC 6749 asks) or as JSON.
#[derive(Debug)]
pub struct FormOrBody<T>(pub T);

impl<T> FromRequest for FormOrBody<T>
where
    T: DeserializeOwned + Validate<Context = ()> + 'static,
{
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if !request
            .content_type()
            .eq_ignore_ascii_case("application/x-www-form-urlencoded")
        {
            let body = Body::from_request(request, payload);
            return Box::pin(async move { Ok(Self(body.await?.value)) });
        }
        let bytes = web::Bytes::from_request(request, payload);
        Box::pin(async move {
            let bytes = bytes.await.map_err(|error| unread(&error))?;
            let text = std::str::from_utf8(&bytes)
                .map_err(|_| Problem::new(problem::BAD_REQUEST).detail("The form is not UTF-8."))?;
            if text.contains("%00") {
                return Err(null_character());
            }
            let form = web::Query::<T>::from_query(text).map_err(|error| {
                let (name, detail) = safe_reason(&error.to_string());
                Problem::new(problem::UNPROCESSABLE).at(format!("/{}", name.unwrap_or_default()), detail)
            })?;
            check(&*form, "/")?;
            Ok(Self(form.into_inner()))
        })
    }
}

/// The query string, read strictly and validated.
#[derive(Debug)]
pub struct Params<T>(pub T);

impl<T> FromRequest for Params<T>
where
    T: DeserializeOwned + Validate<Context = ()> + 'static,
{
    type Error = Problem;
    type Future = std::future::Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let read = || {
            if request.query_string().contains("%00") {
                return Err(null_character());
            }
            let query = web::Query::<T>::from_query(request.query_string()).map_err(|error| {
                let (name, detail) = safe_reason(&error.to_string());
                Problem::new(problem::BAD_REQUEST).at(format!("query:{}", name.unwrap_or_default()), detail)
            })?;
            check(&*query, "query:")?;
            Ok(Self(query.into_inner()))
        };
        std::future::ready(read())
    }
}

/// U+0000 is valid JSON, and no text of ours: the database cannot hold it.
fn holds_null_character(json: &[u8]) -> bool {
    let mut rest = json;
    while let Some(at) = rest.iter().position(|&byte| byte == b'\\') {
        if rest[at + 1..].starts_with(b"u0000") {
            return true;
        }
        rest = rest.get(at + 2..).unwrap_or_default();
    }
    false
}

fn null_character() -> Problem {
    Problem::new(problem::UNPROCESSABLE).detail("A text holds the character U+0000; take it out and send it again.")
}

/// Where the first text with U+0000 stands, as a JSON pointer.
fn null_place(value: &Value, pointer: &str) -> Option<String> {
    match value {
        Value::String(text) => text.contains('\0').then(|| pointer.to_owned()),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .find_map(|(n, item)| null_place(item, &format!("{pointer}/{n}"))),
        Value::Object(members) => members.iter().find_map(|(name, member)| {
            null_place(
                member,
                &format!("{pointer}/{}", if is_our_word(name) { name } else { "?" }),
            )
        }),
        _ => None,
    }
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    if holds_null_character(bytes) {
        let place = serde_json::from_slice(bytes)
            .ok()
            .and_then(|value| null_place(&value, ""));
        return Err(null_character().at(place.unwrap_or_default(), "holds the character U+0000"));
    }
    // serde would fill the fields from a list, in the order in which they happen to be declared
    if bytes.trim_ascii_start().first() == Some(&b'[') {
        return Err(Problem::new(problem::UNPROCESSABLE).at("/", "expected an object"));
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let cause = error.inner();
        if !cause.is_data() {
            return Problem::new(problem::BAD_REQUEST).detail(format!(
                "The body is no JSON document: line {}, column {}.",
                cause.line(),
                cause.column()
            ));
        }
        let (name, detail) = safe_reason(&cause.to_string());
        let mut place = pointer(&error.path().to_string());
        if let Some(name) = name
            && !place.ends_with(&format!("/{name}"))
        {
            place = format!("{place}/{name}");
        }
        Problem::new(problem::UNPROCESSABLE).at(place, detail)
    })?;
    reader
        .end()
        .map_err(|_| Problem::new(problem::BAD_REQUEST).detail("Something follows the JSON document."))?;
    Ok(value)
}

fn check(value: &impl Validate<Context = ()>, prefix: &str) -> Result<(), Problem> {
    let Err(report) = value.validate() else { return Ok(()) };
    Err(report
        .iter()
        .fold(Problem::new(problem::UNPROCESSABLE), |problem, (path, error)| {
            problem.at(
                format!("{prefix}{}", path.to_string().replace('.', "/")),
                error.to_string(),
            )
        }))
}

/// `a.b[0].c` as a JSON pointer. A name that is none of ours is the caller's, and may be anything: it becomes `?`.
fn pointer(path: &str) -> String {
    let path = path.replace('[', ".").replace(']', "");
    let segments = path.split('.').filter(|segment| !segment.is_empty());
    segments.fold(String::new(), |pointer, segment| {
        format!("{pointer}/{}", if is_our_word(segment) { segment } else { "?" })
    })
}

/// Our fields are written in lower case with underscores.
fn is_our_word(text: &str) -> bool {
    text.len() <= 60
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// The field's name and the reason, without anything that the caller sent: serde's messages quote values.
fn safe_reason(message: &str) -> (Option<String>, String) {
    let name = message
        .split('`')
        .nth(1)
        .filter(|name| is_our_word(name))
        .map(str::to_owned);
    for (start, reason) in [
        ("missing field", "is required"),
        ("unknown field", "is not known here"),
        ("duplicate field", "stands twice"),
    ] {
        if message.contains(start) {
            return (name, reason.to_owned());
        }
    }
    let expected = message
        .rsplit_once("expected ")
        .map(|(_, rest)| rest.split(" at line").next().unwrap_or(rest).to_owned());
    (
        None,
        expected.map_or_else(|| "is not valid".to_owned(), |what| format!("expected {what}")),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize, Validate)]
    #[serde(deny_unknown_fields)]
    struct Visit {
        #[garde(range(min = 1))]
        amount: u32,
    }

    fn refusal(body: &str) -> String {
        let problem = parse::<Visit>(body.as_bytes()).map(|v| v.amount).unwrap_err();
        serde_json::to_string(&problem).unwrap()
    }

    #[test]
    fn a_refusal_names_the_field_and_not_the_value() {
        let wrong = refusal(r#"{"amount":"Maria Lopez"}"#);
        assert!(wrong.contains("/amount") && !wrong.contains("Maria"), "{wrong}");
        assert!(refusal(r#"{"amount":1,"diagnosis":"x"}"#).contains("/diagnosis"));
        let key = refusal(r#"{"amount":1,"Maria Lopez":"x"}"#);
        assert!(!key.contains("Maria"), "{key}");
        assert!(refusal("{}").contains("is required"));
        assert!(refusal("{").contains("line 1"));
        assert!(refusal(r#"{"amount":1} x"#).contains("follows"));
        assert!(refusal(" [1]").contains("expected an object"));
    }

    #[test]
    fn a_null_character_is_seen_wherever_it_stands() {
        assert!(refusal(r#"{"amount":"a\\\u0000"}"#).contains("U+0000"));
        assert!(!holds_null_character(br#"{"text":"a\\u0000 \n\u0001"}"#));
        assert!(!holds_null_character(br#""\"#));
    }
}
