//! Request bodies, query strings and paths. Refusals name the invalid fields and never repeat a
//! value.

use super::{
    FieldError, Problem,
    field_errors::{self, Fault, is_our_name},
    gate::in_order,
};
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, web};
use garde::Validate;
use mc_vocabulary::problem;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::{future::Future, ops::Deref, pin::Pin};

/// A JSON body, deserialized strictly and validated. Larger than the limit: 413; another media
/// type: 415; malformed: 400; invalid: 422.
#[derive(Debug)]
pub struct Body<T> {
    /// The deserialized body.
    pub value: T,
    /// SHA-256 of the bytes as sent, which distinguishes a repeat from another request under the
    /// same key.
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
        in_order(request, async move {
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
        _ => Problem::new(problem::BAD_REQUEST).detail("The body is incomplete."),
    }
}

/// The bytes of a body, for a route that reads them itself. Larger than the limit: 413.
#[derive(Debug)]
pub struct RawBody(pub web::Bytes);

impl FromRequest for RawBody {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bytes = web::Bytes::from_request(request, payload);
        let read = async { Ok(Self(bytes.await.map_err(|error| unread(&error))?)) };
        in_order(request, read)
    }
}

/// The same fields as a form (`application/x-www-form-urlencoded`, as RFC 6749 requires) or as
/// JSON.
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
        in_order(request, async move {
            let bytes = bytes.await.map_err(|error| unread(&error))?;
            let text = std::str::from_utf8(&bytes)
                .map_err(|_| Problem::new(problem::BAD_REQUEST).detail("The form is not UTF-8."))?;
            if text.contains("%00") {
                return Err(null_character());
            }
            let form = parse_pairs(text, "/").map_err(|errors| Problem::new(problem::UNPROCESSABLE).at_all(errors))?;
            check(&form, "/")?;
            Ok(Self(form))
        })
    }
}

/// A query string, deserialized strictly and validated.
#[derive(Debug)]
pub struct Params<T>(pub T);

impl<T> FromRequest for Params<T>
where
    T: DeserializeOwned + Validate<Context = ()> + 'static,
{
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let read = || {
            if request.query_string().contains("%00") {
                return Err(null_character());
            }
            let query = parse_pairs(request.query_string(), "query:")
                .map_err(|errors| Problem::new(problem::BAD_REQUEST).at_all(errors))?;
            check(&query, "query:")?;
            Ok(Self(query))
        };
        let query = read();
        in_order(request, async { query })
    }
}

/// The parameters of a path. Malformed: 400.
#[derive(Debug)]
pub struct Path<T>(T);

impl<T> Path<T> {
    /// The parameters.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for Path<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Path<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let path = web::Path::<T>::from_request(request, payload);
        let request_of_error = request.clone();
        in_order(request, async move {
            let path = path
                .await
                .map_err(|error| malformed(&request_of_error, &error.to_string()))?;
            Ok(Self(path.into_inner()))
        })
    }
}

/// Names the malformed parameter of the path and what is expected. `error` itself may repeat the
/// value.
fn malformed(request: &HttpRequest, error: &str) -> Problem {
    let wants_uuid = error.contains("UUID");
    let detail = if wants_uuid {
        "expected an id (a UUID)"
    } else if error.contains("expected an id of") {
        "expected an id of 1 to 64 letters, digits, '-' and '.'"
    } else {
        "is malformed"
    };
    let parameters = request.match_info().iter();
    let wrong = parameters.filter(|(_, value)| !wants_uuid || value.parse::<uuid::Uuid>().is_err());
    let errors = wrong.map(|(name, _)| FieldError {
        place: format!("path:{name}"),
        detail: detail.to_owned(),
    });
    Problem::new(problem::BAD_REQUEST).at_all(errors.collect())
}

/// Whether a string contains U+0000. It is valid JSON, but Postgres cannot store it.
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
    Problem::new(problem::UNPROCESSABLE)
        .detail("A string contains the character U+0000. Remove it and send the request again.")
}

/// The first string with U+0000, as a JSON pointer.
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
                &format!("{pointer}/{}", if is_our_name(name) { name } else { "?" }),
            )
        }),
        _ => None,
    }
}

fn parse<T: DeserializeOwned + Validate<Context = ()>>(bytes: &[u8]) -> Result<T, Problem> {
    if holds_null_character(bytes) {
        let place = serde_json::from_slice(bytes)
            .ok()
            .and_then(|value| null_place(&value, ""));
        return Err(null_character().at(place.unwrap_or_default(), "contains the character U+0000"));
    }
    // serde would fill the fields from an array, in the order of their declaration
    if bytes.trim_ascii_start().first() == Some(&b'[') {
        return Err(Problem::new(problem::UNPROCESSABLE).at("/", "expected an object"));
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = match serde_path_to_error::deserialize(&mut reader) {
        Ok(value) => value,
        Err(error) if error.inner().is_data() => {
            let first = Fault::new(error.path(), error.inner().to_string());
            let document = serde_json::from_slice(bytes).unwrap_or_default();
            let errors = field_errors::all::<T>(document, first, "/", read_json);
            return Err(Problem::new(problem::UNPROCESSABLE).at_all(errors));
        }
        Err(error) => {
            let (line, column) = (error.inner().line(), error.inner().column());
            return Err(Problem::new(problem::BAD_REQUEST).detail(format!(
                "The body is not a JSON document: line {line}, column {column}."
            )));
        }
    };
    reader
        .end()
        .map_err(|_| Problem::new(problem::BAD_REQUEST).detail("The JSON document is followed by other data."))?;
    Ok(value)
}

/// Through a string, because raw values can be deserialized from strings only.
fn read_json<T: DeserializeOwned>(value: &Value) -> Result<T, Fault> {
    let text = value.to_string();
    let mut reader = serde_json::Deserializer::from_str(&text);
    serde_path_to_error::deserialize(&mut reader).map_err(|error| Fault::new(error.path(), error.inner().to_string()))
}

/// Deserializes a query string or form.
fn parse_pairs<T: DeserializeOwned + Validate<Context = ()>>(text: &str, prefix: &str) -> Result<T, Vec<FieldError>> {
    let read = |text: &str| -> Result<T, Fault> {
        let pairs = serde_urlencoded::Deserializer::new(form_urlencoded::parse(text.as_bytes()));
        serde_path_to_error::deserialize(pairs).map_err(|error| Fault::new(error.path(), error.inner().to_string()))
    };
    read(text).map_err(|first| {
        let pairs: serde_json::Map<_, _> = form_urlencoded::parse(text.as_bytes())
            .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
            .collect();
        field_errors::all(Value::Object(pairs), first, prefix, |value| {
            let mut text = form_urlencoded::Serializer::new(String::new());
            for (name, value) in value.as_object().into_iter().flatten() {
                // Parameters are strings; another value is not a parameter.
                text.append_pair(name, value.as_str().unwrap_or("\u{0}"));
            }
            read(&text.finish())
        })
    })
}

fn check(value: &impl Validate<Context = ()>, prefix: &str) -> Result<(), Problem> {
    let invalid = field_errors::invalid_fields(value, prefix);
    if invalid.is_empty() {
        return Ok(());
    }
    Err(Problem::new(problem::UNPROCESSABLE).at_all(invalid))
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
        assert!(refusal(r#"{"amount":1} x"#).contains("is followed by"));
        assert!(refusal(" [1]").contains("expected an object"));
    }

    #[derive(Debug, serde::Deserialize, Validate)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its deserialization is tested")]
    struct Charge {
        #[garde(range(min = 1))]
        amount: i64,
        #[garde(skip)]
        id: uuid::Uuid,
        #[garde(length(min = 1))]
        note: String,
        #[garde(dive)]
        parts: Vec<Visit>,
        #[garde(skip)]
        #[serde(default)]
        at: Option<chrono::DateTime<chrono::Utc>>,
    }

    fn errors(body: &str) -> Vec<(String, String)> {
        let problem = parse::<Charge>(body.as_bytes()).unwrap_err();
        problem
            .errors
            .into_iter()
            .map(|error| (error.place, error.detail))
            .collect()
    }

    #[test]
    fn every_wrong_field_is_named_with_what_is_expected() {
        let found = errors(
            r#"{"amount":25.5,"id":"123","note":7,"parts":[{"amount":1},{"amount":-1,"x":1}],"at":"soon","more":1}"#,
        );
        let expected = [
            ("/amount", "expected a whole number"),
            ("/at", "expected a time such as 2000-01-01T00:00:00Z"),
            ("/id", "expected an id (a UUID)"),
            ("/more", "is not known here"),
            ("/note", "expected a string"),
            ("/parts/1/amount", "expected a whole number, 0 or more"),
            ("/parts/1/x", "is not known here"),
        ];
        assert_eq!(
            found,
            expected.map(|(place, detail)| (place.to_owned(), detail.to_owned()))
        );
    }

    #[test]
    fn missing_fields_and_values_out_of_range_are_named_together() {
        let found = errors(r#"{"note":"","parts":[]}"#);
        let places: Vec<_> = found.iter().map(|(place, _)| place.as_str()).collect();
        assert_eq!(places, ["/amount", "/id", "/note"]);
    }

    #[test]
    fn a_wrong_query_parameter_is_named() {
        #[derive(Debug, serde::Deserialize, Validate)]
        #[serde(deny_unknown_fields)]
        struct Query {
            #[garde(skip)]
            #[expect(dead_code, reason = "only its deserialization is tested")]
            coverage_id: uuid::Uuid,
            #[garde(skip)]
            #[serde(default)]
            #[expect(dead_code, reason = "only its deserialization is tested")]
            limit: u16,
        }
        let errors = parse_pairs::<Query>("coverage_id=123&limit=many&Maria=1", "query:").unwrap_err();
        let errors: Vec<_> = errors.iter().map(|e| (e.place.as_str(), e.detail.as_str())).collect();
        assert_eq!(
            errors,
            [
                ("query:?", "is not known here"),
                ("query:coverage_id", "expected an id (a UUID)"),
                ("query:limit", "expected a whole number"),
            ]
        );
    }

    #[actix_web::test]
    async fn a_malformed_parameter_of_a_path_is_named_without_its_value() {
        use actix_web::test::TestRequest;
        let id = "01890a5d-ac96-774b-bcce-b302099a8057";
        let request = TestRequest::default().param("kind", id).param("alert_id", "Maria");
        let refused = Path::<(uuid::Uuid, uuid::Uuid)>::extract(&request.to_http_request()).await;
        let errors = refused.unwrap_err().errors;
        let errors: Vec<_> = errors.iter().map(|e| (e.place.as_str(), e.detail.as_str())).collect();
        assert_eq!(errors, [("path:alert_id", "expected an id (a UUID)")]);

        let request = TestRequest::default()
            .param("patient_id", "Maria Lopez")
            .to_http_request();
        let refused = Path::<mc_vocabulary::PatientId>::extract(&request).await.unwrap_err();
        let text = serde_json::to_string(&refused).unwrap();
        assert!(
            text.contains("expected an id of 1 to 64") && !text.contains("Maria"),
            "{text}"
        );
    }

    #[test]
    fn limits_say_what_is_expected_and_ids_of_the_ehr_too() {
        #[derive(Debug, serde::Deserialize, Validate)]
        struct Limits {
            #[garde(range(max = 500))]
            limit: u32,
            #[garde(length(min = 2))]
            note: String,
        }
        #[derive(Debug, serde::Deserialize, Validate)]
        #[expect(dead_code, reason = "only its deserialization is tested")]
        struct Consent {
            #[garde(skip)]
            patient_id: mc_vocabulary::PatientId,
        }
        let checked = parse::<Limits>(br#"{"limit":501,"note":"x"}"#).and_then(|limits| check(&limits, "/"));
        let text = serde_json::to_string(&checked.unwrap_err()).unwrap();
        assert!(text.contains("expected at most 500"), "{text}");
        assert!(text.contains("expected at least 2 characters"), "{text}");

        let text = serde_json::to_string(&parse::<Consent>(br#"{"patient_id":"pat 1001"}"#).unwrap_err()).unwrap();
        assert!(text.contains("expected an id of 1 to 64"), "{text}");
    }

    #[test]
    fn a_null_character_is_found_anywhere() {
        assert!(refusal(r#"{"amount":"a\\\u0000"}"#).contains("U+0000"));
        assert!(!holds_null_character(br#"{"text":"a\\u0000 \n\u0001"}"#));
        assert!(!holds_null_character(br#""\"#));
    }
}
