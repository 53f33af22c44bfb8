//! The receiver of webhooks, and the signature that it verifies.

use aws_lc_rs::hmac;
use chrono::{DateTime, Utc};
use mc_keyring::{ExposeSecret, SecretString};
use reqwest::{Client, header::CONTENT_TYPE, redirect};
use std::time::Duration;
use url::Url;

/// The receiver of webhooks.
pub struct Receiver {
    http: Client,
    url: Url,
    key: hmac::Key,
}

impl Receiver {
    /// A receiver at `url` that shares `secret` (`whsec_…`, used whole as the key).
    ///
    /// # Errors
    /// Where the HTTP client cannot be built.
    pub fn new(url: Url, secret: &SecretString, timeout: Duration) -> Result<Self, reqwest::Error> {
        let http = Client::builder()
            .timeout(timeout)
            .redirect(redirect::Policy::none())
            .no_proxy()
            .build()?;
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose_secret().as_bytes());
        Ok(Self { http, url, key })
    }

    /// Sends an event; true where it was accepted (2xx).
    pub async fn send(&self, body: &str, now: DateTime<Utc>) -> bool {
        let request = self
            .http
            .post(self.url.clone())
            .header("Stripe-Signature", self.sign(body, now))
            .header(CONTENT_TYPE, "application/json; charset=utf-8")
            .body(body.to_owned());
        match request.send().await {
            Ok(answer) if answer.status().is_success() => true,
            Ok(answer) => {
                tracing::info!(http.response.status_code = answer.status().as_u16(), "webhook refused");
                false
            }
            Err(error) => {
                tracing::info!(
                    connect = error.is_connect(),
                    timeout = error.is_timeout(),
                    "webhook not delivered"
                );
                false
            }
        }
    }

    /// `t=<unix>,v1=<hex HMAC-SHA256 of "t.body">`.
    fn sign(&self, body: &str, now: DateTime<Utc>) -> String {
        let at = now.timestamp();
        let tag = hmac::sign(&self.key, format!("{at}.{body}").as_bytes());
        format!("t={at},v1={}", hex::encode(tag))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_secret_with_its_prefix_is_the_key() {
        mc_chassis::install_crypto();
        let url = "http://127.0.0.1:9/".parse().unwrap();
        let receiver = Receiver::new(url, &"whsec_test".into(), Duration::from_secs(1)).unwrap();
        let signature = receiver.sign("{}", "2023-11-14T22:13:20Z".parse().unwrap());
        // echo -n '1700000000.{}' | openssl dgst -sha256 -hmac whsec_test
        assert_eq!(
            signature,
            "t=1700000000,v1=35495024f4ef3f94e5a93e22221544c4b75e9a42300cd965ab81cb85cd994e91"
        );
    }
}
