//! One token request: OAuth 2.0 client credentials with `private_key_jwt` (RFC 6749 section 4.4,
//! RFC 7523).

use super::{AssertionKey, EhrError};
use mc_upstream::{Call, Request, Upstream, UpstreamError};
use oauth2::{
    AsyncHttpClient, ClientId, HttpRequest, HttpResponse, RequestTokenError, Scope, TokenResponse, TokenUrl,
    basic::{BasicClient, BasicTokenType},
};
use std::{future::Future, pin::Pin, time::Duration};
use url::Url;

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// Lifetime of a token if the server states none.
const DEFAULT_LIFETIME: Duration = Duration::from_mins(1);

/// The issued token.
#[derive(Clone)]
pub struct IssuedToken {
    /// The access token, opaque to us.
    pub token: String,
    /// Its lifetime.
    pub expires_in: Duration,
}

/// The HTTP client of the oauth2 library: our guarded, traced upstream. An assertion is valid for
/// one use, so nothing that was sent is sent again.
struct UpstreamHttpClient<'a>(&'a Upstream);

#[derive(Debug, thiserror::Error)]
enum HttpClientError {
    #[error(transparent)]
    Upstream(#[from] UpstreamError),
    #[error("the request cannot be built")]
    Http(#[from] http::Error),
}

impl<'c> AsyncHttpClient<'c> for UpstreamHttpClient<'_> {
    type Error = HttpClientError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpClientError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let request = Request::try_from(request).map_err(|_| UpstreamError::InvalidRequest)?;
            let call = Call {
                operation: "token",
                request,
                idempotent: false,
                deadline: None,
            };
            let answer = self.0.send(call).await?;
            let mut response = http::Response::builder().status(answer.status);
            for (name, value) in &answer.headers {
                response = response.header(name, value);
            }
            Ok(response.body(answer.body.to_vec())?)
        })
    }
}

/// Requests a token with `scope` from the token endpoint.
///
/// # Errors
/// [`EhrError::Setup`] if the server refuses the client, or the failure of the call.
pub async fn request_token(
    upstream: &Upstream,
    endpoint: &Url,
    key: &AssertionKey,
    scope: &str,
    now_s: i64,
) -> Result<IssuedToken, EhrError> {
    let assertion = key
        .sign(endpoint.as_str(), now_s)
        .map_err(|_| EhrError::Setup("its key cannot sign"))?;
    let client =
        BasicClient::new(ClientId::new(key.client_id().to_owned())).set_token_uri(TokenUrl::from_url(endpoint.clone()));
    let http = UpstreamHttpClient(upstream);
    let scopes = scope.split_whitespace().map(|one| Scope::new(one.to_owned()));
    let answer = client
        .exchange_client_credentials()
        .add_scopes(scopes)
        .add_extra_param("client_assertion_type", ASSERTION_TYPE)
        .add_extra_param("client_assertion", assertion)
        .request_async(&http)
        .await
        .map_err(|error| match error {
            RequestTokenError::Request(HttpClientError::Upstream(error)) => error.into(),
            RequestTokenError::ServerResponse(_) => EhrError::Setup("its authorization server refuses our client"),
            RequestTokenError::Request(_) | RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
                EhrError::UnreadableResponse("token response")
            }
        })?;
    if *answer.token_type() != BasicTokenType::Bearer {
        return Err(EhrError::UnreadableResponse("token type"));
    }
    let expires_in = answer.expires_in().unwrap_or(DEFAULT_LIFETIME);
    Ok(IssuedToken {
        token: answer.access_token().secret().clone(),
        expires_in,
    })
}
