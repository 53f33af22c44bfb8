//! AWS Secrets Manager: secret id `<prefix><name>`, value a JSON object of fields.

use std::{collections::BTreeMap, error::Error, fmt, time::Duration};

use aws_config::{BehaviorVersion, timeout::TimeoutConfig};
use aws_sdk_secretsmanager::{
    Client,
    error::{ProvideErrorMetadata as _, SdkError},
    operation::get_secret_value::GetSecretValueError,
};
use futures_util::future::BoxFuture;
use secrecy::SecretString;
use serde_json::Value;

use super::{Credentials, SecretsError, credentials::Origin};

pub(crate) const PROVIDER: &str = "aws_secrets_manager";

pub(crate) struct AwsProvider {
    client: Client,
    prefix: String,
}

impl AwsProvider {
    pub(crate) fn connect(prefix: String, endpoint_url: Option<String>) -> BoxFuture<'static, Self> {
        Box::pin(async move {
            let timeouts = TimeoutConfig::builder()
                .connect_timeout(Duration::from_secs(2))
                .operation_attempt_timeout(Duration::from_secs(4))
                .operation_timeout(Duration::from_secs(10))
                .build();
            let mut loader = aws_config::defaults(BehaviorVersion::latest()).timeout_config(timeouts);
            if let Some(url) = endpoint_url {
                loader = loader.endpoint_url(url);
            }
            Self {
                client: Client::new(&loader.load().await),
                prefix,
            }
        })
    }

    pub(crate) fn absent(&self, name: &str) -> Credentials {
        Credentials::new(self.origin(name), BTreeMap::new())
    }

    pub(crate) fn read<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Credentials, SecretsError>> {
        Box::pin(async move {
            // The stage is named because during a rotation a pending version exists beside the
            // current one.
            let answer = self
                .client
                .get_secret_value()
                .secret_id(self.id(name))
                .version_stage("AWSCURRENT")
                .send()
                .await;
            let answer = answer.map_err(|error| self.refused(name, error))?;
            let text = answer
                .secret_string()
                .ok_or_else(|| malformed(name, "it contains bytes, not a JSON object"))?;
            Ok(Credentials::new(self.origin(name), parse(name, text)?))
        })
    }

    fn id(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    fn origin(&self, name: &str) -> Origin {
        Origin {
            provider: PROVIDER,
            secret: name.to_owned(),
            remedy_before: "add field ".to_owned(),
            remedy_after: format!(" to secret {}", self.id(name)),
        }
    }

    fn refused(&self, name: &str, error: SdkError<GetSecretValueError>) -> SecretsError {
        if error
            .as_service_error()
            .is_some_and(GetSecretValueError::is_resource_not_found_exception)
        {
            return SecretsError::NotFound {
                provider: PROVIDER,
                secret: name.to_owned(),
                remedy: format!("create secret {} with a JSON object of fields", self.id(name)),
            };
        }
        let kind = match &error {
            SdkError::ConstructionFailure(_) => "the request could not be built: check region and credentials",
            SdkError::TimeoutError(_) => "timeout",
            SdkError::DispatchFailure(_) => "no connection, or no credentials",
            SdkError::ResponseError(_) => "malformed response",
            _ => "refused",
        };
        SecretsError::Unavailable {
            provider: PROVIDER,
            secret: name.to_owned(),
            reason: error.code().unwrap_or(kind).to_owned(),
            source: describe(&error).into(),
        }
    }
}

impl fmt::Debug for AwsProvider {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("AwsProvider")
            .field("prefix", &self.prefix)
            .finish_non_exhaustive()
    }
}

/// Describes the cause. Never the error's `Debug`: it can contain the raw response, and with it the
/// value.
fn describe(error: &SdkError<GetSecretValueError>) -> String {
    match error {
        SdkError::ServiceError(context) => context.err().message().unwrap_or("no message").to_owned(),
        SdkError::DispatchFailure(failure) => {
            let mut words = Vec::new();
            let mut cause = failure.as_connector_error().map(|connector| connector as &dyn Error);
            while let Some(error) = cause {
                words.push(error.to_string());
                cause = error.source();
            }
            words.join(": ")
        }
        other => other.to_string(),
    }
}

/// Reads the object of fields; numbers and booleans are converted to text, since RDS stores its
/// port as a number. The parser's error is dropped because it can quote the value.
fn parse(name: &str, text: &str) -> Result<BTreeMap<String, SecretString>, SecretsError> {
    let object: BTreeMap<String, Value> =
        serde_json::from_str(text).map_err(|_| malformed(name, "it is not a JSON object"))?;
    object
        .into_iter()
        .map(|(field, value)| match value {
            Value::String(text) => Ok((field, SecretString::from(text))),
            Value::Number(number) => Ok((field, SecretString::from(number.to_string()))),
            Value::Bool(flag) => Ok((field, SecretString::from(flag.to_string()))),
            Value::Null => Ok((field, SecretString::from(String::new()))),
            Value::Array(_) | Value::Object(_) => Err(malformed(name, "a field is not text")),
        })
        .collect()
}

fn malformed(name: &str, reason: &'static str) -> SecretsError {
    SecretsError::Malformed {
        provider: PROVIDER,
        secret: name.to_owned(),
        reason,
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn numbers_are_read_as_text_and_null_as_empty() {
        let fields = parse("database", r#"{"url":"postgres://x","port":5432,"none":null}"#).unwrap();
        assert_eq!(fields["port"].expose_secret(), "5432");
        assert_eq!(fields["none"].expose_secret(), "");
    }

    #[test]
    fn a_value_that_is_not_an_object_is_refused_without_being_quoted() {
        for text in [r#""hunter2""#, "hunter2", r#"{"a":["hunter2"]}"#] {
            let error = parse("database", text).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hunter2"));
        }
    }
}
